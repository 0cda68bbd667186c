"""Input and output of webhook subscriptions and deliveries."""

from typing import Any

from marshmallow import Schema
from marshmallow.fields import (
    UUID,
    AwareDateTime,
    Boolean,
    Enum,
    Float,
    Integer,
    List,
    Nested,
    String,
)
from marshmallow.validate import Length, OneOf

from api.claims.enums import Status
from api.http.fields import Flag, OpenedAddress, PageQuery, Text, View, with_json_schema
from api.publishing.changes.service import EVENT_TYPES
from api.webhooks.models import DeliveryState

FILTER_DESCRIPTIONS = {
    "types": "the events to send, as in `/v1/changes`; all, if none is named",
    "tag": "only on claims that have this tag",
    "publisher": "only on claims in articles of this domain",
    "status": "only verdicts that give this status, and other events on claims that have it",
}


def _types(**options: Any) -> List[str]:
    return List(
        String(validate=OneOf(EVENT_TYPES)),
        validate=Length(max=len(EVENT_TYPES)),
        metadata={"description": FILTER_DESCRIPTIONS["types"]},
        **options,
    )


def _text(name: str, most: int, **options: Any) -> Text:
    return Text(
        most=most, allow_none=True, metadata={"description": FILTER_DESCRIPTIONS[name]}, **options
    )


def _status(**options: Any) -> Enum[Status]:
    metadata = {"description": FILTER_DESCRIPTIONS["status"]}
    return Enum(Status, by_value=True, allow_none=True, metadata=metadata, **options)


@with_json_schema(
    examples=[
        {
            "url": "https://example.org/hooks/claims",
            "types": ["verdict.given", "verdict.withdrawn"],
            "tag": "bridges",
        }
    ]
)
class SubscriptionSubmission(Schema):
    url = OpenedAddress(required=True)
    types = _types(load_default=list)
    tag = _text("tag", 60, load_default=None)
    publisher = _text("publisher", 253, load_default=None)
    status = _status(load_default=None)


@with_json_schema(examples=[{"types": [], "status": "disputed"}, {"enabled": False}])
class SubscriptionChange(Schema):
    url = OpenedAddress()
    types = _types()
    tag = _text("tag", 60)
    publisher = _text("publisher", 253)
    status = _status()
    enabled = Flag()


class SubscriptionView(View):
    id = UUID()
    url = String()
    types = List(String())
    tag = String(allow_none=True)
    publisher = String(allow_none=True)
    status = Enum(Status, by_value=True, allow_none=True)
    enabled = Boolean()
    disabled_at = AwareDateTime(allow_none=True)
    disabled_reason = String(allow_none=True)
    created_at = AwareDateTime()


class NewSubscriptionView(SubscriptionView):
    secret = String(metadata={"description": "what messages are signed with; shown this once"})


class SecretView(View):
    secret = String(metadata={"description": "shown this once"})
    previous_until = AwareDateTime(
        metadata={"description": "until then messages are signed with the one before, too"}
    )


class DeliveryQuery(PageQuery):
    state = Enum(DeliveryState, by_value=True)


class DeliveryView(View):
    """An event's message to a subscription."""

    id = UUID()
    subscription_id = UUID()
    event_id = UUID(metadata={"description": "its `webhook-id`, the same each time it is sent"})
    type = String()
    state = Enum(DeliveryState, by_value=True)
    failures = Integer(metadata={"description": "since it was promised, or promised afresh"})
    due_at = AwareDateTime(allow_none=True, metadata={"description": "when it is sent next"})
    created_at = AwareDateTime()


class AttemptView(View):
    at = AwareDateTime(attribute="created_at")
    status = Integer(allow_none=True, metadata={"description": "null: there was no answer"})
    reason = String(allow_none=True, metadata={"description": "why there was none"})
    seconds = Float()


class FullDeliveryView(DeliveryView):
    body = String(metadata={"description": "what is sent, to the byte"})
    attempts = List(Nested(AttemptView), metadata={"description": "oldest first"})
