"""Which reviewed claims a client of Google's Fact Check Tools API is looking for."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select

from api.claims.models import Claim
from api.claims.search import service as search
from api.claims.search.query import parse_query
from api.claims.search.service import SearchPosition
from api.claims.service import filter_claims
from api.database.session import now, session
from api.errors import Invalid
from api.evidence.models import Evidence
from api.factcheck_tools import imported_reviews as imports
from api.factcheck_tools import search_format
from api.factcheck_tools.schemas import FARTHEST, OF_EVERY_METHOD
from api.http.pagination import cursor_to, place_of
from api.publishing import documents
from api.verdicts.models import Verdict

MOST = 100
#: What says which part of the results is asked for, and what says nothing of them at all.
PAGING = OF_EVERY_METHOD | {"pageToken", "pageSize", "offset"}


Found = tuple[UUID, str]
"""A claim's id, and its place among the results."""


class NothingAskedFor(Invalid):
    """Google's search needs words (`query`) or a publisher (`reviewPublisherSiteFilter`)."""

    title = "Nothing is asked for"


class Publishers:
    """Whose reviews are asked for: those of the publisher at `site`, us or another, or all."""

    def __init__(self, site: str | None) -> None:
        self._site = search_format.site(f"//{site}") if site is not None else None
        self._ours = self._site in {None, search_format.site(documents.base())}
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
            yield imports.is_reviewed(self._site, since.date().isoformat() if since else None)

    def newest(
        self,
        last: UUID | None,
        conditions: list[ColumnElement[bool]],
        filters: dict[str, Any],
    ) -> Iterator[Found]:
        """Where no words are asked for: what we first decided on last, or the other reviewed last,
        from the place `last` on. A page is read along an index.
        """
        if self._others:
            found, place = imports.newest(self._site or ""), Evidence.id
        else:
            first = select(Claim.id, Verdict.id).join(Verdict, Verdict.claim_id == Claim.id)
            found, place = first.where(Verdict.number == 1), Verdict.id
        found = filter_claims(found, **filters).where(*conditions)
        if last is not None:
            found = found.where(place < last)
        found = found.order_by(place.desc()).limit(FARTHEST + MOST + 1)
        rows = session.execute(found.execution_options(yield_per=MOST))
        yield from ((claim_id, id.hex) for claim_id, id in rows)

    def reviewed(self, claims: Sequence[Claim]) -> list[search_format.Object]:
        """The claims, each with their reviews of it."""
        ids = [claim.id for claim in claims]
        others = imports.reviews_of(ids, self._site) if self._others else {}
        return [
            search_format.claim(document, [*self._own(document), *others.get(claim.id, ())])
            for claim, document in zip(claims, documents.documents_of(claims), strict=True)
        ]

    def _own(self, document: search_format.Object) -> Iterator[search_format.Object]:
        if self._ours and "reviewRating" in document:
            yield search_format.own_review(document)


def find(
    *,
    query: str | None = None,
    site: str | None = None,
    language_code: str | None = None,
    max_age_days: int | None = None,
    page_size: int,
    page_token: str,
    offset: int,
    **_: Any,
) -> dict[str, Any]:
    """The answer to a search, as Google gives it. Raises `NothingAskedFor`, `ForeignCursor`."""
    if query is None and site is None:
        raise NothingAskedFor("query is required unless a site is given.", at="query")
    publishers = Publishers(site)
    filters: dict[str, Any] = (
        {"language": language_code.partition("-")[0].lower()} if language_code else {}
    )
    conditions = [publishers.have_reviewed(max_age_days)]
    if query is None:
        last = _place(page_token, UUID) if page_token else None
        places = publishers.newest(last, conditions, filters)
    else:
        after = _place(page_token, SearchPosition.parse) if page_token else None
        places = _places(query, after, conditions, filters)
    size = min(page_size or 10, MOST)
    skipped = 0 if page_token else offset
    found = list(islice(places, skipped, skipped + size + 1))
    return _answer(found[:size], publishers, more=len(found) > size)


_place = partial(place_of, named="pageToken", paging=PAGING)


def _places(
    query: str,
    after: SearchPosition | None,
    conditions: list[ColumnElement[bool]],
    filters: dict[str, Any],
) -> Iterator[Found]:
    if wants := parse_query(query):
        for place in search.ranked_positions(wants, after, *conditions, **filters):
            yield place.claim_id, str(place)


def _answer(found: list[Found], publishers: Publishers, *, more: bool) -> dict[str, Any]:
    ids = [id for id, _ in found]
    rows = {claim.id: claim for claim in session.scalars(select(Claim).where(Claim.id.in_(ids)))}
    claims = [rows[id] for id in ids]
    answer: dict[str, Any] = {"claims": publishers.reviewed(claims)}
    if more:
        answer["nextPageToken"] = cursor_to(found[-1][1], PAGING)
    return answer if found else {}
