"""What waits to be sent to a subscription: each delivery has a due date, and so has the outbox.

A subscription's deliveries are sent one after the other, in the order of their dates: an endpoint
that is slow, or does not answer, delays no other subscription.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import func, select, update

from api.database.session import now, session, transaction
from api.jobs.leases import hand_out, hand_out_due, update_next_due
from api.jobs.queue import enqueue
from api.webhooks.models import Delivery, DeliveryState, Outbox, Subscription

#: Outboxes that one run of the task enqueues.
BATCH_SIZE = 20


def build_delivery(
    subscription: Subscription, *, id: UUID, type: str, at: datetime, data: dict[str, Any]
) -> Delivery:
    """The delivery of an event, due now. Its body is `{"type", "timestamp", "data"}`."""
    body = orjson.dumps({"type": type, "timestamp": at, "data": data}).decode()
    return Delivery(
        subscription_id=subscription.id, event_id=id, type=type, body=body, due_at=now()
    )


def queue_deliveries(outbox: Outbox, messages: Sequence[Delivery]) -> None:
    """Store deliveries, and have them sent through a locked outbox."""
    session.add_all(messages)
    enqueue_sending(outbox)


def lock_outbox(subscription_id: UUID) -> Outbox | None:
    """A subscription's outbox, locked FOR UPDATE; None if it was deleted. Lock it before changing
    anything of the subscription.
    """
    return session.get(Outbox, subscription_id, with_for_update=True)


def enqueue_sending(outbox: Outbox) -> None:
    """Enqueue the job that sends what a locked outbox has."""
    hand_out(outbox)
    enqueue("webhook.send", subscription_id=outbox.subscription_id)


def schedule_next(outbox: Outbox) -> None:
    """Set when a locked outbox is due next: with its earliest delivery."""
    session.flush()
    theirs = Delivery.subscription_id == outbox.subscription_id
    earliest = session.scalar(select(func.min(Delivery.due_at)).where(theirs))
    update_next_due(outbox, earliest)


def enqueue_due_outboxes() -> None:
    """Enqueue a job for each outbox that is due. A periodic task; several workers take different
    outboxes.
    """
    with transaction():
        for outbox in hand_out_due(Outbox, limit=BATCH_SIZE):
            enqueue("webhook.send", subscription_id=outbox.subscription_id)


def disable_subscription(subscription: Subscription, reason: str) -> None:
    """Disable a subscription; its pending deliveries fail."""
    subscription.disabled_at, subscription.disabled_reason = now(), reason
    waiting = update(Delivery).filter_by(
        subscription_id=subscription.id, state=DeliveryState.PENDING
    )
    session.execute(waiting.values(state=DeliveryState.FAILED, due_at=None))
