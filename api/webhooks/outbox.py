"""What waits to be sent to a subscription: each message has a date, and so has the whole.

A subscription's messages are sent one after the other, in the order of their dates: an endpoint
that is slow, or away, holds up nobody but itself.
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

#: Outboxes that one sweep hands out.
AT_ONCE = 20


def message(
    subscription: Subscription, *, id: UUID, type: str, at: datetime, data: dict[str, Any]
) -> Delivery:
    """The message of an event, due now."""
    body = orjson.dumps({"type": type, "timestamp": at, "data": data}).decode()
    return Delivery(
        subscription_id=subscription.id, event_id=id, type=type, body=body, due_at=now()
    )


def put(outbox: Outbox, messages: Sequence[Delivery]) -> None:
    """Promise to send messages through an outbox that is held."""
    session.add_all(messages)
    wake(outbox)


def hold(subscription_id: UUID) -> Outbox | None:
    """A subscription's outbox, held against other writers; None if it was deleted. To be held
    before anything of the subscription's is changed.
    """
    return session.get(Outbox, subscription_id, with_for_update=True)


def wake(outbox: Outbox) -> None:
    """Promise a job to an outbox that is held."""
    hand_out(outbox)
    enqueue("webhook.send", subscription_id=outbox.subscription_id)


def settle(outbox: Outbox) -> None:
    """Set when an outbox that is held is to be looked at next."""
    session.flush()
    theirs = Delivery.subscription_id == outbox.subscription_id
    earliest = session.scalar(select(func.min(Delivery.due_at)).where(theirs))
    update_next_due(outbox, earliest)


def sweep() -> None:
    """Promise a job to each outbox that is due. A periodic task; several workers
    hand out different ones.
    """
    with transaction():
        for outbox in hand_out_due(Outbox, limit=AT_ONCE):
            enqueue("webhook.send", subscription_id=outbox.subscription_id)


def disable(subscription: Subscription, reason: str) -> None:
    """Send nothing any more, nor what waits."""
    subscription.disabled_at, subscription.disabled_reason = now(), reason
    waiting = update(Delivery).filter_by(
        subscription_id=subscription.id, state=DeliveryState.PENDING
    )
    session.execute(waiting.values(state=DeliveryState.FAILED, due_at=None))
