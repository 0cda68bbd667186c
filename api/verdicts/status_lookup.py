"""The statuses that a page full of links and quotations asks for: one query for each kind, and one
for the statuses themselves. These are JSON already (`status_documents`).
"""

from collections.abc import Collection, Sequence
from typing import Any
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

#: Statuses that are told of one article, or of one quotation.
MAX_STATUSES = 100


def look_up_claims(claim_ids: Sequence[UUID]) -> list[dict[str, Any]]:
    """For each id, the claim's status, or None."""
    found = _statuses(claim_ids)
    return [{"asked": claim_id, "status": found.get(claim_id)} for claim_id in claim_ids]


def _statuses(claim_ids: Collection[UUID]) -> dict[UUID, Fragment]:
    found = status_documents.find_status_documents(claim_ids)
    return {claim_id: Fragment(body) for claim_id, body in found.items()}


def look_up_addresses(urls: Sequence[str]) -> list[dict[str, Any]]:
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
    statuses = _statuses({row.claim for row in rows if row.claim})
    found: dict[str, dict[UUID, dict[UUID, Any]]] = {}
    for row in rows:
        for place in {row.url, row.canonical_url}.intersection(places):
            statuses_of = found.setdefault(place, {}).setdefault(row.article, {})
            statuses_of |= {row.claim: statuses[row.claim]} if row.claim else {}
    return [
        {"asked": url} | _oldest_article(found.get(at, {}))
        for url, at in zip(urls, places, strict=True)
    ]


def _oldest_article(articles: dict[UUID, dict[UUID, Any]]) -> dict[str, Any]:
    """Of the articles that are known by one address, the one that was there first."""
    article = min(articles, default=None)
    return {"article": article, "statuses": [*articles[article].values()] if article else []}


def look_up_quotations(texts: Sequence[str]) -> list[dict[str, Any]]:
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
    statuses = _statuses({row.claim for row in rows if row.claim})
    found: dict[bytes, list[Any]] = {}
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
