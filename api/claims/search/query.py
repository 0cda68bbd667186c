"""Parse a search, score claims against it, and extract the passages that match. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from api.language.tokens import is_unspaced, locate_terms, tokenize_phrase

#: A word counts for more the more often it stands there, but not for much more; and for less in
#: a long claim than in one of the usual length. (Okapi BM25's k1 and b, without its weight of
#: rare words: what is ranked has all the words.)
SATURATION, LENGTHINESS, USUAL_LENGTH = 1.2, 0.75, 30
#: Code points of a passage before the first match, and in all.
PASSAGE_LEAD, PASSAGE_LENGTH = 60, 240

_QUOTED = re.compile('["“”„«»「」『』]([^"“”„«»「」『』]+)["“”„«»「」『』]')
_WORD_SEPARATOR = re.compile(r"[\s、。，；：！？…《》（）()\[\]]+|[.,;:!?]+(?=\s|$)")
_PERCENT = re.compile(r"(?<=\d)\s*(?:[%％]|per\s?cent\b)")


class QueryTerm(NamedTuple):
    """Terms in a row; with `is_prefix`, one single character that may begin a longer term."""

    terms: tuple[str, ...]
    is_prefix: bool = False

    def find_in(self, terms: Sequence[str]) -> Iterator[int]:
        """Yield the positions in a row of terms where these stand."""
        size = len(self.terms)
        for place in range(len(terms) - size + 1):
            here = (*terms[place : place + size],)
            if here == self.terms or (self.is_prefix and here[0].startswith(self.terms[0])):
                yield place


class Highlight(NamedTuple):
    """Offsets of a match, in code points of its passage."""

    start: int
    end: int


class SearchPassage(NamedTuple):
    """A part of a claim's `field`, and the matches in it."""

    field: str
    text: str
    highlights: tuple[Highlight, ...]


def parse_query(query: str) -> list[QueryTerm]:
    """Return the terms that a query asks for. Words in quotation marks must stand in a row, and so
    must the parts of one word: Wi-Fi, 小米公司.
    """
    query = _PERCENT.sub("%", query)
    rows = _QUOTED.findall(query) + _WORD_SEPARATOR.split(_QUOTED.sub(" ", query))
    found = (tokenize_phrase(row) for row in rows)
    return list(
        dict.fromkeys(
            QueryTerm(tuple(terms), len(terms) == 1 and is_unspaced(terms[0]))
            for terms in found
            if terms
        )
    )


def score_claim(query: Sequence[QueryTerm], terms: Sequence[str]) -> float:
    """Return how well a claim's terms match a query, 0 to 1."""
    length = 1 - LENGTHINESS + LENGTHINESS * len(terms) / USUAL_LENGTH
    counts = (sum(1 for _ in wanted.find_in(terms)) for wanted in query)
    return sum(count / (count + SATURATION * length) for count in counts) / len(query)


def extract_passage(query: Sequence[QueryTerm], field: str, text: str) -> SearchPassage | None:
    """Return the part of a text around the first match, with all matches in it; else None."""
    found = list(locate_terms(text))
    terms = [each.term for each in found]
    spans = sorted(
        (found[place].start, found[place + len(wanted.terms) - 1].end)
        for wanted in query
        for place in wanted.find_in(terms)
    )
    if not spans:
        return None
    start = max(0, spans[0][0] - PASSAGE_LEAD)
    part = text[start : start + PASSAGE_LENGTH]
    merged: list[Highlight] = []
    for first, last in spans:
        first, last = first - start, min(last - start, len(part))
        if merged and first <= merged[-1].end:
            first, last = merged[-1].start, max(last, merged.pop().end)
        if first < last:
            merged.append(Highlight(first, last))
    return SearchPassage(field, part, tuple(merged))
