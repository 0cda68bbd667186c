"""What stands in a source around a quote that was looked for, and what does not. Pure."""

from typing import Any

from api.language import detection
from api.language.comparison.missing_figures import find_missing_figures
from api.language.quotes import Hit, NearestPassage, QuoteSearch

MOST_PLACES = 20
"""Further places of a quote that are named."""
MOST_FIGURES = 50
"""Missing figures that are named."""


def findings(search: QuoteSearch, text: str, *, quote: str, statement: str) -> dict[str, Any]:
    """What a person who judges an item should see beside the words found.

    `elsewhere`: other places of the quote that its context does not rule out; `left_out`: what
    its ellipses leave out, where a "not" may stand; `nearest`: where nothing was found, the
    passage most like it; `missing_from_quote` and `missing_from_source`: figures of the claim's
    statement that the quote, and the whole source, lack. Places count code points of the text.
    """
    hits = search.hits
    languages_of = {
        "language": detection.detect_language(statement),
        "other": detection.detect_language(text),
    }
    lacks = [each.figure for each in find_missing_figures(statement, quote, **languages_of)]
    # What a quote has that was found there, the text has.
    nowhere = [] if hits and not lacks else find_missing_figures(statement, text, **languages_of)
    return {
        "elsewhere": [_span(hit) for hit in hits[1 : 1 + MOST_PLACES]],
        "left_out": [text[slice(*gap)].strip() for gap in hits[0].skipped] if hits else [],
        "nearest": _passage(search.suggestion, text) if search.suggestion else None,
        "missing_from_quote": lacks[:MOST_FIGURES],
        "missing_from_source": [each.figure for each in nowhere][:MOST_FIGURES],
    }


def _span(place: Hit | NearestPassage) -> dict[str, Any]:
    return {"start": place.start, "end": place.end}


def _passage(nearest: NearestPassage, text: str) -> dict[str, Any]:
    words = text[nearest.start : nearest.end]
    return _span(nearest) | {"text": words, "score": round(nearest.score, 1)}
