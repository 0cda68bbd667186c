"""What stands around a quote in the text that its source was read as."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import case, func, select

from api.database.session import session
from api.evidence.models import Evidence
from api.sources.models import Snapshot

#: Code points of the source's text that are read before and after the quote.
AROUND = 600


def of(items: Iterable[Evidence]) -> dict[UUID, str]:
    """The passage of each item whose quote was found, cut out by the database, however long the
    source's text is.
    """
    before = Evidence.found_start - AROUND
    start = case((before > 0, before), else_=0)
    cut = func.substr(Snapshot.text, start + 1, Evidence.found_end + AROUND - start)
    rows = select(Evidence.id, cut.label("passage")).join(
        Snapshot, Snapshot.id == Evidence.snapshot_id
    )
    rows = rows.where(Evidence.id.in_([item.id for item in items]))
    found = rows.where(Evidence.found_start.is_not(None), Evidence.found_end.is_not(None))
    return {row.id: row.passage for row in session.execute(found)}
