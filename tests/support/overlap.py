"""Transactions that are made to overlap. On PostgreSQL the test holds a transaction open and sees
who waits for it; on SQLite it acts right before a certain statement of a request.
"""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager

from sqlalchemy import event, text

from tests.support.processes import until

WAITING = (
    "SELECT count(*) FROM pg_stat_activity"
    " WHERE datname = current_database() AND wait_event_type = 'Lock'"
)
NOT_FOR_THE_TEST = " AND NOT pg_blocking_pids(pid) @> ARRAY[CAST(:test AS integer)]"


class Beside:
    """A transaction of the test's own (`execute`, `commit`, `rollback`), and requests beside it."""

    def __init__(self, connection, observer, pool):
        self.execute, self.commit = connection.execute, connection.commit
        self.rollback = connection.rollback
        self.id = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
        self.observer, self.pool = observer, pool

    def start(self, request, *arguments, **options):
        """Make a request in a thread of its own; its `result()` is the answer."""
        return self.pool.submit(request, *arguments, **options)

    def until_waiting(self, number, *, unless=None):
        """Return when so many transactions wait for a lock, or a request is done without that."""
        until(
            lambda: self.waiting() >= number or (unless is not None and unless.done()),
            seconds=20,
            so_that=f"{number} transactions wait for a lock",
        )

    def waiting(self):
        """How many transactions wait for a lock."""
        return self.observer.execute(text(WAITING)).scalar_one()

    def waiting_for_another_request(self):
        """How many of them do not wait for the test's own."""
        statement = text(WAITING + NOT_FOR_THE_TEST)
        return self.observer.execute(statement, {"test": self.id}).scalar_one()


@contextmanager
def transaction_beside(app):
    """A transaction on PostgreSQL that is held open by the test; taken back at the end."""
    engine = app.extensions["engine"]
    observing = engine.execution_options(isolation_level="AUTOCOMMIT")
    # The pool waits for its threads, and they for the connection: it is closed first.
    with ThreadPoolExecutor(4) as pool, observing.connect() as observer, engine.connect() as held:
        yield Beside(held, observer, pool)


def interrupted(app, request, *, before, act):
    """What a request answers on SQLite when `act` is called right before its first statement that
    contains `before`. Raises what `act` raised, and `LookupError` when there is no such statement.
    """
    outcome = []

    def trace(statement):
        if before in statement and not outcome:
            outcome.append(None)
            try:
                act()
            except Exception as failure:  # SQLite would swallow it
                outcome[0] = failure

    def follow(connection, _):
        connection.set_trace_callback(trace)

    engine = app.extensions["engine"]
    engine.dispose()  # connections that are open already are not traced, nor is this thread's own
    event.listen(engine, "connect", follow)
    try:
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(request).result()
    finally:
        event.remove(engine, "connect", follow)
        engine.dispose()
    if not outcome:
        raise LookupError(f"No statement contains {before!r}.")
    if outcome[0] is not None:
        raise outcome[0]
    return answer


def is_write_locked(app):
    """Whether a transaction writes to SQLite at this moment: any other would have to wait."""
    with closing(sqlite3.connect(app.extensions["engine"].url.database, timeout=0)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        return False
