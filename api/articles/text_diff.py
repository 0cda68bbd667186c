"""What differs between two texts, by paragraphs. Pure."""

from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import accumulate
from typing import NamedTuple

#: Between more paragraphs than this that differ, comparing would take too long: all is one change.
MOST = 2_000


class Change(NamedTuple):
    """`before`, which began at `start`, became `after`, which begins at `new_start` (in code
    points). Either may be empty: something came or went.
    """

    before: str
    after: str
    start: int
    new_start: int


def changes(old: str, new: str) -> Iterator[Change]:
    """The changes in the order of the text."""
    a, b = old.splitlines(keepends=True), new.splitlines(keepends=True)
    head = _common(a, b)
    tail = _common(a[head:][::-1], b[head:][::-1])
    starts, new_starts = [0, *accumulate(map(len, a))], [0, *accumulate(map(len, b))]
    for i1, i2, j1, j2 in _differing(a[head : len(a) - tail], b[head : len(b) - tail]):
        yield Change(
            "".join(a[head + i1 : head + i2]),
            "".join(b[head + j1 : head + j2]),
            starts[head + i1],
            new_starts[head + j1],
        )


def _common(a: list[str], b: list[str]) -> int:
    """How many of their first lines are the same."""
    pairs = enumerate(zip(a, b, strict=False))
    return next((n for n, (one, other) in pairs if one != other), min(len(a), len(b)))


def _differing(a: list[str], b: list[str]) -> Iterator[tuple[int, int, int, int]]:
    if max(len(a), len(b)) > MOST:
        yield 0, len(a), 0, len(b)
        return
    for what, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if what != "equal":
            yield i1, i2, j1, j2
