"""Input and output of the list of changes."""

from marshmallow import Schema
from marshmallow.fields import (
    UUID,
    AwareDateTime,
    Boolean,
    Dict,
    Integer,
    List,
    Nested,
    Raw,
    String,
)
from marshmallow.validate import OneOf, Range

from api.http.fields import FullMatch, View
from api.publishing.changes.service import EVENT_TYPES


class ChangesQuery(Schema):
    limit = Integer(load_default=50, validate=Range(1, 100))
    cursor = String(
        load_default="0",
        validate=FullMatch(r"^(0|[1-9][0-9]{0,17})$", error="Is no cursor."),
        metadata={"description": "`next_cursor` of the answer before; `0` is the beginning"},
    )


class EventView(View):
    id = UUID(metadata={"description": "the same in the claim's audit log, here and in webhooks"})
    type = String(validate=OneOf(EVENT_TYPES))
    at = AwareDateTime()
    claim = UUID()
    subject = UUID(metadata={"description": "what it happened to: the claim, evidence, a verdict"})
    by = UUID(allow_none=True, metadata={"description": "the contributor; null for the system"})
    details = Dict(keys=String(), values=Raw(allow_none=True))


class ChangesView(View):
    items = List(
        Nested(EventView),
        attribute="events",
        metadata={"description": "in the order of their commits"},
    )
    next_cursor = String(metadata={"description": "what to go on with, also at the end"})
    more = Boolean(metadata={"description": "there is more to be had at once"})
