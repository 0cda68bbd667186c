"""The tables of publishers, hosts, snapshots and archive requests."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.database.session import Base, Identified, Versioned
from api.jobs.leases import Leasable
from api.outbound.client import Redirect


class SourceKind(StrEnum):
    """How near a publisher is to the facts: nearest first."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    WIRE = "wire"
    SOCIAL = "social"
    ARCHIVE = "archive"


class Source(Versioned, Identified, Base):
    """A publisher, known by its registrable domain (public suffix list)."""

    __tablename__ = "sources"

    domain: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    owner: Mapped[str | None]
    kind: Mapped[SourceKind] = mapped_column(default=SourceKind.SECONDARY)
    interests: Mapped[str | None]


class Host(Leasable, Base):
    """A host that pages are asked for again, one at a time."""

    __tablename__ = "hosts"

    name: Mapped[str] = mapped_column(primary_key=True)


class Snapshot(Identified, Base):
    """What an address answered at a moment, and the text extracted from it. Append-only.

    `sha256` and `byte_length` are of the bytes without their content coding. The payload, as it
    was transferred, lies in the blob store under `payload_sha256`. It and the lines of the
    exchange are None for what was fetched before they were kept.
    """

    __tablename__ = "snapshots"

    requested_url: Mapped[str]
    final_url: Mapped[str]
    redirects: Mapped[Sequence[tuple[str, int]]] = mapped_column(JSON)
    request: Mapped[bytes | None]
    http_version: Mapped[str | None]
    status: Mapped[int]
    reason: Mapped[str | None]
    content_type: Mapped[str]
    headers: Mapped[Sequence[tuple[str, str]]] = mapped_column(JSON)
    retrieved_at: Mapped[datetime]
    payload_sha256: Mapped[str | None]
    sha256: Mapped[str] = mapped_column(index=True)
    byte_length: Mapped[int]
    text: Mapped[str] = mapped_column(deferred=True)
    text_sha256: Mapped[str]
    stand_in: Mapped[bool]

    archiving: Mapped["ArchiveRequest | None"] = relationship(
        lazy="raise", back_populates="snapshot"
    )

    @property
    def hops(self) -> list[Redirect]:
        """Return the redirects from the requested address on, each with its status."""
        return [Redirect(*hop) for hop in self.redirects]


class ArchiveState(StrEnum):
    """The state of an archive request."""

    ASKED = "asked"
    ARCHIVED = "archived"
    FAILED = "failed"


class ArchiveRequest(Identified, Base):
    """A request to the archive partner to archive the page of a snapshot, and its result.

    `job_id` is the partner's; a copy that it had already has none. `captured_at` is when the
    partner read the page itself.
    """

    __tablename__ = "archive_attempts"

    snapshot_id: Mapped[UUID] = mapped_column(ForeignKey("snapshots.id"), unique=True)
    state: Mapped[ArchiveState] = mapped_column(default=ArchiveState.ASKED)
    reason: Mapped[str | None]
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    job_id: Mapped[str | None]
    url: Mapped[str | None]
    captured_at: Mapped[datetime | None]

    snapshot: Mapped[Snapshot] = relationship(lazy="raise", back_populates="archiving")
