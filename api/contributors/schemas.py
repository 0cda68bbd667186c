"""Input and output of contributors and their API keys."""

from marshmallow import Schema
from marshmallow.fields import UUID, AwareDateTime, Boolean, Enum, Integer, String

from api.auth.roles import Role
from api.http.fields import Flag, Moment, Text, View, with_json_schema


@with_json_schema(examples=[{"name": "Ann", "role": "reviewer"}])
class ContributorSubmission(Schema):
    name = Text(most=200, required=True)
    role = Enum(Role, by_value=True, required=True)


@with_json_schema(examples=[{"active": False}])
class ContributorChange(Schema):
    role = Enum(Role, by_value=True)
    active = Flag()


class ContributorView(View):
    id = UUID()
    name = String()
    role = Enum(Role, by_value=True)
    active = Boolean()
    erased_at = AwareDateTime(allow_none=True)
    created_at = AwareDateTime()
    version = Integer()


@with_json_schema(examples=[{"expires_at": "2030-01-01T00:00:00Z"}])
class ApiKeySubmission(Schema):
    expires_at = Moment(load_default=None, allow_none=True)


class ApiKeyView(View):
    id = UUID()
    contributor_id = UUID()
    prefix = String()
    created_at = AwareDateTime()
    expires_at = AwareDateTime(allow_none=True)
    last_used_at = AwareDateTime(allow_none=True)
    revoked_at = AwareDateTime(allow_none=True)


class IssuedApiKeyView(ApiKeyView):
    key = String(metadata={"description": "Shown this once; only its digest is stored."})
