"""Bring a database to the shape that this version needs: our tables, then the job engine's."""

from functools import cache

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from dbos import DBOS
from sqlalchemy import make_url

from api.config import ROOT


def configuration(database_url: str) -> Config:
    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["database_url"] = database_url
    return config


def migrate(database_url: str, *, to: str = "head") -> None:
    """Idempotent. Run it before the server and the worker start."""
    command.upgrade(configuration(database_url), to)
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql")
    DBOS.migrate(url.render_as_string(hide_password=False))


@cache
def known() -> list[str]:
    """The migrations of this version, the newest first."""
    script = ScriptDirectory.from_config(configuration(""))
    return [each.revision for each in script.walk_revisions()]
