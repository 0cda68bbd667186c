"""SQLite: a file, which can be moved, replaced or made read-only while it is open."""

import os
import sqlite3
import time
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DisconnectionError, OperationalError

#: Milliseconds that a write waits for its turn.
BUSY = 20_000
#: Seconds that who only asks whether writes are taken waits for a turn, and from one try to the
#: next: far shorter than SQLite's own, so as to find the gap between two writers in a hurry.
PATIENCE, PAUSE = 1, 0.005
#: A write that changes nothing. (To begin one is not enough: on a file that was opened read-only
#: BEGIN IMMEDIATE begins a transaction that reads, and says nothing.)
TOUCH = "DELETE FROM alembic_version WHERE false"


class File(NamedTuple):
    """What a connection has opened."""

    path: str
    identity: tuple[int, int] | None

    @property
    def is_there(self) -> bool:
        """False when the path no longer is that file: it was moved or removed, and whatever is
        written to it now would be lost.
        """
        return self.identity is not None and self.identity == identity(self.path)


def identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - asked with each question, and Path costs as much again
    except OSError:
        return None
    return found.st_dev, found.st_ino


def opened(connection: Connection) -> File | None:
    """The file of a connection; None where there is none, or it was named by a URI."""
    file: File | None = connection.info.get("file")
    return file


def connect(url: URL, *, isolation_level: str | None = None, **options: Any) -> Engine:
    """An engine that makes no file, and whose connections are those of the file at that path.

    isolation_level None stops the driver from beginning behind our back, after which savepoints
    would silently do nothing; `_begin` does it instead.
    """
    how = {"timeout": BUSY / 1000, "isolation_level": isolation_level}
    engine = create_engine(url, connect_args=how, hide_parameters=True, **options)
    event.listen(engine, "do_connect", _open)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "checkout", _recognise)
    event.listen(engine, "handle_error", _give_up)
    if isolation_level is None:
        event.listen(engine, "begin", _begin)
    return engine


def create(url: URL) -> None:
    """Make the file unless it is there: to SQLite, an empty one is an empty database."""
    path = url.database
    if path and path != ":memory:" and "uri" not in url.query:
        Path(path).touch(mode=0o644)


def _open(dialect: Any, record: Any, where: list[Any], how: dict[str, Any]) -> None:
    path = where[0]
    if how.get("uri") or path == ":memory:":
        return
    # Looked at before it is opened: if another takes its place in between, the connection is
    # given up, not taken for the other's.
    record.info["file"] = File(path, identity(path))
    where[0] = f"{Path(path).as_uri()}?mode=rw"
    how["uri"] = True


def _prepare(connection: Any, _record: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # an acknowledged write survives power loss
        f"busy_timeout={BUSY}",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _recognise(_connection: Any, record: Any, _proxy: Any) -> None:
    file: File | None = record.info.get("file")
    if file and not file.is_there:
        raise DisconnectionError("the file of the database is another one")  # and opened anew


def _give_up(context: ExceptionContext) -> None:
    """A connection that was opened while the file was read-only stays so when it no longer is."""
    if primary_code(context.original_exception) == sqlite3.SQLITE_READONLY:
        context.is_disconnect = True


def primary_code(error: BaseException | None) -> int:
    """What kind of error SQLite told of; 0 where it was not SQLite."""
    code: int = getattr(error, "sqlite_errorcode", 0)
    return code & 0xFF


def _begin(connection: Connection) -> None:
    # A deferred transaction that reads and then writes fails with "database is locked" however
    # long it waits; one that says at once that it will write waits for its turn.
    options = connection.get_execution_options()
    if options.get("at_once"):  # or not at all
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
    try:
        connection.exec_driver_sql("BEGIN" if options.get("reads") else "BEGIN IMMEDIATE")
    finally:
        if options.get("at_once") and not connection.invalidated:
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY}")


def refusal(engine: Engine) -> str | None:
    """Why no write is taken now, in words; None if one is. Nothing is written to find out."""
    at_once = engine.execution_options(at_once=True)
    deadline, tries = time.monotonic() + PATIENCE, 0
    while True:
        tries += 1
        try:
            with at_once.begin() as connection:
                connection.exec_driver_sql(TOUCH)
                return None
        except OperationalError as error:
            if error.connection_invalidated and tries == 1:
                continue  # it was opened while the file was read-only; the next one is new
            if primary_code(error.orig) != sqlite3.SQLITE_BUSY:
                return "the database takes no writes"
        if time.monotonic() > deadline:
            return "somebody holds the database: writes wait"
        time.sleep(PAUSE)
