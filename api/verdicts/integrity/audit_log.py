"""Is the audit log whole? Holds its entries against the places that the database gave them, and
against what claims say of themselves.
"""

from collections.abc import Iterator

from sqlalchemy import select

from api.audit_log import AuditAction, AuditEntry, ChangePosition
from api.claims.models import Claim
from api.database.session import session


def find_faults() -> Iterator[str]:
    """What is wrong, in words that begin with the row's name."""
    gone = select(ChangePosition.position, ChangePosition.entry_id).outerjoin(
        AuditEntry, AuditEntry.id == ChangePosition.entry_id
    )
    for position, id in session.execute(
        gone.where(AuditEntry.id.is_(None)).order_by(ChangePosition.position)
    ):
        yield f"audit log entry {id}: it is missing, and was the change {position}"
    placed = (
        select(ChangePosition.position).where(ChangePosition.entry_id == AuditEntry.id).exists()
    )
    for id in session.scalars(select(AuditEntry.id).where(~placed).order_by(AuditEntry.id)):
        yield f"audit log entry {id}: it has no place among the changes"
    told = select(AuditEntry.id).where(
        AuditEntry.claim_id == Claim.id, AuditEntry.action == AuditAction.CLAIM_WITHDRAWN
    )
    without = select(Claim.id).where(Claim.withdrawn_at.is_not(None), ~told.exists())
    for id in session.scalars(without.order_by(Claim.id)):
        yield f"claim {id}: it is withdrawn, and the audit log does not say so"
    silent = select(Claim.id).where(Claim.withdrawn_at.is_(None), told.exists())
    for id in session.scalars(silent.order_by(Claim.id)):
        yield f"claim {id}: the audit log says that it was withdrawn, and it is not"
