"""List claims, by filters that other selections of claims share."""

from collections import defaultdict
from datetime import datetime
from typing import TypedDict, TypeVarTuple, Unpack
from uuid import UUID

from sqlalchemy import Select, bindparam, false, func, null, or_, select

from api.articles.models import Article
from api.claims.enums import Status
from api.claims.models import Claim, ClaimTag
from api.database.session import session
from api.http.pagination import ResultPage, list_columns
from api.sources.models import Source

Columns = TypeVarTuple("Columns")

#: What a list shows of a claim, but for its tags.
_SHOWN_IN_LIST = select(
    Claim.id,
    Claim.article_id,
    Claim.exact,
    Claim.prefix,
    Claim.suffix,
    Claim.start,
    Claim.end,
    Claim.edition,
    Claim.gone_since,
    Claim.statement,
    Claim.claimant,
    Claim.claimant_domains,
    Claim.said_on,
    Claim.language,
    Claim.status,
    Claim.status_since,
    Claim.status_exception,
    func.coalesce(Claim.status_one_person, false()).label("one_person"),
    Claim.withdrawn_at,
    Claim.withdrawn_reason,
    Claim.created_at,
    null().label("found"),
)
_TAGS = select(ClaimTag.claim_id, ClaimTag.tag).where(
    ClaimTag.claim_id.in_(bindparam("claims", expanding=True))
)


class ClaimFilters(TypedDict, total=False):
    """The filters of `filter_claims`."""

    status: Status | None
    article: UUID | None
    source: str | None
    claimant: str | None
    language: str | None
    tag: str | None
    since: datetime | None
    until: datetime | None
    withdrawn: bool


def list_claims(
    *, limit: int, cursor: str | None = None, **filters: Unpack[ClaimFilters]
) -> ResultPage:
    """Return a page of claims, newest first, each a dictionary of what `ListedClaimView` shows.
    Filters as in `filter_claims`. Raises `ForeignCursor`.
    """
    rows = filter_claims(_SHOWN_IN_LIST, **filters)
    page = list_columns(rows, Claim.id, limit=limit, cursor=cursor, newest_first=True)
    tags: defaultdict[UUID, list[str]] = defaultdict(list)
    for claim_id, tag in session.execute(_TAGS, {"claims": [each["id"] for each in page["items"]]}):
        tags[claim_id].append(tag)
    for claim in page["items"]:
        claim["tags"] = sorted(tags[claim["id"]])
    return page


def filter_claims(
    claims: Select[*Columns],
    *,
    status: Status | None = None,
    article: UUID | None = None,
    source: str | None = None,
    claimant: str | None = None,
    language: str | None = None,
    tag: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    withdrawn: bool = False,
) -> Select[*Columns]:
    """Restrict a selection from claims to those that pass all the filters.

    `source` is the domain of the article's publisher; `language` matches regional tags too; `since`
    is inclusive, `until` exclusive, both by the creation of the claim.
    """
    claims = claims.where(Claim.withdrawn_at.is_not(None) == withdrawn)
    for column, value in {
        Claim.status: status,
        Claim.article_id: article,
        Claim.claimant: claimant,
    }.items():
        if value is not None:
            claims = claims.where(column == value)
    if source is not None:
        claims = claims.join(Article, Article.id == Claim.article_id)
        claims = claims.join(Source, Source.id == Article.source_id).where(Source.domain == source)
    if language is not None:
        regional = Claim.language.startswith(f"{language}-")
        claims = claims.where(or_(Claim.language == language, regional))
    if tag is not None:
        claims = claims.join(ClaimTag, ClaimTag.claim_id == Claim.id).where(ClaimTag.tag == tag)
    if since is not None:
        claims = claims.where(Claim.created_at >= since)
    if until is not None:
        claims = claims.where(Claim.created_at < until)
    return claims
