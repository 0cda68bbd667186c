"""Input and output of verdicts, assessments, statuses, the review queue and the audit log."""

from marshmallow import Schema
from marshmallow.fields import (
    UUID,
    AwareDateTime,
    Boolean,
    Dict,
    Enum,
    Integer,
    List,
    Nested,
    Raw,
    String,
)
from marshmallow.validate import Length, OneOf

from api.claims.enums import Status
from api.http.fields import Moment, Text, View, page_of, with_json_schema
from api.verdicts.models import ReviewReason


@with_json_schema(
    examples=[
        {
            "status": "confirmed",
            "reasons": "Two archives that do not depend on one another give the same day.",
            "evidence": ["01930000-0000-7000-8000-000000000001"],
            "finding": "True",
        }
    ]
)
class VerdictSubmission(Schema):
    status = Enum(Status, by_value=True, required=True)
    reasons = Text(most=5_000, required=True)
    evidence = List(
        UUID(),
        validate=Length(max=200),
        load_default=list,
        metadata={"description": "ids of the evidence that the verdict rests on"},
    )
    finding = Text(
        most=100, load_default=None, metadata={"description": "a short label: Mostly true"}
    )
    exception = Text(
        most=2_000,
        load_default=None,
        metadata={
            "description": "why one independent source with a primary source is enough, or why one "
            "person may decide on what they submitted"
        },
    )


class RequirementView(View):
    code = String()
    words = String()
    evidence = List(UUID())


class DecidedByView(View):
    id = UUID()
    name = String()
    role = String()


class OpinionView(View):
    """What another reviewer would have decided."""

    status = Enum(Status, by_value=True)
    finding = String(allow_none=True)
    reasons = String()
    exception = String(allow_none=True)
    evidence = List(UUID())
    applied_verdict = UUID(
        attribute="applied_verdict_id",
        allow_none=True,
        metadata={"description": "the verdict that it would apply"},
    )
    given_by = Nested(DecidedByView)
    given_at = AwareDateTime(attribute="created_at")


class AppliedVerdictView(View):
    """The verdict on another claim that is applied, and what it rests on."""

    claim = UUID()
    verdict = UUID()
    number = Integer()
    hash = String(metadata={"description": "of its record, which holds its evidence"})
    supporting_groups = Integer(attribute="supporting_lines")  # as its record says it
    disputing_groups = Integer(attribute="disputing_lines")
    stand_in = Boolean()


def applied_verdict_field() -> Nested:
    """The verdict that is applied, of the field's own name."""
    return Nested(
        AppliedVerdictView,
        allow_none=True,
        metadata={"description": "decided as this other claim, which says the same"},
    )


OPINION_FIELD = Nested(
    OpinionView,
    allow_none=True,
    metadata={"description": "another's, who had decided before; neither saw the other's choice"},
)


class OwnOpinionView(View):
    """What you would decide, as long as nobody else has."""

    id = UUID(attribute="opinion.id")
    claim_id = UUID(attribute="opinion.claim_id")
    status = Enum(Status, by_value=True, attribute="opinion.status")
    finding = String(allow_none=True, attribute="opinion.finding")
    reasons = String(attribute="opinion.reasons")
    exception = String(allow_none=True, attribute="opinion.exception")
    evidence = List(UUID(), attribute="opinion.evidence")
    applied_verdict = UUID(attribute="opinion.applied_verdict_id", allow_none=True)
    given_at = AwareDateTime(attribute="opinion.created_at")
    waits = Boolean(
        metadata={
            "description": "for another reviewer's; false also when it has lapsed, since the "
            "evidence, the verdict or your own part is another now: give it again"
        }
    )
    verdict = UUID(allow_none=True, metadata={"description": "the one that was given upon it"})


class VerdictView(View):
    id = UUID()
    claim_id = UUID()
    number = Integer()
    status = Enum(Status, by_value=True)
    finding = String(allow_none=True)
    reasons = String()
    exception = String(allow_none=True)
    one_person = Boolean(metadata={"description": "separated duties were switched off"})
    evidence = List(UUID(), attribute="cited_evidence")
    decided_by = Nested(
        DecidedByView, allow_none=True, metadata={"description": "null: withdrawn by the policy"}
    )
    opinion = OPINION_FIELD
    applied_verdict = applied_verdict_field()
    decided_at = AwareDateTime()
    previous_hash = String(allow_none=True)
    hash = String(metadata={"description": "SHA-256 of `record` in canonical JSON (RFC 8785)"})
    record = Dict(keys=String(), values=Raw(allow_none=True), attribute="attested_record")


class FaultView(View):
    number = Integer()
    words = String()


class HistoryView(page_of(VerdictView)):  # type: ignore[misc]
    intact = Boolean(metadata={"description": "every link on this page holds"})
    faults = List(Nested(FaultView), metadata={"description": "which links do not, and why"})


class GroupView(View):
    number = Integer()
    independent = Boolean()
    reasons = List(String())
    evidence = List(UUID())


class NeedView(RequirementView):
    met = Boolean()


class AssessmentView(View):
    """What the evidence amounts to now."""

    claim = UUID()
    supported_status = Enum(Status, by_value=True)
    supporting_groups = Integer()
    disputing_groups = Integer()
    confirmed_needs = List(Nested(NeedView))
    disputed_needs = List(Nested(NeedView))
    groups = List(Nested(GroupView))
    policy = Dict(keys=String(), values=Integer())
    needs_two_reviewers = Boolean(
        metadata={"description": "to confirm and to dispute; the second does not see the first's"}
    )
    newest_verdict = Integer(metadata={"description": "its number; 0 when there is none"})
    applied_verdict = applied_verdict_field()


class StatusQuery(Schema):
    at = Moment(metadata={"description": "what the status was at this moment"})


AS_JUDGED = {
    "description": "null for a past moment before the first verdict: what the evidence amounted to "
    "is kept with a verdict"
}


class StatusView(View):
    """What is known about a claim, in one small answer."""

    claim = UUID()
    statement = String()
    status = Enum(Status, by_value=True)
    since = AwareDateTime()
    finding = String(allow_none=True)
    supporting_groups = Integer(allow_none=True, metadata=AS_JUDGED)
    disputing_groups = Integer(allow_none=True, metadata=AS_JUDGED)
    unmet = List(Nested(RequirementView), allow_none=True, metadata=AS_JUDGED)
    needs_review = Boolean(allow_none=True, metadata={"description": "null for a past moment"})
    decided_by = Nested(DecidedByView, allow_none=True)
    opinion = OPINION_FIELD
    applied_verdict = applied_verdict_field()
    exception = String(allow_none=True)
    one_person = Boolean()
    stand_in = Boolean(
        allow_none=True,
        metadata={
            "description": "some of the evidence was read from stand-ins; null as the groups are"
        },
    )
    withdrawn = Boolean()
    corrected_at = AwareDateTime(
        allow_none=True, metadata={"description": "when the newest correction was made"}
    )
    contact_attempts = Integer(metadata={"description": "how often the claimant was asked"})
    interests = Integer(metadata={"description": "how many reviewers' interests were declared"})
    at = Moment(allow_none=True, metadata={"description": "the past moment asked for"})
    verdict = String(allow_none=True, metadata={"description": "the verdict's address"})
    history = String(metadata={"description": "the address of all the verdicts"})


class QueuedView(View):
    claim = UUID(attribute="claim_id")
    statement = String(attribute="claim.statement")
    status = Enum(Status, by_value=True, attribute="claim.status")
    exception = String(allow_none=True, attribute="claim.status_exception")
    one_person = Boolean(attribute="claim.one_person")
    supported_status = Enum(
        Status,
        by_value=True,
        metadata={"description": "what the evidence carries"},
    )
    supporting_groups = Integer()
    disputing_groups = Integer()
    reasons = List(String(validate=OneOf(ReviewReason)), attribute="review_reasons")
    since = AwareDateTime(attribute="queued_at")


class AuditEntryView(View):
    id = UUID()
    created_at = AwareDateTime()
    what = String(attribute="action")
    subject_id = UUID()
    by_id = UUID(allow_none=True)
    details = Dict(keys=String(), values=Raw(allow_none=True))
