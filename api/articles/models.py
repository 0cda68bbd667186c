"""The tables of articles and their editions."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from api.database.session import Base, Identified, Versioned, now


class IngestState(StrEnum):
    """The state of an article's ingestion."""

    READING = "reading"  # a worker fetches or reads it
    READY = "ready"
    MERGED = "merged"  # it was there already: see `same_as`
    FAILED = "failed"  # it could not be read: see `state_reason`


class Article(Versioned, Identified, Base):
    """An article in its newest edition, with its metadata.

    `retells` names what the article reports on second hand (a broadcast, an interview), so that
    another retelling of the same is not taken for an independent source. `body` is HTML that
    waits to be read.
    """

    __tablename__ = "articles"

    url: Mapped[str | None] = mapped_column(index=True)
    canonical_url: Mapped[str | None] = mapped_column(index=True)
    source_id: Mapped[UUID | None] = mapped_column(ForeignKey("sources.id"), index=True)
    state: Mapped[IngestState] = mapped_column(default=IngestState.READY)
    state_reason: Mapped[str | None]
    same_as: Mapped[UUID | None] = mapped_column(ForeignKey("articles.id"))
    title: Mapped[str]
    author: Mapped[str | None]
    published_at: Mapped[str | None]
    modified_at: Mapped[str | None]
    language: Mapped[str | None]
    retells: Mapped[list[str]] = mapped_column(JSON)
    edition: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(deferred=True)
    text_sha256: Mapped[str] = mapped_column(index=True)
    body: Mapped[str | None] = mapped_column(deferred=True)
    retrieved_at: Mapped[datetime] = mapped_column(default=now)
    added_by_id: Mapped[UUID] = mapped_column(ForeignKey("contributors.id"))


class Edition(Identified, Base):
    """One text of an article. Append-only: a changed page gives another edition."""

    __tablename__ = "editions"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    article_id: Mapped[UUID] = mapped_column(ForeignKey("articles.id"))
    number: Mapped[int]
    title: Mapped[str]
    modified_at: Mapped[str | None]
    retrieved_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(deferred=True)
    text_sha256: Mapped[str]
