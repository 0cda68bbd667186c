"""What helps to judge an item of evidence; it judges nothing.

Small language models were measured to call "92 %" entailed by "60 %". So no stance is guessed
here: a person is shown which figures of the claim the quote lacks, and what the passage leaves out.
Where a model is asked all the same, what it suggested stands beside that, as a suggestion.
"""

from dataclasses import dataclass

from api.claims.differences import differences
from api.claims.function_words import FUNCTION_WORDS
from api.claims.rewording import Difference
from api.claims.terms import located
from api.evidence import passages, suggestions
from api.evidence.models import Evidence
from api.evidence.suggestion_models import Suggestion
from api.quotes.figures import missing_figures
from api.sources import languages


@dataclass(frozen=True)
class Aids:
    """`missing_figures` of the claim, as it writes them, that the quote lacks; `differences` of
    the quote (here) and the claim (there); `coverage` is the share of the claim's words that the
    passage has, 0 to 1, and `not_covered` are the others; `suggestions` are a
    model's, newest first.
    """

    missing_figures: list[str]
    differences: list[Difference]
    coverage: float
    not_covered: list[str]
    suggestions: list[Suggestion]


def of(evidence: Evidence) -> Aids:
    """The aids for an item, which comes with its claim. The passage is the quote and what stands
    around it, or the quote alone where it was not found.
    """
    claim, quote = evidence.claim.statement, evidence.quote
    passage = passages.of([evidence]).get(evidence.id, quote)
    language = languages.of(claim, evidence.claim.language)
    there = {each.term for each in located(passage)}
    words = {
        each.term: claim[each.start : each.end]
        for each in located(claim)
        if each.term not in FUNCTION_WORDS
    }
    absent = [word for term, word in words.items() if term not in there]
    return Aids(
        missing_figures=missing_figures(claim, quote),
        differences=differences(quote, claim, language=languages.of(quote), other=language),
        coverage=round(1 - len(absent) / len(words), 3) if words else 0.0,
        not_covered=absent,
        suggestions=suggestions.on(evidence, passage),
    )
