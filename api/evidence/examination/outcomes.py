"""What the answer of a source that is fetched again means for an item of evidence. Pure.

The snapshot in which the quote was found goes on proving that the source said it. A later answer
can make the item stale, never untrue; and a source that gives no page says nothing.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from api.evidence.enums import RecheckOutcome
from api.jobs.backoff import Backoff

GONE_STATUSES = {404, 410}
#: One such answer may be an accident; a second one, this much later, is none.
GONE_CONFIRMATION_PERIOD = timedelta(days=7)


class PageDigests(NamedTuple):
    """Of a page that could be read: SHA-256 of its bytes and of its text, and has it the quote?"""

    sha256: str
    text_sha256: str
    has_quote: bool = True


class SourceAnswer(NamedTuple):
    """The HTTP status, None where no complete answer came; whether the request was conditional
    (RFC 9110, 13.1); the page, None where none came, or none that can be read.
    """

    status: int | None
    conditional: bool = False
    page: PageDigests | None = None


class RecheckState(NamedTuple):
    """How far the rechecks of an item are: scheduled dates that have passed, failed tries since the
    last one, since when the source is missing, and since when the item is stale.
    """

    dates: int = 0
    failures: int = 0
    missing_since: datetime | None = None
    stale_since: datetime | None = None


class RecheckPolicy(NamedTuple):
    """When an item is rechecked. `days` are from each date to the next; the last one repeats. At
    each date the source is tried `attempts` times, the second time after `backoff`, and then after
    twice as long each time.
    """

    days: tuple[int, ...] = (7, 30, 90)
    attempts: int = 4
    backoff: timedelta = timedelta(hours=1)

    @property
    def retries(self) -> Backoff:
        """When a source that was not reached is tried again, before its next date."""
        return Backoff((self.backoff.total_seconds(),), tries=self.attempts)

    def delay_after(self, dates: int) -> timedelta:
        """The time to the next date, when so many have passed."""
        return timedelta(days=self.days[min(dates, len(self.days) - 1)])


def classify_answer(
    answer: SourceAnswer, known: PageDigests, state: RecheckState, moment: datetime
) -> RecheckOutcome:
    """What an answer means, given the page in which the quote was found last."""
    if answer.status in GONE_STATUSES:
        since = state.missing_since or moment
        return (
            RecheckOutcome.SOURCE_GONE
            if moment - since >= GONE_CONFIRMATION_PERIOD
            else RecheckOutcome.SOURCE_MISSING
        )
    if answer.status == 304 and answer.conditional:
        return RecheckOutcome.UNCHANGED
    page = answer.page
    if answer.status != 200 or page is None:
        return RecheckOutcome.UNREACHABLE
    if page.sha256 == known.sha256 or page.text_sha256 == known.text_sha256:
        return RecheckOutcome.UNCHANGED
    return RecheckOutcome.QUOTE_STILL_THERE if page.has_quote else RecheckOutcome.QUOTE_GONE


def next_state(
    state: RecheckState, outcome: RecheckOutcome, moment: datetime, policy: RecheckPolicy
) -> tuple[RecheckState, datetime]:
    """An item's state after an outcome at a moment, and when its source is fetched next."""
    if outcome is RecheckOutcome.SOURCE_MISSING:
        since = state.missing_since or moment
        return state._replace(failures=0, missing_since=since), since + GONE_CONFIRMATION_PERIOD
    failures = state.failures + 1
    if outcome is RecheckOutcome.UNREACHABLE and not policy.retries.is_over(failures):
        wait = timedelta(seconds=policy.retries.wait(failures))
        return state._replace(failures=failures), moment + wait
    following = state._replace(dates=state.dates + 1, failures=0)
    if outcome is not RecheckOutcome.UNREACHABLE:
        gone = outcome in {RecheckOutcome.QUOTE_GONE, RecheckOutcome.SOURCE_GONE}
        following = following._replace(
            missing_since=state.missing_since if outcome is RecheckOutcome.SOURCE_GONE else None,
            stale_since=(state.stale_since or moment) if gone else None,
        )
    return following, moment + policy.delay_after(following.dates)
