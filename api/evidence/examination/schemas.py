"""Shapes of rechecks."""

from marshmallow.fields import UUID, AwareDateTime, Enum, Integer, String

from api.evidence.enums import RecheckOutcome
from api.http.fields import View


class RecheckScheduleView(View):
    """That a source is to be asked for again."""

    evidence = UUID(attribute="evidence_id")
    due_at = AwareDateTime(metadata={"description": "no earlier than this"})
    asked_by = UUID(attribute="asked_by_id")


class RecheckView(View):
    id = UUID()
    created_at = AwareDateTime()
    outcome = Enum(RecheckOutcome, by_value=True)
    status = Integer(allow_none=True, metadata={"description": "the HTTP status; null: no answer"})
    reason = String(allow_none=True)
    snapshot = UUID(
        attribute="snapshot_id",
        allow_none=True,
        metadata={"description": "the page, where it had changed"},
    )
    asked_by = UUID(
        attribute="asked_by_id",
        allow_none=True,
        metadata={"description": "who had it done; null: it was on its date"},
    )
