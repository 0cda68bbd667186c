"""SQLite: a file, which can be moved, replaced or made read-only while it is open."""

import os
import sqlite3
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError, OperationalError

#: Milliseconds that a write waits for its turn.
BUSY = 20_000
#: Seconds that who only asks whether writes are taken waits for a turn, and from one try to the
#: next: far shorter than SQLite's own, so as to find the gap between two writers in a hurry.
PATIENCE, PAUSE = 1, 0.005
#: A write that changes nothing. (To begin one is not enough: on a file that was opened read-only
#: BEGIN IMMEDIATE begins a transaction that reads, and says nothing.)
TOUCH = "DELETE FROM alembic_version WHERE false"


@dataclass
class File:
    """What a connection has opened. Where a URI named it, the path is not known."""

    path: str | None
    identity: tuple[int, int] | None
    #: It was opened while the file, or what lies beside it, was read-only. It stays so when they
    #: can be written again, and while it is open, SQLite opens all others of the process like it.
    only_reads: bool = False

    @property
    def is_there(self) -> bool:
        """False when the path no longer is that file: it was moved or removed, and whatever is
        written to it now would be lost.
        """
        if self.path is None:
            return True
        return self.identity is not None and self.identity == _identity(self.path)


def _identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - asked with each question, and a Path costs thrice that
    except OSError:
        return None
    return found.st_dev, found.st_ino


def opened(connection: Connection) -> File | None:
    """The file of a connection; None on PostgreSQL."""
    file: File | None = connection.info.get("file")
    return file


def connect(url: URL) -> Engine:
    """An engine whose transactions are what they claim to be."""
    # isolation_level None stops the driver from beginning behind our back, after which savepoints
    # would silently do nothing; `_begin` does it instead.
    engine = _engine(url, isolation_level=None)
    event.listen(engine, "begin", _begin)
    return engine


def connect_for_jobs(url: URL) -> Engine:
    """An engine as DBOS makes its own: the driver begins, before the first change."""
    return _engine(url, isolation_level="IMMEDIATE", pool_size=20, max_overflow=0)


def _engine(url: URL, *, isolation_level: str | None, **options: Any) -> Engine:
    """It makes no file, and its connections are those of the file that is at the path."""
    how = {"timeout": BUSY / 1000, "isolation_level": isolation_level}
    engine = create_engine(url, connect_args=how, hide_parameters=True, **options)
    event.listen(engine, "do_connect", _open)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "checkout", _recognise)
    event.listen(engine, "checkin", _part_with)
    return engine


def create(url: URL) -> None:
    """Make the file, and its folder, unless they are there: to SQLite, an empty one is an empty
    database.
    """
    path = url.database
    if path and path != ":memory:" and "uri" not in url.query:
        with suppress(OSError):  # opening it says what is wrong
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).touch(mode=0o644)


def _open(_dialect: Any, record: Any, where: list[Any], how: dict[str, Any]) -> None:
    (path,) = where
    if how.get("uri") or path == ":memory:":
        record.info["file"] = File(None, None)
        return
    # Looked at before it is opened: if another takes its place in between, the connection is
    # given up, not taken for the other's.
    record.info["file"] = File(path, _identity(path))
    where[0], how["uri"] = f"{Path(path).as_uri()}?mode=rw", True


def _prepare(connection: Any, record: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # an acknowledged write survives power loss
        "foreign_keys=ON",
        "busy_timeout=0",
    ):
        connection.execute(f"PRAGMA {pragma}")
    record.info["file"].only_reads = _only_reads(connection)
    connection.execute(f"PRAGMA busy_timeout={BUSY}")


def _only_reads(connection: Any) -> bool:
    try:
        connection.execute(TOUCH)
    except sqlite3.Error as error:
        return primary_code(error) == sqlite3.SQLITE_READONLY
    finally:
        if connection.in_transaction:  # where the driver began one
            connection.execute("ROLLBACK")
    return False


def _recognise(_connection: Any, record: Any, _proxy: Any) -> None:
    if not record.info["file"].is_there:
        raise DisconnectionError("the file of the database is another one")  # and opened anew


def _part_with(_connection: Any, record: Any) -> None:
    file: File | None = record.info.get("file")
    if file and file.only_reads:
        record.invalidate()


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
        if options.get("at_once"):
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY}")


def refusal(engine: Engine) -> str | None:
    """Why no write is taken now, in words; None if one is. Nothing is written to find out."""
    at_once = engine.execution_options(at_once=True)
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with at_once.begin() as connection:
                connection.exec_driver_sql(TOUCH)
                return None
        except OperationalError as error:
            if primary_code(error.orig) != sqlite3.SQLITE_BUSY:
                return "the database takes no writes"
        if time.monotonic() > deadline:
            return "somebody holds the database: writes wait"
        time.sleep(PAUSE)
