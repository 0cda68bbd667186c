"""How long is waited after each failure, and when there is no other try."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.jobs.backoff import Backoff


@pytest.mark.parametrize(
    "backoff, waits",
    [
        (Backoff((60,)), [60, 120, 240, 480]),
        (Backoff((60,), longest=200), [60, 120, 200, 200]),
        (Backoff((5, 300, 1800)), [5, 300, 1800, 3600]),
        (Backoff((0,)), [0, 0, 0, 0]),
        (Backoff((0.1,)), [0.1, 0.2, 0.4, 0.8]),
    ],
)
def test_the_last_step_is_doubled_up_to_the_longest(backoff, waits):
    assert [backoff.wait(failures) for failures in range(1, 5)] == waits
    assert not backoff.is_over(1_000_000)


@pytest.mark.parametrize("asked, wait", [(0, 60), (59, 60), (61, 61), (500, 500)])
def test_who_asks_for_more_time_gets_it(asked, wait):
    assert Backoff((60,), longest=100).wait(1, asked=asked) == wait


def test_there_are_so_many_tries():
    backoff = Backoff((60,), tries=3)
    assert [backoff.is_over(failures) for failures in (1, 2, 3, 4)] == [False, False, True, True]


@given(
    st.lists(st.floats(0, 1e6), min_size=1).map(sorted),
    st.floats(1, 1e9),
    st.integers(1, 10**9),
    st.floats(0, 1e9),
)
def test_no_wait_is_shorter_than_the_one_before_it(steps, longest, failures, asked):
    backoff = Backoff(tuple(steps), longest)
    wait, next_wait = (backoff.wait(each, asked=asked) for each in (failures, failures + 1))
    assert asked <= wait <= next_wait <= max(longest, asked)
