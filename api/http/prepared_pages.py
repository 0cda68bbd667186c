"""Lists that are asked for again and again, in prepared statements."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Select, bindparam
from sqlalchemy.orm import InstrumentedAttribute

from api.database.prepared import Prepared
from api.http.pagination import paged, place_of


class Pages:
    """The pages of a list: `paging.page` for what is asked most."""

    def __init__(
        self,
        rows: Select[Any],
        *along: InstrumentedAttribute[Any],
        by: InstrumentedAttribute[Any],
        newest_first: bool = False,
        only: Collection[InstrumentedAttribute[Any]] = (),
    ) -> None:
        place = bindparam("place", type_=by.type)
        ordered = rows.order_by(by.desc() if newest_first else by).limit(bindparam("most"))
        self.key = by.key
        further = ordered.where(by < place if newest_first else by > place)
        self.first, self.others = (Prepared(each, *along, only=only) for each in (ordered, further))

    def page(self, *, limit: int, cursor: str | None = None, **values: Any) -> dict[str, Any]:
        """Raises `ForeignCursor`."""
        values |= {"most": limit + 1}
        if cursor is None:
            found = self.first.all(**values)
        else:
            found = self.others.all(place=place_of(cursor, UUID), **values)
        items = found[:limit]
        return paged(items, None if len(found) <= limit else getattr(items[-1], self.key).hex)
