"""Which reviewed claims a client of Google's Fact Check Tools API is looking for."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select

from api.claims.listing import filter_claims
from api.claims.models import Claim
from api.claims.search import service as search
from api.claims.search.query import parse_query
from api.claims.search.service import SearchPosition
from api.database.session import now, session
from api.errors import Invalid
from api.evidence.models import Evidence
from api.factcheck_tools import imported_reviews as imports
from api.factcheck_tools import search_format
from api.factcheck_tools.schemas import MAX_OFFSET, STANDARD_PARAMETERS
from api.http.pagination import cursor_to, read_cursor
from api.publishing import documents
from api.publishing.json_documents import JsonLd
from api.verdicts.models import Verdict

MAX_PAGE_SIZE = 100
#: What says which part of the results is asked for, and what says nothing of them at all.
PAGING_PARAMETERS = STANDARD_PARAMETERS | {"pageToken", "pageSize", "offset"}


ClaimPosition = tuple[UUID, str]
"""A claim's id, and its place among the results."""


class SearchAnswer(TypedDict, total=False):
    """A page of claims as Google has it; `nextPageToken` where more follow. Empty: {}."""

    claims: list[search_format.GoogleClaim]
    nextPageToken: str


class EmptySearch(Invalid):
    """Google's search needs words (`query`) or a publisher (`reviewPublisherSiteFilter`)."""

    title = "Nothing is asked for"
    slug = "nothing-asked-for"


class ReviewPublishers:
    """Whose reviews are asked for: those of the publisher at `site`, us or another, or all."""

    def __init__(self, site: str | None) -> None:
        self._site = search_format.host_without_www(f"//{site}") if site is not None else None
        self._ours = self._site in {None, search_format.host_without_www(documents.public_url())}
        self._others = self._site is None or not self._ours

    def have_reviewed(self, max_age_days: int | None) -> ColumnElement[bool]:
        """One of them has reviewed the claim, at most so many days ago unless it was said since."""
        if max_age_days is None:
            return or_(*self._reviewed())
        oldest = now() - timedelta(days=min(max_age_days, 365_000))
        lately = Claim.said_on >= oldest.date().isoformat()
        return or_(*self._reviewed(oldest), and_(or_(*self._reviewed()), lately))

    def _reviewed(self, since: datetime | None = None) -> Iterator[ColumnElement[bool]]:
        if self._ours:
            verdict = exists().where(Verdict.claim_id == Claim.id).correlate(Claim)
            yield verdict if since is None else verdict.where(Verdict.decided_at >= since)
        if self._others:
            yield imports.has_imported_review(
                self._site, since.date().isoformat() if since else None
            )

    def newest(
        self,
        last: UUID | None,
        conditions: list[ColumnElement[bool]],
        filters: dict[str, Any],
    ) -> Iterator[ClaimPosition]:
        """Where no words are asked for: what we first decided on last, or the other reviewed last,
        from the place `last` on. A page is read along an index.
        """
        if self._others:
            found, place = imports.select_newest_reviewed(self._site or ""), Evidence.id
        else:
            first = select(Claim.id, Verdict.id).join(Verdict, Verdict.claim_id == Claim.id)
            found, place = first.where(Verdict.number == 1), Verdict.id
        found = filter_claims(found, **filters).where(*conditions)
        if last is not None:
            found = found.where(place < last)
        found = found.order_by(place.desc()).limit(MAX_OFFSET + MAX_PAGE_SIZE + 1)
        rows = session.execute(found.execution_options(yield_per=MAX_PAGE_SIZE))
        yield from ((claim_id, id.hex) for claim_id, id in rows)

    def reviewed(self, claims: Sequence[Claim]) -> list[search_format.GoogleClaim]:
        """The claims, each with their reviews of it."""
        ids = [claim.id for claim in claims]
        others = imports.load_imported_reviews(ids, self._site) if self._others else {}
        return [
            search_format.build_claim(document, [*self._own(document), *others.get(claim.id, ())])
            for claim, document in zip(claims, documents.build_documents(claims), strict=True)
        ]

    def _own(self, document: JsonLd) -> Iterator[search_format.GoogleReview]:
        if self._ours and "reviewRating" in document:
            yield search_format.build_own_review(document)


def search_fact_checks(
    *,
    query: str | None = None,
    site: str | None = None,
    language_code: str | None = None,
    max_age_days: int | None = None,
    page_size: int,
    page_token: str,
    offset: int,
    **_: Any,
) -> SearchAnswer:
    """The answer to a search, as Google gives it. Raises `EmptySearch`, `ForeignCursor`."""
    if query is None and site is None:
        raise EmptySearch("query is required unless a site is given.", at="query")
    publishers = ReviewPublishers(site)
    filters: dict[str, Any] = (
        {"language": language_code.partition("-")[0].lower()} if language_code else {}
    )
    conditions = [publishers.have_reviewed(max_age_days)]
    if query is None:
        last = _read_page_token(page_token, UUID) if page_token else None
        places = publishers.newest(last, conditions, filters)
    else:
        after = _read_page_token(page_token, SearchPosition.parse) if page_token else None
        places = _ranked_positions(query, after, conditions, filters)
    size = min(page_size or 10, MAX_PAGE_SIZE)
    skipped = 0 if page_token else offset
    found = list(islice(places, skipped, skipped + size + 1))
    return _build_answer(found[:size], publishers, more=len(found) > size)


_read_page_token = partial(read_cursor, named="pageToken", paging=PAGING_PARAMETERS)


def _ranked_positions(
    query: str,
    after: SearchPosition | None,
    conditions: list[ColumnElement[bool]],
    filters: dict[str, Any],
) -> Iterator[ClaimPosition]:
    if wants := parse_query(query):
        for place in search.ranked_positions(wants, after, *conditions, **filters):
            yield place.claim_id, str(place)


def _build_answer(
    found: list[ClaimPosition], publishers: ReviewPublishers, *, more: bool
) -> SearchAnswer:
    ids = [id for id, _ in found]
    rows = {claim.id: claim for claim in session.scalars(select(Claim).where(Claim.id.in_(ids)))}
    claims = [rows[id] for id in ids]
    answer: SearchAnswer = {"claims": publishers.reviewed(claims)}
    if more:
        answer["nextPageToken"] = cursor_to(found[-1][1], PAGING_PARAMETERS)
    return answer if found else {}
