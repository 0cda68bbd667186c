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

#: How long a write waits for its turn.
BUSY_TIMEOUT_MILLISECONDS = 20_000
#: Seconds that a probe for writability waits for a turn, and from one try to the next: far shorter
#: than SQLite's own, so as to find the gap between two writers.
PROBE_TIMEOUT_SECONDS, PROBE_INTERVAL_SECONDS = 1, 0.005
#: A write that changes nothing. (To begin one is not enough: on a file that was opened read-only
#: BEGIN IMMEDIATE begins a transaction that reads, and says nothing.)
NO_OP_WRITE = "DELETE FROM alembic_version WHERE false"


@dataclass
class DatabaseFile:
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
        return self.identity is not None and self.identity == _file_identity(self.path)


def _file_identity(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)  # noqa: PTH116 - asked with each question, and a Path costs thrice that
    except OSError:
        return None
    return found.st_dev, found.st_ino


def opened_file(connection: Connection) -> DatabaseFile | None:
    """The file of a connection; None on PostgreSQL."""
    file: DatabaseFile | None = connection.info.get("file")
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
    how = {"timeout": BUSY_TIMEOUT_MILLISECONDS / 1000, "isolation_level": isolation_level}
    engine = create_engine(url, connect_args=how, hide_parameters=True, **options)
    event.listen(engine, "do_connect", _open_existing_file)
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "checkout", _reject_replaced_file)
    event.listen(engine, "checkin", _discard_read_only)
    return engine


def create_file(url: URL) -> None:
    """Make the file, and its folder, unless they are there: to SQLite, an empty one is an empty
    database.
    """
    path = url.database
    if path and path != ":memory:" and "uri" not in url.query:
        with suppress(OSError):  # opening it says what is wrong
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            Path(path).touch(mode=0o644)


def _open_existing_file(_dialect: Any, record: Any, where: list[Any], how: dict[str, Any]) -> None:
    (path,) = where
    if how.get("uri") or path == ":memory:":
        record.info["file"] = DatabaseFile(None, None)
        return
    # Looked at before it is opened: if another takes its place in between, the connection is
    # given up, not taken for the other's.
    record.info["file"] = DatabaseFile(path, _file_identity(path))
    where[0], how["uri"] = f"{Path(path).as_uri()}?mode=rw", True


def _set_pragmas(connection: Any, record: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",  # an acknowledged write survives power loss
        "foreign_keys=ON",
        "busy_timeout=0",
    ):
        connection.execute(f"PRAGMA {pragma}")
    record.info["file"].only_reads = _is_read_only(connection)
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MILLISECONDS}")


def _is_read_only(connection: Any) -> bool:
    try:
        connection.execute(NO_OP_WRITE)
    except sqlite3.Error as error:
        return primary_code(error) == sqlite3.SQLITE_READONLY
    finally:
        if connection.in_transaction:  # where the driver began one
            connection.execute("ROLLBACK")
    return False


def _reject_replaced_file(_connection: Any, record: Any, _proxy: Any) -> None:
    if not record.info["file"].is_there:
        raise DisconnectionError("the file of the database is another one")  # and opened anew


def _discard_read_only(_connection: Any, record: Any) -> None:
    file: DatabaseFile | None = record.info.get("file")
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
            connection.exec_driver_sql(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MILLISECONDS}")


def find_write_refusal(engine: Engine) -> str | None:
    """Why no write is taken now, in words; None if one is. Nothing is written to find out."""
    at_once = engine.execution_options(at_once=True)
    deadline = time.monotonic() + PROBE_TIMEOUT_SECONDS
    while True:
        try:
            with at_once.begin() as connection:
                connection.exec_driver_sql(NO_OP_WRITE)
                return None
        except OperationalError as error:
            if primary_code(error.orig) != sqlite3.SQLITE_BUSY:
                return "the database takes no writes"
        if time.monotonic() > deadline:
            return "somebody holds the database: writes wait"
        time.sleep(PROBE_INTERVAL_SECONDS)
