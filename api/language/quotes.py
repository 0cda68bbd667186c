"""Find a quote in a text. Pure and deterministic.

A quote is found at one of two levels: `exact`, character by character, or `normalised`, when only
typography differs (see `normalisation`, which also says what is never folded away). A passage that
is only similar is no hit: when nothing is found, the most similar passage is returned as a
suggestion with its score.

Any substring of a text is found at its place, unless it begins or ends inside a figure, a word or
a letter with its accents (see `boundaries`): "5 %" is not what "15 %" says, nor "safe" what
"unsafe" says. Such a substring comes back as the suggestion, widened to the whole figure or word.

An ellipsis (… ... [...] […] (...) (…)) divides a quote into parts that must stand in their order,
each at most 500 characters after the one before; `Hit.skipped` says what was left out between
them, which may hold a "not". A quote is first looked for as it stands, ellipsis and all.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz import fuzz

from api.language.boundaries import BOUNDARY_CONTEXT, splits_token
from api.language.normalisation import NormalisedText, Span, normalise_around

MAX_ELLIPSIS_GAP = 500
"""Code points that an ellipsis may leave out."""
MAX_OCCURRENCES = 2_000
"""Occurrences of a quote beyond this number are ignored."""
MAX_QUOTE_PARTS = 20
"""A quote that ellipses divide into more parts than this is not found."""
MIN_SIMILARITY = 60.0
"""Below this similarity (0 to 100) no passage is suggested."""

_CONTEXT_LENGTH = 200  # code points of prefix and suffix that count
_PROBE_LENGTH = (
    63  # characters; rapidfuzz searches a whole page for up to 64 at once in milliseconds
)
_DOTS = r"(?:…+|\.{3,}|\.(?: \.){2,})"
_ELLIPSIS = re.compile(rf"\[ ?{_DOTS} ?\]|\( ?{_DOTS} ?\)|{_DOTS}")


class MatchLevel(StrEnum):
    """How literally a quote was found."""

    EXACT = "exact"
    NORMALISED = "normalised"


class Hit(NamedTuple):
    """A place where the quote stands, in code points of the text as stored.

    `parts` are the spans of the quote's parts, one unless it has ellipses.
    """

    level: MatchLevel
    parts: tuple[Span, ...]

    @property
    def start(self) -> int:
        return self.parts[0][0]

    @property
    def end(self) -> int:
        return self.parts[-1][1]

    @property
    def skipped(self) -> tuple[Span, ...]:
        """The spans that the quote's ellipses leave out."""
        return tuple((end, start) for (_, end), (start, _) in pairwise(self.parts))


class NearestPassage(NamedTuple):
    """The passage most similar to a quote that was not found: offsets in code points of the text,
    and the similarity, 0 to 100.
    """

    start: int
    end: int
    score: float


class QuoteSearch(NamedTuple):
    """The result of `find_quote`: the quote's places in order, or else a suggestion, if any.

    More than one hit means that the quote alone does not say which place is meant.
    """

    hits: tuple[Hit, ...]
    suggestion: NearestPassage | None = None


def find_quote(quote: str, text: str, *, prefix: str = "", suffix: str = "") -> QuoteSearch:
    """Find a quote in a text, literally first, else by its normal form.

    `prefix` and `suffix` are what stands before and after the quote (W3C Web Annotation Data
    Model, TextQuoteSelector). They choose among several hits: those with both around them, else
    those with one; when no hit has either, all are returned.
    """
    searched = _SearchedText(text)
    parts = _split_at_ellipses(quote)
    for wanted in dict.fromkeys([(quote,), parts]):
        for level in MatchLevel:
            if chains := _find_in_order(wanted, level, searched):
                hits = tuple(Hit(level, chain) for chain in chains)
                return QuoteSearch(_choose_by_context(hits, text, prefix, suffix))
    missing = (part for part in parts if not searched.places(part, MatchLevel.NORMALISED))
    return QuoteSearch((), searched.nearest(next(missing, quote)))


def _split_at_ellipses(quote: str) -> tuple[str, ...]:
    parts = tuple(part for piece in _ELLIPSIS.split(quote) if (part := piece.strip()))
    return parts if len(parts) <= MAX_QUOTE_PARTS else ()


def _find_in_order(
    wanted: tuple[str, ...], level: MatchLevel, searched: "_SearchedText"
) -> list[tuple[Span, ...]]:
    """The places where all parts stand in order and near one another; the shortest from each start.

    Each place of a part is joined to the nearest place of the part before: if that one is too far
    away, so are all others.
    """
    if not wanted:
        return []
    chains: list[tuple[Span, ...]] = [(span,) for span in searched.places(wanted[0], level)]
    for part in wanted[1:]:
        chains = _extend_chains(chains, searched.places(part, level)) if chains else []
    shortest: dict[Span, tuple[Span, ...]] = {}
    for chain in chains:
        shortest.setdefault(chain[0], chain)
    return list(shortest.values())


def _extend_chains(
    chains: Sequence[tuple[Span, ...]], places: Iterable[Span]
) -> list[tuple[Span, ...]]:
    ends = [chain[-1][1] for chain in chains]
    nearest = ((bisect_right(ends, start) - 1, (start, end)) for start, end in places)
    return [
        (*chains[at], span)
        for at, span in nearest
        if at >= 0 and span[0] - ends[at] <= MAX_ELLIPSIS_GAP
    ]


def _choose_by_context(
    hits: tuple[Hit, ...], text: str, prefix: str, suffix: str
) -> tuple[Hit, ...]:
    """Return the hits that agree with most of the context: both sides, one, or none."""
    if len(hits) < 2 or not (prefix or suffix):
        return hits
    prefix, suffix = prefix[-_CONTEXT_LENGTH:], suffix[:_CONTEXT_LENGTH]
    before, after = NormalisedText(prefix).text.strip(), NormalisedText(suffix).text.strip()

    def agreement(hit: Hit) -> int:
        left = text[max(hit.start - 2 * _CONTEXT_LENGTH, 0) : hit.start]
        right = text[hit.end : hit.end + 2 * _CONTEXT_LENGTH]
        return (before != "" and NormalisedText(left).text.rstrip().endswith(before)) + (
            after != "" and NormalisedText(right).text.lstrip().startswith(after)
        )

    agreements = [agreement(hit) for hit in hits]
    most = max(agreements)
    return tuple(hit for hit, agreed in zip(hits, agreements, strict=True) if agreed == most)


def _occurrences(words: str, text: str) -> Iterator[int]:
    """Yield where the words begin, overlapping ones too; at most `MAX_OCCURRENCES` offsets."""
    start = text.find(words) if words else -1
    for _ in range(MAX_OCCURRENCES):
        if start < 0:
            return
        yield start
        start = text.find(words, start + 1)


def _find_most_similar(words: str, text: str) -> Span | None:
    """Return the span of a text most similar to the words, both in normal form; None if none is.

    A long quote is first placed by pieces from its beginning, middle and end, then compared with
    the surroundings of that place alone: the time grows with the text, not with their product.
    """
    start = text.find(words)
    if not words or start >= 0:
        return (start, start + len(words)) if words else None
    best, guess = MIN_SIMILARITY, -1
    last = max(len(words) - _PROBE_LENGTH, 0)
    for at in sorted({0, last // 2, last}):
        probe = words[at : at + _PROBE_LENGTH]
        found = fuzz.partial_ratio_alignment(probe, text, score_cutoff=best)
        if found and (guess < 0 or found.score > best):
            best, guess = found.score, max(found.dest_start - at, 0)
    if guess < 0:
        return None
    slack = len(words) // 4 + _PROBE_LENGTH
    start = max(guess - slack, 0)
    window = text[start : guess + len(words) + slack]
    found = fuzz.partial_ratio_alignment(words, window, score_cutoff=MIN_SIMILARITY)
    if found is None:
        return None
    start, end = start + found.dest_start, start + found.dest_end
    return (start, end) if fuzz.ratio(words, text[start:end]) >= MIN_SIMILARITY else None


class _SearchedText:
    """A text to be searched; its normal form is made only when it is needed."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def normalised(self) -> NormalisedText:
        return NormalisedText(self.text)

    def places(self, words: str, level: MatchLevel) -> list[Span]:
        """Return the spans where the words stand as whole words and figures, in order."""
        places = self._exact(words) if level is MatchLevel.EXACT else self._alike(words)
        return list(places)

    def _exact(self, words: str) -> Iterator[Span]:
        for start in _occurrences(words, self.text):
            end = start + len(words)
            if not any(
                splits_token(*normalise_around(self.text, edge, BOUNDARY_CONTEXT))
                for edge in (start, end)
            ):
                yield start, end

    def _alike(self, words: str) -> Iterator[Span]:
        words = NormalisedText(words).text.strip()
        for start in _occurrences(words, self.normalised.text):
            end = start + len(words)
            if not self._cuts(start) and not self._cuts(end):
                span = self.normalised.span(start, end)
                if span:
                    yield span

    def _cuts(self, edge: int) -> bool:
        text = self.normalised.text
        return splits_token(
            text[max(edge - BOUNDARY_CONTEXT, 0) : edge], text[edge : edge + BOUNDARY_CONTEXT]
        )

    def nearest(self, words: str) -> NearestPassage | None:
        """Return the passage most similar to the words, in whole words and figures."""
        words, text = NormalisedText(words).text.strip(), self.normalised.text
        place = _find_most_similar(words, text)
        if place is None:
            return None
        start, end = place
        for _ in range(BOUNDARY_CONTEXT):  # a longer word is cut
            start -= self._cuts(start) or self.normalised.span(start, len(text)) is None
            end += self._cuts(end) or self.normalised.span(0, end) is None
        passage = text[start:end]
        start, end = end - len(passage.lstrip()), start + len(passage.rstrip())
        span = self.normalised.span(start, end)
        return NearestPassage(*span, fuzz.ratio(words, text[start:end])) if span else None
