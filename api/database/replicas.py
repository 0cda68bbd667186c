"""Reads go to a replica (DATABASE_READ_URL) while it keeps up, else to the primary.

A replica is PostgreSQL that follows the primary by streaming and shows what that held a moment
ago. A position in the primary's log (WAL) says from where on somebody wants to read.
"""

import math
import re
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any

import structlog
from flask import Flask, current_app
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from api.config.settings import Settings
from api.database.session import SessionSource, transaction
from api.errors import NotFound
from api.observability import metrics

log = structlog.stdlib.get_logger("api.replicas")

#: A position in the log, as PostgreSQL writes it (its type pg_lsn).
POSITION = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")
#: Seconds that a read waits for a position, and between two looks for it.
WAIT, WAIT_INTERVAL = 0.25, 0.005
#: Seconds between two checks of the replica, and after one that it did not answer.
CHECK_INTERVAL, RETRY_INTERVAL = 1, 5
#: A replica is given up sooner than the primary.
TIMEOUTS = {"connect_timeout": 2, "tcp_user_timeout": 5000}

#: What was committed stands before this position. What is flushed can be replayed at once, but
#: without synchronous commits that is not all that was committed.
WRITTEN = (
    "SELECT CASE current_setting('synchronous_commit') WHEN 'off'"
    " THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END::text"
)
IS_WRITTEN = "SELECT %s::pg_lsn <= pg_current_wal_insert_lsn()"
IS_REPLAYED = (
    "SELECT pg_is_in_recovery() AND coalesce(pg_last_wal_replay_lsn() >= %s::pg_lsn, false)"
)
FLUSHED = "SELECT pg_current_wal_flush_lsn() - '0/0'"
REPLAYED = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0' END"


class Behind(Exception):
    """The replica has not replayed the position, or never will."""


class Replica:
    """The replica, and whether it can be read now.

    Its lag is the age of the oldest position of the primary that it has not replayed. So no clocks
    are compared, and no writes are needed.
    """

    def __init__(self, url: str, primary: Engine, *, max_lag: int, **options: Any) -> None:
        self.source = SessionSource.connect(url, **options)
        self.primary, self.max_lag = primary, max_lag
        #: Why it cannot be read, in words.
        self.problem: str | None = None
        #: When positions were seen at the primary, the oldest first.
        self.unreplayed: deque[tuple[float, int]] = deque(maxlen=max_lag + 2)
        self.checking, self.next_check, self.last_check = Lock(), 0.0, -math.inf

    def is_usable(self) -> bool:
        """Whether it can be read; checked once a second, by one of the callers."""
        if time.monotonic() >= self.next_check and self.checking.acquire(blocking=False):
            try:
                self._check()
            finally:
                self.checking.release()
        return self.problem is None

    def _check(self) -> None:
        now = time.monotonic()
        self.next_check = now + CHECK_INTERVAL
        # What was written while nobody checked may be of any age.
        seen = now if now - self.last_check <= self.max_lag else -math.inf
        self.last_check = now
        with suppress(SQLAlchemyError):  # the primary is away: the replica has all that there is
            self.unreplayed.append((seen, int(_scalar(self.primary, FLUSHED))))
        before, self.problem = self.problem, self._find_problem(now)
        if self.problem != before:
            log.warning("replica", wrong=self.problem)

    def _find_problem(self, now: float) -> str | None:
        try:
            replayed = _scalar(self.source.engine, REPLAYED)
        except SQLAlchemyError:
            self.next_check = now + RETRY_INTERVAL
            return "does not answer"
        if replayed is None:
            return "is none: it takes writes itself"
        while self.unreplayed and self.unreplayed[0][1] <= replayed:
            self.unreplayed.popleft()
        if self.unreplayed and now - self.unreplayed[0][0] > self.max_lag:
            return f"is more than {self.max_lag} seconds behind"
        return None

    def wait_for(self, position: str) -> None:
        """Wait until the position is replayed. Raises `Behind`."""
        if self._has_replayed(position):
            return
        # One that the primary has not written is of before a failover, or made up.
        seconds = WAIT if _scalar(self.primary, IS_WRITTEN, position) else 0
        deadline = time.monotonic() + seconds
        while not self._has_replayed(position):
            if time.monotonic() > deadline:
                raise Behind
            time.sleep(WAIT_INTERVAL)

    def _has_replayed(self, position: str) -> bool:
        found: bool = _scalar(self.source.engine, IS_REPLAYED, position)
        return found


def _scalar(engine: Engine, statement: str, *values: Any) -> Any:
    """The one value that a statement gives, outside of any transaction."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return connection.exec_driver_sql(statement, values).scalar()


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["replica"] = None
    if settings.database_read_url:
        app.extensions["replica"] = Replica(
            settings.database_read_url,
            app.extensions["engine"],
            max_lag=settings.database_read_lag,
            **TIMEOUTS | settings.driver(),
        )


def current() -> Replica | None:
    """The replica, if there is one."""
    found: Replica | None = current_app.extensions["replica"]
    return found


def read_from_replica(view: Callable[[], Any], position: str = "") -> Any:
    """What a view answers, from the replica if that can, else from the primary; of the position or
    later. What it read is read again where the replica does not find it, breaks, or cancels the
    read since a change came in (a recovery conflict, SQLSTATE 40001). Raises what the view does.
    """
    replica = current()
    if replica is None or not replica.is_usable():
        return view()
    try:
        if position:
            replica.wait_for(position)
        # The transaction ends in here: until then the connection may break.
        with transaction(reads=True, source=replica.source):
            return view()
    except (Behind, NotFound, DBAPIError) as error:
        metrics.REPLICA_REPEATS.labels(_reason(error)).inc()
    return view()


def _reason(error: Exception) -> str:
    """In a word, why the primary is asked after all."""
    if isinstance(error, DBAPIError):
        return "conflict" if getattr(error.orig, "sqlstate", None) == "40001" else "failed"
    return "behind" if isinstance(error, Behind) else "not found"


def written_position() -> str | None:
    """The position before which all that was committed stands; None if there is no replica, or the
    primary does not answer any more.
    """
    with suppress(SQLAlchemyError):
        if (replica := current()) is not None:
            position: str = _scalar(replica.primary, WRITTEN)
            return position
    return None
