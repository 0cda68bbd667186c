"""Which reviewed claims a client of Google's Fact Check Tools API is looking for."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select

from api.claims import search
from api.claims.models import Claim
from api.claims.search import Place
from api.claims.service import narrowed
from api.claims.wanted import wanted
from api.db import now, session
from api.errors import Invalid
from api.feeds import factcheck, reviews
from api.paging import cursor_to, place_of
from api.verdicts.models import Verdict

MOST = 100
#: What says which part of the results is asked for, and what says nothing of them at all.
PAGING = frozenset({"pageToken", "pageSize", "offset", "key", "alt", "quotaUser", "prettyPrint"})


class NothingAskedFor(Invalid):
    """Google's search needs words (`query`) or a publisher (`reviewPublisherSiteFilter`)."""

    title = "Nothing is asked for"


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
    if site is not None and factcheck.site(f"//{site}") != factcheck.site(reviews.base()):
        return {}
    filters: dict[str, Any] = {"language": language_code.partition("-")[0]} if language_code else {}
    conditions = [_is_reviewed(max_age_days)]
    if query is None:
        places = _newest(page_token, conditions, filters)
    else:
        after = _place(page_token, Place.read) if page_token else None
        places = _places(query, after, conditions, filters)
    size = min(page_size or 10, MOST)
    skipped = 0 if page_token else offset
    found = list(islice(places, skipped, skipped + size + 1))
    return _answer(found[:size], more=len(found) > size)


Found = tuple[UUID, str]
"""A claim's id, and its place among the results."""


_place = partial(place_of, named="pageToken", paging=PAGING)


def _places(
    query: str, after: Place | None, conditions: list[ColumnElement[bool]], filters: dict[str, Any]
) -> Iterator[Found]:
    if wants := wanted(query):
        for place in search.places_of(wants, after, *conditions, **filters):
            yield place.claim_id, str(place)


def _newest(
    token: str, conditions: list[ColumnElement[bool]], filters: dict[str, Any]
) -> Iterator[Found]:
    """Where no words are asked for, those that were first decided on last."""
    first = select(Claim.id, Verdict.id).join(Verdict, Verdict.claim_id == Claim.id)
    found = narrowed(first.where(Verdict.number == 1), **filters).where(*conditions)
    if token:
        found = found.where(Verdict.id < _place(token, UUID))
    rows = session.execute(found.order_by(Verdict.id.desc()).execution_options(yield_per=MOST))
    yield from ((claim_id, verdict_id.hex) for claim_id, verdict_id in rows)


def _is_reviewed(max_age_days: int | None) -> ColumnElement[bool]:
    """Somebody has decided on the claim; at most so many days ago, unless it was said since."""
    verdict = exists().where(Verdict.claim_id == Claim.id).correlate(Claim)
    if max_age_days is None:
        return verdict
    oldest = now() - timedelta(days=min(max_age_days, 365_000))
    lately = verdict.where(Verdict.decided_at >= oldest)
    return verdict & or_(lately, Claim.said_on >= oldest.date().isoformat())


def _answer(found: list[Found], *, more: bool) -> dict[str, Any]:
    ids = [id for id, _ in found]
    rows = {claim.id: claim for claim in session.scalars(select(Claim).where(Claim.id.in_(ids)))}
    documents = reviews.documents_of([rows[id] for id in ids])
    answer: dict[str, Any] = {"claims": [factcheck.claim(document) for document in documents]}
    if more:
        answer["nextPageToken"] = cursor_to(found[-1][1], PAGING)
    return answer if found else {}
