"""Periodic tasks: which of them are due."""

from datetime import timedelta

from api.jobs.periodic import PeriodicTask, Timetable


def nothing():
    """Done by every task."""


FAST = PeriodicTask(nothing, timedelta(seconds=3))
SLOW = PeriodicTask(nothing, timedelta(seconds=60))


def test_a_task_is_due_at_the_start_and_after_each_period():
    timetable = Timetable((FAST, SLOW), start=100)
    assert timetable.seconds_to_next(100) == 0
    assert timetable.take_due(100) == [FAST, SLOW]
    assert timetable.take_due(100) == []
    assert timetable.seconds_to_next(101) == 2
    assert timetable.take_due(103) == [FAST]
    assert timetable.take_due(160) == [FAST, SLOW]


def test_a_task_that_was_missed_is_run_once():
    timetable = Timetable((FAST,), start=0)
    assert timetable.seconds_to_next(3600) == 0
    assert timetable.take_due(3600) == [FAST]
    assert timetable.take_due(3600) == []
