"""Evidence in lanes, for and against, each by its lines. Plain rows in, plain groups out."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from api.evidence.enums import Stance
from api.evidence.models import Evidence


class Line(NamedTuple):
    """Items with one origin, and why they are taken for that."""

    number: int
    reasons: Sequence[str]
    members: Sequence[Evidence]

    @property
    def counts(self) -> bool:
        return any(item.counts for item in self.members)


class Lane(NamedTuple):
    """What was put forward with one stance: the lines, and the items that are in none."""

    stance: Stance
    lines: Sequence[Line]
    others: Sequence[Evidence]


def of(items: Iterable[Evidence]) -> dict[str, Lane]:
    """The lane of each stance."""
    lanes = {}
    items = list(items)
    for stance in Stance:
        own = [item for item in items if item.stance is stance]
        lines: dict[int, list[Evidence]] = {}
        for item in own:
            if item.line is not None:
                lines.setdefault(item.line, []).append(item)
        lanes[stance.value] = Lane(
            stance,
            [Line(n, found[0].line_reasons or [], found) for n, found in sorted(lines.items())],
            [item for item in own if item.line is None],
        )
    return lanes
