"""Evidence in columns by stance, and in each by source group. Rows in, groups out."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from api.evidence.enums import Stance
from api.evidence.models import Evidence


class ColumnGroup(NamedTuple):
    """Items with one origin, and why they are taken for that."""

    number: int
    reasons: Sequence[str]
    members: Sequence[Evidence]

    @property
    def counted(self) -> bool:
        return any(item.counted for item in self.members)


class EvidenceColumn(NamedTuple):
    """What was put forward with one stance: the source groups, and the items that are in none."""

    stance: Stance
    groups: Sequence[ColumnGroup]
    others: Sequence[Evidence]


def group_by_stance(items: Iterable[Evidence]) -> dict[str, EvidenceColumn]:
    """A column for each stance, by the stance's value."""
    columns = {}
    items = list(items)
    for stance in Stance:
        own = [item for item in items if item.stance is stance]
        groups: dict[int, list[Evidence]] = {}
        for item in own:
            if item.group_number is not None:
                groups.setdefault(item.group_number, []).append(item)
        columns[stance.value] = EvidenceColumn(
            stance,
            [
                ColumnGroup(n, found[0].group_reasons or [], found)
                for n, found in sorted(groups.items())
            ],
            [item for item in own if item.group_number is None],
        )
    return columns
