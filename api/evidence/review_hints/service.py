"""What helps to judge an item of evidence; it judges nothing.

Small language models were measured to call "92 %" entailed by "60 %". So no stance is guessed
here: a person is shown which figures of the claim the quote lacks, and what the passage leaves out.
Where a model is asked all the same, what it suggested stands beside that, as a suggestion.
"""

from collections.abc import Sequence
from typing import NamedTuple

from api.evidence.examination import excerpts
from api.evidence.models import Evidence
from api.evidence.suggestion_hooks import DisplayedSuggestion, suggestion_hooks
from api.language import detection
from api.language.comparison.differences import find_differences
from api.language.comparison.missing_figures import MissingFigure, find_missing_figures
from api.language.comparison.word_changes import Difference
from api.language.stop_words import FUNCTION_WORDS
from api.language.tokens import locate_terms


class ReviewHints(NamedTuple):
    """`missing_figures` of the claim that the quote lacks; `differences` of the quote (here) and
    the claim (there); `coverage` is the share of the claim's words that the passage has, 0 to 1,
    None where it can't be told, `coverage_reason` why it is so, and `not_covered` are the others;
    `suggestions` are a model's, newest first.
    """

    missing_figures: list[MissingFigure]
    differences: list[Difference]
    coverage: float | None
    coverage_reason: str
    not_covered: list[str]
    suggestions: Sequence[DisplayedSuggestion]


def collect_review_hints(evidence: Evidence) -> ReviewHints:
    """The review hints for an item, which comes with its claim. The passage is the quote and what
    stands around it, or the quote alone where it was not found.
    """
    claim, quote = evidence.claim.statement, evidence.quote
    passage = excerpts.load_excerpts([evidence]).get(evidence.id, quote)
    read = {
        "language": detection.detect_language(claim, evidence.claim.language),
        "other": detection.detect_language(quote),
    }
    coverage, reason, absent = _coverage(claim, passage, **read)
    return ReviewHints(
        missing_figures=find_missing_figures(claim, quote, **read),
        differences=find_differences(quote, claim, language=read["other"], other=read["language"]),
        coverage=coverage,
        coverage_reason=reason,
        not_covered=absent,
        suggestions=suggestion_hooks().list_on(evidence, passage),
    )


def _coverage(
    claim: str, passage: str, *, language: str | None, other: str | None
) -> tuple[float | None, str, list[str]]:
    """How much of a claim's words a passage has, why, and which it has not."""
    if language and other and language[:2] != other[:2]:
        return None, f"the claim's language is {language}, the quote's {other}", []
    there = {each.term for each in locate_terms(passage)}
    words = {
        each.term: claim[each.start : each.end]
        for each in locate_terms(claim)
        if each.term not in FUNCTION_WORDS
    }
    if not words:
        return None, "the claim has no words that tell something", []
    absent = [word for term, word in words.items() if term not in there]
    had = len(words) - len(absent)
    return round(had / len(words), 3), f"the passage has {had} of {len(words)} words", absent
