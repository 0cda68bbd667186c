"""How a host is asked politely: one request at a time from all workers together, a rest after
each, and not before the time that the host itself names.

The host's row in the database holds the moment from which it may be asked. Whoever asks moves
that on first, past the longest time it can take: a lease, which ends by itself if its holder dies.
"""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from sqlalchemy.exc import IntegrityError

from api.database.session import now, session
from api.outbound.client import host_at
from api.sources.models import Host

#: A host that asks for more is asked again after this all the same.
LONGEST_REST = timedelta(days=7)


def host_of(url: str) -> str:
    """The host of an address, by one spelling: lower case, in ASCII as it is asked, without a
    last dot. Raises `ValueError` for a host that no address can have.
    """
    host = urlsplit(url).hostname or ""
    if not host.isascii():
        host = host_at(f"http://{host}/")
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


def take(host: Host, *, seconds: float) -> datetime | None:
    """Lease a host that is held, to ask it for one page within so many seconds. The lease is
    given back by `give_back`; None while somebody else has it, or the host rests.
    """
    if host.free_at > (moment := now()):
        return None
    host.free_at = moment + timedelta(seconds=seconds)
    return host.free_at


def give_back(host: Host, lease: datetime, *, rest: timedelta) -> None:
    """End a lease, after which the host rests; one that has run out and is another's stays."""
    if host.free_at == lease:
        host.free_at = now() + rest


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
