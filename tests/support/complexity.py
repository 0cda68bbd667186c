"""How the time that something takes grows, measured in one run: no seconds of any machine."""

import timeit
from collections.abc import Callable
from time import process_time

#: Eight times as much may take three times eight times as long. By the square it would be 64 times.
EIGHTFOLD = 24


def growth(small: Callable[[], object], large: Callable[[], object]) -> float:
    """How many times as long the larger of two tasks takes, in CPU time, the better of two."""
    took = [
        min(timeit.repeat(task, timer=process_time, number=1, repeat=2)) for task in (small, large)
    ]
    return took[1] / max(took[0], 0.001)  # less than that tells nothing
