"""Which workers are running, as they say themselves."""

from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Mapped, mapped_column

from api.database import session as db

#: A worker says this often that it lives, and is taken for dead after three times as long.
HEARTBEAT = timedelta(seconds=3)
DEAD_AFTER = 3 * HEARTBEAT


class Worker(db.Base):
    """A worker that is running, or died without saying so."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]


def select_living() -> Select[str]:
    """The ids of the workers that are running. Who was seen in the future was so before the clock
    was put back, and not since.
    """
    clock = db.clock()
    return select(Worker.id).where(Worker.seen_at.between(clock - DEAD_AFTER, clock + DEAD_AFTER))
