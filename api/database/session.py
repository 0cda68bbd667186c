"""The database: one session per transaction, one transaction per request or job step."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    TypeDecorator,
    Uuid,
    func,
    make_url,
    select,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, declared_attr, mapped_column
from sqlalchemy.orm.session import JoinTransactionMode
from uuid6 import uuid7
from werkzeug.local import LocalProxy

from api.database import postgresql, sqlite
from api.database.group_commit import GroupCommit
from api.errors import NotFound

_in_progress: "ContextVar[transaction | None]" = ContextVar("transaction", default=None)


def _current() -> "transaction":
    current = _in_progress.get()
    if current is None:
        raise RuntimeError("There is no transaction in progress.")
    return current


def _opened() -> Session:
    return _current().begun()


#: A replica, or a primary that was told to stop writing.
REFUSES = "SELECT pg_is_in_recovery() OR current_setting('default_transaction_read_only')::bool"


class WritingSession(Session):
    """A session that may change what is stored."""


#: The session of the transaction in progress. Nothing outside this module commits it.
session: Session = LocalProxy(_opened)  # type: ignore[assignment]


def now() -> datetime:
    return datetime.now(UTC)


def clock() -> datetime:
    """The database's time, where several machines must agree."""
    return session.scalars(select(func.current_timestamp(type_=UTCDateTime))).one()


def connect(database_url: str, **options: Any) -> Engine:
    """An engine whose transactions are what they claim to be, on SQLite and on PostgreSQL, whose
    driver takes the options.

    What people sent stands in no error message: those are logged.
    """
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return sqlite.connect(url)
    return postgresql.connect(url, **options)


def init_app(app: Flask, database_url: str, **options: Any) -> None:
    primary = app.extensions["primary"] = SessionSource.connect(database_url, **options)
    engine = app.extensions["engine"] = primary.engine
    #: What a transaction that writes does last, given its session.
    app.extensions["before_commit"] = []
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    app.extensions["writers"] = GroupCommit(engine.begin, file) if file else None


class SessionSource(NamedTuple):
    """A database to read from: the primary, or a replica."""

    engine: Engine
    #: Its transactions see one state of the database and may not write.
    reading: Engine
    #: For `read_row`: on PostgreSQL one whose connections begin no transaction, and are not tried
    #: before they are used.
    single_reads: Engine

    @classmethod
    def connect(cls, database_url: str, **options: Any) -> "SessionSource":
        """The database at an address, whose driver takes the options."""
        engine = connect(database_url, **options)
        reads: dict[str, Any] = {"reads": True, "postgresql_readonly": True}
        if engine.dialect.name == "sqlite":  # whose transactions see one state by nature
            return cls(engine, engine.execution_options(**reads), engine)
        reads["isolation_level"] = "REPEATABLE READ"
        single_reads = postgresql.connect_for_single_reads(make_url(database_url), **options)
        return cls(engine, engine.execution_options(**reads), single_reads)


def read_row(statement: str, *values: Any) -> Any:
    """The one row that a statement finds by these values, each a `?`; None if there is none, or
    the database did not answer at once. SQLAlchemy's own way to ask takes five times as long.
    """
    engine = _current().source.single_reads
    if engine.dialect.name == "sqlite":
        values = tuple(each.hex if isinstance(each, UUID) else each for each in values)
    else:
        statement = statement.replace("?", "%s")
    connection = engine.raw_connection()
    try:
        return connection.execute(statement, values).fetchone()
    except engine.dialect.loaded_dbapi.Error:
        connection.invalidate()
        return None
    finally:
        connection.close()


def engine() -> Engine:
    found: Engine = current_app.extensions["engine"]
    return found


def refusal() -> str | None:
    """Why the database takes no writes now, in words; None if it does."""
    if engine().dialect.name == "sqlite":
        return sqlite.find_write_refusal(engine())
    with transaction(reads=True) as asked:
        refuses = asked.scalar(text(REFUSES))
    return "the database takes no writes" if refuses else None


class transaction:  # noqa: N801 - a block's
    """Commit what the block did, or none of it. The only commit there is.

    It begins when the session is first asked for something: what is looked at before does not keep
    others from writing. With `reads` the block sees one state of the database and may not write.
    It reads from the `source`, if one is given, else where the one around it reads, else from the
    primary. One inside another is one of its own.
    """

    __slots__ = ("around", "block", "reads", "session", "source")

    def __init__(self, *, reads: bool = False, source: SessionSource | None = None) -> None:
        self.around, self.reads = _in_progress.get(), reads
        self.session: Session | None = None
        inherited = self.around.source if self.around and reads else None
        self.source: SessionSource = source or inherited or current_app.extensions["primary"]

    def __enter__(self) -> Session:
        _in_progress.set(self)
        return session

    def begun(self) -> Session:
        """Its session."""
        if self.session is None:
            self.block = _reading(self.source) if self.reads else _writing()
            self.session = self.block.__enter__()
        return self.session

    def __exit__(self, *error: Any) -> None:
        try:
            if self.session is not None:
                self.block.__exit__(*error)
        finally:
            _in_progress.set(self.around)


@contextmanager
def _reading(source: SessionSource) -> Iterator[Session]:
    with Session(source.reading, expire_on_commit=False) as opened:
        yield opened


@contextmanager
def _writing() -> Iterator[Session]:
    with _bound() as (bind, mode), _open(bind, mode) as opened, opened.begin():
        yield opened
        for finish in current_app.extensions["before_commit"]:
            finish(opened)


def _open(bind: Engine | Connection, mode: JoinTransactionMode) -> WritingSession:
    return WritingSession(bind, expire_on_commit=False, join_transaction_mode=mode)


@contextmanager
def _bound() -> Iterator[tuple[Engine | Connection, JoinTransactionMode]]:
    """What to write on, and how a session joins the transaction in progress there, if any."""
    writers: GroupCommit | None = current_app.extensions["writers"]
    if writers is None:
        yield current_app.extensions["engine"], "conditional_savepoint"
        return
    with writers.connection() as (connection, is_first):
        # The first of a group has nobody's work to spare: it takes the whole transaction back.
        yield connection, "rollback_only" if is_first else "create_savepoint"


class UTCDateTime(TypeDecorator[datetime]):
    """A moment in time; SQLite forgets the time zone, so put it back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


def _words(vocabulary: type[StrEnum]) -> list[str]:
    return [member.value for member in vocabulary]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        datetime: UTCDateTime,
        UUID: Uuid,
        # A closed vocabulary is kept as its words, and the database knows them too.
        StrEnum: Enum(StrEnum, native_enum=False, create_constraint=True, values_callable=_words),
    }


class Identified:
    """A row with a public, time-ordered id (UUIDv7, RFC 9562)."""

    id: Mapped[UUID] = mapped_column(primary_key=True, default=uuid7)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Versioned:
    """A row that counts its changes: its ETag, and what two writers at once are caught by."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


Row = TypeVar("Row", bound=Identified)


#: How a row is locked against other writers, and against these but not against others' shares.
_ALONE: dict[str, Any] = {"key_share": True}
_SHARED: dict[str, Any] = {"read": True}


def get_or_404(
    model: type[Row], id: UUID, *options: Any, lock: bool = False, share: bool = False
) -> Row:
    """The row. With `lock`, nobody else writes or locks it until the end of the transaction; with
    `share`, nobody else writes it. Raises `NotFound`.
    """
    locked = {"of": model, **(_ALONE if lock else _SHARED)} if lock or share else None
    row = session.get(model, id, options=options, with_for_update=locked, populate_existing=share)
    if row is None:
        raise NotFound(f"There is no {model.__name__.lower()} {id}.")
    return row
