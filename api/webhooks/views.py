"""Routes of webhook subscriptions and deliveries."""

from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from api.auth.permissions import Permission, caller
from api.http.blueprints import Blueprint, require_if_match, with_version_etag
from api.http.fields import PageQuery, page_of
from api.http.pagination import list_page
from api.webhooks import service
from api.webhooks.models import Delivery, Subscription
from api.webhooks.schemas import (
    DeliveryQuery,
    DeliveryView,
    FullDeliveryView,
    NewSubscriptionView,
    SecretView,
    SubscriptionChange,
    SubscriptionSubmission,
    SubscriptionView,
)

blp = Blueprint("webhooks", __name__, description="Have events sent (Standard Webhooks 1.0)")

SUBSCRIPTION_PATH = "/webhooks/<uuid:subscription_id>"
DELIVERY_PATH = "/webhook-deliveries/<uuid:delivery_id>"


@blp.route(
    "/webhooks", methods=["POST"], permission=Permission.SUBSCRIBE, no_replay=True, etag=True
)
@blp.arguments(SubscriptionSubmission)
@blp.response(201, NewSubscriptionView)
def subscribe(submission: dict[str, Any]) -> Any:
    """Have events sent to an address from now on.

    Each comes as `{"type", "timestamp", "data"}` in a POST, signed as Standard Webhooks 1.0 has
    it: verify it with the secret in the answer. Answer 2xx within 20 seconds; anything else is
    tried again for three days. A message can come twice: its `webhook-id` is the event's id.
    410 ends the subscription; after 429, 502, 503 or 504 it rests, as long as Retry-After says.
    """
    made, secret = service.create_subscription(owner=caller(), **submission)
    shown = {name: getattr(made, name) for name in SubscriptionView().fields} | {"secret": secret}
    with_version_etag(made)
    return shown, _location_header(made)


def _location_header(subscription: Subscription) -> dict[str, str]:
    return {"Location": url_for("webhooks.get_webhook", subscription_id=subscription.id)}


@blp.route("/webhooks", permission=Permission.SUBSCRIBE)
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_of(SubscriptionView))
def list_webhooks(query: dict[str, Any]) -> Any:
    """List your subscriptions, oldest first."""
    return list_page(select(Subscription).filter_by(owner_id=caller().id), Subscription.id, **query)


@blp.route(SUBSCRIPTION_PATH, permission=Permission.SUBSCRIBE)
@blp.response(200, SubscriptionView)
def get_webhook(subscription_id: UUID) -> Any:
    """Fetch one of your subscriptions. Its secret is not shown again."""
    return with_version_etag(service.get_own_subscription(subscription_id, by=caller()))


@blp.route(
    SUBSCRIPTION_PATH, methods=["PATCH"], permission=Permission.SUBSCRIBE, etag=True, if_match=True
)
@blp.arguments(SubscriptionChange)
@blp.response(200, SubscriptionView)
def change_webhook(change: dict[str, Any], subscription_id: UUID) -> Any:
    """Change where events are sent and which, or whether. Needs If-Match.

    What happened while it was disabled is not sent; it is in `/v1/changes`.
    """
    subscription = require_if_match(
        service.get_own_subscription(subscription_id, by=caller(), lock=True)
    )
    return with_version_etag(service.update_subscription(subscription, **change))


@blp.route(SUBSCRIPTION_PATH, methods=["DELETE"], permission=Permission.SUBSCRIBE)
@blp.response(204)
def end_webhook(subscription_id: UUID) -> Any:
    """Delete a subscription with its secret and its log. Nothing is sent any more."""
    service.delete_subscription(service.get_own_subscription(subscription_id, by=caller()))


@blp.route(
    f"{SUBSCRIPTION_PATH}/secret", methods=["POST"], permission=Permission.SUBSCRIBE, no_replay=True
)
@blp.response(201, SecretView)
def rotate_secret(subscription_id: UUID) -> Any:
    """Replace the secret. For a day messages are signed with both, so that none is refused
    while the receiver changes over.
    """
    subscription = service.get_own_subscription(subscription_id, by=caller(), lock=True)
    secret, until = service.rotate_secret(subscription)
    return {"secret": secret, "previous_until": until}, _location_header(subscription)


@blp.route(f"{SUBSCRIPTION_PATH}/ping", methods=["POST"], permission=Permission.SUBSCRIBE)
@blp.response(202, DeliveryView)
def ping_webhook(subscription_id: UUID) -> Any:
    """Have a message of type `ping` sent, to try the endpoint out."""
    message = service.send_ping(service.get_own_subscription(subscription_id, by=caller()))
    return message, {"Location": url_for("webhooks.get_delivery", delivery_id=message.id)}


@blp.route(f"{SUBSCRIPTION_PATH}/deliveries", permission=Permission.SUBSCRIBE)
@blp.arguments(DeliveryQuery, location="query")
@blp.response(200, page_of(DeliveryView))
def list_deliveries(query: dict[str, Any], subscription_id: UUID) -> Any:
    """List the messages to a subscription, newest first. They are kept for thirty days."""
    subscription = service.get_own_subscription(subscription_id, by=caller())
    messages = select(Delivery).filter_by(subscription_id=subscription.id)
    if (state := query.pop("state", None)) is not None:
        messages = messages.filter_by(state=state)
    return list_page(messages, Delivery.id, newest_first=True, **query)


@blp.route(DELIVERY_PATH, permission=Permission.SUBSCRIBE)
@blp.response(200, FullDeliveryView)
def get_delivery(delivery_id: UUID) -> Any:
    """Fetch a message: what is sent, and what came of each time that it was."""
    return service.get_own_delivery(delivery_id, to=caller())


@blp.route(f"{DELIVERY_PATH}/replay", methods=["POST"], permission=Permission.SUBSCRIBE)
@blp.response(202, FullDeliveryView)
def replay_delivery(delivery_id: UUID) -> Any:
    """Have a message sent again, with the same id, whatever became of it."""
    message = service.replay_delivery(service.get_own_delivery(delivery_id, to=caller()))
    return message, {"Location": url_for("webhooks.get_delivery", delivery_id=message.id)}
