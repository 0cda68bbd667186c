"""Publishers, and what was read on their pages."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base, Identified, Versioned


class SourceKind(StrEnum):
    """What a publisher is to the facts: nearest first."""

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


class Host(Base):
    """A host that pages are asked for again. `free_at` is when it may be asked at the earliest,
    `due_at` when it is to be asked for the next of its pages; None when for none.
    """

    __tablename__ = "hosts"

    name: Mapped[str] = mapped_column(primary_key=True)
    free_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(index=True)


class Snapshot(Identified, Base):
    """What an address answered at a moment, and the text that was read in it. Append-only."""

    __tablename__ = "snapshots"

    requested_url: Mapped[str]
    final_url: Mapped[str]
    redirects: Mapped[list[Any]] = mapped_column(JSON)
    status: Mapped[int]
    content_type: Mapped[str]
    headers: Mapped[list[Any]] = mapped_column(JSON)
    retrieved_at: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(index=True)
    byte_length: Mapped[int]
    text: Mapped[str]
    text_sha256: Mapped[str]
    stand_in: Mapped[bool]
