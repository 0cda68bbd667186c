"""What a search asks for, how well a claim answers it, and where. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from api.language.tokens import is_unspaced, locate_terms, tokenize_phrase

#: A word counts for more the more often it stands there, but not for much more; and for less in
#: a long claim than in one of the usual length. (Okapi BM25's k1 and b, without its weight of
#: rare words: what is ranked has all the words.)
SATURATION, LENGTHINESS, USUAL_LENGTH = 1.2, 0.75, 30
#: Code points that a passage shows before what was found, and in all.
LEAD, REACH = 60, 240

_QUOTED = re.compile('["“”„«»「」『』]([^"“”„«»「」『』]+)["“”„«»「」『』]')
_BETWEEN = re.compile(r"[\s、。，；：！？…《》（）()\[\]]+|[.,;:!?]+(?=\s|$)")
_PERCENT = re.compile(r"(?<=\d)\s*(?:[%％]|per\s?cent\b)")


class Wanted(NamedTuple):
    """Terms in a row; `begins` of a single character that a longer term may begin with."""

    terms: tuple[str, ...]
    begins: bool = False

    def places(self, terms: Sequence[str]) -> Iterator[int]:
        """Where in a row of terms these stand."""
        size = len(self.terms)
        for place in range(len(terms) - size + 1):
            here = (*terms[place : place + size],)
            if here == self.terms or (self.begins and here[0].startswith(self.terms[0])):
                yield place


class Highlight(NamedTuple):
    start: int
    end: int


class Passage(NamedTuple):
    field: str
    text: str
    highlights: tuple[Highlight, ...]


def wanted(query: str) -> list[Wanted]:
    """What the words of a query ask for. What is in quotation marks must stand in a row, and so
    must the parts of one word: Wi-Fi, 小米公司.
    """
    query = _PERCENT.sub("%", query)
    rows = _QUOTED.findall(query) + _BETWEEN.split(_QUOTED.sub(" ", query))
    found = (tokenize_phrase(row) for row in rows)
    return list(
        dict.fromkeys(
            Wanted(tuple(terms), len(terms) == 1 and is_unspaced(terms[0]))
            for terms in found
            if terms
        )
    )


def score(wants: Sequence[Wanted], terms: Sequence[str]) -> float:
    """How well a claim's terms answer, 0 to 1."""
    length = 1 - LENGTHINESS + LENGTHINESS * len(terms) / USUAL_LENGTH
    counts = (sum(1 for _ in want.places(terms)) for want in wants)
    return sum(count / (count + SATURATION * length) for count in counts) / len(wants)


def passage(wants: Sequence[Wanted], field: str, text: str) -> Passage | None:
    """The part of a text around the first thing found, with all that was found in it."""
    found = list(locate_terms(text))
    terms = [each.term for each in found]
    spans = sorted(
        (found[place].start, found[place + len(want.terms) - 1].end)
        for want in wants
        for place in want.places(terms)
    )
    if not spans:
        return None
    start = max(0, spans[0][0] - LEAD)
    shown = text[start : start + REACH]
    merged: list[Highlight] = []
    for first, last in spans:
        first, last = first - start, min(last - start, len(shown))
        if merged and first <= merged[-1].end:
            first, last = merged[-1].start, max(last, merged.pop().end)
        if first < last:
            merged.append(Highlight(first, last))
    return Passage(field, shown, tuple(merged))
