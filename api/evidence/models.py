"""Evidence: the words of a source that bear on a claim."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, column
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.claims.models import Claim
from api.contributors.models import Contributor
from api.database.session import Base, Identified, Versioned
from api.evidence.enums import (
    EvidenceKind,
    EvidenceState,
    RecheckOutcome,
    RejectionReason,
    ReviewDecision,
    RulingDecision,
    Stance,
)
from api.evidence.examination.findings import Findings
from api.evidence.independence.features import OriginFeatures
from api.sources.models import Host, Snapshot, Source


class Evidence(Versioned, Identified, Base):
    """One item of evidence: a source, its exact words, and how they bear on a claim.

    It counts when the quote was found, it is neither retracted nor rejected and, to support the
    claim, it is independent of the claim's origin. `group_number` is the independent source group
    that it is in.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        Index("ix_evidence_claim_id_id", "claim_id", "id"),
        Index("ix_evidence_source_id_id", "source_id", "id"),
        Index(
            "uq_evidence_claim_id_fingerprint",
            "claim_id",
            "fingerprint",
            unique=True,
            sqlite_where=column("retracted_at").is_(None),
            postgresql_where=column("retracted_at").is_(None),
        ),
    )

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    source_id: Mapped[UUID] = mapped_column(ForeignKey("sources.id"))
    source_url: Mapped[str]
    quote: Mapped[str]
    fingerprint: Mapped[str]
    prefix: Mapped[str]
    suffix: Mapped[str]
    stance: Mapped[Stance]
    kind: Mapped[EvidenceKind]
    note: Mapped[str | None]
    published_at: Mapped[str | None]
    interests: Mapped[str | None]
    submitted_by_id: Mapped[UUID] = mapped_column(ForeignKey("contributors.id"))

    state: Mapped[EvidenceState] = mapped_column(default=EvidenceState.PENDING)
    state_reason: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    examined_at: Mapped[datetime | None]
    snapshot_id: Mapped[UUID | None] = mapped_column(ForeignKey("snapshots.id"))
    found_start: Mapped[int | None]
    found_end: Mapped[int | None]
    found_level: Mapped[str | None]
    findings: Mapped[Findings | None] = mapped_column(JSON)
    origin_features: Mapped[OriginFeatures | None] = mapped_column(JSON)
    stale_since: Mapped[datetime | None]

    group_number: Mapped[int | None]
    group_reasons: Mapped[list[str] | None] = mapped_column(JSON)
    independent: Mapped[bool | None]
    not_independent_reason: Mapped[str | None]

    review: Mapped[ReviewDecision | None]
    review_reason: Mapped[RejectionReason | None]
    review_note: Mapped[str | None]
    reviewed_at: Mapped[datetime | None]
    retracted_at: Mapped[datetime | None]
    retraction_reason: Mapped[str | None]

    claim: Mapped[Claim] = relationship(lazy="raise")
    source: Mapped[Source] = relationship(lazy="raise")
    submitted_by: Mapped[Contributor] = relationship(lazy="raise")
    snapshot: Mapped[Snapshot | None] = relationship(lazy="raise")

    @property
    def related_rows_in_etag(self) -> tuple[Versioned, ...]:
        """Rows of which the answer tells, too: who publishes the source, who submitted it."""
        return self.source, self.submitted_by

    @property
    def active(self) -> bool:
        """Whether it is neither retracted nor rejected."""
        return self.retracted_at is None and self.review is not ReviewDecision.REJECTED

    @classmethod
    def where_stands(cls) -> tuple[ColumnElement[bool], ...]:
        """`stands` as conditions of a query; also those of an alias."""
        return cls.retracted_at.is_(None), cls.review.is_distinct_from(ReviewDecision.REJECTED)

    @property
    def needs_examination(self) -> bool:
        """Whether it is active and its source has not been read."""
        return self.active and self.state in {
            EvidenceState.PENDING,
            EvidenceState.SOURCE_UNAVAILABLE,
        }

    @property
    def verified(self) -> bool:
        """Whether it is active and its quote was found."""
        return self.active and self.state is EvidenceState.QUOTE_VERIFIED

    @property
    def counted(self) -> bool:
        """Whether the assessment counts it: it is verified and, if it supports the claim,
        independent of the claim's origin. Nobody vouches for themselves; anybody may contradict
        themselves.
        """
        return self.verified and not (self.stance is Stance.SUPPORTS and self.independent is False)


class RecheckSchedule(Base):
    """When the source of an item whose quote was found is fetched again, and how far its rechecks
    are (`outcomes.RecheckState`). It is no part of the item, whose ETag it would change.
    """

    __tablename__ = "recheck_schedules"
    __table_args__ = (Index("ix_recheck_schedules_host_due_at", "host", "due_at"),)

    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"), primary_key=True)
    host: Mapped[str] = mapped_column(ForeignKey(Host.name))
    due_at: Mapped[datetime]
    dates: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    missing_since: Mapped[datetime | None]
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("contributors.id"))

    evidence: Mapped[Evidence] = relationship(lazy="raise")


class Recheck(Identified, Base):
    """The outcome of a recheck, on its date or when a person asked for it (`asked_by_id`). The
    snapshot is of a page that had changed. Append-only.
    """

    __tablename__ = "rechecks"
    __table_args__ = (Index("ix_rechecks_evidence_id_id", "evidence_id", "id"),)

    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    outcome: Mapped[RecheckOutcome]
    reason: Mapped[str | None]
    status: Mapped[int | None]
    snapshot_id: Mapped[UUID | None] = mapped_column(ForeignKey("snapshots.id"))
    asked_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("contributors.id"))


class GroupRuling(Identified, Base):
    """A reviewer's decision on two items, with its reason: `item` joins the group of `other`, or
    leaves it. Append-only; a later one on the same two prevails.
    """

    __tablename__ = "group_rulings"
    __table_args__ = (Index("ix_group_rulings_claim_id_id", "claim_id", "id"),)

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    decision: Mapped[RulingDecision]
    item_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    other_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    reason: Mapped[str]
    decided_by_id: Mapped[UUID] = mapped_column(ForeignKey("contributors.id"))
