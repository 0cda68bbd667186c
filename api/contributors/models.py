"""People and programs that write, and the keys they write with."""

import secrets
from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.auth.roles import Role
from api.database.session import Base, Identified, Versioned


class Contributor(Versioned, Identified, Base):
    """Somebody who may write. The salt hides who is meant where a verdict attests a person: once
    it and the name are erased, nobody can tell.
    """

    __tablename__ = "contributors"

    name: Mapped[str]
    role: Mapped[Role]
    active: Mapped[bool] = mapped_column(default=True)
    salt: Mapped[str] = mapped_column(default=lambda: secrets.token_hex(32))
    erased_at: Mapped[datetime | None]


class ApiKey(Identified, Base):
    """A key's public prefix and its digest; the key itself is shown once and never stored."""

    __tablename__ = "api_keys"

    contributor_id: Mapped[UUID] = mapped_column(ForeignKey("contributors.id"), index=True)
    prefix: Mapped[str]
    digest: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    contributor: Mapped[Contributor] = relationship(lazy="raise")
