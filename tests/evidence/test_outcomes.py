"""What follows when a source is asked for again: the tables, and what holds for any course."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.evidence.enums import Outcome
from api.evidence.examination.outcomes import (
    GONE_FOR,
    Answer,
    Course,
    Page,
    Terms,
    onward,
    outcome_of,
)

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KNOWN = Page("bytes", "text")
LOST = Page("other bytes", "other text", has_quote=False)


def missing(days):
    return Course(missing_since=NOW - days * DAY)


@pytest.mark.parametrize(
    "answer, course, outcome",
    [
        (Answer(304, conditional=True), Course(), "unchanged"),
        (Answer(304), Course(), "unreachable"),  # nobody asked whether it had changed
        (Answer(200, page=KNOWN), Course(), "unchanged"),
        (Answer(200, page=Page("bytes", "read otherwise", False)), Course(), "unchanged"),
        (Answer(200, page=Page("other bytes", "text", True)), Course(), "unchanged"),
        (Answer(200, page=Page("other bytes", "other text", True)), Course(), "quote_still_there"),
        (Answer(200, page=LOST), Course(), "quote_gone"),
        (Answer(200, conditional=True, page=LOST), Course(), "quote_gone"),
        (Answer(200, page=LOST), missing(30), "quote_gone"),
        (Answer(200, page=KNOWN), Course(stale_since=NOW - DAY), "unchanged"),
        (Answer(200), Course(), "unreachable"),  # a page that cannot be read
        (Answer(404), Course(), "source_missing"),
        (Answer(410), Course(), "source_missing"),
        (Answer(404), missing(6.999), "source_missing"),
        (Answer(404), missing(7), "source_gone"),
        (Answer(410), missing(7), "source_gone"),
        (Answer(410), missing(400), "source_gone"),
        (Answer(None), Course(), "unreachable"),
        (Answer(None), missing(30), "unreachable"),
        *(
            (Answer(status), missing(30), "unreachable")
            for status in (401, 403, 429, 451, 500, 503)
        ),
        (Answer(206, page=KNOWN), Course(), "unreachable"),
    ],
)
def test_what_an_answer_means(answer, course, outcome):
    assert outcome_of(answer, KNOWN, course, NOW) == outcome


BEFORE = NOW - 8 * DAY


@pytest.mark.parametrize(
    "course, outcome, after, wait",
    [
        (Course(), "unchanged", Course(1), 30 * DAY),
        (Course(1), "unchanged", Course(2), 90 * DAY),
        (Course(5), "unchanged", Course(6), 90 * DAY),
        (Course(0, 3), "quote_still_there", Course(1), 30 * DAY),
        (Course(), "quote_gone", Course(1, stale_since=NOW), 30 * DAY),
        (Course(1, stale_since=BEFORE), "quote_gone", Course(2, stale_since=BEFORE), 90 * DAY),
        (Course(1, stale_since=BEFORE), "unchanged", Course(2), 90 * DAY),
        (Course(1, stale_since=BEFORE), "quote_still_there", Course(2), 90 * DAY),
        (Course(), "source_missing", Course(missing_since=NOW), 7 * DAY),
        (missing(3), "source_missing", missing(3), 4 * DAY),
        (Course(1, 2), "source_missing", Course(1, missing_since=NOW), 7 * DAY),
        (missing(8), "source_gone", Course(1, 0, BEFORE, NOW), 30 * DAY),
        (Course(1, 0, BEFORE, BEFORE), "source_gone", Course(2, 0, BEFORE, BEFORE), 90 * DAY),
        (missing(8), "unchanged", Course(1), 30 * DAY),
        (missing(8), "quote_gone", Course(1, stale_since=NOW), 30 * DAY),
        (Course(), "unreachable", Course(0, 1), HOUR),
        (Course(0, 1), "unreachable", Course(0, 2), 2 * HOUR),
        (Course(0, 2), "unreachable", Course(0, 3), 4 * HOUR),
        (Course(0, 3), "unreachable", Course(1, 0), 30 * DAY),
        (
            Course(1, 3, BEFORE, BEFORE),
            "unreachable",
            Course(2, 0, BEFORE, BEFORE),
            90 * DAY,
        ),
    ],
)
def test_how_it_goes_on(course, outcome, after, wait):
    assert onward(course, Outcome(outcome), NOW, Terms()) == (after, NOW + wait)


def test_a_single_date_repeats_and_a_single_try_is_not_repeated():
    terms = Terms(days=(14,), attempts=1)
    assert onward(Course(), Outcome.UNREACHABLE, NOW, terms) == (Course(1), NOW + 14 * DAY)
    assert onward(Course(9), Outcome.UNCHANGED, NOW, terms) == (Course(10), NOW + 14 * DAY)


pages = st.builds(
    Page, st.sampled_from(["bytes", "b"]), st.sampled_from(["text", "t"]), st.booleans()
)
answers = st.builds(
    Answer,
    st.sampled_from([None, 200, 200, 304, 403, 404, 404, 410, 429, 500]),
    st.booleans(),
    st.none() | pages,
)
visits = st.lists(st.tuples(answers, st.integers(0, 24 * 20)), max_size=30)


def follow(visits):
    """Each visit, on its date or some hours later, with the course before and after it."""
    course, moment = Course(), NOW
    for answer, late in visits:
        moment += late * HOUR
        outcome = outcome_of(answer, KNOWN, course, moment)
        after, due_at = onward(course, outcome, moment, Terms())
        yield answer, outcome, moment, course, after, due_at
        course, moment = after, due_at


@given(visits)
def test_the_next_visit_lies_ahead_and_within_the_longest_interval(visits):
    for _, _, moment, _, _, due_at in follow(visits):
        assert HOUR <= due_at - moment <= 90 * DAY


@given(visits)
def test_only_a_page_that_was_read_or_two_absences_change_what_is_known(visits):
    for answer, outcome, moment, before, after, _ in follow(visits):
        if after.stale_since == before.stale_since:
            continue
        if after.stale_since is None:
            assert answer.status in {200, 304}
        elif outcome is Outcome.QUOTE_GONE:
            assert answer.page is not None and not answer.page.has_quote
        else:
            assert answer.status in {404, 410} and moment - before.missing_since >= GONE_FOR


@given(visits)
def test_an_item_is_stale_since_the_first_of_what_made_it_so(visits):
    since = None
    for _, outcome, moment, _, after, _ in follow(visits):
        if outcome in {Outcome.QUOTE_GONE, Outcome.SOURCE_GONE}:
            since = since or moment
        elif outcome in {Outcome.UNCHANGED, Outcome.QUOTE_STILL_THERE}:
            since = None
        assert after.stale_since == since


@given(st.lists(st.integers(0, 48), max_size=10))
def test_a_source_that_says_nothing_leaves_the_item_as_it_was(delays):
    visits = [(Answer(None), late) for late in delays]
    for _, _, _, before, after, _ in follow(visits):
        assert after.stale_since is after.missing_since is None
        assert after.dates - before.dates == (before.failures == Terms().attempts - 1)
