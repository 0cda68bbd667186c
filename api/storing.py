"""Rows that are stored by statements made once, past the ORM's unit of work, which takes ten times
as long as the database.

They are written in the order in which they were stored, at the end of the transaction and all at
once: nobody waits for a turn to write while an answer is being made up. Where the session is asked
for something, which may depend on them, they are written before that.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar, cast

from sqlalchemy import Dialect, insert, inspect

from api import db
from api.asking import Insertion
from api.prepared import in_order, own
from api.values import Convert

Row = TypeVar("Row", bound=db.Base)


def store(model: type[Row], **values: Any) -> Row:
    """Store a row in the transaction in progress. A column that is not named has its default in
    it, or nothing.

    Returns an object with the columns, to be read only, and with the model's own properties.
    Raises `TypeError` for what is no column. What the database refuses (`IntegrityError`) it may
    refuse at the end of the transaction.
    """
    rows, kind = _kept(cast(Any, model))
    shown = kind()
    shown.__dict__.update(rows.store(values))
    return cast(Row, shown)


class Rows:
    """The rows of a table, whose columns are known by these names."""

    def __init__(self, table: Any, columns: Mapping[str, Any]) -> None:
        self.table, self.columns = table, columns
        self.empty: dict[str, Any] = dict.fromkeys(columns)
        defaults = {name: getattr(each, "default", None) for name, each in columns.items()}
        self.defaults: dict[str, Any] = {name: each for name, each in defaults.items() if each}
        self.forms: dict[str, Form] = {}

    def store(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Store a row, and return all that is in it. Raises as `store` does."""
        row = self._filled(values)
        db.insert(self._form().insertion(row))
        return row

    def _filled(self, values: Mapping[str, Any]) -> dict[str, Any]:
        row = {**self.empty, **values}
        if len(row) > len(self.empty):
            raise TypeError(f"{self.table.name} has no {set(row) - set(self.empty)}.")
        for name, default in self.defaults.items():
            if name not in values:
                row[name] = default.arg(None) if default.is_callable else default.arg
        return row

    def _form(self) -> "Form":
        dialect = db.engine().dialect
        form = self.forms.get(dialect.name)
        if form is None:
            form = self.forms[dialect.name] = Form(self, dialect)
        return form


class Form:
    """How one kind of database is told to insert a row, and what makes its values of the row's."""

    def __init__(self, rows: Rows, dialect: Dialect) -> None:
        self.keys = {name: column.key for name, column in rows.columns.items()}
        self.statement = insert(rows.table)
        compiled: Any = self.statement.compile(
            dialect=in_order(dialect), column_keys=list(self.keys.values())
        )
        self.text = compiled.string
        place = compiled.positiontup.index
        self.names = sorted(self.keys, key=lambda name: place(self.keys[name]))
        self.before: list[Convert | None] = [
            rows.columns[name].type.dialect_impl(dialect).bind_processor(dialect)
            for name in self.names
        ]

    def insertion(self, row: Mapping[str, Any]) -> Insertion:
        values = [
            convert(value) if convert and value is not None else value
            for convert, value in zip(self.before, map(row.__getitem__, self.names), strict=True)
        ]
        given = {self.keys[name]: value for name, value in row.items() if value is not None}
        return Insertion(self.text, values, self.statement, given)


@cache
def _kept(model: Any) -> tuple[Rows, type[Any]]:
    """A model's rows, and what one is seen as."""
    mapper = inspect(model)
    columns = {each.key: each.columns[0] for each in mapper.column_attrs}
    return Rows(mapper.local_table, columns), type(model.__name__, (), own(model))
