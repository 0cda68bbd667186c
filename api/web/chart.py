"""Decisions week by week as stacked bars: numbers in, places in a drawing out. Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

HEIGHT, BAR_SPACING, BAR_WIDTH = 100, 30, 20


class Week(NamedTuple):
    """A week by its first day, and how many verdicts of each status it saw."""

    start: datetime
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


class Block(NamedTuple):
    """A part of a bar, in the drawing's units, from the top left."""

    status: str
    x: int
    y: float
    height: float


class Chart(NamedTuple):
    """The drawing, `width` by HEIGHT, and the weeks that it shows."""

    weeks: Sequence[Week]
    blocks: Sequence[Block]
    width: int
    most: int


def draw_chart(weeks: Sequence[Week]) -> Chart:
    """A bar for each week, its height by the busiest one's; the statuses in the order given."""
    most = max((week.total for week in weeks), default=0)
    blocks = []
    for number, week in enumerate(weeks):
        y = float(HEIGHT)
        for status, count in week.counts.items():
            height = round(HEIGHT * count / most, 1) if most else 0.0
            y -= height
            if count:
                x = number * BAR_SPACING + (BAR_SPACING - BAR_WIDTH) // 2
                blocks.append(Block(status, x, round(y, 1), height))
    return Chart(weeks, blocks, BAR_SPACING * len(weeks), most)
