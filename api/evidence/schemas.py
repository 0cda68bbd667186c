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

from api.claims.matching.schemas import DifferenceView
from api.claims.schemas import ClaimView
from api.evidence.enums import (
    Decision,
    Kind,
    RecheckOutcome,
    RejectionReason,
    Review,
    Stance,
    State,
)
from api.evidence.suggestion_outcomes import Outcome as SuggestionOutcome
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
    kind = Enum(Kind, by_value=True, load_default=Kind.SECONDARY)
    note = Text(most=2_000, load_default=None)
    published_at = PartialDate(load_default=None)
    interests = Text(
        most=500,
        load_default=None,
        metadata={"description": "what ties the submitter to the matter, if anything"},
    )


class EvidenceQuery(PageQuery):
    state = Enum(State, by_value=True)
    stance = Enum(Stance, by_value=True)


@with_json_schema(examples=[{"reason": "I misread it."}])
class Retraction(Schema):
    reason = Text(most=2_000, required=True)


@with_json_schema(examples=[{"decision": "rejected", "reason": "misquotation"}])
class EvidenceReview(Schema):
    decision = Enum(Review, by_value=True, required=True)
    reason = Enum(
        RejectionReason, by_value=True, metadata={"description": "needed to reject, and only then"}
    )
    note = Text(most=2_000)


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
class RulingSubmission(Schema):
    decision = Enum(Decision, by_value=True, required=True)
    item = UUID(required=True)
    other = UUID(required=True)
    reason = Text(most=2_000, required=True)


class RulingView(View):
    id = UUID()
    created_at = AwareDateTime()
    decision = Enum(Decision, by_value=True)
    item = UUID(attribute="item_id")
    other = UUID(attribute="other_id")
    reason = String()
    decided_by = UUID(attribute="decided_by_id")


class WatchView(View):
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
    kind = Enum(Kind, by_value=True)
    note = String(allow_none=True)
    published_at = String(allow_none=True)
    interests = String(allow_none=True)
    submitted_by = Nested(SubmitterView)
    created_at = AwareDateTime()
    state = Enum(State, by_value=True)
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
    counts = Boolean()
    line = Integer(allow_none=True, metadata={"description": "its line of evidence"})
    line_reasons = List(String(), allow_none=True)
    outside = Boolean(allow_none=True)
    inside_because = String(allow_none=True)
    review = Enum(Review, by_value=True, allow_none=True)
    review_reason = Enum(RejectionReason, by_value=True, allow_none=True)
    review_note = String(allow_none=True)
    reviewed_at = AwareDateTime(allow_none=True)
    retracted_at = AwareDateTime(allow_none=True)
    retraction_reason = String(allow_none=True)


class DossierView(View):
    """A claim and a page of its evidence."""

    claim = Nested(ClaimView)
    evidence = Nested(page_of(EvidenceView))


class SuggestionView(View):
    """What a language model suggested about an item, or why it suggested nothing. It counts for
    nothing.
    """

    id = UUID()
    created_at = AwareDateTime()
    note = String(metadata={"description": "what it is worth, in words"})
    outcome = Enum(SuggestionOutcome, by_value=True)
    stance = Enum(Stance, by_value=True, allow_none=True)
    rationale = String(
        allow_none=True, metadata={"description": "why, in the model's words: plain text"}
    )
    reason = String(allow_none=True, metadata={"description": "why there is no suggestion"})
    warning = String(
        allow_none=True,
        metadata={"description": "what speaks against it: figures of the claim that are not there"},
    )
    outdated = Boolean(
        metadata={"description": "the claim's or the source's words were others when it was made"}
    )
    provider = String()
    asked_model = String()
    model = String(allow_none=True, metadata={"description": "what the answer calls it"})
    prompt_sha256 = String(metadata={"description": "of what it was told to do"})
    text_sha256 = String(metadata={"description": "of the words that it was given to judge"})


class MissingView(View):
    figure = String(metadata={"description": "as the claim writes it"})
    reason = String(metadata={"description": "what stands in its place"})


class AidsView(View):
    missing_figures = List(
        Nested(MissingView), metadata={"description": "figures of the claim that the quote lacks"}
    )
    differences = List(
        Nested(DifferenceView), metadata={"description": "`here` the quote, `there` the claim"}
    )
    coverage = Float(
        allow_none=True,
        metadata={
            "description": "share of the claim's words that the passage has, 0 to 1; null where "
            "the two are in different languages"
        },
    )
    coverage_reason = String()
    not_covered = List(String(), metadata={"description": "the words that it does not have"})
    suggestions = List(
        Nested(SuggestionView),
        metadata={"description": "of a language model, newest first; none unless one is asked"},
    )
