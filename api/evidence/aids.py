"""What helps to judge an item of evidence; it judges nothing.

Small language models were measured to call "92 %" entailed by "60 %". So no stance is guessed
here: a person is shown which figures of the claim the quote lacks, and what the passage leaves out.
"""

from dataclasses import dataclass

from api.claims.differences import Difference, differences
from api.claims.function_words import FUNCTION_WORDS
from api.claims.terms import located
from api.evidence.models import Evidence
from api.quotes.figures import missing_figures
from api.sources import languages

#: Code points of the source's text that are read before and after the quote.
AROUND = 600


@dataclass(frozen=True)
class Aids:
    """`missing_figures` of the claim, as it writes them, that the quote lacks; `differences` of
    the quote (here) and the claim (there); `coverage` is the share of the claim's words that the
    passage has, 0 to 1, and `not_covered` are the others.
    """

    missing_figures: list[str]
    differences: list[Difference]
    coverage: float
    not_covered: list[str]


def of(evidence: Evidence) -> Aids:
    """The aids for an item, whose snapshot has its text. The passage is the quote and what stands
    around it, or the quote alone where it was not found.
    """
    claim, passage = evidence.claim.statement, evidence.quote
    if evidence.snapshot and evidence.found_start is not None and evidence.found_end is not None:
        start = max(0, evidence.found_start - AROUND)
        passage = evidence.snapshot.text[start : evidence.found_end + AROUND]
    return compare(
        claim,
        evidence.quote,
        passage,
        language=languages.of(claim, evidence.claim.language),
        other=languages.of(evidence.quote),
    )


def compare(
    claim: str, quote: str, passage: str, *, language: str | None, other: str | None
) -> Aids:
    """Compare a claim, in `language`, with a quote and the passage around it, in the `other`."""
    there = {each.term for each in located(passage)}
    words = {
        each.term: claim[each.start : each.end]
        for each in located(claim)
        if each.term not in FUNCTION_WORDS
    }
    absent = [word for term, word in words.items() if term not in there]
    return Aids(
        missing_figures=missing_figures(claim, quote),
        differences=differences(quote, claim, language=other, other=language),
        coverage=round(1 - len(absent) / len(words), 3) if words else 0.0,
        not_covered=absent,
    )
