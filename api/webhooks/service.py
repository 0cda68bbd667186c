"""How a subscription is made, changed, given another secret and tried out."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload, selectinload, undefer
from uuid6 import uuid7

from api.contributors.models import Contributor
from api.database.session import get_or_404, now, session, transaction
from api.errors import Conflict, NotFound
from api.publishing.changes import service as changes
from api.sources.url_validation import validate_url
from api.webhooks import delivery, outbox, signing
from api.webhooks.models import Delivery, DeliveryState, Outbox, Subscription, WebhookSecret

#: Subscriptions that one contributor may have.
MAX_SUBSCRIPTIONS = 20
#: How long a secret that was replaced goes on signing.
SECRET_OVERLAP = timedelta(days=1)


class TooManySubscriptions(Conflict):
    """Nobody may have more than 20 subscriptions. Change or delete one you have."""

    title = "Too many subscriptions"


class SubscriptionIsDisabled(Conflict):
    """Nothing is sent to a subscription that is disabled. Enable it first."""

    title = "The subscription is disabled"


def create_subscription(
    *, owner: Contributor, url: str, **filters: Any
) -> tuple[Subscription, str]:
    """Have events sent to an address from now on; the secret is shown this once.
    Raises `AddressRefused`, `TooManySubscriptions`.
    """
    validate_url(url, at="#/url")
    theirs = select(func.count()).select_from(Subscription).filter_by(owner_id=owner.id)
    if session.scalars(theirs).one() >= MAX_SUBSCRIPTIONS:
        raise TooManySubscriptions("You have 20 already.")
    subscription = Subscription(
        owner_id=owner.id, url=url, after=changes.last_position(), **filters
    )
    session.add(subscription)
    session.flush()
    session.add(Outbox(subscription_id=subscription.id))
    return subscription, _new_secret(subscription)


def get_own_subscription(id: UUID, *, by: Contributor, lock: bool = False) -> Subscription:
    """Somebody's own subscription. Raises `NotFound`, also for another's."""
    subscription = get_or_404(Subscription, id, lock=lock)
    if subscription.owner_id != by.id:
        raise NotFound(f"There is no subscription {id}.")
    return subscription


def update_subscription(
    subscription: Subscription, *, enabled: bool | None = None, **changed: Any
) -> Subscription:
    """Change where events are sent and which, or whether. Raises `AddressRefused`."""
    if "url" in changed:
        validate_url(changed["url"], at="#/url")
    for name, value in changed.items():
        setattr(subscription, name, value)
    if enabled and not subscription.enabled:
        subscription.disabled_at = subscription.disabled_reason = None
        subscription.after = changes.last_position()
    elif enabled is False and subscription.enabled:
        outbox.disable_subscription(subscription, "Its owner disabled it.")
    return subscription


def rotate_secret(subscription: Subscription) -> tuple[str, datetime]:
    """Replace the secret. Returns the new one, shown this once, and until when the one before
    signs along. One that had been replaced already ends now.
    """
    of_this = WebhookSecret.subscription_id == subscription.id
    session.execute(delete(WebhookSecret).where(of_this, WebhookSecret.ends_at.is_not(None)))
    until = now() + SECRET_OVERLAP
    for present in session.scalars(select(WebhookSecret).where(of_this)):
        present.ends_at = until
    return _new_secret(subscription), until


def send_ping(subscription: Subscription) -> Delivery:
    """Send a message that says nothing, to try it out. Raises `SubscriptionIsDisabled`."""
    _refuse_disabled(subscription)
    data = {"subscription": subscription.id}
    message = outbox.build_delivery(subscription, id=uuid7(), type="ping", at=now(), data=data)
    outbox.queue_deliveries(_lock_outbox(subscription), [message])
    session.flush()
    return message


def get_own_delivery(id: UUID, *, to: Contributor) -> Delivery:
    """A message to one of somebody's subscriptions, in full. Raises `NotFound`."""
    in_full = (
        undefer(Delivery.body),
        selectinload(Delivery.attempts),
        joinedload(Delivery.subscription),
    )
    message = get_or_404(Delivery, id, *in_full)
    try:
        get_own_subscription(message.subscription_id, by=to)
    except NotFound:
        raise NotFound(f"There is no delivery {id}.") from None
    return message


def replay_delivery(message: Delivery) -> Delivery:
    """Send a message again, under its id, and as often as if it were new.
    Raises `SubscriptionIsDisabled`.
    """
    _refuse_disabled(message.subscription)
    box = _lock_outbox(message.subscription)
    session.refresh(message, ["state", "failures", "due_at"])
    message.state, message.failures, message.due_at = DeliveryState.PENDING, 0, now()
    outbox.enqueue_sending(box)
    return message


def delete_subscription(subscription: Subscription) -> None:
    """Delete a subscription with its secrets and all that is known of its messages."""
    _lock_outbox(subscription)
    delivery.delete_deliveries(Delivery.subscription_id == subscription.id)
    for model in (WebhookSecret, Outbox):
        session.execute(delete(model).where(model.subscription_id == subscription.id))
    session.delete(subscription)


def delete_expired() -> None:
    """Delete old deliveries, and the subscriptions of contributors who were erased. A periodic
    task.
    """
    with transaction():
        delivery.delete_old_deliveries()
        erased = select(Subscription).join(Subscription.owner)
        for subscription in session.scalars(erased.where(Contributor.erased_at.is_not(None))):
            delete_subscription(subscription)


def _refuse_disabled(subscription: Subscription) -> None:
    if not subscription.enabled:
        raise SubscriptionIsDisabled(subscription.disabled_reason or "")


def _lock_outbox(subscription: Subscription) -> Outbox:
    """Locked, so that nothing is sent meanwhile."""
    return session.get_one(Outbox, subscription.id, with_for_update=True)


def _new_secret(subscription: Subscription) -> str:
    value = signing.new_secret()
    session.add(WebhookSecret(subscription_id=subscription.id, value=value))
    return signing.encode_secret(value)
