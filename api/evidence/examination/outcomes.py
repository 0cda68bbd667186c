"""What it means for an item of evidence when its source is asked for again. Pure.

The snapshot in which the quote was found goes on proving that the source said it. What comes
later can make the item stale, never untrue; and a source that gives no page says nothing.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from api.evidence.enums import Outcome
from api.jobs.backoff import Backoff

GONE = {404, 410}
#: One such answer may be a mishap; a second one, this much later, is not.
GONE_FOR = timedelta(days=7)


class Page(NamedTuple):
    """A page that could be read: SHA-256 of its bytes and of its text, and is the quote in it."""

    sha256: str
    text_sha256: str
    has_quote: bool = True


class Answer(NamedTuple):
    """`status` is None when no complete answer came; `conditional` says that the page was asked
    for only if it had changed; `page` is None when none came, or none that can be read.
    """

    status: int | None
    conditional: bool = False
    page: Page | None = None


class Course(NamedTuple):
    """How far the re-checking of an item has come: dates passed, fruitless tries since the last
    one, and since when its source is missing and the item stale.
    """

    dates: int = 0
    failures: int = 0
    missing_since: datetime | None = None
    stale_since: datetime | None = None


class Terms(NamedTuple):
    """Days to each date from the one before, the last of which repeats; at each date `attempts`
    are made to reach the source, the second after `backoff`, then after twice as long each time.
    """

    days: tuple[int, ...] = (7, 30, 90)
    attempts: int = 4
    backoff: timedelta = timedelta(hours=1)

    @property
    def retries(self) -> Backoff:
        """When a source that was not reached is tried again before its next date."""
        return Backoff((self.backoff.total_seconds(),), tries=self.attempts)

    def to_date(self, dates: int) -> timedelta:
        """The time to the next date after so many."""
        return timedelta(days=self.days[min(dates, len(self.days) - 1)])


def outcome_of(answer: Answer, known: Page, course: Course, moment: datetime) -> Outcome:
    """What an answer means, given the page in which the quote was found last."""
    if answer.status in GONE:
        since = course.missing_since or moment
        return Outcome.SOURCE_GONE if moment - since >= GONE_FOR else Outcome.SOURCE_MISSING
    if answer.status == 304 and answer.conditional:
        return Outcome.UNCHANGED
    page = answer.page
    if answer.status != 200 or page is None:
        return Outcome.UNREACHABLE
    if page.sha256 == known.sha256 or page.text_sha256 == known.text_sha256:
        return Outcome.UNCHANGED
    return Outcome.QUOTE_STILL_THERE if page.has_quote else Outcome.QUOTE_GONE


def onward(
    course: Course, outcome: Outcome, moment: datetime, terms: Terms
) -> tuple[Course, datetime]:
    """How an item's course goes on after an outcome, and when its source is asked for next."""
    if outcome is Outcome.SOURCE_MISSING:
        since = course.missing_since or moment
        return course._replace(failures=0, missing_since=since), since + GONE_FOR
    failures = course.failures + 1
    if outcome is Outcome.UNREACHABLE and not terms.retries.is_over(failures):
        wait = timedelta(seconds=terms.retries.wait(failures))
        return course._replace(failures=failures), moment + wait
    onwards = course._replace(dates=course.dates + 1, failures=0)
    if outcome is not Outcome.UNREACHABLE:
        gone = outcome in {Outcome.QUOTE_GONE, Outcome.SOURCE_GONE}
        onwards = onwards._replace(
            missing_since=course.missing_since if outcome is Outcome.SOURCE_GONE else None,
            stale_since=(course.stale_since or moment) if gone else None,
        )
    return onwards, moment + terms.to_date(onwards.dates)
