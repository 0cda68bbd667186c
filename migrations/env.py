"""How Alembic reaches the database, and what in it is ours."""

import importlib
import os

from alembic import context
from dbos._schemas.system_database import SystemSchema

from api import db
from api.config import ROOT

for models in (*ROOT.glob("api/*/models.py"), ROOT / "api/ledger.py", ROOT / "api/worker.py"):
    importlib.import_module(".".join(models.relative_to(ROOT).with_suffix("").parts))
importlib.import_module("api.idempotency")

ENGINE_TABLES = {table.name for table in SystemSchema.metadata_obj.tables.values()}


def ours(name: str | None, kind: str, parents: dict[str, str | None]) -> bool:
    """The job engine's tables lie in the same database and are none of our business."""
    if kind == "schema":
        return name is None
    table = name if kind == "table" else parents.get("table_name")
    return table not in ENGINE_TABLES | {"dbos_migrations"}


def run() -> None:
    url = context.config.attributes.get("database_url") or os.environ["DATABASE_URL"]
    engine = db.connect(url)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=db.Base.metadata,
            include_name=ours,
            render_as_batch=True,
            compare_server_default=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
