"""Writes of one process to SQLite that are made durable together.

SQLite lets one transaction write at a time, and each waits for the disk at its end. Those that wait
for their turn meanwhile join the one before: each but the first in a savepoint of its own, which it
can take back without the others, and all in one transaction. Nobody is answered before that is on
the disk.

Processes take turns, too. Left to SQLite, who waits sleeps and looks again, and finds that another
process has begun anew meanwhile, for a second and more.
"""

import fcntl
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from api.database import sqlite

#: A group is committed when it has so many writers, or is so many seconds old.
MAX_GROUP_SIZE = 32
MAX_GROUP_AGE_SECONDS = 0.03


@dataclass
class CommitGroup:
    """Some writers' transaction, and what ends it."""

    connection: Connection
    ending: ExitStack
    file: sqlite.DatabaseFile | None
    began: float = field(default_factory=time.monotonic)
    members: int = 0
    over: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None

    @property
    def stands(self) -> bool:
        """False when SQLite has given the whole transaction up: the disk is full, say."""
        driver: Any = self.connection.connection.dbapi_connection
        return bool(driver.in_transaction)


class ProcessQueue:
    """Those that write to one SQLite file, in a queue: two bytes of a file beside it are locked.

    Who has the first is next, who has the second is on turn. To be next again one must wait until
    the one that is next now is on turn. The system unlocks what a killed process held; who waits
    for one that stands still goes on without a turn, and SQLite decides. Only one thread of a
    process may be in `turn`.
    """

    NEXT, ON_TURN = 0, 1
    #: Seconds to wait for a turn, and between two looks.
    TURN_TIMEOUT_SECONDS, POLL_SECONDS = 10, 0.001

    def __init__(self, database: str) -> None:
        self.path = f"{os.path.realpath(database)}-turns"
        self.file: int | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        deadline = time.monotonic() + self.TURN_TIMEOUT_SECONDS
        with ExitStack() as held:
            try:
                with self._locked(self.NEXT, deadline):
                    held.enter_context(self._locked(self.ON_TURN, deadline))
            except OSError:
                pass  # nobody can write here, and SQLite says it better; or it takes too long
            yield

    @contextmanager
    def _locked(self, byte: int, deadline: float) -> Iterator[None]:
        if self.file is None:
            self.file = os.open(self.path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o666)
        while True:
            try:
                fcntl.lockf(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, byte)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(self.POLL_SECONDS)
        try:
            yield
        finally:
            fcntl.lockf(self.file, fcntl.LOCK_UN, 1, byte)


class GroupCommit:
    """Those who write to a database from this process, one at a time. `begin` gives a transaction
    on a connection, which is committed at its end.
    """

    def __init__(
        self, begin: Callable[[], AbstractContextManager[Connection]], database: str
    ) -> None:
        self.begin = begin
        self.processes = ProcessQueue(database)
        self.turn = threading.Lock()
        self.counting = threading.Lock()
        self.waiting = 0
        self.group: CommitGroup | None = None

    @contextmanager
    def connection(self) -> Iterator[tuple[Connection, bool]]:
        """A connection to write on, and whether nobody has written in its transaction before: then
        one may take that back, else only a savepoint of one's own. What was written is on the disk
        when the block has been left; raises what kept it from there.
        """
        with self._turn():
            group = self._join()
            try:
                yield group.connection, group.members == 1
            finally:
                self._leave(group)
        group.over.wait()
        if group.error is not None:
            raise OperationalError("COMMIT", None, group.error) from group.error

    @contextmanager
    def _turn(self) -> Iterator[None]:
        with self.counting:
            self.waiting += 1
        with self.turn:
            with self.counting:
                self.waiting -= 1
            yield

    def _join(self) -> CommitGroup:
        if self.group is None:
            with ExitStack() as opening:
                opening.enter_context(self.processes.turn())
                connection = opening.enter_context(self.begin())
                self.group = CommitGroup(
                    connection, opening.pop_all(), sqlite.opened_file(connection)
                )
        self.group.members += 1
        return self.group

    def _leave(self, group: CommitGroup) -> None:
        """End the group unless somebody waits who can join it."""
        full = (
            group.members >= MAX_GROUP_SIZE
            or time.monotonic() > group.began + MAX_GROUP_AGE_SECONDS
        )
        if group.stands and self.waiting and not full:
            return
        self.group = None
        try:
            with group.ending:
                if not group.stands:
                    raise RuntimeError("SQLite gave up the transaction")
            # After it is on the disk: a file that was moved until then may never be seen again.
            if group.file and not group.file.is_there:
                raise RuntimeError("the file of the database was moved or removed")
        except BaseException as error:
            group.error = error
        finally:
            group.over.set()
