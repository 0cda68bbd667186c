"""Fetch politely: one request to a host at a time from all workers, a rest after each, and none
before the time that the host itself names.

A worker leases the host's row in the database (`jobs.leases`).
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from sqlalchemy.exc import IntegrityError

from api.database.session import now, session
from api.outbound.client import host_of_origin
from api.sources.models import Host

#: A host that demands a longer rest is asked again after this time.
MAX_REST = timedelta(days=7)


def normalise_host(url: str) -> str:
    """Return the host of an address in one spelling: lower case, in ASCII (IDNA), without a last
    dot. Raises `ValueError` for a host that no address can have.
    """
    host = urlsplit(url).hostname or ""
    if not host.isascii():
        host = host_of_origin(f"http://{host}/")
    return host.rstrip(".").encode("idna").decode().lower()  # which looks at the labels' lengths


def lock_host(name: str) -> Host:
    """Return the host's row, locked to the end of the transaction; add it when it is new.

    Lock the host before the row of any of its pages, so that two transactions cannot deadlock.
    """
    if (host := session.get(Host, name, with_for_update=True)) is not None:
        return host
    try:
        with session.begin_nested():
            session.add(Host(name=name, free_at=now()))
    except IntegrityError:
        pass  # another transaction added it at the same moment
    return session.get_one(Host, name, with_for_update=True)


def parse_retry_after(value: str | None, moment: datetime) -> timedelta | None:
    """Return the rest that a host demands: Retry-After (RFC 9110, 10.2.3) is seconds or a date, and
    counts for a week at most. None if there is none, or none that can be read.
    """
    try:
        if value and value.strip().isascii() and value.strip().isdigit():
            wait = timedelta(seconds=min(int(value), MAX_REST.total_seconds()))
        else:
            until = parsedate_to_datetime(value or "")
            wait = until.replace(tzinfo=until.tzinfo or UTC) - moment
    except (ValueError, OverflowError):
        return None
    return min(max(wait, timedelta()), MAX_REST)
