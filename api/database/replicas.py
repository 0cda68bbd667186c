"""What only reads is answered by a replica (DATABASE_READ_URL), so that the primary need not be.

A replica is PostgreSQL that follows the primary by streaming and shows what it had a moment ago.
Whoever writes is told the place in the primary's log (WAL) at which that stands, and who brings
the place back reads nothing older. Whatever the replica cannot answer, because it is away or
behind, or a change that came in took from under a read what that was at, the primary is asked.
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
from flask import Flask, Response, current_app, g, request
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from api.config.settings import Settings
from api.database import session as db
from api.errors import Invalid, NotFound
from api.observability import metrics

log = structlog.stdlib.get_logger("api.replicas")

HEADER = "Read-After"
#: The cookie that does the same for forms on the pages, and the seconds that it is kept.
COOKIE, KEPT = "read-after", 60
#: A place in the log, as PostgreSQL writes it (its type pg_lsn).
PLACE = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")

#: Methods whose answers tell it, unless they only read all the same.
WRITES = {"POST", "PUT", "PATCH", "DELETE"}

#: Seconds that a read waits for what its caller wrote, and from one look for it to the next.
PATIENCE = 0.25
PAUSE = 0.005
#: Seconds from one look at how the replica does to the next, and after one that failed.
LOOKS_EVERY = 1
RESTS = 5
#: A replica is given up sooner than the primary: see `postgresql.NOT_FOR_EVER`.
REACHED_WITHIN: dict[str, Any] = {"connect_timeout": 2, "tcp_user_timeout": 5000}

#: What was committed before stands before this place. What is flushed can be sent to replicas at
#: once; without synchronous commits that is not all that was committed.
WRITTEN = (
    "SELECT CASE current_setting('synchronous_commit') WHEN 'off'"
    " THEN pg_current_wal_insert_lsn() ELSE pg_current_wal_flush_lsn() END::text"
)
IS_WRITTEN = "SELECT %s::pg_lsn <= pg_current_wal_insert_lsn()"
ARRIVED = "SELECT pg_is_in_recovery() AND coalesce(pg_last_wal_replay_lsn() >= %s::pg_lsn, false)"
SENT = "SELECT pg_current_wal_flush_lsn() - '0/0'"
REPLAYED = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0' END"


class Behind(Exception):
    """The replica does not have yet what the caller has written, or is no replica any more."""


class Replica:
    """The replica, and whether it can be asked now.

    How far it is behind is measured by the primary's places in the log, which are noted with the
    time: what has not arrived since then is how old. No clocks are compared, and no writes needed.
    """

    def __init__(self, settings: Settings, primary: Engine) -> None:
        how = REACHED_WITHIN | settings.driver()
        self.engine = db.connect(settings.database_read_url, **how)
        #: What is read from: see `db.engine_to_read` and `db.read_row`.
        self.engines = {
            "reading": db.reading(self.engine),
            "single_reads": db.single_reads(settings.database_read_url, self.engine, **how),
        }
        self.primary = primary
        self.most_behind = settings.database_read_lag
        #: What is wrong with it, in words.
        self.wrong: str | None = None
        self.on_the_way: deque[tuple[float, int]] = deque(maxlen=self.most_behind + 2)
        self.looking, self.next_look, self.looked = Lock(), 0.0, -math.inf

    def can_answer(self) -> bool:
        if time.monotonic() >= self.next_look and self.looking.acquire(blocking=False):
            with suppress(Exception):
                self._look()
            self.looking.release()
        return self.wrong is None

    def _look(self) -> None:
        moment = time.monotonic()
        self.next_look = moment + LOOKS_EVERY
        # After a time in which nobody asked, what has not arrived may be of any age.
        written = moment if moment - self.looked <= self.most_behind else -math.inf
        self.looked = moment
        with suppress(Exception):  # the primary is away: the replica has all that there is
            self.on_the_way.append((written, int(_ask(self.primary, SENT))))
        was, self.wrong = self.wrong, self._trouble(moment)
        if self.wrong != was:
            log.warning("replica", wrong=self.wrong)

    def _trouble(self, moment: float) -> str | None:
        try:
            replayed = _ask(self.engine, REPLAYED)
        except Exception:
            self.next_look = moment + RESTS
            return "does not answer"
        if replayed is None:
            return "is none: it takes writes itself"
        while self.on_the_way and self.on_the_way[0][1] <= replayed:
            self.on_the_way.popleft()
        if self.on_the_way and moment - self.on_the_way[0][0] > self.most_behind:
            return f"is more than {self.most_behind} seconds behind"
        return None

    def wait_for(self, place: str) -> None:
        """Wait until what was written up to the place is there. Raises `Behind`."""
        deadline = None
        while not _ask(self.engine, ARRIVED, place):
            if deadline is None:
                deadline = time.monotonic() + PATIENCE
                if not _ask(self.primary, IS_WRITTEN, place):
                    raise Behind  # nor will it come: a place of before a failover, or made up
            if time.monotonic() > deadline:
                raise Behind
            time.sleep(PAUSE)


def _ask(engine: Engine, statement: str, *values: Any) -> Any:
    """The one value that a statement gives, outside of any transaction."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        return connection.exec_driver_sql(statement, values).scalar()


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["replica"] = None
    if not settings.database_read_url:
        return
    replica = app.extensions["replica"] = Replica(settings, app.extensions["engine"])

    @app.after_request
    def tell(response: Response) -> Response:
        view = app.view_functions.get(request.endpoint or "")
        wrote = request.method in WRITES and getattr(view, "reads", None) is False
        # Whoever is told to fetch it again (409, 412) is to get what stands in the way.
        wrote &= response.status_code < 400 or response.status_code in {409, 412}
        if wrote and (place := _written(replica)):
            response.headers[HEADER] = place
        return response


def read(view: Callable[[], Any], place: str = "") -> Any:
    """What the view answers, from the replica if that can; else from the primary. What has been
    loaded before was so from the primary. `place`: what is read is of there or later. Raises what
    the view does, and `Invalid` for what is no place.
    """
    replica: Replica | None = current_app.extensions["replica"]
    if replica is None:
        return view()
    return _read(replica, view, place)


def read_on_page(view: Callable[[], Any]) -> Any:
    """As `read`, for a browser: after what was sent by its last form."""
    replica: Replica | None = current_app.extensions["replica"]
    if replica is None:
        return view()
    place = request.cookies.get(COOKIE, "")
    return _read(replica, view, place if PLACE.fullmatch(place) else "")


def _read(replica: Replica, view: Callable[[], Any], place: str) -> Any:
    if place and not PLACE.fullmatch(place):
        raise Invalid("Send what the answer to your write said.", at=HEADER)
    if replica.can_answer():
        g.replica = replica.engines
        try:
            if place:
                replica.wait_for(place)
            # Its end is waited for here: the connection may break until then.
            with db.transaction(reads=True):
                return view()
        except (Behind, NotFound, DBAPIError) as reason:
            metrics.REPEATED.labels(_why(reason)).inc()
        finally:
            del g.replica
    return view()


def _why(reason: Exception) -> str:
    """In a word, why the primary is asked after all."""
    if isinstance(reason, Behind):
        return "behind"
    if isinstance(reason, NotFound):
        return "not found"
    # A change that came in, and what a read was at, could not both be (SQLSTATE 40001).
    conflict = getattr(getattr(reason, "orig", reason), "sqlstate", None) == "40001"
    return "conflict" if conflict else "failed"


def remember(response: Response) -> Response:
    """Have a browser read what its form wrote, on the pages that it looks at next."""
    replica: Replica | None = current_app.extensions["replica"]
    if replica is not None and (place := _written(replica)):
        response.set_cookie(
            COOKIE, place, max_age=KEPT, secure=request.is_secure, httponly=True, samesite="Lax"
        )
    return response


def _written(replica: Replica) -> str | None:
    """The place up to which all is written; None if the primary does not say any more."""
    with suppress(Exception):
        place: str = _ask(replica.primary, WRITTEN)
        return place
    return None


def stands_in() -> bool:
    """Whether there is a replica that can be read, be the primary there or not."""
    replica: Replica | None = current_app.extensions["replica"]
    return replica is not None and replica.can_answer()


def trouble() -> str | None:
    """What is wrong with the replica, in words; None if nothing, or there is none."""
    replica: Replica | None = current_app.extensions["replica"]
    return None if replica is None or replica.can_answer() else replica.wrong
