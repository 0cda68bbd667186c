"""How Alembic reaches the database, and what in it is ours."""

import importlib
import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic import context
from dbos import DBOS
from sqlalchemy import create_engine, event, inspect, make_url

from api.config.settings import ROOT
from api.database import sqlite
from api.database.migrate import LOCK_TIMEOUT_MILLISECONDS
from api.database.session import Base, connect

TABLES = ("api/audit_log.py", "api/http/idempotency.py", "api/jobs/heartbeats.py")
for module in (*ROOT.glob("api/*/**/*models.py"), *(ROOT / name for name in TABLES)):
    importlib.import_module(".".join(module.relative_to(ROOT).with_suffix("").parts))


def ours(name: str | None, kind: str, parents: dict[str, str | None]) -> bool:
    """The job engine's tables lie in the same database and are none of our business."""
    if kind == "schema":
        return name is None
    table = name if kind == "table" else parents.get("table_name")
    if table in Base.metadata.tables:
        return True
    return table not in engine_tables() and not is_full_text(table)


@cache
def engine_tables() -> set[str]:
    """The job engine's tables. On SQLite they lie among ours; to know their names, have it make
    them where nothing else is.
    """
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'jobs.sqlite'}"
        DBOS.migrate(url)
        engine = create_engine(url)
        names = set(inspect(engine).get_table_names())
        engine.dispose()
    return names


def is_full_text(table: str | None) -> bool:
    """Of SQLite's full-text index, which keeps its own tables and is none of the models."""
    return (table or "").startswith("claim_terms_fts")


def of_this_database(thing: Any, *_: object) -> bool:
    """Some indexes are of one kind of database only."""
    here = context.get_context().dialect.name
    return bool(thing.info.get("dialect", here) == here)


LOCK_ALL = """
    DO $$ BEGIN EXECUTE (
        SELECT 'LOCK TABLE ' || string_agg(quote_ident(tablename), ', ')
            || ' IN ACCESS EXCLUSIVE MODE'
        FROM pg_tables WHERE schemaname = current_schema()
    ); END $$
"""


def run() -> None:
    url = context.config.attributes.get("database_url") or os.environ["DATABASE_URL"]
    if (where := make_url(url)).get_backend_name() == "sqlite":
        sqlite.create_file(where)
    engine = connect(url, options=f"-c lock_timeout={LOCK_TIMEOUT_MILLISECONDS}")
    if context.config.attributes.get("locks_all"):
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(LOCK_ALL))
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            include_name=ours,
            include_object=of_this_database,
            render_as_batch=True,
            compare_server_default=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
