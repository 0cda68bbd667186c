"""The text around a quote in the snapshot of its source."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, case, func, select

from api.database.session import session
from api.evidence.models import Evidence
from api.sources.models import Snapshot

#: Code points of the source's text before and after the quote.
EXCERPT_MARGIN = 600


def load_excerpts(
    items: Iterable[Evidence], *, margin: int = EXCERPT_MARGIN, longest: int | None = None
) -> dict[UUID, str]:
    """The passage around each item's quote, by the item's id; none where no quote was found. The
    database cuts it out (see `cut_excerpt`), however long the source's text is.
    """
    cut = cut_excerpt(
        Snapshot.text, Evidence.found_start, Evidence.found_end, margin=margin, longest=longest
    )
    rows = select(Evidence.id, cut.label("passage")).join(
        Snapshot, Snapshot.id == Evidence.snapshot_id
    )
    rows = rows.where(Evidence.id.in_([item.id for item in items]))
    found = rows.where(Evidence.found_start.is_not(None), Evidence.found_end.is_not(None))
    return {row.id: row.passage for row in session.execute(found)}


def cut_excerpt(
    text: Any, start: Any, end: Any, *, margin: int, longest: int | None = None
) -> ColumnElement[str]:
    """The part of a text column from `margin` code points before `start` to as many after `end`,
    or after the first `longest` code points of what lies between.
    """
    first = case((start - margin > 0, start - margin), else_=0)
    last = end if longest is None else case((end - start > longest, start + longest), else_=end)
    return func.substr(text, first + 1, last + margin - first)  # substr counts from 1
