"""Articles: the text that claims stand in."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from api.db import Base, Identified, Versioned, now


class Article(Versioned, Identified, Base):
    """An article as it was when it came in. The text is never overwritten.

    `retells` names what the article reports on second hand (a broadcast, an interview), so that
    another retelling of the same is not taken for an independent source.
    """

    __tablename__ = "articles"

    url: Mapped[str | None] = mapped_column(index=True)
    source_id: Mapped[UUID | None] = mapped_column(ForeignKey("sources.id"))
    title: Mapped[str]
    author: Mapped[str | None]
    published_at: Mapped[str | None]
    modified_at: Mapped[str | None]
    language: Mapped[str | None]
    retells: Mapped[list[str]] = mapped_column(JSON)
    text: Mapped[str] = mapped_column(deferred=True)
    text_sha256: Mapped[str] = mapped_column(index=True)
    retrieved_at: Mapped[datetime] = mapped_column(default=now)
    added_by_id: Mapped[UUID] = mapped_column(ForeignKey("contributors.id"))
