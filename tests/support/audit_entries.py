"""Entries of the audit log that tests make by themselves."""

from uuid import UUID

from uuid6 import uuid7

from api.audit_log import AuditAction, AuditEntry
from api.database import session as db


def add_audit_entry(claim, what=AuditAction.LINES_RULED, **details):
    """An entry that is there for its order alone; its id."""
    made = uuid7()
    db.session.add(
        AuditEntry(
            id=made, action=what, claim_id=UUID(claim["id"]), subject_id=made, details=details
        )
    )
    db.session.flush()
    return str(made)
