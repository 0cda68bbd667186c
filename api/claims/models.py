"""The tables of claims, of their tags, and of the indexes by which they are found."""

import re
from datetime import datetime
from hashlib import sha256
from typing import Any, TypedDict, cast
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Dialect,
    ForeignKey,
    Index,
    String,
    TypeDecorator,
    column,
)
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.claims.enums import Status
from api.claims.search.query import SearchPassage
from api.database.session import Base, Identified, Versioned, now


class SearchFinding(TypedDict):
    """What a search found in a claim: its score (0 to 1), and the passages with the matches."""

    score: float
    passages: list[SearchPassage]


class Claim(Versioned, Identified, Base):
    """A passage of an article, anchored as W3C Web Annotation selectors do: by its words
    (`exact`, with a little of the text around it) and by its place (`start`, `end`, counted in
    code points of the article's text, so that text[start:end] == exact).

    The place is that in the article's `edition`; `gone_since` is the edition from which on the
    words do not stand there any more. `statement` says in plain words what is claimed;
    `fingerprint` is the digest of place and statement, by which the database refuses the same
    claim twice. `status` and what stands beside it (since when, by what exception, whether in
    one-person mode) are written by the function that appends a verdict, and by nothing else.
    """

    __tablename__ = "claims"
    __table_args__ = (
        CheckConstraint("start_offset >= 0 AND end_offset > start_offset", name="span"),
        Index("ix_claims_status_id", "status", "id"),
        Index("ix_claims_claimant_id", "claimant", "id"),
        Index("ix_claims_language_id", "language", "id"),
        Index("ix_claims_article_id_id", "article_id", "id"),
        Index(
            "uq_claims_article_id_fingerprint",
            "article_id",
            "fingerprint",
            unique=True,
            sqlite_where=column("withdrawn_at").is_(None),
            postgresql_where=column("withdrawn_at").is_(None),
        ),
    )

    article_id: Mapped[UUID] = mapped_column(ForeignKey("articles.id"))
    exact: Mapped[str]
    prefix: Mapped[str]
    suffix: Mapped[str]
    start: Mapped[int] = mapped_column("start_offset")
    end: Mapped[int] = mapped_column("end_offset")
    statement: Mapped[str]
    fingerprint: Mapped[str]
    claimant: Mapped[str | None]
    claimant_domains: Mapped[list[str]] = mapped_column(JSON)
    said_on: Mapped[str | None]
    language: Mapped[str | None]
    edition: Mapped[int] = mapped_column(default=1)
    gone_since: Mapped[int | None]
    added_by_id: Mapped[UUID] = mapped_column(ForeignKey("contributors.id"))
    status: Mapped[Status] = mapped_column(default=Status.UNVERIFIED)
    status_since: Mapped[datetime] = mapped_column(default=now)
    status_exception: Mapped[str | None]
    status_one_person: Mapped[bool | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_reason: Mapped[str | None]

    #: What a search found in it, and the claims that match it; set for an answer, never stored.
    found = cast(SearchFinding | None, None)
    matches = cast(list[Any] | None, None)

    labels: Mapped[list["ClaimTag"]] = relationship(lazy="raise", cascade="all, delete-orphan")

    @staticmethod
    def compute_fingerprint(start: int, end: int, statement: str) -> str:
        """Return the SHA-256 (hex) of a place (code points) and a statement."""
        return sha256(f"{start}:{end}:{statement}".encode()).hexdigest()

    @property
    def is_decided(self) -> bool:
        """Whether there is a verdict, whatever it says: each writes whether one person did all."""
        return self.status_one_person is not None

    @property
    def one_person(self) -> bool:
        return bool(self.status_one_person)

    @property
    def tags(self) -> list[str]:
        return sorted(label.tag for label in self.labels)


class ClaimTag(Base):
    """A tag of a claim."""

    __tablename__ = "claim_tags"
    __table_args__ = (Index("ix_claim_tags_tag_claim_id", "tag", "claim_id"),)

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(primary_key=True)


class QuoteDigest(Base):
    """The digest of a claim's quote or statement, by which it is found (`quote_index`)."""

    __tablename__ = "quote_digests"
    __table_args__ = (Index("ix_quote_digests_digest_claim_id", "digest", "claim_id"),)

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    digest: Mapped[bytes] = mapped_column(primary_key=True)


class TermsType(TypeDecorator[str]):
    """A column of terms, separated by spaces; on PostgreSQL a `tsvector` with their positions."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        kind = TSVECTOR() if dialect.name == "postgresql" else String()
        return dialect.type_descriptor(kind)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or dialect.name != "postgresql":
            return value
        return " ".join(f"'{term}':{place}" for place, term in enumerate(value.split(), 1))

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or dialect.name != "postgresql":
            return value
        found = re.findall(r"'([^']+)':([\d,]+)", value)
        placed = [(int(place), term) for term, places in found for place in places.split(",")]
        return " ".join(term for _, term in sorted(placed))


class ClaimTerms(Base):
    """The terms by which a claim is found (`language.tokens`), numbered in the order of indexing.

    On SQLite triggers keep the full-text table `claim_terms_fts` in step with it. `version` is
    that of the terms: those of an older one are indexed anew by `flask index`.
    """

    __tablename__ = "claim_terms"
    __table_args__ = (
        Index(
            "ix_claim_terms_terms",
            "terms",
            postgresql_using="gin",
            # Otherwise what came in last lies in a heap, and each question reads all of it.
            postgresql_with={"fastupdate": "off"},
            info={"dialect": "postgresql"},
        ),
        Index("ix_claim_terms_version_number", "version", "number"),
    )

    number: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), unique=True)
    terms: Mapped[str] = mapped_column(TermsType)
    version: Mapped[int]


class TermCount(Base):
    """The number of claims that have or had a term. Exact up to a thousand, beyond that to about a
    tenth: one claim in a hundred then counts for a hundred, so that concurrent transactions do not
    wait for one another at the commonest terms.
    """

    __tablename__ = "term_counts"

    term: Mapped[str] = mapped_column(primary_key=True)
    claims: Mapped[int]
