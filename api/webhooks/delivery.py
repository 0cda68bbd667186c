"""Send messages, again and again until they have arrived. Runs in the worker.

A message is sent at least once: when it is not known whether it arrived, it is sent again with
the same id, by which its receiver knows it.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson
from flask import current_app
from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import undefer

from api import jobs
from api.config import Settings
from api.db import get_or_404, now, session, transaction
from api.fetching import Refused, Unreachable, send
from api.sources.politeness import retry_after
from api.webhooks import retries, signing
from api.webhooks.models import Attempt, Delivery, DeliveryState, Secret, Subscription
from api.webhooks.retries import Outcome

#: How long what became of a message can be looked up.
KEPT = timedelta(days=30)


@dataclass(frozen=True)
class Message:
    """A message whose turn it is, with what it takes to send it."""

    id: str
    url: str
    body: str
    keys: list[bytes]


@dataclass(frozen=True)
class Answer:
    """What came back: a status, or the reason why nothing did."""

    status: int | None
    reason: str | None
    seconds: float
    asked: timedelta | None = None


def send_to(
    subscription: Subscription, *, id: UUID, type: str, at: datetime, data: dict[str, Any]
) -> Delivery:
    """Promise a subscription the message of an event."""
    body = orjson.dumps({"type": type, "timestamp": at, "data": data}).decode()
    message = Delivery(subscription_id=subscription.id, event_id=id, type=type, body=body)
    _promise(message, timedelta())
    return message


def promise_afresh(message: Delivery) -> None:
    """Send it now, whatever became of it, and as if it had never failed."""
    message.state, message.failures = DeliveryState.PENDING, 0
    _promise(message, timedelta())


def _promise(message: Delivery, wait: timedelta) -> None:
    message.turn = (message.turn or 0) + 1
    message.due_at = now() + wait
    session.add(message)
    session.flush()
    after = wait.total_seconds()
    jobs.enqueue("webhook.deliver", after=after, delivery_id=message.id, turn=message.turn)


def disable(subscription: Subscription, reason: str) -> None:
    subscription.disabled_at, subscription.disabled_reason = now(), reason


@jobs.handles("webhook.deliver")
def deliver(delivery_id: str, turn: str) -> None:
    """Send a message, if it is still its turn, and promise the next try if it did not arrive."""
    settings: Settings = current_app.extensions["settings"]
    with transaction():
        message = _take(UUID(delivery_id), int(turn))
    if message is not None:
        answer = _post(message, settings)  # seconds pass: no transaction is open
        with transaction():
            _note(UUID(delivery_id), int(turn), answer)


def _held(delivery_id: UUID, turn: int) -> tuple[Subscription, Delivery] | None:
    """The message and its subscription, held against other writers; None if it was deleted, is
    done, or has been promised anew since.
    """
    of_this = select(Delivery.subscription_id).filter_by(id=delivery_id)
    if (subscription_id := session.scalar(of_this)) is None:
        return None
    subscription = get_or_404(Subscription, subscription_id, lock=True)
    message = session.get_one(Delivery, delivery_id, options=[undefer(Delivery.body)])
    due = message.state is DeliveryState.PENDING and message.turn == turn
    return (subscription, message) if due else None


def _take(delivery_id: UUID, turn: int) -> Message | None:
    if (found := _held(delivery_id, turn)) is None:
        return None
    subscription, message = found
    rest = (subscription.resting_until or now()) - now()
    if not subscription.enabled:
        _end(message, DeliveryState.FAILED)
        return None
    if rest > timedelta():
        _promise(message, retries.spread(rest, random.random()))  # noqa: S311
        return None
    return Message(
        id=str(message.event_id),
        url=subscription.url,
        body=message.body,
        keys=_keys(subscription),
    )


def _keys(subscription: Subscription) -> list[bytes]:
    """The secrets to sign with, the present one first."""
    good = or_(Secret.ends_at.is_(None), Secret.ends_at > now())
    theirs = select(Secret.value).where(Secret.subscription_id == subscription.id, good)
    return list(session.scalars(theirs.order_by(Secret.id.desc())))


def _post(message: Message, settings: Settings) -> Answer:
    began = now()
    fields = signing.headers(
        message.keys, id=message.id, timestamp=int(began.timestamp()), body=message.body
    )
    status, reason, asked = None, None, None
    try:
        answer = send(
            "POST", message.url, settings.door(), headers=fields, body=message.body.encode()
        )
        status, asked = answer.status, retry_after(answer.header("Retry-After"), now())
    except (Refused, Unreachable) as failure:
        reason = str(failure)
    return Answer(status, reason, (now() - began).total_seconds(), asked)


def _note(delivery_id: UUID, turn: int, answer: Answer) -> None:
    if (found := _held(delivery_id, turn)) is None:
        return  # the job ran twice, or the subscription was ended
    subscription, message = found
    what = ("status", "reason", "seconds")
    came = {name: getattr(answer, name) for name in what}
    session.add(Attempt(delivery_id=message.id, **came))
    outcome = retries.outcome_of(answer.status)
    if outcome is Outcome.DELIVERED:
        _end(message, DeliveryState.DELIVERED)
    elif outcome is Outcome.GONE:
        disable(subscription, "The endpoint answered 410 Gone.")
        _end(message, DeliveryState.FAILED)
    else:
        _try_later(subscription, message, answer, busy=outcome is Outcome.BUSY)


def _try_later(
    subscription: Subscription, message: Delivery, answer: Answer, *, busy: bool
) -> None:
    message.failures += 1
    chance = random.random()  # noqa: S311
    wait = retries.wait(message.failures, asked=answer.asked, chance=chance)
    if busy:
        subscription.resting_until = now() + (wait or answer.asked or timedelta())
    if wait is None:
        _end(message, DeliveryState.FAILED)
    else:
        _promise(message, wait)


def _end(message: Delivery, state: DeliveryState) -> None:
    message.state, message.due_at = state, None


def forget_old() -> None:
    """Forget what became of messages long ago."""
    ended = Delivery.state != DeliveryState.PENDING
    forget(ended, Delivery.created_at <= now() - KEPT)


def forget(*which: ColumnElement[bool]) -> None:
    """Delete messages and their attempts."""
    chosen = select(Delivery.id).where(*which)
    session.execute(delete(Attempt).where(Attempt.delivery_id.in_(chosen)))
    session.execute(delete(Delivery).where(*which))
