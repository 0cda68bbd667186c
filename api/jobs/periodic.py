"""Tasks that a worker runs again and again, each with its own period. Pure."""

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import NamedTuple


class PeriodicTask(NamedTuple):
    """A task and the time from one run to the next. Each worker runs it, several perhaps at the
    same moment; it opens its own transactions.
    """

    run: Callable[[], None]
    period: timedelta


class Timetable:
    """When each task of a worker is due: at the start, and a period after each run. Times are
    seconds of a clock that is never put back.
    """

    def __init__(self, tasks: Iterable[PeriodicTask], start: float) -> None:
        self.due_at = dict.fromkeys(tasks, start)

    def take_due(self, now: float) -> list[PeriodicTask]:
        """The tasks that are due, in their order. They are to be run now."""
        due = [task for task, at in self.due_at.items() if at <= now]
        self.due_at.update({task: now + task.period.total_seconds() for task in due})
        return due

    def seconds_to_next(self, now: float) -> float:
        """How long until a task is due."""
        return max(min(self.due_at.values()) - now, 0)
