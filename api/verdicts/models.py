"""Verdicts, what the evidence amounts to between them, and the log of all verdicts."""

import json
from datetime import datetime
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    ScalarSelect,
    UniqueConstraint,
    func,
    select,
)
from sqlalchemy.orm import (
    InstrumentedAttribute,
    Mapped,
    aliased,
    joinedload,
    mapped_column,
    relationship,
)

from api.claims.enums import Status
from api.claims.models import Claim
from api.contributors.models import Contributor
from api.database.session import Base, Identified, now
from api.verdicts.hash_chain import ChainLink
from api.verdicts.policy import UnmetRequirement
from api.verdicts.record_format import AppliedVerdictRecord, VerdictRecord


class ReviewReason(StrEnum):
    """Why a person should look at a claim."""

    UNDECIDED = "undecided"  # the evidence would carry a status, and nobody decided
    EVIDENCE_CHANGED = "evidence_changed"  # it is not what the verdict was given on
    VERDICT_WITHDRAWN = "verdict_withdrawn"  # by the system
    QUOTE_ABSENT = "quote_absent"  # a source was read and lacks the quote
    EVIDENCE_STALE = "evidence_stale"  # a source lost the quote or is gone, after it was found
    OPINIONS_DIFFER = "opinions_differ"  # the verdict was given upon another reviewer's opinion
    APPEAL_OPEN = "appeal_open"  # nobody has answered it
    APPEAL_UPHELD = "appeal_upheld"  # and nobody has decided since


class Opinion(Identified, Base):
    """What a reviewer would decide, where that takes two. Append-only.

    It is its giver's alone until a verdict is given upon it, without having been seen. `basis` is
    the digest of what it was given on: when that is another, it has lapsed.
    """

    __tablename__ = "opinions"
    __table_args__ = (
        UniqueConstraint("claim_id", "basis", "given_by_id"),
        Index("ix_opinions_given_by_id_id", "given_by_id", "id"),
        # Nobody waits for a second reviewer to say that nothing is known.
        CheckConstraint("status <> 'unverified'", name="takes_two"),
    )

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    status: Mapped[Status]
    finding: Mapped[str | None]
    reasons: Mapped[str]
    exception: Mapped[str | None]
    evidence: Mapped[list[str]] = mapped_column(JSON)
    basis: Mapped[str]
    given_by_id: Mapped[UUID] = mapped_column(ForeignKey("contributors.id"))
    # No foreign key: verdicts refer to opinions, and what refers to one another has no order.
    applied_verdict_id: Mapped[UUID | None] = mapped_column("cites_id")

    given_by: Mapped[Contributor] = relationship(lazy="raise")


class Verdict(Identified, Base):
    """A decision on a claim. Append-only: the newest is the claim's status, all of them its
    history. `record` is what it attests, in canonical JSON; the columns beside it are copies
    to search by. Without `decided_by` it was the policy, which can only withdraw. `opinion` is
    another reviewer's, which waited for this one's and was not seen by them. With `cites_id` it
    rests on that verdict, on another claim that says the same, and not on evidence of its own.
    """

    __tablename__ = "verdicts"
    __table_args__ = (
        UniqueConstraint("claim_id", "number"),
        Index("uq_verdicts_opinion_id", "opinion_id", unique=True),
        Index("ix_verdicts_cites_id", "cites_id"),
        CheckConstraint("number > 0", name="number"),
        CheckConstraint(
            "decided_by_id IS NOT NULL OR status = 'unverified'", name="only_people_decide"
        ),
    )

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"))
    number: Mapped[int]
    status: Mapped[Status]
    finding: Mapped[str | None]
    reasons: Mapped[str]
    exception: Mapped[str | None]
    one_person: Mapped[bool]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("contributors.id"))
    opinion_id: Mapped[UUID | None] = mapped_column(ForeignKey("opinions.id"))
    applied_verdict_id: Mapped[UUID | None] = mapped_column("cites_id", ForeignKey("verdicts.id"))
    decided_at: Mapped[datetime]
    previous_hash: Mapped[str | None]
    hash: Mapped[str] = mapped_column(unique=True)
    record: Mapped[str]

    decided_by: Mapped[Contributor | None] = relationship(lazy="raise")
    opinion: Mapped[Opinion | None] = relationship(lazy="raise")

    @cached_property
    def attested_record(self) -> VerdictRecord:
        """The record, parsed."""
        record: VerdictRecord = json.loads(self.record)
        return record

    @property
    def cited_evidence(self) -> list[str]:
        """The ids of the evidence that it rests on."""
        return [item["id"] for item in self.attested_record["evidence"] if item["cited"]]

    @property
    def applied_verdict(self) -> AppliedVerdictRecord | None:
        """The verdict that it applies, as its record attests it (`record.applied_verdict_record`).
        The record is parsed only where there is one.
        """
        return None if self.applied_verdict_id is None else self.attested_record["cites"]

    @property
    def bases(self) -> list[tuple[list[str], str | None]]:
        """What each reviewer who agreed rests it on: ids of evidence, and the exception."""
        opinion = self.attested_record.get("opinion")
        if opinion is None or self.is_contested:
            return [(self.cited_evidence, self.exception)]
        return [(self.cited_evidence, self.exception), (opinion["evidence"], opinion["exception"])]

    @property
    def is_contested(self) -> bool:
        """Another reviewer, who had not seen it either, was of another opinion."""
        opinion = self.attested_record.get("opinion")
        return opinion is not None and opinion["status"] != self.status

    @property
    def counted(self) -> list[str]:
        """All the claim's evidence that counted when it was given, by id."""
        return [item["id"] for item in self.attested_record["evidence"] if item["counts"]]

    @property
    def link(self) -> ChainLink:
        names = ("status", "finding", "reasons", "exception", "one_person")
        beside = {name: getattr(self, name) for name in names}
        return ChainLink(self.number, self.record, self.previous_hash, self.hash, beside)


def newest_verdict_number(claim_id: InstrumentedAttribute[UUID]) -> ScalarSelect[int]:
    """The number of the newest verdict on a claim, for a statement that has its id."""
    later = aliased(Verdict)
    number = select(func.max(later.number)).where(later.claim_id == claim_id)
    return number.correlate(claim_id.class_).scalar_subquery()


#: What a verdict is shown with.
WITH_PEOPLE = (
    joinedload(Verdict.decided_by),
    joinedload(Verdict.opinion).joinedload(Opinion.given_by),
)


class ClaimAssessment(Base):
    """What a claim's evidence allows now, stored so that reading a claim's status is cheap.
    Written when the evidence or the verdict changes, by `save_assessment` alone.

    `queue_id` is the claim's place in the review queue, given when the first of its
    `review_reasons` arose; it is time-ordered, so that the queue is read oldest first.
    """

    __tablename__ = "claim_assessments"

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    supported_status: Mapped[Status]
    supporting_groups: Mapped[int]
    disputing_groups: Mapped[int]
    unmet: Mapped[list[UnmetRequirement]] = mapped_column(JSON)
    review_reasons: Mapped[list[str]] = mapped_column(JSON)
    queue_id: Mapped[UUID | None] = mapped_column(unique=True)
    queued_at: Mapped[datetime | None]
    stand_in: Mapped[bool]
    assessed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now)

    claim: Mapped[Claim] = relationship(lazy="raise")

    @property
    def needs_review(self) -> bool:
        return self.queue_id is not None


class StatusDocument(Base):
    """What is answered when a claim's status is asked for: the JSON, and its ETag. Written by
    `status_documents` alone, in the transaction that changes what it says.

    `basis` names what it was made by: one that another version or other settings made is not
    answered any more.
    """

    __tablename__ = "status_documents"

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    basis: Mapped[str]
    etag: Mapped[str]
    body: Mapped[bytes]


class LogQueueEntry(Base):
    """A verdict that waits for its place in the log; written with the verdict itself."""

    __tablename__ = "log_queue"

    verdict_id: Mapped[UUID] = mapped_column(ForeignKey("verdicts.id"), primary_key=True)


#: SQLite keeps a row under its INTEGER key itself, without an index beside it.
Ordinal = BigInteger().with_variant(Integer, "sqlite")


class LogEntry(Base):
    """A verdict's place in the log, counted from 0 without a gap. Append-only."""

    __tablename__ = "log_entries"

    index: Mapped[int] = mapped_column("leaf_index", Ordinal, primary_key=True, autoincrement=False)
    verdict_id: Mapped[UUID] = mapped_column(ForeignKey("verdicts.id"), unique=True)


class LogNode(Base):
    """The hash of a complete subtree of the log's Merkle tree, by its position. Append-only."""

    __tablename__ = "log_nodes"

    position: Mapped[int] = mapped_column(Ordinal, primary_key=True, autoincrement=False)
    hash: Mapped[bytes]


class LogHead(Base):
    """A signed checkpoint, counted from 1: how many entries the log had when, and the note.
    Append-only.
    """

    __tablename__ = "log_heads"

    number: Mapped[int] = mapped_column(Ordinal, primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(BigInteger)
    signed_at: Mapped[datetime]
    note: Mapped[str]
