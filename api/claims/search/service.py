"""Search claims by their words.

The database finds the newest claims that have all the words (an intersection of lists in its
index), a window of them at a time; this module ranks them, so that both databases give the same. A
page costs one window, however many claims there are and whichever page it is.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from math import isfinite
from typing import Any, Unpack
from uuid import UUID

from sqlalchemy import ColumnElement, Select, bindparam, cast, column, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import selectinload

from api.claims.listing import ClaimFilters, filter_claims
from api.claims.models import Claim, ClaimTerms
from api.claims.search.query import QueryTerm, extract_passage, parse_query, score_claim
from api.database.session import session
from api.http.blueprints import MAX_INTEGER
from api.http.pagination import ResultPage, make_page, read_cursor

#: Claims that are ranked at a time.
WINDOW_SIZE = 400

Rows = Select[*tuple[Any, ...]]

_FTS = table("claim_terms_fts", column("rowid"))


@dataclass(frozen=True, order=True)
class SearchPosition:
    """A claim's position in a search: in the window of claims numbered below `before`, by score;
    of equals the newest first. Its string form is a cursor.
    """

    before: int
    score: float
    number: int
    claim_id: UUID = field(compare=False)

    @classmethod
    def parse(cls, cursor: str) -> "SearchPosition":
        before, score, number, claim_id = cursor.split("~")
        numbers = int(before), int(number)
        if not all(0 <= each <= MAX_INTEGER for each in numbers) or not isfinite(float(score)):
            raise ValueError("no place of a claim")
        return cls(int(before), float(score), int(number), UUID(claim_id))

    def __str__(self) -> str:
        return f"{self.before}~{self.score!r}~{self.number}~{self.claim_id}"


def search_claims(
    words: str, *, limit: int, cursor: str | None = None, **filters: Unpack[ClaimFilters]
) -> ResultPage:
    """Return a page of the claims that have all of the words, with what was `found` in each.

    Claims that are made meanwhile shift no page: they lie above the first window. Filters as in
    `filter_claims`. Raises `ForeignCursor`.
    """
    after = read_cursor(cursor, SearchPosition.parse) if cursor else None
    query = parse_query(words)
    if not query:
        return make_page([], None)
    places = list(islice(ranked_positions(query, after, **filters), limit + 1))
    on_page = places[:limit]
    return make_page(
        _load_claims(on_page, query), str(on_page[-1]) if len(places) > limit else None
    )


def ranked_positions(
    query: Sequence[QueryTerm],
    after: SearchPosition | None,
    *conditions: ColumnElement[bool],
    **filters: Unpack[ClaimFilters],
) -> Iterator[SearchPosition]:
    """Yield the positions of all claims found, best first, from the one after `after` on.

    Conditions and filters (those of `filter_claims`) restrict the claims.
    """
    matches, number = _select_matching(query)
    matches = filter_claims(matches, **filters).where(*conditions)
    matches = matches.order_by(number.desc()).limit(WINDOW_SIZE)
    before, full = after.before if after else MAX_INTEGER, True
    while full:
        window = session.execute(matches.where(number < before)).all()
        full = len(window) == WINDOW_SIZE
        if after is None and window:
            before = window[0].number + 1
        ranked = (
            SearchPosition(before, score_claim(query, row.terms.split()), row.number, row.claim_id)
            for row in window
        )
        for place in sorted(ranked, reverse=True):
            if after is None or place < after:
                yield place
        before, after = window[-1].number if full else 0, None


def _select_matching(query: Sequence[QueryTerm]) -> tuple[Rows, ColumnElement[int]]:
    """Return a selection of the claims that match a query, and the column of their numbers."""
    found: Rows = select(ClaimTerms.number, ClaimTerms.claim_id, ClaimTerms.terms)
    if session.get_bind().dialect.name == "sqlite":
        # From the full-text table outwards: it gives its rows by number, newest first.
        found = found.select_from(_FTS).join(ClaimTerms, ClaimTerms.number == _FTS.c.rowid)
        match = text("claim_terms_fts MATCH :query").bindparams(query=_to_fts5(query))
        return found.join(Claim, Claim.id == ClaimTerms.claim_id).where(match), _FTS.c.rowid
    tsquery = cast(bindparam("query", _to_tsquery(query)), TSQUERY)
    found = found.join(Claim, Claim.id == ClaimTerms.claim_id)
    return found.where(ClaimTerms.terms.bool_op("@@")(tsquery)), ClaimTerms.number.expression


def _to_fts5(query: Sequence[QueryTerm]) -> str:
    return " AND ".join(f'"{" ".join(wanted.terms)}"' + " *" * wanted.is_prefix for wanted in query)


def _to_tsquery(query: Sequence[QueryTerm]) -> str:
    rows = (
        " <-> ".join(f"'{term}'" + ":*" * wanted.is_prefix for term in wanted.terms)
        for wanted in query
    )
    return " & ".join(f"({row})" for row in rows)


def _load_claims(places: Sequence[SearchPosition], query: Sequence[QueryTerm]) -> list[Claim]:
    ids = [place.claim_id for place in places]
    rows = select(Claim).where(Claim.id.in_(ids)).options(selectinload(Claim.labels))
    claims = {claim.id: claim for claim in session.scalars(rows)}
    for place in places:
        claim = claims[place.claim_id]
        texts = {claim.exact: "exact", claim.statement: "statement"}
        passages = (extract_passage(query, name, text) for text, name in reversed(texts.items()))
        claim.found = {"score": round(place.score, 4), "passages": [p for p in passages if p]}
    return [claims[id] for id in ids]
