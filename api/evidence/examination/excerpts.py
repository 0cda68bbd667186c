"""The text around a quote in the snapshot of its source."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import case, func, select

from api.database.session import session
from api.evidence.models import Evidence
from api.sources.models import Snapshot

#: Code points of the source's text before and after the quote.
EXCERPT_MARGIN = 600


def load_excerpts(items: Iterable[Evidence]) -> dict[UUID, str]:
    """The passage around each item's quote, by the item's id; none where no quote was found. The
    database cuts it out, however long the source's text is.
    """
    before = Evidence.found_start - EXCERPT_MARGIN
    start = case((before > 0, before), else_=0)
    cut = func.substr(Snapshot.text, start + 1, Evidence.found_end + EXCERPT_MARGIN - start)
    rows = select(Evidence.id, cut.label("passage")).join(
        Snapshot, Snapshot.id == Evidence.snapshot_id
    )
    rows = rows.where(Evidence.id.in_([item.id for item in items]))
    found = rows.where(Evidence.found_start.is_not(None), Evidence.found_end.is_not(None))
    return {row.id: row.passage for row in session.execute(found)}
