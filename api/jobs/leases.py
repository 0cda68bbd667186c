"""Rows that one worker at a time works on: a host that is asked for its pages, a subscription that
is sent its messages.

A periodic task enqueues a job for each row that is due. The job leases its row in one transaction,
works without a transaction, and releases the row in another. A lease ends by itself if its holder
dies, and a row whose job got lost is handed out again.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from api.database.session import now, session

#: A row whose job got lost is handed out again after this time.
JOB_LOST_AFTER = timedelta(minutes=10)


class Leasable:
    """A row with the moment from which it may be worked on (`free_at`: past the end of a lease,
    or of a rest), and the one from which there is something to do (`due_at`; None: nothing).
    """

    free_at: Mapped[datetime] = mapped_column(default=now)
    due_at: Mapped[datetime | None] = mapped_column(index=True)


Row = TypeVar("Row", bound=Leasable)


def hand_out_due(model: type[Row], *, limit: int) -> Iterator[Row]:
    """The rows that are due longest, locked, each to be given a job. Several workers that do this
    at the same moment hand out different ones.
    """
    due = select(model).where(model.due_at <= now()).order_by(model.due_at).limit(limit)
    for row in session.scalars(due.with_for_update(skip_locked=True)):
        hand_out(row)
        yield row


def hand_out(row: Leasable) -> None:
    """Set that a row, which is locked, has a job from now on."""
    row.due_at = now() + JOB_LOST_AFTER


def acquire_lease(row: Leasable, *, seconds: float) -> datetime | None:
    """Lease a row that is locked, for so many seconds. None while somebody else has it, or it
    rests.
    """
    if row.free_at > (moment := now()):
        return None
    row.free_at = moment + timedelta(seconds=seconds)
    return row.free_at


def release_lease(row: Leasable, lease: datetime, *, rest: timedelta = timedelta()) -> None:
    """End a lease of a row that is locked, after which it rests. Where the lease has run out and
    another has the row by now, that one keeps it.
    """
    if row.free_at == lease:
        row.free_at = now() + rest


def update_next_due(row: Leasable, earliest: datetime | None) -> None:
    """Set when a row that is locked is to be handed out next: when the first of its work is due
    (None: there is none), but not while it is leased or rests.
    """
    row.due_at = max(earliest, row.free_at) if earliest else None
