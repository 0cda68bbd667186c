"""Sets of items that are united pair by pair, and pairs that must stay apart. Pure."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from uuid import UUID


class DisjointSets:
    """Disjoint sets of items, and pairs that must stay in different sets (union-find)."""

    def __init__(self, ids: Iterable[UUID]) -> None:
        self._group = {each: {each} for each in ids}
        self._apart: list[set[UUID]] = []

    def keep_apart(self, one: UUID, other: UUID) -> bool:
        """Let two items stay in different sets from now on; False if they are in one already."""
        if self.are_together(one, other):
            return False
        self._apart.append({one, other})
        return True

    def are_together(self, one: UUID, other: UUID) -> bool:
        """Whether two items are in one set."""
        return self._group[one] is self._group[other]

    def unite(self, one: UUID, other: UUID) -> bool:
        """Unite the sets of two items and return True, unless a pair must stay apart."""
        first, second = self._group[one], self._group[other]
        if first is second:
            return True
        if any(len(pair & first) == len(pair & second) == 1 for pair in self._apart):
            return False
        small, large = sorted((first, second), key=len)
        large |= small
        for each in small:
            self._group[each] = large
        return True

    def sorted_groups(self, present: AbstractSet[UUID]) -> list[tuple[UUID, ...]]:
        """The sets, reduced to the items that are present, each sorted, by their lowest id."""
        return sorted({tuple(sorted(self._group[each] & present)) for each in present})
