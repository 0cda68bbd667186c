"""The workers that are running, by their heartbeats in the database."""

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Mapped, mapped_column

from api.database import session as db

#: Time between two heartbeats of a worker, and from its last one until it is taken for dead.
HEARTBEAT = timedelta(seconds=3)
DEAD_AFTER = 3 * HEARTBEAT


class Worker(db.Base):
    """A worker that is running, or died before it could delete its row."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]


def select_living() -> Select[str]:
    """The ids of the workers that are running. A heartbeat that is much later than now is from
    before the clock was put back, and does not count.
    """
    clock = db.clock()
    return select(Worker.id).where(Worker.seen_at.between(clock - DEAD_AFTER, clock + DEAD_AFTER))
