"""A backup: one folder with the database as it was at one moment, and the bytes it points to.

`manifest.json` is written last: it names every file with its SHA-256 (the bytes of a snapshot are
called by theirs), so that a backup that was broken off, or changed since, is none. The database's
rows are read in one snapshot while others go on writing; the bytes are copied after that, which is
safe since they are never changed and never deleted.
"""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import Any, NamedTuple, NotRequired, TypedDict

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.engine.interfaces import ReflectedColumn

from api.database import session as db
from api.sources.snapshots import blob_store

FORMAT = "claimledger-backup/1"
MANIFEST, PAYLOADS, SQLITE = "manifest.json", "payloads.txt", "database.sqlite"
#: What migrating makes, and restoring therefore does not copy.
MADE_BY_MIGRATING = {"alembic_version", "dbos_migrations"}
PAYLOADS_QUERY = "SELECT DISTINCT payload_sha256 FROM snapshots WHERE payload_sha256 IS NOT NULL"


class BackupRefused(Exception):
    """What was asked for cannot be done; says why."""


class TableCopy(TypedDict):
    """A table in a backup of PostgreSQL: its name and columns as COPY takes them, the file of its
    rows, relative to the folder, and how many they are.
    """

    table: str
    file: str
    rows: int


class DatabaseCopy(TypedDict):
    """What was copied: `dialect` (sqlite, postgresql), the revision of the newest migration, and
    the tables of PostgreSQL.
    """

    dialect: str
    migration: str
    tables: NotRequired[list[TableCopy]]


class BackupManifest(DatabaseCopy):
    """`manifest.json`: `files` has the SHA-256 of each file but the payloads, by its path in the
    folder; `missing` the digests of payloads that the store did not give.
    """

    format: str
    made_at: str
    files: dict[str, str]
    with_bytes: bool
    missing: list[str]


class BackupResult(NamedTuple):
    """What was backed up: how many bytes' digests, and those that the store did not give."""

    payloads: int
    missing: list[str]


def create_backup(folder: Path, *, with_bytes: bool) -> BackupResult:
    """Back up the database, and unless told otherwise the snapshots' bytes, to a new folder.

    Raises `BackupRefused` if there is something in it, or nothing in the database, and
    `blobs.BytesUnavailable` if there is no store of snapshots.
    """
    engine = db.engine()
    if not inspect(engine).has_table("contributors"):
        raise BackupRefused("The database was never migrated: there is nothing to back up.")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise BackupRefused(f"{folder} is not empty.")
    with _removed_on_failure(folder):
        return _write_backup(folder, engine, with_bytes=with_bytes)


@contextmanager
def _removed_on_failure(folder: Path) -> Iterator[None]:
    """Where a backup is broken off, leave no folder that is in the next one's way."""
    try:
        yield
    except BaseException:
        rmtree(folder, ignore_errors=True)
        raise


def _write_backup(folder: Path, engine: Engine, *, with_bytes: bool) -> BackupResult:
    copy = _copy_sqlite if engine.dialect.name == "sqlite" else _copy_postgresql
    made_at, copied = db.now().isoformat(), copy(engine, folder)
    missing: list[str] = []
    payloads = 0
    if with_bytes:
        for digest in read_digests(folder):
            payloads += 1
            blob_store.check_folder()
            try:
                _copy_payload(digest, folder)
            except blob_store.BytesUnavailable:
                missing.append(digest)
    files = {
        str(path.relative_to(folder)): hash_file(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.relative_to(folder).parts[0] != "blobs"
    }
    manifest: BackupManifest = {
        "format": FORMAT,
        "made_at": made_at,
        **copied,
        "files": files,
        "with_bytes": with_bytes,
        "missing": missing,
    }
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
    return BackupResult(payloads, missing)


def read_digests(folder: Path) -> Iterator[str]:
    """The digests of the bytes that a backup's snapshots point to."""
    with (folder / PAYLOADS).open() as lines:
        yield from (line.strip() for line in lines)


def blob_path(folder: Path, digest: str) -> Path:
    return folder / "blobs" / digest[:2] / digest


def hash_file(path: Path) -> str:
    found = sha256()
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()


def _copy_payload(digest: str, folder: Path) -> None:
    path = blob_path(folder, digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(blob_store.read_bytes(digest))


def _copy_sqlite(engine: Engine, folder: Path) -> DatabaseCopy:
    """With SQLite's online backup, in one step: who writes meanwhile neither waits nor is seen."""
    with (
        closing(engine.raw_connection()) as source,
        closing(sqlite3.connect(folder / SQLITE)) as copy,
    ):
        driver: Any = source.driver_connection
        driver.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
        if (found := copy.execute("PRAGMA quick_check").fetchone()[0]) != "ok":
            raise BackupRefused(f"The database is damaged: {found}")
        (at,) = copy.execute("SELECT version_num FROM alembic_version").fetchone()
        with (folder / PAYLOADS).open("w") as payloads:
            payloads.writelines(f"{digest}\n" for (digest,) in copy.execute(PAYLOADS_QUERY))
    return {"dialect": "sqlite", "migration": at}


def _copy_postgresql(engine: Engine, folder: Path) -> DatabaseCopy:
    """With COPY, table by table, in one REPEATABLE READ snapshot."""
    (folder / "tables").mkdir()
    with (
        engine.connect().execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        ) as connection,
        connection.begin(),
    ):
        found = lock_tables(connection)
        at = connection.scalar(text("SELECT version_num FROM alembic_version"))
        copied = [_copy_table(connection, table, folder) for table in found]
        _copy_out(connection, PAYLOADS_QUERY, folder / PAYLOADS)
    return {"dialect": "postgresql", "migration": at, "tables": copied}


class TableColumns(NamedTuple):
    """A table's name, and its columns as they are named in a statement."""

    name: str
    columns: str


def lock_tables(connection: Connection) -> list[TableColumns]:
    """Ours and the job engine's, each after those that it refers to; nobody changes them now."""
    # What is kept in parts is copied as a whole, and is one table again where it is restored.
    parts = connection.scalars(text("SELECT relname FROM pg_class WHERE relispartition"))
    others = MADE_BY_MIGRATING | {*parts}
    found = inspect(connection)
    tables = [
        TableColumns(
            f"{schema}.{name}" if schema else name, _columns(found.get_columns(name, schema))
        )
        for schema in (None, "dbos")
        for name, _ in found.get_sorted_table_and_fkc_names(schema)
        if name and name not in others
    ]
    names = ", ".join(each.name for each in tables)
    connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS SHARE MODE")
    return tables


def _columns(found: list[ReflectedColumn]) -> str:
    return ", ".join(f'"{column["name"]}"' for column in found if "computed" not in column)


def _copy_table(connection: Connection, table: TableColumns, folder: Path) -> TableCopy:
    rows = f"SELECT {table.columns} FROM {table.name}"  # noqa: S608
    file = f"tables/{table.name}.copy"
    number = _copy_out(connection, rows, folder / file)
    return {"table": f"{table.name} ({table.columns})", "file": file, "rows": number}


def _copy_out(connection: Connection, query: str, path: Path) -> int:
    """The rows of a query as COPY's text; returns how many."""
    cursor: Any = connection.connection.cursor()
    with path.open("wb") as file, cursor.copy(f"COPY ({query}) TO STDOUT") as rows:
        file.writelines(rows)
    return int(cursor.rowcount)
