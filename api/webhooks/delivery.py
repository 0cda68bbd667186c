"""Send messages, again and again until they have arrived. Runs in the worker.

A message is sent at least once: when it is not known whether it arrived, it is sent again with
the same id, by which its receiver knows it.
"""

import random
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from flask import current_app
from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import undefer

from api.config.settings import Settings
from api.database.session import now, session, transaction
from api.jobs.leases import acquire_lease, release_lease
from api.outbound.client import Refused, Unreachable, send
from api.sources.host_leases import parse_retry_after
from api.webhooks import outbox, retries, signing
from api.webhooks.models import (
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Subscription,
    WebhookSecret,
)
from api.webhooks.retries import DeliveryOutcome

#: How long deliveries are kept.
RETENTION = timedelta(days=30)
#: Messages that one job sends; for the rest it enqueues another job.
MAX_MESSAGES_PER_JOB = 20
#: Seconds of a lease beyond those that sending may take.
LEASE_MARGIN_SECONDS = 30


class LeasedMessage(NamedTuple):
    """A message to send now, with the secrets to sign it; its outbox is leased until `lease`."""

    delivery_id: UUID
    id: str
    url: str
    body: str
    keys: list[bytes]
    lease: datetime


class SendResult(NamedTuple):
    """The answer's status, or the reason why there was none; `retry_after` is what it asked for."""

    status: int | None
    reason: str | None
    seconds: float
    retry_after: timedelta | None = None


def send_due(subscription_id: str) -> None:
    """Send a subscription what is due, a message at a time."""
    settings: Settings = current_app.extensions["settings"]
    to = UUID(subscription_id)
    for _ in range(MAX_MESSAGES_PER_JOB):
        with transaction():
            message = _lease_due_message(to, settings)
        if message is None:
            return
        answer = _send_message(message, settings)  # seconds pass: no transaction is open
        with transaction():
            _record_result(to, message, answer)
    with transaction():
        if (box := outbox.lock_outbox(to)) is not None:
            outbox.enqueue_sending(box)


def _lease_due_message(to: UUID, settings: Settings) -> LeasedMessage | None:
    """Lease the outbox for the message that is due longest; None if there is none, or another
    has the lease, or the endpoint rests.
    """
    if (box := outbox.lock_outbox(to)) is None:
        return None
    theirs = select(Delivery).where(Delivery.subscription_id == to, Delivery.due_at <= now())
    longest_due = theirs.order_by(Delivery.due_at, Delivery.id).limit(1)
    due = session.scalar(longest_due.options(undefer(Delivery.body)))
    seconds = settings.fetch_seconds + LEASE_MARGIN_SECONDS
    lease = acquire_lease(box, seconds=seconds) if due else None
    if due is None or lease is None:
        outbox.schedule_next(box)
        return None
    url = session.get_one(Subscription, to).url
    return LeasedMessage(due.id, str(due.event_id), url, due.body, _signing_secrets(to), lease)


def _signing_secrets(to: UUID) -> list[bytes]:
    """The secrets to sign with, the present one first."""
    good = or_(WebhookSecret.ends_at.is_(None), WebhookSecret.ends_at > now())
    theirs = select(WebhookSecret.value).where(WebhookSecret.subscription_id == to, good)
    return list(session.scalars(theirs.order_by(WebhookSecret.id.desc())))


def _send_message(message: LeasedMessage, settings: Settings) -> SendResult:
    began = now()
    fields = signing.build_headers(
        message.keys, id=message.id, timestamp=int(began.timestamp()), body=message.body
    )
    status, reason, retry_after = None, None, None
    try:
        answer = send(
            "POST", message.url, settings.fetch_policy(), headers=fields, body=message.body.encode()
        )
        status, retry_after = answer.status, parse_retry_after(answer.header("Retry-After"), now())
    except (Refused, Unreachable) as failure:
        reason = str(failure)
    return SendResult(status, reason, (now() - began).total_seconds(), retry_after)


def _record_result(to: UUID, message: LeasedMessage, answer: SendResult) -> None:
    """Store the attempt, set the next due date, and end the lease."""
    box, sent = outbox.lock_outbox(to), session.get(Delivery, message.delivery_id)
    if box is None or sent is None:
        return  # deleted meanwhile
    rest = timedelta()
    attempt = {name: getattr(answer, name) for name in ("status", "reason", "seconds")}
    session.add(DeliveryAttempt(delivery_id=sent.id, **attempt))
    outcome = retries.classify_status(answer.status)
    if outcome is DeliveryOutcome.DELIVERED:
        sent.state, sent.due_at = DeliveryState.DELIVERED, None
    elif outcome is DeliveryOutcome.GONE:
        subscription = session.get_one(Subscription, to, with_for_update=True)
        outbox.disable_subscription(subscription, "The endpoint answered 410 Gone.")
    else:
        wait = _schedule_retry(sent, answer)
        if outcome is DeliveryOutcome.BUSY:
            rest = wait or answer.retry_after or rest
    release_lease(box, message.lease, rest=rest)


def _schedule_retry(sent: Delivery, answer: SendResult) -> timedelta | None:
    """Count a failure, and set the next try; return the wait until it, None if it was the last."""
    sent.failures += 1
    chance = random.random()  # noqa: S311
    wait = retries.retry_delay(sent.failures, requested=answer.retry_after, chance=chance)
    if wait is None:
        sent.state, sent.due_at = DeliveryState.FAILED, None
    elif sent.state is DeliveryState.PENDING:
        sent.due_at = now() + wait
    return wait


def delete_old_deliveries() -> None:
    """Delete deliveries that ended, once `RETENTION` has passed since they were made."""
    ended = Delivery.state != DeliveryState.PENDING
    delete_deliveries(ended, Delivery.created_at <= now() - RETENTION)


def delete_deliveries(*which: ColumnElement[bool]) -> None:
    """Delete the deliveries that meet the conditions, with their attempts."""
    chosen = select(Delivery.id).where(*which)
    session.execute(delete(DeliveryAttempt).where(DeliveryAttempt.delivery_id.in_(chosen)))
    session.execute(delete(Delivery).where(*which))
