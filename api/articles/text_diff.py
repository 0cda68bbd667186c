"""Compare two texts by paragraphs. Pure."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import accumulate
from typing import NamedTuple

#: Where more paragraphs than this differ, comparing takes too long: all is one change.
MAX_PARAGRAPHS = 2_000


class TextChange(NamedTuple):
    """`before`, which began at `start`, became `after`, which begins at `new_start` (in code
    points). Either may be empty: something came or went.
    """

    before: str
    after: str
    start: int
    new_start: int


def diff_paragraphs(old: str, new: str) -> Iterator[TextChange]:
    """Yield the changed paragraphs in text order."""
    a, b = old.splitlines(keepends=True), new.splitlines(keepends=True)
    head = _count_common(a, b)
    tail = _count_common(a[head:][::-1], b[head:][::-1])
    starts, new_starts = [0, *accumulate(map(len, a))], [0, *accumulate(map(len, b))]
    for i1, i2, j1, j2 in _differing_ranges(a[head : len(a) - tail], b[head : len(b) - tail]):
        yield TextChange(
            "".join(a[head + i1 : head + i2]),
            "".join(b[head + j1 : head + j2]),
            starts[head + i1],
            new_starts[head + j1],
        )


def _count_common(a: list[str], b: list[str]) -> int:
    """Return how many of their first lines are equal."""
    pairs = enumerate(zip(a, b, strict=False))
    return next((n for n, (one, other) in pairs if one != other), min(len(a), len(b)))


def _differing_ranges(a: list[str], b: list[str]) -> Iterator[tuple[int, int, int, int]]:
    if max(len(a), len(b)) > MAX_PARAGRAPHS:
        yield 0, len(a), 0, len(b)
        return
    for what, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if what != "equal":
            yield i1, i2, j1, j2
