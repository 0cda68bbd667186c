"""What a source has beside a quote that was searched for, and what it lacks. Pure."""

from typing import TypedDict

from api.language import detection
from api.language.comparison.missing_figures import find_missing_figures
from api.language.quotes import Hit, NearestPassage, QuoteSearch

MAX_OTHER_PLACES = 20
MAX_MISSING_FIGURES = 50


class Span(TypedDict):
    """A place in the source's text, in code points."""

    start: int
    end: int


class NearestSpan(Span):
    """The passage that resembles a quote most, and how much: up to 100."""

    text: str
    score: float


class Findings(TypedDict):
    """What a person who judges an item should see beside the words found.

    `elsewhere`: other places of the quote that its context does not rule out; `left_out`: what
    its ellipses leave out, where a "not" may be; `nearest`: where nothing was found, the passage
    that resembles it most; `missing_from_quote` and `missing_from_source`: figures of the claim's
    statement that the quote, and the whole source, lack.
    """

    elsewhere: list[Span]
    left_out: list[str]
    nearest: NearestSpan | None
    missing_from_quote: list[str]
    missing_from_source: list[str]


def describe_findings(search: QuoteSearch, text: str, *, quote: str, statement: str) -> Findings:
    """What the search for an item's quote in a source's text has shown, for a claim's statement."""
    hits = search.hits
    languages_of = {
        "language": detection.detect_language(statement),
        "other": detection.detect_language(text),
    }
    lacks = [each.figure for each in find_missing_figures(statement, quote, **languages_of)]
    # What a quote has that was found there, the text has.
    nowhere = [] if hits and not lacks else find_missing_figures(statement, text, **languages_of)
    return {
        "elsewhere": [_span(hit) for hit in hits[1 : 1 + MAX_OTHER_PLACES]],
        "left_out": [text[slice(*gap)].strip() for gap in hits[0].skipped] if hits else [],
        "nearest": _nearest_passage(search.suggestion, text) if search.suggestion else None,
        "missing_from_quote": lacks[:MAX_MISSING_FIGURES],
        "missing_from_source": [each.figure for each in nowhere][:MAX_MISSING_FIGURES],
    }


def _span(place: Hit | NearestPassage) -> Span:
    return {"start": place.start, "end": place.end}


def _nearest_passage(nearest: NearestPassage, text: str) -> NearestSpan:
    words = text[nearest.start : nearest.end]
    return {**_span(nearest), "text": words, "score": round(nearest.score, 1)}
