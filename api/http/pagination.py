"""Lists a page at a time: where a page ends, and the cursor that leads on from there."""

import base64
import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, TypedDict, TypeVar, TypeVarTuple
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, after_this_request, request
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from api.database.session import session
from api.errors import Invalid

Columns = TypeVarTuple("Columns")


class ForeignCursor(Invalid):
    """The cursor is not one that this list, with these filters, gave out."""

    title = "The cursor is of another list"


class ResultPage(TypedDict):
    """A page of a list. `next_cursor` leads to the next page; None on the last one."""

    items: list[Any]
    next_cursor: str | None


def list_page(
    rows: Select[Any],
    by: InstrumentedAttribute[Any],
    *,
    limit: int,
    cursor: str | None = None,
    newest_first: bool = False,
) -> ResultPage:
    """One page of a list: `items`, and the `next_cursor` (None at the end) to go on with.

    Keyset paging over a time-ordered id: a page costs the same wherever it stands, and rows
    that come in meanwhile shift nothing.
    """
    found = session.scalars(_select_page(rows, by, limit, cursor, newest_first)).all()
    return _make_page_of(found, limit, lambda row: getattr(row, by.key))


def list_columns(
    rows: Select[*tuple[Any, ...]],
    by: InstrumentedAttribute[Any],
    *,
    limit: int,
    cursor: str | None = None,
    newest_first: bool = False,
) -> ResultPage:
    """The same of rows that are selected by their columns, `by` among them: each item is a
    dictionary by the columns' names. Rows of a mapped class take twice as long.
    """
    found = session.execute(_select_page(rows, by, limit, cursor, newest_first)).mappings().all()
    return _make_page_of([dict(row) for row in found], limit, lambda row: row[by.key])


def _select_page(
    rows: Select[*Columns],
    by: InstrumentedAttribute[Any],
    limit: int,
    cursor: str | None,
    newest_first: bool,
) -> Select[*Columns]:
    """The rows of a page, and the one after them, which says whether there is another page."""
    if cursor is not None:
        last = read_cursor(cursor, UUID)
        rows = rows.where(by < last if newest_first else by > last)
    return rows.order_by(by.desc() if newest_first else by).limit(limit + 1)


def _make_page_of(found: Sequence[Any], limit: int, id_of: Callable[[Any], UUID]) -> ResultPage:
    items = list(found[:limit])
    return make_page(items, None if len(found) == len(items) else id_of(items[-1]).hex)


def make_page(items: list[Any], place: str | None) -> ResultPage:
    """A page whose list goes on from a place (None: it ends here), as `read_cursor` will read it.

    The next page is also named by a Link header (RFC 8288).
    """
    if place is None:
        return {"items": items, "next_cursor": None}
    following = cursor_to(place)
    after_this_request(lambda response: _link(response, following))
    return {"items": items, "next_cursor": following}


Place = TypeVar("Place")

#: What says which part of a list is asked for, and not which list.
PAGING = frozenset({"cursor", "limit"})


def cursor_to(place: str, paging: frozenset[str] = PAGING) -> str:
    """A place in the list asked for, as `read_cursor` will read it."""
    return base64.urlsafe_b64encode(f"{_list_asked_for(paging)}{place}".encode()).decode()


def read_cursor(
    cursor: str,
    reader: Callable[[str], Place],
    *,
    named: str = "cursor",
    paging: frozenset[str] = PAGING,
) -> Place:
    """Where in the list asked for the cursor stands. `reader` raises `ValueError` for what is no
    place in it. Raises `ForeignCursor`.
    """
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
        if text[:12] == _list_asked_for(paging):
            return reader(text[12:])
    except ValueError:
        pass
    raise ForeignCursor("Send it with the same filters as it was given with.", at=named)


def _list_asked_for(paging: frozenset[str]) -> str:
    """What tells one list from another: its address and its filters."""
    asked = request.args.items(multi=True)
    filters = sorted(each for each in asked if each[0] not in paging)
    return hashlib.sha256(json.dumps([request.path, filters]).encode()).hexdigest()[:12]


def _link(response: Response, cursor: str) -> Response:
    asked = [each for each in request.args.items(multi=True) if each[0] != "cursor"]
    query = urlencode([*asked, ("cursor", cursor)])
    response.headers["Link"] = f'<{request.path}?{query}>; rel="next"'
    return response
