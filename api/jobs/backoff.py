"""How long to wait after each failure of something that is tried again. Pure."""

import math
from typing import NamedTuple

#: Beyond so many doublings a wait only gets longer in theory, and 2 ** n no float any more.
MAX_DOUBLINGS = 64


class Backoff(NamedTuple):
    """Seconds to wait after the first failure, the second, and so on: the `steps`, then twice as
    long each time, `longest` at most. After `tries` failures there is no other try.
    """

    steps: tuple[float, ...]
    longest: float = math.inf
    tries: float = math.inf

    def is_over(self, failures: int) -> bool:
        """Whether there is no other try after so many failures."""
        return failures >= self.tries

    def wait(self, failures: int, *, asked: float = 0) -> float:
        """Seconds from the last of so many failures, 1 or more, to the next try: at least those
        that the other side `asked` for, even if they are more than `longest`.
        """
        step = self.steps[min(failures, len(self.steps)) - 1]
        doublings = min(max(failures - len(self.steps), 0), MAX_DOUBLINGS)
        return max(min(step * 2.0**doublings, self.longest), asked)
