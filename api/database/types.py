"""What the drivers' values are made into, by the shortest way: what a column's type promises, or
what JSON says of it.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, SafeUUID

import orjson
from sqlalchemy import ARRAY, JSON, Dialect, Enum, String, TypeDecorator, Uuid, bindparam
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeEngine

from api.database.session import UTCDateTime

Convert = Callable[[Any], Any]


class Words(TypeDecorator[list[str]]):
    """Words in their order."""

    impl = JSON
    cache_ok = True

    def process_result_value(self, value: list[str] | None, dialect: Dialect) -> list[str]:
        return sorted(value or ())


class gathered(FunctionElement[list[str]]):  # noqa: N801 - a function in SQL
    """The words in a column, as one value."""

    type = Words()
    inherit_cache = True


@compiles(gathered, "sqlite")
def _gathered_by_sqlite(words: gathered, compiler: Any, **options: Any) -> str:
    return f"json_group_array({compiler.process(words.clauses, **options)})"


@compiles(gathered, "postgresql")
def _gathered_by_postgresql(words: gathered, compiler: Any, **options: Any) -> str:
    return f"coalesce(json_agg({compiler.process(words.clauses, **options)}), '[]')"


class _Ids(TypeDecorator[Collection[UUID]]):
    """Any number of ids, as one value to ask with."""

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        on_postgresql = dialect.name == "postgresql"
        return dialect.type_descriptor(ARRAY(Uuid()) if on_postgresql else String())

    def process_bind_param(self, value: Collection[UUID] | None, dialect: Dialect) -> Any:
        if value is None or dialect.name == "postgresql":
            return value and list(value)
        return orjson.dumps([each.hex for each in value]).decode()


class among(FunctionElement[Any]):  # noqa: N801 - a function in SQL
    """Whether a column's id is one of those that a statement is asked with, by their name.

    It has no type: a Boolean would be asked whether it is 1, for which SQLite uses no index.
    """

    inherit_cache = True

    def __init__(self, column: Any, name: str) -> None:
        super().__init__(column, bindparam(name, type_=_Ids()))


@compiles(among, "sqlite")
def _among_by_sqlite(each: among, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(part, **options) for part in each.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - as compiled


@compiles(among, "postgresql")
def _among_by_postgresql(each: among, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(part, **options) for part in each.clauses)
    return f"{column} = ANY ({ids})"


def in_one_piece(statement: str, kinds: Sequence[TypeEngine[Any]], dialect: Dialect) -> str:
    """A statement that gives the rows of another as one value, a JSON array of arrays: text that
    holds what `converter` and `said` read. The other's columns are named by `nth`.

    Python's sqlite3 lets other threads in at every row, for whom it then waits: with four threads,
    fifty rows take three times as long as fifty in one piece. Drivers' own values are slower, too.
    """
    on_sqlite = dialect.name == "sqlite"
    names = [nth(number) for number in range(len(kinds))]
    # JSON in JSON stays text: orjson takes it as it is.
    as_text = "{} || ''" if on_sqlite else "{}::text"
    values = ", ".join(
        as_text.format(name) if isinstance(kind, JSON | Words) else name
        for name, kind in zip(names, kinds, strict=True)
    )
    rows = (
        f"json_group_array(json_array({values}))"
        if on_sqlite
        else f"coalesce(json_agg(json_build_array({values})), '[]')::text"
    )
    return f"SELECT {rows} FROM ({statement}) AS found"  # noqa: S608 - as compiled


def nth(number: int) -> str:
    """The name of a column of a statement that is asked `in_one_piece`."""
    return f"c{number}"


def converter(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """What makes of a value `in_one_piece` what the column's type promises; None where that is
    the value.
    """
    for common, convert in MADE.items():
        if isinstance(kind, common):
            return convert
    return kind.dialect_impl(dialect).result_processor(dialect, None)


def said(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    """What makes of a value `in_one_piece` what JSON says of it; None where that is the value."""
    if isinstance(kind, Enum):
        return None
    if isinstance(kind, Uuid) and dialect.name == "postgresql":
        return None
    for common, convert in SAID.items():
        if isinstance(kind, common):
            return convert
    return converter(kind, dialect)


_UNKNOWN = SafeUUID.unknown


def _id(text: str) -> UUID:
    # UUID's own constructor takes three times as long to look whether it is one.
    found = object.__new__(UUID)
    object.__setattr__(found, "int", int(text.replace("-", ""), 16))
    object.__setattr__(found, "is_safe", _UNKNOWN)
    return found


def _moment(text: str) -> datetime:
    """SQLite's moments name no zone, PostgreSQL's that of the connection."""
    found = datetime.fromisoformat(text)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _words(text: str) -> list[str]:
    return sorted(orjson.loads(text))


def _id_said(text: str) -> str:
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _moment_said(text: str) -> str:
    if text[10] == " ":  # SQLite's
        return f"{text[:10]}T{text[11:].removesuffix('.000000')}+00:00"
    return _moment(text).isoformat()


MADE: dict[type, Convert] = {
    Uuid: _id,
    UTCDateTime: _moment,
    JSON: orjson.loads,
    Words: _words,
}
#: The same without the way through Python's own objects.
SAID: dict[type, Convert] = {
    Uuid: _id_said,
    UTCDateTime: _moment_said,
    JSON: orjson.Fragment,
    Words: _words,
}
