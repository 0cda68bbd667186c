"""What is asked most: statements that are made once, and sent on a connection that stays.

SQLAlchemy writes them; asking goes past the ORM and the connection pool, which together take
several times as long as the database. Each is one statement outside of any transaction: it sees
one state of the database. A row holds, for each model that is selected, an object that has its
columns, to be read only, and its properties; a value is converted when it is looked at.
"""

from collections import namedtuple
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any
from uuid import UUID

import orjson
from flask import Flask, current_app
from sqlalchemy import Dialect, Select, inspect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import InstrumentedAttribute, Mapper, aliased, make_transient_to_detached

from api.database.asking import Held
from api.database.session import Asked, Base, Row, noted, session
from api.database.types import Convert, converter, in_one_piece, nth, said


def init_app(app: Flask) -> None:
    app.extensions["held"] = Held(app.extensions["engine"])


class Prepared:
    """A question, whose values are given by the names of its `bindparam`s.

    It selects models, and columns by their labels; `along` are relationships of these models to
    one row, which is read with them. Of a model that `only` names columns of, no others are read.
    """

    def __init__(
        self,
        statement: Select[*tuple[Any, ...]],
        *along: InstrumentedAttribute[Any],
        only: Collection[InstrumentedAttribute[Any]] = (),
    ) -> None:
        self.statement, self.along, self.only = statement, along, only
        self.forms: dict[str, Form] = {}

    def all(self, **values: Any) -> list[Any]:
        """The rows: each an object, or a tuple of one for each model and column, by their names."""
        form = self._form()
        return [form.row(row) for row in form.ask(values)]

    def first(self, **values: Any) -> Any:
        """The first row; None when there is none."""
        form = self._form()
        rows = form.ask(values)
        return form.row(rows[0]) if rows else None

    def _form(self) -> "Form":
        dialect = current_app.extensions["engine"].dialect
        form = self.forms.get(dialect.name)
        if form is None:
            form = self.forms[dialect.name] = Form(self, dialect)
        return form


class Form:
    """A question as one kind of database is asked it, and how its rows are read."""

    def __init__(self, prepared: Prepared, dialect: Dialect) -> None:
        models, others = _selected(prepared.statement)
        statement = prepared.statement
        entities: dict[Any, Any] = {model: model for model in models}
        kept: list[tuple[Any, str, Any]] = []
        for relationship in prepared.along:
            parent, entity = (
                entities[relationship.class_],
                aliased(relationship.property.mapper.class_),
            )
            ((here, there),) = relationship.property.local_remote_pairs
            on = _attribute(parent, here) == _attribute(entity, there)
            statement = statement.outerjoin(entity, on)
            kept.append((parent, relationship.key, entity))
            entities.setdefault(relationship.property.mapper.class_, entity)
        columns: list[Any] = []
        everything = [*models, *(entity for _, _, entity in kept)]
        kinds = {entity: _reader(entity, columns, dialect, prepared.only) for entity in everything}
        for parent, name, entity in kept:
            setattr(kinds[parent], name, property(kinds[entity].read))
        self.objects: dict[str, Any] = {model.__name__: kinds[model].read for model in models}
        for other in others:  # columns of their own: with one model, they stand at its object
            found = _property(len(columns), other, dialect)
            columns.append(other)
            if len(models) == 1:
                setattr(kinds[models[0]], other.key, found)
                in_json = said(other.type, dialect)
                kinds[models[0]].columns[other.key] = (len(columns) - 1, in_json)
            else:
                self.objects[other.key] = found.fget
        self.kind: Any = namedtuple("Row", self.objects)  # type: ignore[misc]
        compiled = _compiled(statement, columns, dialect)
        self.text = in_one_piece(compiled.string, [each.type for each in columns], dialect)
        self.names: list[str] = compiled.positiontup
        self.before: dict[str, Convert] = compiled._bind_processors
        self.fixed = {name: self._bound(name, each) for name, each in compiled.params.items()}
        self.error: type[Exception] = dialect.loaded_dbapi.Error

    def _bound(self, name: str, value: Any) -> Any:
        convert = self.before.get(name)
        if convert is None and isinstance(value, UUID):
            return str(value)  # once: the driver would write it each time that it is asked again
        return convert(value) if convert else value

    def ask(self, values: Mapping[str, Any]) -> Sequence[Any]:
        """The rows, of the values that JSON has."""
        held: Held = current_app.extensions["held"]
        given = self._parameters(values)
        said = self._say(held, given)
        if (asked := noted.get()) is not None:
            asked.append(Asked(partial(self._say, held, given), said))
        rows: Sequence[Any] = orjson.loads(said)
        return rows

    def _say(self, held: Held, given: Any) -> str:
        """What the database says, as JSON."""
        try:
            ((rows,),) = held.ask(self.text, given)
        except self.error:  # the server may have ended the connection while it was not used
            rows = self._say_again(held, given)
        said: str = rows
        return said

    def _say_again(self, held: Held, given: Any) -> Any:
        try:
            return held.ask(self.text, given)[0][0]
        except self.error as error:
            raise DBAPIError.instance(self.text, None, error, self.error) from error

    def _parameters(self, values: Mapping[str, Any]) -> list[Any]:
        given = self.fixed | {name: self._bound(name, value) for name, value in values.items()}
        return [given[name] for name in self.names]

    def row(self, row: Sequence[Any]) -> Any:
        found = [read(row) for read in self.objects.values()]
        return found[0] if len(found) == 1 else self.kind._make(found)


class Reader(tuple[Any, ...]):
    """A row, of which a model's subclass tells the columns by name."""

    #: Where the model's primary key stands, which is None when an outer join found no row.
    place: int
    #: Where its columns stand, and what makes of the value there what JSON says.
    columns: dict[str, tuple[int, Convert | None]]

    @classmethod
    def read(cls, row: Sequence[Any]) -> "Reader | None":
        return None if row[cls.place] is None else cls(row)


def loaded(row: Any, model: type[Row]) -> Row:
    """What was read, as an object of the transaction in progress, which can be changed and
    referred to. It is not read again.
    """
    mapper = inspect(model)
    there = session.identity_map.get(mapper.identity_key_from_primary_key((row.id,)))
    if there is not None:
        found: Row = there
        return found
    instance = model(**{each.key: getattr(row, each.key) for each in mapper.column_attrs})
    make_transient_to_detached(instance)
    session.add(instance)
    return instance


def _compiled(statement: Select[Any], columns: Sequence[Any], dialect: Dialect) -> Any:
    """The statement for these columns, with its values in their order, as `Asking` takes them."""
    named = [each.label(nth(number)) for number, each in enumerate(columns)]
    of_these = statement.with_only_columns(*named, maintain_column_froms=True)
    return of_these.compile(dialect=in_order(dialect))


def in_order(dialect: Dialect) -> Dialect:
    """The dialect, whose statements take their values in order, as `Asking` does."""
    kind: Any = type(dialect)
    made: Dialect = kind(paramstyle="numeric_dollar" if dialect.name == "postgresql" else "qmark")
    return made


def _selected(statement: Select[Any]) -> tuple[list[Any], list[Any]]:
    """The models that a statement selects, and its other columns."""
    found = [each["expr"] for each in statement.column_descriptions]
    models = [each for each in found if isinstance(each, type)]
    return models, [each for each in found if not isinstance(each, type)]


def _attribute(entity: Any, column: Any) -> Any:
    return getattr(entity, inspect(entity).mapper.get_property_by_column(column).key)


def _reader(
    entity: Any,
    columns: list[Any],
    dialect: Dialect,
    only: Collection[InstrumentedAttribute[Any]],
) -> type[Reader]:
    """A class that reads a model's columns, to be added to those of the row, and has what else
    the model has.
    """
    mapper: Mapper[Any] = inspect(entity).mapper
    wanted = {each.key for each in only if each.class_ is mapper.class_}
    first = len(columns)
    columns += [
        getattr(entity, each.key)
        for each in mapper.column_attrs
        if (each.key in wanted if wanted else not each.deferred)
    ]
    of_the_row = {
        column.key: _property(first + place, column, dialect)
        for place, column in enumerate(columns[first:])
    }
    reader: type[Reader] = type(mapper.class_.__name__, (Reader,), own(mapper.class_) | of_the_row)
    reader.columns = {
        column.key: (first + place, said(column.type, dialect))
        for place, column in enumerate(columns[first:])
    }
    key = mapper.get_property_by_column(mapper.primary_key[0]).key
    reader.place, _ = reader.columns[key]
    return reader


def own(model: type[Base]) -> dict[str, Any]:
    """What a model has besides its columns and relationships."""
    return {
        name: value
        for each in reversed(model.__mro__)
        if each not in Base.__mro__
        for name, value in vars(each).items()
        if not name.startswith("_") and not isinstance(value, InstrumentedAttribute)
    }


def _property(place: int, column: Any, dialect: Dialect) -> property:
    convert = converter(column.type, dialect)
    if convert is None:
        return property(itemgetter(place))
    return property(lambda row: None if row[place] is None else convert(row[place]))
