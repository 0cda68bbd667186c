"""From a text to what could be checked in it: candidates with score, reasons and claimant."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from api.claims.candidates.checkworthiness import Reason, judge
from api.claims.candidates.clauses import LONGEST, clauses
from api.claims.candidates.speakers import attribution
from api.language.numbers.parser import find_figures
from api.language.numbers.quantities import Figure
from api.language.sentences import Sentence, iterate_sentences

#: What of a text is looked at: hardly an article has more, and each takes its time. The figures of
#: the sentence in which they become too many are still taken.
MOST_SENTENCES, MOST_FIGURES, MOST_CHARACTERS = 1_000, 2_000, 150_000


class Candidate(NamedTuple):
    """A passage that could be a claim: `text[start:end]` is its quote.

    `score` (0 to 1) says how much it is worth checking, `reasons` why, those that count most first.
    The figures' places are those in the whole text. `claimant` is whom the sentence names as the
    speaker, None when nobody; `statement` is the claim in full where the quote lacks its subject.
    """

    quote: str
    start: int
    end: int
    score: float
    reasons: tuple[Reason, ...]
    figures: tuple[Figure, ...]
    claimant: str | None = None
    statement: str | None = None


def candidates(text: str, language: str | None = None) -> list[Candidate]:
    """Every sentence of a text as a candidate, in the order of the text, as far as it is looked at
    (`MOST_SENTENCES` and its neighbours).

    A compound sentence whose parts stand alone gives one candidate for each part. "He said" has
    the claimant that was named last. `language` is a BCP 47 tag.
    """
    found: list[Candidate] = []
    speaker: str | None = None
    left = MOST_FIGURES
    for sentence in _quotable(text, language):
        named = attribution(sentence.text, language)
        if named and not named.pronoun:
            speaker = named.claimant
        parts = _of(sentence, speaker if named else None, language)
        found += parts
        left -= sum(len(each.figures) for each in parts)
        if left <= 0:
            break
    return found


def _quotable(text: str, language: str | None) -> Iterator[Sentence]:
    """The sentences that are looked at. What is longer than a quote may be can be no claim."""
    for sentence in islice(iterate_sentences(text, language), MOST_SENTENCES):
        if sentence.end > MOST_CHARACTERS:
            return
        if len(sentence.text) <= LONGEST:
            yield sentence


def _of(sentence: Sentence, claimant: str | None, language: str | None) -> list[Candidate]:
    inside = find_figures(sentence.text, language)
    found = []
    for part in clauses(sentence.text, inside, language):
        quote = sentence.text[part.start : part.end]
        own = [each for each in inside if part.start <= each.start and each.end <= part.end]
        judgement = judge(part.statement or quote, own)
        start = sentence.start + part.start
        found.append(
            Candidate(
                quote, start, start + len(quote), judgement.score, judgement.reasons,
                tuple(
                    replace(each, start=each.start + sentence.start, end=each.end + sentence.start)
                    for each in own
                ),
                claimant, part.statement,
            )
        )  # fmt: skip
    return found
