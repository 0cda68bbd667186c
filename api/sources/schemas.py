"""Input and output of sources and their owners."""

from marshmallow import Schema
from marshmallow.fields import UUID, AwareDateTime, Enum, String

from api.http.fields import PageQuery, Text, View, with_json_schema
from api.sources.models import SourceKind


class SourceQuery(PageQuery):
    domain = Text(most=253)
    owner = Text(most=200)


@with_json_schema(examples=[{"name": "The Example Herald", "owner": "Example Media"}])
class SourceChange(Schema):
    name = Text(most=200)
    owner = Text(
        most=200,
        allow_none=True,
        metadata={"description": "the family of publishers it belongs to: one independent source"},
    )
    kind = Enum(SourceKind, by_value=True)
    interests = Text(most=500, allow_none=True)


class SourceView(View):
    id = UUID()
    domain = String()
    name = String()
    owner = String(allow_none=True)
    kind = Enum(SourceKind, by_value=True)
    interests = String(allow_none=True)
    created_at = AwareDateTime()
