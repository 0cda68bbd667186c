"""The audit log: append-only rows that say who changed what of a claim, and when.

Its tables are called `audit_log` and `changes`; triggers refuse to update or delete their rows.
"""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from api.database.session import Base, Identified, session


class AuditAction(StrEnum):
    """What can be done to a claim. The words are public: the API and the feeds repeat them."""

    CLAIM_MADE = "claim made"
    CLAIM_EDITED = "claim edited"
    CLAIM_WITHDRAWN = "claim withdrawn"
    CLAIM_MOVED = "claim moved"
    CLAIM_GONE = "claim gone"
    EVIDENCE_SUBMITTED = "evidence submitted"
    EVIDENCE_EXAMINED = "evidence examined"
    EVIDENCE_RETRACTED = "evidence retracted"
    EVIDENCE_ACCEPTED = "evidence accepted"
    EVIDENCE_REJECTED = "evidence rejected"
    EVIDENCE_STALE = "evidence stale"
    EVIDENCE_CURRENT = "evidence current"
    LINES_RULED = "lines ruled"
    LINES_REDRAWN = "lines redrawn"
    VERDICT_GIVEN = "verdict given"
    VERDICT_WITHDRAWN = "verdict withdrawn"
    APPEAL_MADE = "appeal made"
    APPEAL_ANSWERED = "appeal answered"
    CORRECTION_MADE = "correction made"
    CLAIMANT_ASKED = "claimant asked"
    INTEREST_DECLARED = "interest declared"
    STATEMENT_JOINED = "statement joined"
    STATEMENT_LEFT = "statement left"


class AuditEntry(Identified, Base):
    """One action: on which claim and which row that belongs to it (`subject_id`), by whom (None:
    the system, or somebody without a key).
    """

    __tablename__ = "audit_log"
    __table_args__ = (
        Index("ix_audit_log_claim_id_id", "claim_id", "id"),
        Index("ix_audit_log_what_id", "what", "id"),
    )

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    subject_id: Mapped[UUID]
    action: Mapped[AuditAction] = mapped_column("what")
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("contributors.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class ChangePosition(Base):
    """An entry's place among all entries, in the order in which they were committed.

    A trigger writes it: on PostgreSQL as the transaction commits, under a lock that is released
    after the commit. So whoever reads a position can read all lower ones, and a position that
    becomes visible later is higher. The order of entries' ids is the order of writing, not of
    committing.
    """

    __tablename__ = "changes"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    # No foreign key: SQLite could not rebuild the audit log's table, as it must for a new action.
    entry_id: Mapped[UUID] = mapped_column(unique=True)


def record_action(
    action: AuditAction, *, claim_id: UUID, subject_id: UUID, by_id: UUID | None, **details: Any
) -> None:
    """Append an entry, in the transaction that does what it records.

    `details` are stored as JSON; their keys are public in `GET /claims/{id}/audit-log`.
    """
    session.add(
        AuditEntry(
            action=action, claim_id=claim_id, subject_id=subject_id, by_id=by_id, details=details
        )
    )
