"""What models have suggested about evidence. It is never counted: nothing of verdicts reads it."""

from typing import cast
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from api.database.session import Base, Identified
from api.evidence.enums import Stance
from api.evidence.suggestion_outcomes import SuggestionOutcome


class Suggestion(Identified, Base):
    """What a provider's model said an item does to its claim, or why it said nothing. Append-only.

    `asked_model` is the one that was asked for, `model` what the answer names. `prompt_sha256` is
    of what it was told to do, `text_sha256` of what it was given to judge (`stances.Question`).
    """

    __tablename__ = "suggestions"
    __table_args__ = (
        Index("ix_suggestions_evidence_id_id", "evidence_id", "id"),
        Index(
            "uq_suggestions_answered",
            *("evidence_id", "text_sha256", "prompt_sha256", "provider", "asked_model"),
            unique=True,
            sqlite_where=text(f"outcome != '{SuggestionOutcome.UNAVAILABLE}'"),
            postgresql_where=text(f"outcome != '{SuggestionOutcome.UNAVAILABLE}'"),
        ),
        CheckConstraint(
            "(outcome = 'suggested') = "
            "(stance IS NOT NULL AND rationale IS NOT NULL AND model IS NOT NULL)",
            name="suggested",
        ),
        CheckConstraint("(outcome = 'suggested') = (reason IS NULL)", name="reason"),
    )

    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    provider: Mapped[str]
    asked_model: Mapped[str]
    prompt_sha256: Mapped[str]
    text_sha256: Mapped[str]
    outcome: Mapped[SuggestionOutcome]
    model: Mapped[str | None]
    stance: Mapped[Stance | None]
    rationale: Mapped[str | None]
    reason: Mapped[str | None]

    #: What is to be said of it when it is shown; not stored.
    note = (
        "A language model's suggestion, not a finding and nobody's word. It counts for nothing: "
        "no status, requirement or line of evidence depends on it."
    )
    warning = cast(str | None, None)
    outdated = False
