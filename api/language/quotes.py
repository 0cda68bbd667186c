"""Does a text say what it is quoted as saying, and where? Pure and deterministic.

A quote is found at one of two levels: `exact`, character by character, or `normalised`, when only
typography differs (see `normalising`, which also says what is never folded away). Matching decides;
likeness only suggests: when nothing is found, the nearest passage is named with its score.

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

from api.language.boundaries import REACH, cuts
from api.language.normalisation import Normalised, Span, around

LONGEST_GAP = 500
"""Code points that an ellipsis may leave out."""
MOST_PLACES = 2_000
"""Of words that stand more often than this, the further places are not seen."""
MOST_PARTS = 20
"""A quote with more ellipses than this is no quote: it is not found."""
LEAST_SCORE = 60.0
"""Below this likeness, of 100, a passage is not worth suggesting."""

_CONTEXT = 200  # code points of prefix and suffix that count
_PROBE = 63  # characters; rapidfuzz searches a whole page for up to 64 at once in milliseconds
_DOTS = r"(?:…+|\.{3,}|\.(?: \.){2,})"
_ELLIPSIS = re.compile(rf"\[ ?{_DOTS} ?\]|\( ?{_DOTS} ?\)|{_DOTS}")


class Level(StrEnum):
    """How literally a quote was found."""

    EXACT = "exact"
    NORMALISED = "normalised"


class Hit(NamedTuple):
    """A place where the quote stands, in code points of the text as stored.

    `parts` are the spans of the quote's parts, one unless it has ellipses.
    """

    level: Level
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


class Suggestion(NamedTuple):
    """The passage nearest to a quote that was not found, and how like it is, up to 100."""

    start: int
    end: int
    score: float


class Search(NamedTuple):
    """What came of looking for a quote: its places in order, or else a suggestion if there is one.

    More than one hit means that the quote alone does not say which place is meant.
    """

    hits: tuple[Hit, ...]
    suggestion: Suggestion | None = None


def find(quote: str, text: str, *, prefix: str = "", suffix: str = "") -> Search:
    """Look for a quote in a text, literally first.

    `prefix` and `suffix` are what stands before and after the quote (W3C Web Annotation Data
    Model, TextQuoteSelector). They choose among several hits: those with both around them, else
    those with one; when no hit has either, all are returned.
    """
    page = _Page(text)
    parts = _parts(quote)
    for wanted in dict.fromkeys([(quote,), parts]):
        for level in Level:
            if chains := _in_order(wanted, level, page):
                hits = tuple(Hit(level, chain) for chain in chains)
                return Search(_chosen(hits, text, prefix, suffix))
    missing = (part for part in parts if not page.places(part, Level.NORMALISED))
    return Search((), page.nearest(next(missing, quote)))


def _parts(quote: str) -> tuple[str, ...]:
    parts = tuple(part for piece in _ELLIPSIS.split(quote) if (part := piece.strip()))
    return parts if len(parts) <= MOST_PARTS else ()


def _in_order(wanted: tuple[str, ...], level: Level, page: "_Page") -> list[tuple[Span, ...]]:
    """The places where all parts stand in order and near one another; the shortest from each start.

    Each place of a part is joined to the nearest place of the part before: if that one is too far
    away, so are all others.
    """
    if not wanted:
        return []
    chains: list[tuple[Span, ...]] = [(span,) for span in page.places(wanted[0], level)]
    for part in wanted[1:]:
        chains = _continued(chains, page.places(part, level)) if chains else []
    shortest: dict[Span, tuple[Span, ...]] = {}
    for chain in chains:
        shortest.setdefault(chain[0], chain)
    return list(shortest.values())


def _continued(
    chains: Sequence[tuple[Span, ...]], places: Iterable[Span]
) -> list[tuple[Span, ...]]:
    ends = [chain[-1][1] for chain in chains]
    nearest = ((bisect_right(ends, start) - 1, (start, end)) for start, end in places)
    return [
        (*chains[at], span) for at, span in nearest if at >= 0 and span[0] - ends[at] <= LONGEST_GAP
    ]


def _chosen(hits: tuple[Hit, ...], text: str, prefix: str, suffix: str) -> tuple[Hit, ...]:
    """The hits that have most of the context around them: both sides, one, or none."""
    if len(hits) < 2 or not (prefix or suffix):
        return hits
    prefix, suffix = prefix[-_CONTEXT:], suffix[:_CONTEXT]
    before, after = Normalised(prefix).text.strip(), Normalised(suffix).text.strip()

    def agreement(hit: Hit) -> int:
        left = text[max(hit.start - 2 * _CONTEXT, 0) : hit.start]
        right = text[hit.end : hit.end + 2 * _CONTEXT]
        return (before != "" and Normalised(left).text.rstrip().endswith(before)) + (
            after != "" and Normalised(right).text.lstrip().startswith(after)
        )

    agreements = [agreement(hit) for hit in hits]
    most = max(agreements)
    return tuple(hit for hit, agreed in zip(hits, agreements, strict=True) if agreed == most)


def _occurrences(words: str, text: str) -> Iterator[int]:
    """Where the words begin in the text, overlapping ones too; at most `MOST_PLACES`."""
    start = text.find(words) if words else -1
    for _ in range(MOST_PLACES):
        if start < 0:
            return
        yield start
        start = text.find(words, start + 1)


def _most_alike(words: str, text: str) -> Span | None:
    """Where the words nearly stand in a text, both in normal form.

    A long quote is first placed by pieces from its beginning, middle and end, then compared with
    the surroundings of that place alone: the time grows with the text, not with their product.
    """
    start = text.find(words)
    if not words or start >= 0:
        return (start, start + len(words)) if words else None
    best, guess = LEAST_SCORE, -1
    last = max(len(words) - _PROBE, 0)
    for at in sorted({0, last // 2, last}):
        probe = words[at : at + _PROBE]
        found = fuzz.partial_ratio_alignment(probe, text, score_cutoff=best)
        if found and (guess < 0 or found.score > best):
            best, guess = found.score, max(found.dest_start - at, 0)
    if guess < 0:
        return None
    slack = len(words) // 4 + _PROBE
    start = max(guess - slack, 0)
    window = text[start : guess + len(words) + slack]
    found = fuzz.partial_ratio_alignment(words, window, score_cutoff=LEAST_SCORE)
    if found is None:
        return None
    start, end = start + found.dest_start, start + found.dest_end
    return (start, end) if fuzz.ratio(words, text[start:end]) >= LEAST_SCORE else None


class _Page:
    """A text to be searched; its normal form is made only when it is needed."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def normalised(self) -> Normalised:
        return Normalised(self.text)

    def places(self, words: str, level: Level) -> list[Span]:
        """Where the words stand as whole words and figures, in order."""
        places = self._exact(words) if level is Level.EXACT else self._alike(words)
        return list(places)

    def _exact(self, words: str) -> Iterator[Span]:
        for start in _occurrences(words, self.text):
            end = start + len(words)
            if not any(cuts(*around(self.text, edge, REACH)) for edge in (start, end)):
                yield start, end

    def _alike(self, words: str) -> Iterator[Span]:
        words = Normalised(words).text.strip()
        for start in _occurrences(words, self.normalised.text):
            end = start + len(words)
            if not self._cuts(start) and not self._cuts(end):
                span = self.normalised.span(start, end)
                if span:
                    yield span

    def _cuts(self, edge: int) -> bool:
        text = self.normalised.text
        return cuts(text[max(edge - REACH, 0) : edge], text[edge : edge + REACH])

    def nearest(self, words: str) -> Suggestion | None:
        """The passage most like the words, in whole words and figures."""
        words, text = Normalised(words).text.strip(), self.normalised.text
        place = _most_alike(words, text)
        if place is None:
            return None
        start, end = place
        for _ in range(REACH):  # a longer word is cut
            start -= self._cuts(start) or self.normalised.span(start, len(text)) is None
            end += self._cuts(end) or self.normalised.span(0, end) is None
        passage = text[start:end]
        start, end = end - len(passage.lstrip()), start + len(passage.rstrip())
        span = self.normalised.span(start, end)
        return Suggestion(*span, fuzz.ratio(words, text[start:end])) if span else None
