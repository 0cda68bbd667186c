"""What an endpoint's answer means, and when a message is sent again (Standard Webhooks 1.0,
"Deliverability and reliability" and "Delivery success and failure").
"""

from datetime import timedelta
from enum import StrEnum

from api.jobs.backoff import Backoff


class DeliveryOutcome(StrEnum):
    """What came of sending a message."""

    DELIVERED = "delivered"
    GONE = "gone"  # the endpoint wants no more, of anything
    BUSY = "busy"  # it wants less for a while
    FAILED = "failed"


MINUTE, HOUR = 60, 3600
#: Three days in all, as the standard proposes.
BACKOFF = Backoff(
    (5, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR),
    tries=10,
)
#: Up to this part of a wait is added by chance, so that what failed together is not tried
#: together.
JITTER = 0.2

_OUTCOMES = {410: DeliveryOutcome.GONE, **dict.fromkeys((429, 502, 503, 504), DeliveryOutcome.BUSY)}


def classify_status(status: int | None) -> DeliveryOutcome:
    """What an answer's status means; None is no answer. Redirects are failures: they are not
    followed.
    """
    if status is not None and 200 <= status <= 299:
        return DeliveryOutcome.DELIVERED
    return _OUTCOMES.get(status or 0, DeliveryOutcome.FAILED)


def retry_delay(failures: int, *, requested: timedelta | None, chance: float) -> timedelta | None:
    """How long until the next try after so many failures; None if it was the last. It is at
    least what the endpoint `requested`; `chance` is drawn from 0 to 1.
    """
    if BACKOFF.is_over(failures):
        return None
    seconds = BACKOFF.wait(failures, asked=(requested or timedelta()).total_seconds())
    return add_jitter(timedelta(seconds=seconds), chance)


def add_jitter(wait: timedelta, chance: float) -> timedelta:
    """A wait, lengthened by chance."""
    return wait * (1 + JITTER * chance)
