"""Is the ledger whole? Holds its entries against the places that the database gave them, and
against what claims say of themselves.
"""

from collections.abc import Iterator

from sqlalchemy import select

from api.audit_log import Change, Entry, Happening
from api.claims.models import Claim
from api.database.session import session


def faults() -> Iterator[str]:
    """What is wrong, in words that begin with the row's name."""
    gone = select(Change.position, Change.entry_id).outerjoin(Entry, Entry.id == Change.entry_id)
    for position, id in session.execute(gone.where(Entry.id.is_(None)).order_by(Change.position)):
        yield f"ledger entry {id}: it is missing, and was the change {position}"
    placed = select(Change.position).where(Change.entry_id == Entry.id).exists()
    for id in session.scalars(select(Entry.id).where(~placed).order_by(Entry.id)):
        yield f"ledger entry {id}: it has no place among the changes"
    told = select(Entry.id).where(
        Entry.claim_id == Claim.id, Entry.what == Happening.CLAIM_WITHDRAWN
    )
    without = select(Claim.id).where(Claim.withdrawn_at.is_not(None), ~told.exists())
    for id in session.scalars(without.order_by(Claim.id)):
        yield f"claim {id}: it is withdrawn, and the ledger does not say so"
    silent = select(Claim.id).where(Claim.withdrawn_at.is_(None), told.exists())
    for id in session.scalars(silent.order_by(Claim.id)):
        yield f"claim {id}: the ledger says that it was withdrawn, and it is not"
