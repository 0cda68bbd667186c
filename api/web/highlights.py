"""A text in pieces, so that each claim in it can be shown in its place. Pure."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from api.web.truncation import count_html_bytes, fit_length

#: The most of a text that is shown on one page: bytes as they are sent, with each paragraph's tags.
MAX_PART_BYTES = 18_000
PARAGRAPH_TAG_BYTES = 20


class ClaimSpan(NamedTuple):
    """A claim's place: text[start:end]."""

    id: str
    start: int
    end: int


class TextPiece(NamedTuple):
    """A stretch of text within the same claims, the shortest first, and those that begin and end
    with it.
    """

    text: str
    within: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()


def split_parts(text: str) -> list[tuple[int, int]]:
    """Where to cut a long text, at ends of paragraphs or else of words: spans that join up."""
    cuts = [0]
    while (length := _fit_part(text[cuts[-1] : cuts[-1] + MAX_PART_BYTES])) < len(text) - cuts[-1]:
        low, high = cuts[-1] + length * 3 // 5, cuts[-1] + length
        for mark in ("\n", " ", ""):
            if (cut := text.rfind(mark, low, high)) >= 0:
                cuts.append(cut + len(mark))
                break
    return list(zip(cuts, [*cuts[1:], len(text)], strict=True))


def _fit_part(text: str) -> int:
    """How many code points of a text make up a part."""
    return fit_length(
        text,
        MAX_PART_BYTES,
        weigh=lambda part: count_html_bytes(part) + PARAGRAPH_TAG_BYTES * part.count("\n"),
    )


def find_part(spans: Sequence[tuple[int, int]], place: int) -> int:
    """The number, from 0, of the part in which a place lies."""
    starts = [start for start, _ in spans]
    return max(0, bisect_right(starts, place) - 1)


def split_paragraphs(
    text: str, passages: Iterable[ClaimSpan], *, start: int = 0, end: int | None = None
) -> Iterator[list[TextPiece]]:
    """The paragraphs of text[start:end], each in pieces. Claims may overlap, stand within one
    another and go on over paragraphs. Costs the text and, for each piece, the claims it is in.
    """
    end = len(text) if end is None else end
    passages = sorted(passages, key=lambda each: (each.start, each.end))
    for found in re.finditer(r"[^\n]*\S[^\n]*", text[start:end]):
        low, high = start + found.start(), start + found.end()
        inside = [each for each in passages if each.start < high and each.end > low]
        yield list(_split_pieces(text, inside, low, high))


def _split_pieces(
    text: str, passages: Sequence[ClaimSpan], low: int, high: int
) -> Iterator[TextPiece]:
    edges = {low, high}
    for each in passages:
        edges |= {max(each.start, low), min(each.end, high)}
    cuts = sorted(edges)
    for start, end in pairwise(cuts):
        around = [each for each in passages if each.start < end and each.end > start]
        around.sort(key=lambda each: each.end - each.start)
        yield TextPiece(
            text=text[start:end],
            within=tuple(each.id for each in around),
            begins=tuple(each.id for each in around if each.start == start),
            ends=tuple(each.id for each in around if each.end == end),
        )
