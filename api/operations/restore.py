"""From a backup to a database that is known to hold: every digest, chain and snapshot checked."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from alembic.util import CommandError
from marshmallow import EXCLUDE, Schema, ValidationError
from marshmallow.fields import Boolean, Dict, Integer, List, Nested, String
from marshmallow.validate import Equal
from sqlalchemy import Engine, inspect, text

from api.database import migrate, sqlite
from api.database import session as db
from api.operations import backup
from api.operations.backup import BackupManifest, BackupRefused, TableCopy
from api.sources.snapshots import blob_store
from api.verdicts.integrity import verification

#: A table and its columns, as a backup names them: they become part of statements.
TABLE_PATTERN = re.compile(r'(dbos\.)?\w+ \("\w+"(, "\w+")*\)')

#: Where there are rows after migrating. All others have none until somebody writes.
FILLED_BY_MIGRATING = backup.MADE_BY_MIGRATING | {"fanout_cursor"}


def restore(folder: Path, database_url: str) -> None:
    """Bring a backup into an empty database, of the version that it is of, and into the store of
    snapshots.

    Raises `BackupRefused` when the backup is not whole, of a later version or of another kind of
    database, when it does not fit, when there is something in the database already, or when there
    can be no store. Then there is not a row in it that was not there before.
    """
    manifest = _read_manifest(folder)
    engine = db.engine()
    if manifest["dialect"] != engine.dialect.name:
        raise BackupRefused(
            f"It is of a {manifest['dialect']} database; this is {engine.dialect.name}."
        )
    if manifest["migration"] not in migrate.known_migrations():
        raise BackupRefused("It is of a later version than this one.")
    if engine.dialect.name == "sqlite":
        sqlite.create_file(engine.url)
    _require_empty(engine, database_url)
    if folder_of_bytes := blob_store.local_folder():
        # By itself the store makes none before it knows that there are no snapshots.
        try:
            folder_of_bytes.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BackupRefused(f"The store of snapshots cannot be made: {error}") from None
    # Before the rows that name them: a store that takes nothing leaves the database empty.
    for digest in _stored_digests(folder, manifest):
        blob_store.store_bytes(backup.blob_path(folder, digest).read_bytes())
    if manifest["dialect"] == "sqlite":
        _fill_sqlite(engine, folder)
    else:
        migrate.migrate(database_url, to=manifest["migration"])
        _fill_postgresql(engine, folder, manifest["tables"])


def find_faults() -> Iterator[str]:
    """Everything in this database and its store that does not hold, in words: all that
    `verification` looks at, and each snapshot's bytes against its digests.
    """
    with db.transaction(reads=True):
        yield from verification.find_faults(lambda _: None)
    yield from verification.find_byte_faults(lambda _: None)


class TableEntry(Schema):
    """A table in a backup of PostgreSQL."""

    table = String(required=True)
    file = String(required=True)
    rows = Integer(required=True)


class Manifest(Schema):
    """What a backup says of itself."""

    class Meta:
        unknown = EXCLUDE

    format = String(required=True, validate=Equal(backup.FORMAT))
    dialect = String(required=True)
    migration = String(required=True)
    tables = List(Nested(TableEntry), load_default=[])
    files = Dict(String(), String(), required=True)
    with_bytes = Boolean(required=True)
    missing = List(String(), required=True)


def _read_manifest(folder: Path) -> BackupManifest:
    """The manifest of a backup whose files are all as they were written. Raises `BackupRefused`."""
    try:
        manifest: BackupManifest = Manifest().loads((folder / backup.MANIFEST).read_text())
    except (OSError, ValueError, ValidationError):
        known = f"no backup in the format {backup.FORMAT}"
        raise BackupRefused(f"{folder} is {known}, or one that was broken off.") from None
    for name, digest in manifest["files"].items():
        _check_file(folder, folder / name, digest)
    for digest in _stored_digests(folder, manifest):
        _check_file(folder, backup.blob_path(folder, digest), digest)
    for table in manifest["tables"]:
        if not TABLE_PATTERN.fullmatch(table["table"]):
            raise BackupRefused(f"{table['table']} is no table of ours.")
    return manifest


def _require_empty(engine: Engine, database_url: str) -> None:
    """Hold that the database is empty. A restore to PostgreSQL that failed or was killed leaves
    tables without a row: these are taken away. Raises `BackupRefused`.
    """
    with engine.connect() as connection:
        tables = {*inspect(connection).get_table_names()}
        for name in tables - FILLED_BY_MIGRATING:
            if connection.scalar(text(f'SELECT EXISTS (SELECT 1 FROM "{name}")')):  # noqa: S608
                raise BackupRefused(
                    "The database is not empty. Restore into one that has no tables."
                )
    if tables:
        try:
            migrate.drop_tables(database_url)
        except CommandError as error:
            raise BackupRefused(f"There are tables of another version in it: {error}") from None


def _check_file(folder: Path, path: Path, digest: str) -> None:
    if not path.is_file() or backup.hash_file(path) != digest:
        name = path.relative_to(folder)
        raise BackupRefused(f"The backup is damaged: {name} is missing, or not as it was written.")


def _stored_digests(folder: Path, manifest: BackupManifest) -> Iterator[str]:
    """The digests of the bytes in a backup, which are their files' names, too."""
    missing = {*manifest["missing"]}
    if manifest["with_bytes"]:
        yield from (each for each in backup.read_digests(folder) if each not in missing)


def _fill_sqlite(engine: Engine, folder: Path) -> None:
    with (
        closing(sqlite3.connect(f"file:{folder / backup.SQLITE}?mode=ro", uri=True)) as source,
        closing(engine.raw_connection()) as target,
    ):
        source.backup(target.driver_connection)  # type: ignore[arg-type]


def _fill_postgresql(engine: Engine, folder: Path, tables: list[TableCopy]) -> None:
    """All rows or none. The triggers that refuse changes, or write rows of their own, are off
    meanwhile; foreign keys and other constraints are on.
    """
    names = [each["table"].partition(" ")[0] for each in tables]
    with engine.begin() as connection:
        # Of the engine of jobs, there may be tables that it did not have then.
        there = {each.name for each in backup.lock_tables(connection)}
        if lacking := {each for each in there.difference(names) if "." not in each}:
            raise BackupRefused(f"The backup is damaged: it lacks {', '.join(sorted(lacking))}.")
        if unknown := {*names} - there:
            raise BackupRefused(f"There is no place here for {', '.join(sorted(unknown))}.")
        for name in names:
            connection.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER USER")
        # What migrating put there by itself is in the backup, too.
        connection.exec_driver_sql(f"TRUNCATE {', '.join(names)}")
        cursor: Any = connection.connection.cursor()
        for each in tables:
            try:
                with (
                    (folder / each["file"]).open("rb") as file,
                    cursor.copy(f"COPY {each['table']} FROM STDIN") as rows,
                ):
                    while piece := file.read(1 << 20):
                        rows.write(piece)
            except (psycopg.DataError, psycopg.IntegrityError) as error:
                raise BackupRefused(f"{each['file']}: {error.diag.message_primary}") from None
            if cursor.rowcount != each["rows"]:
                raise BackupRefused(f"{each['file']} does not have the rows that were backed up.")
        for name in names:
            connection.exec_driver_sql(f"ALTER TABLE {name} ENABLE TRIGGER USER")
        for each in connection.execute(text(SEQUENCE_STATEMENTS)).scalars():
            connection.exec_driver_sql(each)


#: What lets each sequence go on after the numbers that were copied.
SEQUENCE_STATEMENTS = """
    SELECT format(
        'SELECT setval(%L, (SELECT coalesce(max(%I), 0) + 1 FROM %I.%I), false)',
        pg_get_serial_sequence(format('%I.%I', table_schema, table_name), column_name),
        column_name, table_schema, table_name
    )
    FROM information_schema.columns
    WHERE table_schema IN (current_schema(), 'dbos') AND
        pg_get_serial_sequence(format('%I.%I', table_schema, table_name), column_name) IS NOT NULL
"""
