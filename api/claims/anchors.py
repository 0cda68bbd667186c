"""Anchor a claim in its article by W3C Web Annotation's text quote and text position."""

from typing import NamedTuple, TypedDict

from api.errors import Invalid
from api.language.quotes import find_quote

#: Code points before and after a quote that its anchor stores to find it again.
CONTEXT_LENGTH = 32


class QuoteNotFound(Invalid):
    """The article does not say what it is quoted as saying. A claim is an exact quote of it."""

    title = "The article does not say that"


class QuoteAmbiguous(Invalid):
    """The quote stands in several places of the article: send the words right before it as
    `prefix` or right after it as `suffix`.
    """

    title = "The quote stands in several places"


class AnchorColumns(TypedDict):
    """The columns of a claim that hold its anchor."""

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str


class Anchor(NamedTuple):
    """text[start:end] == exact, in code points; `prefix` and `suffix` are the text around it."""

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str

    def columns(self) -> AnchorColumns:
        """Return the values of a claim's columns that hold the anchor."""
        return {
            "start": self.start,
            "end": self.end,
            "exact": self.exact,
            "prefix": self.prefix,
            "suffix": self.suffix,
        }


def locate_anchor(text: str, quote: str, *, prefix: str, suffix: str) -> Anchor:
    """Find a quote in a text and return its anchor; `prefix` and `suffix` decide between places.

    The typography may differ; `exact` has the text's own words. Raises `QuoteNotFound`,
    `QuoteAmbiguous`.
    """
    hits = find_quote(quote, text, prefix=prefix, suffix=suffix).hits
    if not hits:
        raise QuoteNotFound("Quote the article's own words.", at="#/quote")
    if len(hits) > 1:
        places = ", ".join(str(hit.start) for hit in hits[:10])
        detail = f"It begins at {places}: say which, by prefix or suffix."
        raise QuoteAmbiguous(detail, at="#/quote")
    start, end = hits[0].start, hits[0].end
    return Anchor(
        start,
        end,
        text[start:end],
        text[max(0, start - CONTEXT_LENGTH) : start],
        text[end:][:CONTEXT_LENGTH],
    )
