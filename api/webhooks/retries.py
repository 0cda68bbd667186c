"""What an endpoint's answer means, and when a message is sent again (Standard Webhooks 1.0,
"Deliverability and reliability" and "Delivery success and failure").
"""

from datetime import timedelta
from enum import StrEnum


class Outcome(StrEnum):
    """What came of sending a message."""

    DELIVERED = "delivered"
    GONE = "gone"  # the endpoint wants no more, of anything
    BUSY = "busy"  # it wants less for a while
    FAILED = "failed"


#: What is waited after each failure; after the last there is no other try. Three days in all.
SCHEDULE = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
#: Up to this part of a wait is added by chance, so that what failed together is not tried
#: together.
JITTER = 0.2

_NAMED = {410: Outcome.GONE, **dict.fromkeys((429, 502, 503, 504), Outcome.BUSY)}


def outcome_of(status: int | None) -> Outcome:
    """What an answer's status means; None is no answer. Redirects are failures: they are not
    followed.
    """
    if status is not None and 200 <= status <= 299:
        return Outcome.DELIVERED
    return _NAMED.get(status or 0, Outcome.FAILED)


def wait(failures: int, *, asked: timedelta | None, chance: float) -> timedelta | None:
    """How long until the next try after so many failures; None if it was the last. It is at
    least what the endpoint `asked` for; `chance` is drawn from 0 to 1.
    """
    if failures > len(SCHEDULE):
        return None
    return spread(max(SCHEDULE[failures - 1], asked or timedelta()), chance)


def spread(wait: timedelta, chance: float) -> timedelta:
    """A wait, lengthened by chance."""
    return wait * (1 + JITTER * chance)
