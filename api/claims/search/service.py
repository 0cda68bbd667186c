"""Finding claims by their words.

The database gives the newest claims that have all the words (an intersection of lists in its
index), a window of them at a time; they are ranked here, so that both databases give the same. A
page costs a window's worth, however many claims there are and wherever it stands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import isfinite
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, cast, column, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import selectinload

from api.claims.models import Claim, ClaimTerms
from api.claims.search.query import Wanted, passage, score, wanted
from api.claims.service import narrowed
from api.database.session import session
from api.http.blueprints import LARGEST
from api.http.pagination import paged, place_of

#: So many claims are ranked at a time.
WINDOW = 400

Rows = Select[*tuple[Any, ...]]

_FTS = table("claim_terms_fts", column("rowid"))


@dataclass(frozen=True, order=True)
class Place:
    """A claim's place in a search: in the window of claims numbered below `before`, by its
    score; among equals the newest first.
    """

    before: int
    score: float
    number: int
    claim_id: UUID = field(compare=False)

    @classmethod
    def read(cls, words: str) -> "Place":
        before, score, number, claim_id = words.split("~")
        numbers = int(before), int(number)
        if not all(0 <= each <= LARGEST for each in numbers) or not isfinite(float(score)):
            raise ValueError("no place of a claim")
        return cls(int(before), float(score), int(number), UUID(claim_id))

    def __str__(self) -> str:
        return f"{self.before}~{self.score!r}~{self.number}~{self.claim_id}"


def find(words: str, *, limit: int, cursor: str | None = None, **filters: Any) -> dict[str, Any]:
    """A page of the claims that have all of the words, with what was `found` in each.

    Claims that are made meanwhile shift nothing: they lie above the first window. Filters as in
    `service.narrowed`. Raises `ForeignCursor`.
    """
    after = place_of(cursor, Place.read) if cursor else None
    wants = wanted(words)
    if not wants:
        return paged([], None)
    places = list(islice(places_of(wants, after, **filters), limit + 1))
    shown = places[:limit]
    return paged(_claims(shown, wants), str(shown[-1]) if len(places) > limit else None)


def places_of(
    wants: Sequence[Wanted],
    after: Place | None,
    *conditions: ColumnElement[bool],
    **filters: Any,
) -> Iterator[Place]:
    """The places of all that is found, in order, from the one after `after` on. Conditions and
    filters (those of `service.narrowed`) are on claims.
    """
    matches, number = _having(wants)
    matches = narrowed(matches, **filters).where(*conditions)
    matches = matches.order_by(number.desc()).limit(WINDOW)
    before, full = after.before if after else LARGEST, True
    while full:
        window = session.execute(matches.where(number < before)).all()
        full = len(window) == WINDOW
        if after is None and window:
            before = window[0].number + 1
        ranked = (
            Place(before, score(wants, row.terms.split()), row.number, row.claim_id)
            for row in window
        )
        for place in sorted(ranked, reverse=True):
            if after is None or place < after:
                yield place
        before, after = window[-1].number if full else 0, None


def _having(wants: Sequence[Wanted]) -> tuple[Rows, ColumnElement[int]]:
    """The claims that have all that is wanted, and the column by which they are numbered."""
    found: Rows = select(ClaimTerms.number, ClaimTerms.claim_id, ClaimTerms.terms)
    if session.get_bind().dialect.name == "sqlite":
        # From the full-text table outwards: it gives its rows by number, newest first.
        found = found.select_from(_FTS).join(ClaimTerms, ClaimTerms.number == _FTS.c.rowid)
        match = text("claim_terms_fts MATCH :query").bindparams(query=_in_fts5(wants))
        return found.join(Claim, Claim.id == ClaimTerms.claim_id).where(match), _FTS.c.rowid
    query = cast(bindparam("query", _in_tsquery(wants)), TSQUERY)
    found = found.join(Claim, Claim.id == ClaimTerms.claim_id)
    return found.where(ClaimTerms.terms.bool_op("@@")(query)), ClaimTerms.number.expression


def _in_fts5(wants: Sequence[Wanted]) -> str:
    return " AND ".join(f'"{" ".join(want.terms)}"' + " *" * want.begins for want in wants)


def _in_tsquery(wants: Sequence[Wanted]) -> str:
    rows = (" <-> ".join(f"'{term}'" + ":*" * want.begins for term in want.terms) for want in wants)
    return " & ".join(f"({row})" for row in rows)


def _claims(places: Sequence[Place], wants: Sequence[Wanted]) -> list[Claim]:
    ids = [place.claim_id for place in places]
    rows = select(Claim).where(Claim.id.in_(ids)).options(selectinload(Claim.labels))
    claims = {claim.id: claim for claim in session.scalars(rows)}
    for place in places:
        claim = claims[place.claim_id]
        texts = {claim.exact: "exact", claim.statement: "statement"}
        passages = (passage(wants, name, text) for text, name in reversed(texts.items()))
        claim.found = {"score": round(place.score, 4), "passages": [p for p in passages if p]}
    return [claims[id] for id in ids]
