"""Find the candidates of a text: passages that could be claims, with score and claimant. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import NamedTuple

from api.claims.candidates.checkworthiness import Reason, score_sentence
from api.claims.candidates.clauses import MAX_SENTENCE_LENGTH, split_clauses
from api.claims.candidates.speakers import find_speaker
from api.language.numbers.parser import find_figures
from api.language.numbers.quantities import Figure
from api.language.sentences import Sentence, iterate_sentences

#: How much of a text is searched; hardly an article has more. The sentence with which the figures
#: become too many is still searched in full.
MAX_SENTENCES, MAX_FIGURES, MAX_CHARACTERS = 1_000, 2_000, 150_000


class Candidate(NamedTuple):
    """A passage that could be a claim: `text[start:end]` is its quote.

    `score` (0 to 1) says how much it is worth checking, `reasons` why, those with most weight
    first. The figures' offsets are code points of the whole text. `claimant` is the speaker that
    the sentence names, if any; `statement` the claim in full where the quote lacks its subject.
    """

    quote: str
    start: int
    end: int
    score: float
    reasons: tuple[Reason, ...]
    figures: tuple[Figure, ...]
    claimant: str | None = None
    statement: str | None = None


def find_candidates(text: str, language: str | None = None) -> list[Candidate]:
    """Return every sentence of a text as a candidate, in text order, up to `MAX_SENTENCES` and the
    other limits.

    A compound sentence whose parts stand alone gives one candidate for each part. "He said" has
    the claimant that was named last. `language` is a BCP 47 tag.
    """
    found: list[Candidate] = []
    speaker: str | None = None
    left = MAX_FIGURES
    for sentence in _quotable_sentences(text, language):
        named = find_speaker(sentence.text, language)
        if named and not named.pronoun:
            speaker = named.claimant
        parts = _sentence_candidates(sentence, speaker if named else None, language)
        found += parts
        left -= sum(len(each.figures) for each in parts)
        if left <= 0:
            break
    return found


def _quotable_sentences(text: str, language: str | None) -> Iterator[Sentence]:
    """Yield the sentences to search. A sentence longer than a quote may be can be no claim."""
    for sentence in islice(iterate_sentences(text, language), MAX_SENTENCES):
        if sentence.end > MAX_CHARACTERS:
            return
        if len(sentence.text) <= MAX_SENTENCE_LENGTH:
            yield sentence


def _sentence_candidates(
    sentence: Sentence, claimant: str | None, language: str | None
) -> list[Candidate]:
    inside = find_figures(sentence.text, language)
    found = []
    for part in split_clauses(sentence.text, inside, language):
        quote = sentence.text[part.start : part.end]
        own = [each for each in inside if part.start <= each.start and each.end <= part.end]
        scored = score_sentence(part.statement or quote, own)
        start = sentence.start + part.start
        found.append(
            Candidate(
                quote, start, start + len(quote), scored.score, scored.reasons,
                tuple(
                    replace(each, start=each.start + sentence.start, end=each.end + sentence.start)
                    for each in own
                ),
                claimant, part.statement,
            )
        )  # fmt: skip
    return found
