"""Subscriptions, and what has become of each event that was to be sent to them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from api.claims.enums import Status
from api.contributors.models import Contributor
from api.database.session import Base, Identified, Versioned
from api.jobs.leases import Leasable


class Subscription(Versioned, Identified, Base):
    """Where somebody has events sent: of these types (all, if none is named), on claims with this
    tag, publisher and status. It gets events after position `after` of the list of changes, and
    none while it is disabled.
    """

    __tablename__ = "subscriptions"
    __table_args__ = (Index("ix_subscriptions_owner_id_id", "owner_id", "id"),)

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("contributors.id"))
    url: Mapped[str]
    types: Mapped[list[str]] = mapped_column(JSON)
    tag: Mapped[str | None]
    publisher: Mapped[str | None]
    status: Mapped[Status | None]
    after: Mapped[int] = mapped_column("after_position", BigInteger)
    disabled_at: Mapped[datetime | None]
    disabled_reason: Mapped[str | None]

    owner: Mapped[Contributor] = relationship(lazy="raise")

    @property
    def enabled(self) -> bool:
        return self.disabled_at is None


class Outbox(Leasable, Base):
    """The lease under which one worker at a time sends a subscription's messages."""

    __tablename__ = "outboxes"

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscriptions.id"), primary_key=True)


class WebhookSecret(Identified, Base):
    """What a subscription's messages are signed with. It is kept as it is, since signing needs
    it, apart from the subscription, so that no list of those can carry it along. The present one
    has no end; one that was replaced signs along until its own.
    """

    __tablename__ = "webhook_secrets"

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscriptions.id"), index=True)
    value: Mapped[bytes] = mapped_column(LargeBinary)
    ends_at: Mapped[datetime | None]


class DeliveryState(StrEnum):
    """How far a message has come."""

    PENDING = "pending"
    DELIVERED = "delivered"
    FAILED = "failed"  # for good, unless it is sent anew by hand


class Delivery(Identified, Base):
    """An event's message to a subscription. Its id for the receiver is the event's, so that
    however often it comes it is known again; its body is always the same. It is sent when it is
    due; `failures` are those since it was promised, or promised afresh.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("subscription_id", "event_id"),
        Index("ix_deliveries_subscription_id_id", "subscription_id", "id"),
        Index("ix_deliveries_subscription_id_due_at", "subscription_id", "due_at"),
        Index("ix_deliveries_created_at", "created_at"),
        CheckConstraint("(state = 'pending') = (due_at IS NOT NULL)", name="due"),
    )

    subscription_id: Mapped[UUID] = mapped_column(ForeignKey("subscriptions.id"))
    event_id: Mapped[UUID]
    type: Mapped[str]
    body: Mapped[str] = mapped_column(deferred=True)
    state: Mapped[DeliveryState] = mapped_column(default=DeliveryState.PENDING)
    failures: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime | None]

    subscription: Mapped[Subscription] = relationship(lazy="raise")
    attempts: Mapped[list["DeliveryAttempt"]] = relationship(
        lazy="raise", order_by="DeliveryAttempt.id"
    )


class DeliveryAttempt(Identified, Base):
    """One time that a message was sent: the answer's status, or why there was none."""

    __tablename__ = "delivery_attempts"

    delivery_id: Mapped[UUID] = mapped_column(ForeignKey("deliveries.id"), index=True)
    status: Mapped[int | None]
    reason: Mapped[str | None]
    seconds: Mapped[float]


class FanoutCursor(Base):
    """The last position of the list of changes whose deliveries are made. One row."""

    __tablename__ = "fanout_cursor"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(BigInteger)
