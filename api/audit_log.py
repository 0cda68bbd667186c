"""What happened to a claim: append-only rows that the database refuses to change."""

from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, BigInteger, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from api.database.session import Base, Identified, session


class Happening(StrEnum):
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


class Entry(Identified, Base):
    """One thing that happened: to which claim and row of it, by whom (None: the system, or
    somebody without a key).
    """

    __tablename__ = "ledger"
    __table_args__ = (
        Index("ix_ledger_claim_id_id", "claim_id", "id"),
        Index("ix_ledger_what_id", "what", "id"),
    )

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    subject_id: Mapped[UUID]
    what: Mapped[Happening]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("contributors.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON)


class Change(Base):
    """An entry's place among all entries, in the order in which they were committed.

    The database enters it itself: on PostgreSQL as the transaction commits, under a lock that
    lasts until it has. So whoever sees a position sees all before it, and one that is seen
    later is higher. An entry's id tells when it was written, which is not that order.
    """

    __tablename__ = "changes"

    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    # No foreign key: SQLite could not make the ledger's table anew, as it must for a new word.
    entry_id: Mapped[UUID] = mapped_column(unique=True)


def record(
    what: Happening, *, claim_id: UUID, subject_id: UUID, by_id: UUID | None, **details: Any
) -> None:
    """Enter what happened, in the transaction in which it happens."""
    entry = Entry(what=what, claim_id=claim_id, subject_id=subject_id, by_id=by_id, details=details)
    session.add(entry)
