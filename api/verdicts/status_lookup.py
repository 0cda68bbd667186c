"""Many statuses at once, by claim, by an article's address or by quotation: one query for each
kind, and one for the statuses, which are stored as JSON (`status_documents`).
"""

from collections.abc import Collection, Sequence
from typing import Any, TypedDict
from urllib.parse import urldefrag
from uuid import UUID

from orjson import Fragment
from sqlalchemy import ColumnElement, Subquery, and_, func, or_, outerjoin, select
from sqlalchemy.orm import aliased

from api.articles.models import Article, IngestState
from api.claims.models import Claim, QuoteDigest
from api.claims.search.quote_index import digest_quote
from api.database.session import session
from api.verdicts import status_documents

#: Statuses in the answer for one address, or for one quotation.
MAX_STATUSES = 100


class StatusOfClaim(TypedDict):
    """The status of the claim with id `asked`; None if there is no such claim."""

    asked: UUID
    status: Fragment | None


class StatusesOfArticle(TypedDict):
    """The statuses of an article's claims, in the order of its text; no article: None, and none."""

    article: UUID | None
    statuses: list[Fragment]


class StatusesOfAddress(StatusesOfArticle):
    """The article that has the address `asked`, and the statuses of its claims."""

    asked: str


class StatusesOfQuotation(TypedDict):
    """The statuses of the claims whose quote or statement is `asked`, the newest first."""

    asked: str
    statuses: list[Fragment]


def look_up_claims(claim_ids: Sequence[UUID]) -> list[StatusOfClaim]:
    """For each id, the claim's status, or None."""
    found = _find_statuses(claim_ids)
    return [{"asked": claim_id, "status": found.get(claim_id)} for claim_id in claim_ids]


def _find_statuses(claim_ids: Collection[UUID]) -> dict[UUID, Fragment]:
    found = status_documents.find_status_documents(claim_ids)
    return {claim_id: Fragment(body) for claim_id, body in found.items()}


def look_up_addresses(urls: Sequence[str]) -> list[StatusesOfAddress]:
    """For each address, the article that is known by it (or None) and the statuses of its claims,
    in the order of its text. A fragment does not matter.
    """
    places = [urldefrag(url).url for url in urls]
    asked, article = aliased(Article), aliased(Article)
    known = (
        select(asked.url, asked.canonical_url, article.id.label("article"))
        .join(article, article.id == func.coalesce(asked.same_as, asked.id))
        .where(or_(asked.url.in_(places), asked.canonical_url.in_(places)))
        .where(article.state == IngestState.READY)
        .distinct()
        .subquery()
    )
    rows = _first_claims(known, Claim.article_id == known.c.article, [*known.c], Claim.start)
    statuses = _find_statuses({row.claim for row in rows if row.claim})
    found: dict[str, dict[UUID, dict[UUID, Fragment]]] = {}
    for row in rows:
        for place in {row.url, row.canonical_url}.intersection(places):
            statuses_of = found.setdefault(place, {}).setdefault(row.article, {})
            statuses_of |= {row.claim: statuses[row.claim]} if row.claim else {}
    return [
        {"asked": url, **_pick_oldest_article(found.get(at, {}))}
        for url, at in zip(urls, places, strict=True)
    ]


def _pick_oldest_article(articles: dict[UUID, dict[UUID, Fragment]]) -> StatusesOfArticle:
    """Of the articles that are known by one address, the one that was there first."""
    article = min(articles, default=None)
    return {"article": article, "statuses": [*articles[article].values()] if article else []}


def look_up_quotations(texts: Sequence[str]) -> list[StatusesOfQuotation]:
    """For each quotation, the statuses of the claims whose quote or statement is just that, the
    newest first. Typography and the marks around it do not matter.
    """
    digests = [digest_quote(text) for text in texts]
    known = (
        select(QuoteDigest.digest, QuoteDigest.claim_id)
        .where(QuoteDigest.digest.in_(digests))
        .subquery()
    )
    of_claim = Claim.id == known.c.claim_id
    rows = _first_claims(known, of_claim, [known.c.digest], Claim.id.desc())
    statuses = _find_statuses({row.claim for row in rows if row.claim})
    found: dict[bytes, list[Fragment]] = {}
    for row in rows:
        if row.claim:
            found.setdefault(row.digest, []).append(statuses[row.claim])
    return [
        {"asked": text, "statuses": found.get(each, [])}
        for text, each in zip(texts, digests, strict=True)
    ]


def _first_claims(
    known: Subquery, theirs: ColumnElement[bool], group: Sequence[Any], order: Any
) -> Sequence[Any]:
    """Each row of `known` with the id of a `claim` of its group, in order: the first ones,
    withdrawn ones left out; with None where there is none.
    """
    open_ones = outerjoin(known, Claim, and_(theirs, Claim.withdrawn_at.is_(None)))
    place = func.row_number().over(partition_by=group, order_by=order).label("place")
    ranked = select(*known.c, Claim.id.label("claim"), place).select_from(open_ones).subquery()
    first = select(ranked).where(ranked.c.place <= MAX_STATUSES).order_by(ranked.c.place)
    return session.execute(first).all()
