"""Moments as RFC 3339 has them. Pure."""

from datetime import UTC, datetime
from typing import Literal


def format_rfc3339(
    moment: datetime, precision: Literal["auto", "seconds", "microseconds"] = "auto"
) -> str:
    """A moment that knows its zone, in UTC: 1932-03-19T10:00:00Z. `auto` writes microseconds only
    where there are any.
    """
    return moment.astimezone(UTC).isoformat(timespec=precision).replace("+00:00", "Z")
