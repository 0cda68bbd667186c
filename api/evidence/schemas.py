"""Shapes of evidence, as it is sent and shown."""

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

from api.claims.schemas import ClaimView
from api.evidence.enums import (
    EvidenceKind,
    EvidenceState,
    RejectionReason,
    ReviewDecision,
    Stance,
)
from api.http.fields import (
    OpenedAddress,
    PageQuery,
    PartialDate,
    Text,
    View,
    page_of,
    with_json_schema,
)
from api.sources.snapshots.schemas import SnapshotView

SHORTEST_QUOTE = 8


@with_json_schema(
    examples=[
        {
            "source_url": "https://archive.example.com/1932",
            "quote": "The bridge was opened to the public on 19 March",
            "stance": "supports",
            "kind": "primary",
            "published_at": "1932-03",
        }
    ]
)
class EvidenceSubmission(Schema):
    source_url = OpenedAddress(required=True)
    quote = Text(
        least=SHORTEST_QUOTE,
        most=2_000,
        required=True,
        metadata={"description": "the source's exact words; an ellipsis may leave some out"},
    )
    prefix = Text(most=500)
    suffix = Text(most=500)
    stance = Enum(Stance, by_value=True, required=True)
    kind = Enum(EvidenceKind, by_value=True, load_default=EvidenceKind.SECONDARY)
    note = Text(most=2_000, load_default=None)
    published_at = PartialDate(load_default=None)
    interests = Text(
        most=500,
        load_default=None,
        metadata={"description": "what ties the submitter to the matter, if anything"},
    )


class EvidenceQuery(PageQuery):
    state = Enum(EvidenceState, by_value=True)
    stance = Enum(Stance, by_value=True)


@with_json_schema(examples=[{"reason": "I misread it."}])
class Retraction(Schema):
    reason = Text(most=2_000, required=True)


@with_json_schema(examples=[{"decision": "rejected", "reason": "misquotation"}])
class EvidenceReview(Schema):
    decision = Enum(ReviewDecision, by_value=True, required=True)
    reason = Enum(
        RejectionReason, by_value=True, metadata={"description": "needed to reject, and only then"}
    )
    note = Text(most=2_000)


class SubmitterView(View):
    id = UUID()
    name = String()


class PublisherView(View):
    domain = String()
    name = String()
    owner = String(allow_none=True)
    kind = String()


class SpanView(View):
    start = Integer()
    end = Integer()


class NearestView(SpanView):
    text = String()
    score = Float(metadata={"description": "how like the quote, up to 100"})


class FindingsView(View):
    """What stands in the source beside the quote. Places count code points of its text."""

    elsewhere = List(Nested(SpanView), metadata={"description": "other places of the quote"})
    left_out = List(String(), metadata={"description": "what the quote's ellipses leave out"})
    nearest = Nested(
        NearestView,
        allow_none=True,
        metadata={"description": "the passage most like a quote that was not found"},
    )
    missing_from_quote = List(
        String(), metadata={"description": "figures of the claim that the quote lacks"}
    )
    missing_from_source = List(
        String(), metadata={"description": "figures of the claim that the whole source lacks"}
    )


class EvidenceView(View):
    id = UUID()
    claim_id = UUID()
    source_url = String()
    source = Nested(PublisherView)
    quote = String()
    prefix = String()
    suffix = String()
    stance = Enum(Stance, by_value=True)
    kind = Enum(EvidenceKind, by_value=True)
    note = String(allow_none=True)
    published_at = String(allow_none=True)
    interests = String(allow_none=True)
    submitted_by = Nested(SubmitterView)
    created_at = AwareDateTime()
    state = Enum(EvidenceState, by_value=True)
    state_reason = String(allow_none=True)
    attempts = Integer()
    examined_at = AwareDateTime(allow_none=True)
    snapshot = Nested(SnapshotView, allow_none=True)
    found_start = Integer(allow_none=True)
    found_end = Integer(allow_none=True)
    found_level = String(allow_none=True)
    findings = Nested(FindingsView, allow_none=True)
    stale_since = AwareDateTime(
        allow_none=True,
        metadata={"description": "since when the source has not had the quote, or has been gone"},
    )
    counts = Boolean(attribute="counted")
    group = Integer(
        attribute="group_number",
        allow_none=True,
        metadata={"description": "the independent source that it is of, by number"},
    )
    group_reasons = List(String(), allow_none=True)
    independent = Boolean(allow_none=True)
    not_independent_reason = String(allow_none=True)
    review = Enum(ReviewDecision, by_value=True, allow_none=True)
    review_reason = Enum(RejectionReason, by_value=True, allow_none=True)
    review_note = String(allow_none=True)
    reviewed_at = AwareDateTime(allow_none=True)
    retracted_at = AwareDateTime(allow_none=True)
    retraction_reason = String(allow_none=True)


class ClaimWithEvidenceView(View):
    """A claim and a page of its evidence."""

    claim = Nested(ClaimView)
    evidence = Nested(page_of(EvidenceView))
