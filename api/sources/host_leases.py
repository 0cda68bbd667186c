"""How a host is asked politely: one request at a time from all workers together, a rest after
each, and not before the time that the host itself names.

The host's row in the database is leased by whoever asks (`jobs.leases`).
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from sqlalchemy.exc import IntegrityError

from api.database.session import now, session
from api.outbound.client import host_of_origin
from api.sources.models import Host

#: A host that asks for more is asked again after this all the same.
LONGEST_REST = timedelta(days=7)


def host_of(url: str) -> str:
    """The host of an address, by one spelling: lower case, in ASCII as it is asked, without a
    last dot. Raises `ValueError` for a host that no address can have.
    """
    host = urlsplit(url).hostname or ""
    if not host.isascii():
        host = host_of_origin(f"http://{host}/")
    return host.rstrip(".").encode("idna").decode().lower()  # which looks at the labels' lengths


def hold(name: str) -> Host:
    """The host's row, held against other writers to the end of the transaction; entered when
    the host is met for the first time. To be held before the row of any page of its.
    """
    if (host := session.get(Host, name, with_for_update=True)) is not None:
        return host
    try:
        with session.begin_nested():
            session.add(Host(name=name, free_at=now()))
    except IntegrityError:
        pass  # another transaction met it at the same moment
    return session.get_one(Host, name, with_for_update=True)


def retry_after(value: str | None, moment: datetime) -> timedelta | None:
    """How long a host wants to be left alone: the value of Retry-After (RFC 9110, 10.2.3),
    seconds or a date, and a week at most. None if there is none, or none that can be read.
    """
    try:
        if value and value.strip().isascii() and value.strip().isdigit():
            wait = timedelta(seconds=min(int(value), LONGEST_REST.total_seconds()))
        else:
            until = parsedate_to_datetime(value or "")
            wait = until.replace(tzinfo=until.tzinfo or UTC) - moment
    except (ValueError, OverflowError):
        return None
    return min(max(wait, timedelta()), LONGEST_REST)
