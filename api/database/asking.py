"""A connection that is asked the same few questions again and again, past the driver's own way.

On PostgreSQL that way, a cursor for each question, takes three times the client's CPU of what is
done here with the same driver's parts: its connection to libpq, and what adapts values.
"""

import threading
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Engine

from api.database import sqlite

#: Statements that a connection keeps ready: each takes the server some memory.
MOST = 200


class Asking:
    """A connection to SQLite, in whose statements a value is `?`."""

    def __init__(self, connection: Connection) -> None:
        self.driver: Any = connection.connection.dbapi_connection
        self.file = sqlite.opened(connection)

    @property
    def stands(self) -> bool:
        """False when the file of the database is another one now."""
        return self.file is None or self.file.is_there

    @property
    def only_reads(self) -> bool:
        """True where it would keep others from writing again: see `sqlite`."""
        return self.file is not None and self.file.only_reads

    def ask(self, statement: str, values: Sequence[Any]) -> Sequence[Any]:
        """The rows. Raises the driver's errors."""
        rows: Sequence[Any] = self.driver.execute(statement, values).fetchall()
        return rows


class AskingPostgresql(Asking):
    """A connection by psycopg, in whose statements a value is `$1`. Statements are prepared, the
    first `MOST` of them, unless the driver was told to prepare nothing (there is a pooler).
    """

    def __init__(self, connection: Connection) -> None:
        from psycopg import adapt, pq  # not where there is no PostgreSQL

        super().__init__(connection)
        self.libpq = self.driver.pgconn
        self.adapting = adapt.Transformer(self.driver)
        self.as_text = adapt.PyFormat.TEXT
        self.gives_rows = pq.ExecStatus.TUPLES_OK
        self.most = 0 if self.driver.prepare_threshold is None else MOST
        self.prepared: dict[str, bytes] = {}

    def ask(self, statement: str, values: Sequence[Any]) -> Sequence[Any]:
        result = self._result(statement, values)
        if result.status != self.gives_rows:
            raise _error(result)
        self.adapting.set_pgresult(result)
        rows: Sequence[Any] = self.adapting.load_rows(0, result.ntuples, tuple)
        return rows

    def _result(self, statement: str, values: Sequence[Any]) -> Any:
        name = self.prepared.get(statement)
        if name is None and len(self.prepared) < self.most:
            name = self._prepare(statement)
        given = self.adapting.dump_sequence(values, [self.as_text] * len(values))
        if name is None:
            return self.libpq.exec_params(statement.encode(), given)
        return self.libpq.exec_prepared(name, given)

    def _prepare(self, statement: str) -> bytes:
        name = f"asked_{len(self.prepared)}".encode()
        result = self.libpq.prepare(name, statement.encode())
        if result.error_message:
            raise _error(result)
        self.prepared[statement] = name
        return name


def _error(result: Any) -> Exception:
    from psycopg.errors import error_from_result

    return error_from_result(result)


def asking(connection: Connection) -> Asking:
    """The connection, which is in no transaction, to be asked on."""
    on_postgresql = connection.dialect.name == "postgresql"
    return AskingPostgresql(connection) if on_postgresql else Asking(connection)


class Held(threading.local):
    """The connection of a thread, from its first question to its first error."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.asking: Asking | None = None

    def ask(self, statement: str, values: Sequence[Any]) -> Sequence[Any]:
        asking = self._opened()
        try:
            rows = asking.ask(statement, values)
        except Exception:
            self.close()
            raise
        if asking.only_reads:
            self.close()
        return rows

    def _opened(self) -> Asking:
        if self.asking is not None and not self.asking.stands:
            self.close()
        if self.asking is None:
            opened = self.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
            self.asking = asking(opened)
            opened.detach()
        return self.asking

    def close(self) -> None:
        """Let go of the thread's connection, if it has one."""
        asking, self.asking = self.asking, None
        if asking is not None:
            asking.driver.close()  # `Connection.close()` would roll back first, and it may be dead
