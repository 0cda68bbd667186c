"""Shapes of the hints that help a reviewer to judge an item."""

from marshmallow.fields import UUID, AwareDateTime, Boolean, Enum, Float, List, Nested, String

from api.claims.matching.schemas import DifferenceView
from api.evidence.enums import Stance
from api.evidence.suggestion_outcomes import SuggestionOutcome
from api.http.fields import View


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


class ReviewHintsView(View):
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
