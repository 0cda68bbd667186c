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
from api.webhooks.models import Attempt, Delivery, DeliveryState, Secret, Subscription
from api.webhooks.retries import Outcome

#: How long what became of a message can be looked up.
KEPT = timedelta(days=30)
#: Messages that one job sends before others have their turn.
IN_A_ROW = 20
#: What a lease allows besides the sending itself.
STORING_SECONDS = 30


class Message(NamedTuple):
    """A message whose turn it is, with what it takes to send it; its outbox is leased."""

    delivery_id: UUID
    id: str
    url: str
    body: str
    keys: list[bytes]
    lease: datetime


class Answer(NamedTuple):
    """What came back: a status, or the reason why nothing did."""

    status: int | None
    reason: str | None
    seconds: float
    asked: timedelta | None = None


def send_due(subscription_id: str) -> None:
    """Send a subscription what is due, a message at a time."""
    settings: Settings = current_app.extensions["settings"]
    to = UUID(subscription_id)
    for _ in range(IN_A_ROW):
        with transaction():
            message = _take(to, settings)
        if message is None:
            return
        answer = _post(message, settings)  # seconds pass: no transaction is open
        with transaction():
            _note(to, message, answer)
    with transaction():
        if (box := outbox.hold(to)) is not None:
            outbox.wake(box)


def _take(to: UUID, settings: Settings) -> Message | None:
    """Lease the outbox for the message that is due longest; None if there is none, or another
    has the lease, or the endpoint rests.
    """
    if (box := outbox.hold(to)) is None:
        return None
    theirs = select(Delivery).where(Delivery.subscription_id == to, Delivery.due_at <= now())
    longest_due = theirs.order_by(Delivery.due_at, Delivery.id).limit(1)
    due = session.scalar(longest_due.options(undefer(Delivery.body)))
    seconds = settings.fetch_seconds + STORING_SECONDS
    lease = acquire_lease(box, seconds=seconds) if due else None
    if due is None or lease is None:
        outbox.settle(box)
        return None
    url = session.get_one(Subscription, to).url
    return Message(due.id, str(due.event_id), url, due.body, _keys(to), lease)


def _keys(to: UUID) -> list[bytes]:
    """The secrets to sign with, the present one first."""
    good = or_(Secret.ends_at.is_(None), Secret.ends_at > now())
    theirs = select(Secret.value).where(Secret.subscription_id == to, good)
    return list(session.scalars(theirs.order_by(Secret.id.desc())))


def _post(message: Message, settings: Settings) -> Answer:
    began = now()
    fields = signing.headers(
        message.keys, id=message.id, timestamp=int(began.timestamp()), body=message.body
    )
    status, reason, asked = None, None, None
    try:
        answer = send(
            "POST", message.url, settings.fetch_policy(), headers=fields, body=message.body.encode()
        )
        status, asked = answer.status, parse_retry_after(answer.header("Retry-After"), now())
    except (Refused, Unreachable) as failure:
        reason = str(failure)
    return Answer(status, reason, (now() - began).total_seconds(), asked)


def _note(to: UUID, message: Message, answer: Answer) -> None:
    """Keep what came of it, set the next date, and end the lease."""
    box, sent = outbox.hold(to), session.get(Delivery, message.delivery_id)
    if box is None or sent is None:
        return  # deleted meanwhile
    rest = timedelta()
    what = {name: getattr(answer, name) for name in ("status", "reason", "seconds")}
    session.add(Attempt(delivery_id=sent.id, **what))
    outcome = retries.outcome_of(answer.status)
    if outcome is Outcome.DELIVERED:
        sent.state, sent.due_at = DeliveryState.DELIVERED, None
    elif outcome is Outcome.GONE:
        subscription = session.get_one(Subscription, to, with_for_update=True)
        outbox.disable(subscription, "The endpoint answered 410 Gone.")
    else:
        wait = _try_later(sent, answer)
        if outcome is Outcome.BUSY:
            rest = wait or answer.asked or rest
    release_lease(box, message.lease, rest=rest)


def _try_later(sent: Delivery, answer: Answer) -> timedelta | None:
    """Note a failure; how long until the next try, None if there is none."""
    sent.failures += 1
    chance = random.random()  # noqa: S311
    wait = retries.wait(sent.failures, asked=answer.asked, chance=chance)
    if wait is None:
        sent.state, sent.due_at = DeliveryState.FAILED, None
    elif sent.state is DeliveryState.PENDING:
        sent.due_at = now() + wait
    return wait


def forget_old() -> None:
    """Forget what became of messages long ago."""
    ended = Delivery.state != DeliveryState.PENDING
    forget(ended, Delivery.created_at <= now() - KEPT)


def forget(*which: ColumnElement[bool]) -> None:
    """Delete messages and their attempts."""
    chosen = select(Delivery.id).where(*which)
    session.execute(delete(Attempt).where(Attempt.delivery_id.in_(chosen)))
    session.execute(delete(Delivery).where(*which))
