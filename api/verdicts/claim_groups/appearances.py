"""Where a statement has appeared: the claims that say the same, each in its article."""

from datetime import UTC, datetime
from typing import TypedDict
from uuid import UUID

from sqlalchemy import select

from api.articles.models import Article
from api.claims.models import Claim
from api.database.session import session
from api.http.pagination import ResultPage, make_page, read_cursor
from api.verdicts.claim_groups import service as statements


class Appearance(TypedDict):
    """A claim, and the article that it stands in."""

    claim: Claim
    article: Article


class AppearancesPage(ResultPage):
    """A page of appearances, and those that were published first and last; None: no known date."""

    first: Appearance | None
    latest: Appearance | None


def list_appearances(claim: Claim, *, limit: int, cursor: str | None = None) -> AppearancesPage:
    """One page of appearances, in the order in which the claims were made; and which article was
    published first and which last, of those whose date is known. A group has no more than
    `statements.MOST`, all of which are read.
    """
    found = find_appearances(claim)
    dated = sorted((each for each in found if each["article"].published_at), key=_publication_order)
    after = read_cursor(cursor, UUID) if cursor else None
    left = [each for each in found if after is None or each["claim"].id > after]
    more = left[limit - 1]["claim"].id.hex if len(left) > limit else None
    first, latest = (dated[0], dated[-1]) if dated else (None, None)
    return {**make_page(left[:limit], more), "first": first, "latest": latest}


def find_appearances(claim: Claim) -> list[Appearance]:
    """The claim and those that say the same, each with its article, oldest first."""
    claims = statements.load_group(claim)
    articles = select(Article).where(Article.id.in_({each.article_id for each in claims}))
    by_id = {article.id: article for article in session.scalars(articles)}
    return [{"claim": each, "article": by_id[each.article_id]} for each in claims]


def _publication_order(appearance: Appearance) -> tuple[str, UUID]:
    """Dates are as precise as they were given: a year comes before its months and days; moments
    are held against each other in UTC.
    """
    published = (appearance["article"].published_at or "").upper()
    if "T" in published:
        published = datetime.fromisoformat(published).astimezone(UTC).isoformat()
    return published, appearance["claim"].id
