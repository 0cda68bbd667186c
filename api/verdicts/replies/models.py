"""The right of reply: appeals, corrections, attempts to ask the claimant, declared interests."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.contributors.models import Contributor
from api.database.session import Base, Identified, Versioned


class AppealState(StrEnum):
    OPEN = "open"
    UPHELD = "upheld"
    DECLINED = "declined"


class ContactOutcome(StrEnum):
    """What came of asking."""

    ANSWERED = "answered"
    DECLINED = "declined"
    NO_ANSWER = "no_answer"


class Appeal(Versioned, Identified, Base):
    """Somebody's word against what is said of a claim, and a reviewer's public answer.

    Whose it is, is not kept. `verdict_id` is the newest verdict when it was made; `one_person`
    says that it was answered while separated duties were switched off.
    """

    __tablename__ = "appeals"
    __table_args__ = (
        Index("ix_appeals_claim_id_id", "claim_id", "id"),
        Index("ix_appeals_state_id", "state", "id"),
        CheckConstraint(
            "(state = 'open') = (answer IS NULL) AND (state = 'open') = (answered_at IS NULL) "
            "AND (state = 'open') = (answered_by_id IS NULL)",
            name="answered",
        ),
    )

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    verdict_id: Mapped[UUID | None] = mapped_column(ForeignKey("verdicts.id"))
    text: Mapped[str]
    state: Mapped[AppealState] = mapped_column(default=AppealState.OPEN)
    answer: Mapped[str | None]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("contributors.id"))
    one_person: Mapped[bool] = mapped_column(default=False)

    answered_by: Mapped[Contributor | None] = relationship(lazy="raise")

    @property
    def related_rows_in_etag(self) -> tuple[Versioned, ...]:
        """The row of which the answer tells, too: who answered."""
        return (self.answered_by,) if self.answered_by else ()


class AppealContact(Base):
    """Where an appellant can be reached; None once that was erased. A table of its own, so that
    nothing that shows appeals carries it along.
    """

    __tablename__ = "appeal_contacts"

    appeal_id: Mapped[UUID] = mapped_column(ForeignKey("appeals.id"), primary_key=True)
    contact: Mapped[str | None]


class Correction(Identified, Base):
    """What was wrong on a claim, what is right, and how it came about. Append-only."""

    __tablename__ = "corrections"
    __table_args__ = (
        Index("ix_corrections_claim_id_id", "claim_id", "id"),
        Index("ix_corrections_created_at_id", "created_at", "id"),
    )

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    verdict_id: Mapped[UUID | None] = mapped_column(ForeignKey("verdicts.id"))
    wrong: Mapped[str]
    right: Mapped[str]
    reason: Mapped[str]
    corrected_by_id: Mapped[UUID] = mapped_column(ForeignKey("contributors.id"))

    corrected_by: Mapped[Contributor] = relationship(lazy="raise")


class ContactAttempt(Identified, Base):
    """That the claimant, or somebody for them, was asked: whom and how, when, and what came of
    it. Append-only.
    """

    __tablename__ = "contact_attempts"
    __table_args__ = (Index("ix_contact_attempts_claim_id_id", "claim_id", "id"),)

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    asked: Mapped[str]
    asked_at: Mapped[str]
    outcome: Mapped[ContactOutcome]
    reply: Mapped[str | None]
    recorded_by_id: Mapped[UUID] = mapped_column(ForeignKey("contributors.id"))

    recorded_by: Mapped[Contributor] = relationship(lazy="raise")


class Interest(Identified, Base):
    """What ties a reviewer to a claim, in their own words. Append-only: who has said that they
    have an interest decides on the claim no more.
    """

    __tablename__ = "interests"
    __table_args__ = (Index("ix_interests_claim_id_id", "claim_id", "id"),)

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    interest: Mapped[str]
    declared_by_id: Mapped[UUID] = mapped_column(ForeignKey("contributors.id"))

    declared_by: Mapped[Contributor] = relationship(lazy="raise")
