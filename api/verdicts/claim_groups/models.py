"""Claims that a reviewer said to be the same."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from api.database.session import Base, now


class ClaimGroupMember(Base):
    """That a claim is in a statement group: those of one `group_id` say the same. A claim is in
    one at most, and none is alone in its group.

    `judged` is what the claim said when that was said of it. Who said so and why, and all that was
    before, is in the audit log.
    """

    __tablename__ = "claim_group_members"
    __table_args__ = (Index("ix_claim_group_members_group_id_claim_id", "group_id", "claim_id"),)

    claim_id: Mapped[UUID] = mapped_column(ForeignKey("claims.id"), primary_key=True)
    group_id: Mapped[UUID]
    judged: Mapped[dict[str, str | None]] = mapped_column(JSON)
    since: Mapped[datetime] = mapped_column(default=now)
