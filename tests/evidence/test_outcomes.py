"""What follows when a source is asked for again: the tables, and what holds for any course."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.evidence.enums import RecheckOutcome
from api.evidence.examination.outcomes import (
    GONE_CONFIRMATION_PERIOD,
    PageDigests,
    RecheckPolicy,
    RecheckState,
    SourceAnswer,
    classify_answer,
    next_state,
)

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
KNOWN = PageDigests("bytes", "text")
LOST = PageDigests("other bytes", "other text", has_quote=False)


def missing(days):
    return RecheckState(missing_since=NOW - days * DAY)


@pytest.mark.parametrize(
    "answer, course, outcome",
    [
        (SourceAnswer(304, conditional=True), RecheckState(), "unchanged"),
        (SourceAnswer(304), RecheckState(), "unreachable"),  # nobody asked whether it had changed
        (SourceAnswer(200, page=KNOWN), RecheckState(), "unchanged"),
        (
            SourceAnswer(200, page=PageDigests("bytes", "read otherwise", False)),
            RecheckState(),
            "unchanged",
        ),
        (
            SourceAnswer(200, page=PageDigests("other bytes", "text", True)),
            RecheckState(),
            "unchanged",
        ),
        (
            SourceAnswer(200, page=PageDigests("other bytes", "other text", True)),
            RecheckState(),
            "quote_still_there",
        ),
        (SourceAnswer(200, page=LOST), RecheckState(), "quote_gone"),
        (SourceAnswer(200, conditional=True, page=LOST), RecheckState(), "quote_gone"),
        (SourceAnswer(200, page=LOST), missing(30), "quote_gone"),
        (SourceAnswer(200, page=KNOWN), RecheckState(stale_since=NOW - DAY), "unchanged"),
        (SourceAnswer(200), RecheckState(), "unreachable"),  # a page that cannot be read
        (SourceAnswer(404), RecheckState(), "source_missing"),
        (SourceAnswer(410), RecheckState(), "source_missing"),
        (SourceAnswer(404), missing(6.999), "source_missing"),
        (SourceAnswer(404), missing(7), "source_gone"),
        (SourceAnswer(410), missing(7), "source_gone"),
        (SourceAnswer(410), missing(400), "source_gone"),
        (SourceAnswer(None), RecheckState(), "unreachable"),
        (SourceAnswer(None), missing(30), "unreachable"),
        *(
            (SourceAnswer(status), missing(30), "unreachable")
            for status in (401, 403, 429, 451, 500, 503)
        ),
        (SourceAnswer(206, page=KNOWN), RecheckState(), "unreachable"),
    ],
)
def test_what_an_answer_means(answer, course, outcome):
    assert classify_answer(answer, KNOWN, course, NOW) == outcome


BEFORE = NOW - 8 * DAY


@pytest.mark.parametrize(
    "course, outcome, after, wait",
    [
        (RecheckState(), "unchanged", RecheckState(1), 30 * DAY),
        (RecheckState(1), "unchanged", RecheckState(2), 90 * DAY),
        (RecheckState(5), "unchanged", RecheckState(6), 90 * DAY),
        (RecheckState(0, 3), "quote_still_there", RecheckState(1), 30 * DAY),
        (RecheckState(), "quote_gone", RecheckState(1, stale_since=NOW), 30 * DAY),
        (
            RecheckState(1, stale_since=BEFORE),
            "quote_gone",
            RecheckState(2, stale_since=BEFORE),
            90 * DAY,
        ),
        (RecheckState(1, stale_since=BEFORE), "unchanged", RecheckState(2), 90 * DAY),
        (RecheckState(1, stale_since=BEFORE), "quote_still_there", RecheckState(2), 90 * DAY),
        (RecheckState(), "source_missing", RecheckState(missing_since=NOW), 7 * DAY),
        (missing(3), "source_missing", missing(3), 4 * DAY),
        (RecheckState(1, 2), "source_missing", RecheckState(1, missing_since=NOW), 7 * DAY),
        (missing(8), "source_gone", RecheckState(1, 0, BEFORE, NOW), 30 * DAY),
        (
            RecheckState(1, 0, BEFORE, BEFORE),
            "source_gone",
            RecheckState(2, 0, BEFORE, BEFORE),
            90 * DAY,
        ),
        (missing(8), "unchanged", RecheckState(1), 30 * DAY),
        (missing(8), "quote_gone", RecheckState(1, stale_since=NOW), 30 * DAY),
        (RecheckState(), "unreachable", RecheckState(0, 1), HOUR),
        (RecheckState(0, 1), "unreachable", RecheckState(0, 2), 2 * HOUR),
        (RecheckState(0, 2), "unreachable", RecheckState(0, 3), 4 * HOUR),
        (RecheckState(0, 3), "unreachable", RecheckState(1, 0), 30 * DAY),
        (
            RecheckState(1, 3, BEFORE, BEFORE),
            "unreachable",
            RecheckState(2, 0, BEFORE, BEFORE),
            90 * DAY,
        ),
    ],
)
def test_how_it_goes_on(course, outcome, after, wait):
    assert next_state(course, RecheckOutcome(outcome), NOW, RecheckPolicy()) == (after, NOW + wait)


def test_a_single_date_repeats_and_a_single_try_is_not_repeated():
    terms = RecheckPolicy(days=(14,), attempts=1)
    assert next_state(RecheckState(), RecheckOutcome.UNREACHABLE, NOW, terms) == (
        RecheckState(1),
        NOW + 14 * DAY,
    )
    assert next_state(RecheckState(9), RecheckOutcome.UNCHANGED, NOW, terms) == (
        RecheckState(10),
        NOW + 14 * DAY,
    )


pages = st.builds(
    PageDigests, st.sampled_from(["bytes", "b"]), st.sampled_from(["text", "t"]), st.booleans()
)
answers = st.builds(
    SourceAnswer,
    st.sampled_from([None, 200, 200, 304, 403, 404, 404, 410, 429, 500]),
    st.booleans(),
    st.none() | pages,
)
visits = st.lists(st.tuples(answers, st.integers(0, 24 * 20)), max_size=30)


def follow(visits):
    """Each visit, on its date or some hours later, with the course before and after it."""
    course, moment = RecheckState(), NOW
    for answer, late in visits:
        moment += late * HOUR
        outcome = classify_answer(answer, KNOWN, course, moment)
        after, due_at = next_state(course, outcome, moment, RecheckPolicy())
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
        elif outcome is RecheckOutcome.QUOTE_GONE:
            assert answer.page is not None and not answer.page.has_quote
        else:
            assert (
                answer.status in {404, 410}
                and moment - before.missing_since >= GONE_CONFIRMATION_PERIOD
            )


@given(visits)
def test_an_item_is_stale_since_the_first_of_what_made_it_so(visits):
    since = None
    for _, outcome, moment, _, after, _ in follow(visits):
        if outcome in {RecheckOutcome.QUOTE_GONE, RecheckOutcome.SOURCE_GONE}:
            since = since or moment
        elif outcome in {RecheckOutcome.UNCHANGED, RecheckOutcome.QUOTE_STILL_THERE}:
            since = None
        assert after.stale_since == since


@given(st.lists(st.integers(0, 48), max_size=10))
def test_a_source_that_says_nothing_leaves_the_item_as_it_was(delays):
    visits = [(SourceAnswer(None), late) for late in delays]
    for _, _, _, before, after, _ in follow(visits):
        assert after.stale_since is after.missing_since is None
        assert after.dates - before.dates == (before.failures == RecheckPolicy().attempts - 1)
