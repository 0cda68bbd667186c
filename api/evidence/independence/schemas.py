"""Shapes of rulings on groups of evidence."""

from marshmallow import Schema
from marshmallow.fields import UUID, AwareDateTime, Enum, String

from api.evidence.enums import RulingDecision
from api.http.fields import Text, View, with_json_schema


@with_json_schema(
    examples=[
        {
            "decision": "join",
            "item": "01930000-0000-7000-8000-000000000001",
            "other": "01930000-0000-7000-8000-000000000002",
            "reason": "Both retell the same press release.",
        }
    ]
)
class GroupRulingSubmission(Schema):
    decision = Enum(RulingDecision, by_value=True, required=True)
    item = UUID(required=True)
    other = UUID(required=True)
    reason = Text(most=2_000, required=True)


class GroupRulingView(View):
    id = UUID()
    created_at = AwareDateTime()
    decision = Enum(RulingDecision, by_value=True)
    item = UUID(attribute="item_id")
    other = UUID(attribute="other_id")
    reason = String()
    decided_by = UUID(attribute="decided_by_id")
