"""Imports of others' reviews, what was refused of them, and what became of the rest."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from api.database.session import Base, Identified
from api.imports.ratings import RatingMeaning


class ImportState(StrEnum):
    """How far an import has come."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # see `reason`; what was taken in before stays


class Import(Identified, Base):
    """That somebody brings reviews: from the page at `url`, or a file's, which lies in the blob
    store under `content_sha256`; with neither, a command reads them. `items` have been looked at
    so far, and hold the reviews that were `added`, `known` already, or `refused`; `unmapped` of
    those added have a rating that nobody has said the meaning of.
    """

    __tablename__ = "imports"

    by_id: Mapped[UUID] = mapped_column(ForeignKey("contributors.id"))
    url: Mapped[str | None]
    content_sha256: Mapped[str | None]
    content_type: Mapped[str | None]
    state: Mapped[ImportState] = mapped_column(default=ImportState.RUNNING)
    reason: Mapped[str | None]
    finished_at: Mapped[datetime | None]
    items: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    known: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    unmapped: Mapped[int] = mapped_column(default=0)


class ImportRefusal(Identified, Base):
    """Why an item of an import, or a review in it, was not taken in."""

    __tablename__ = "import_refusals"
    __table_args__ = (Index("ix_import_refusals_import_id_id", "import_id", "id"),)

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id"))
    item: Mapped[int]
    url: Mapped[str | None]
    code: Mapped[str]
    reason: Mapped[str]


class ImportedReview(Identified, Base):
    """A publisher's review of a claim, which became evidence on it. `fingerprint` is that of the
    review, by which it is taken in once; reviews with the same `claim_key` are of one claim.
    """

    __tablename__ = "imported_reviews"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("imports.id"))
    evidence_id: Mapped[UUID] = mapped_column(ForeignKey("evidence.id"))
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), index=True)
    fingerprint: Mapped[str] = mapped_column(unique=True)
    claim_key: Mapped[str] = mapped_column(index=True)
    rating: Mapped[str | None]
    reading: Mapped[RatingMeaning]
