"""The Merkle tree of RFC 9162, section 2.1, as a log grows it. Pure: positions and hashes only.

Stored are the hashes of its complete subtrees (of 1, 2, 4, 8 … leaves), which never change once
they are there. A tree of any size, and all that a proof needs, is folded from at most
2 log2(size) of them; a new leaf completes two on average.

A range (start, end) of leaves, as it comes up in a proof, stands for the tree over those leaves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

Range = tuple[int, int]


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def position(level: int, index: int) -> int:
    """The number of a complete subtree, the index-th of those with 2**level leaves: its place
    when the tree is read from left to right. Leaves are even.
    """
    return ((2 * index + 1) << level) - 1


def subtrees(leaves: Range) -> list[int]:
    """The positions of the complete subtrees that a range consists of, from left to right."""
    start, end = leaves
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append(position(level, start >> level))
        start += 1 << level
    return found


def root(leaves: Range, nodes: Mapping[int, bytes]) -> bytes:
    """The hash of the tree over a range; `nodes` has its subtrees' hashes by position."""
    return fold([nodes[place] for place in subtrees(leaves)])


def fold(hashes: list[bytes]) -> bytes:
    """The hash of the tree that consists of these complete subtrees, from left to right."""
    if not hashes:
        return sha256(b"").digest()
    folded = hashes[-1]
    for left in hashes[-2::-1]:
        folded = node_hash(left, folded)
    return folded


def inclusion(index: int, size: int) -> list[Range]:
    """The path from the leaf at `index` (from 0) to the root of a tree of `size` leaves: the
    ranges that are hashed with it, nearest first (RFC 9162, 2.1.3.1).
    """
    start, end = 0, size
    path = []
    while end - start > 1:
        middle = _middle(start, end)
        if index < middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    return path[::-1]


def consistency(first: int, size: int) -> list[Range]:
    """The ranges which show that the tree of `size` leaves begins with the tree of its `first`
    leaves (RFC 9162, 2.1.4.1). None are needed when that one is empty or the same.
    """
    if first == 0:
        return []
    start, end = 0, size
    path = []
    while first < end:
        middle = _middle(start, end)
        if first <= middle:
            path.append((middle, end))
            end = middle
        else:
            path.append((start, middle))
            start = middle
    if start > 0:
        path.append((start, end))
    return path[::-1]


def _middle(start: int, end: int) -> int:
    """Where a range is split: after as many leaves as the largest power of two short of all."""
    return start + (1 << (end - start - 1).bit_length() - 1)


@dataclass
class Frontier:
    """A tree's right edge, which is all that growing it needs: how many leaves it has, and the
    hashes of the complete subtrees that it consists of, from left to right.
    """

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> dict[int, bytes]:
        """Add a leaf, given by its hash. Returns what it completes: hashes by position."""
        index, level, grown = self.size, 0, leaf
        complete = {position(0, index): leaf}
        while index & 1:
            grown = node_hash(self.peaks.pop(), grown)
            index, level = index >> 1, level + 1
            complete[position(level, index)] = grown
        self.peaks.append(grown)
        self.size += 1
        return complete

    @property
    def root(self) -> bytes:
        return fold(self.peaks)

    @property
    def nodes(self) -> int:
        """How many complete subtrees there are in all."""
        return 2 * self.size - self.size.bit_count()
