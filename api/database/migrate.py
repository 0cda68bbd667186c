"""Bring a database to the shape that this version needs: our tables, then the job engine's."""

import time
from functools import cache
from itertools import count
from typing import TYPE_CHECKING

from sqlalchemy import make_url, text
from sqlalchemy.exc import OperationalError

from api.config.settings import ROOT
from api.database.session import connect

if TYPE_CHECKING:  # a server does without what only migrating needs
    from alembic.config import Config

#: Milliseconds that a migration waits for a lock on PostgreSQL: whoever comes meanwhile waits
#: behind it. Less than PostgreSQL takes to look for deadlocks (1 s), so that where a migration
#: and a request stand in each other's way, it is the migration that steps back.
LOCK_TIMEOUT_MILLISECONDS = 500
#: How often it is tried, and the seconds from one try to the next, in which those who waited go on.
MAX_TRIES = 30
RETRY_SECONDS = 1
#: What PostgreSQL says then: lock_not_available, deadlock_detected.
LOCK_CONFLICT_STATES = {"55P03", "40P01"}


class TablesLocked(Exception):
    """Others use what a migration must change, and do not let go of it."""


def alembic_config(database_url: str) -> "Config":
    from alembic.config import Config

    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["database_url"] = database_url
    return config


def migrate(database_url: str, *, to: str = "head") -> None:
    """Migrate our tables and the job engine's; idempotent. Run it before the server and the
    worker of this version start; those of the version before go on meanwhile.

    Each migration is done or not done. One that did not get the locks it needs on PostgreSQL, when
    it needed them, begins anew by taking all there are: where it holds one table and waits for the
    next, who holds that would wait for the first. Raises `TablesLocked` when it did not
    get these either.
    """
    from alembic import command
    from dbos import DBOS

    config = alembic_config(database_url)
    for number in count(1):
        try:
            command.upgrade(config, to)
            break
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) not in LOCK_CONFLICT_STATES:
                raise
            if number == MAX_TRIES:
                raise TablesLocked(_describe_blockers(database_url)) from error
            config.attributes["locks_all"] = True
            time.sleep(RETRY_SECONDS)
    url = make_url(database_url)
    if url.get_backend_name() == "postgresql":
        url = url.set(drivername="postgresql")
    DBOS.migrate(url.render_as_string(hide_password=False))


def drop_tables(database_url: str) -> None:
    """Take our tables away, with all that is in them."""
    from alembic import command

    command.downgrade(alembic_config(database_url), "base")


def _describe_blockers(database_url: str) -> str:
    said = "Others did not let go of what a migration changes.\n"
    open_longest = text(
        "SELECT pid, application_name, extract(epoch FROM now() - xact_start)::int AS seconds"
        " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        " AND xact_start IS NOT NULL ORDER BY xact_start LIMIT 1"
    )
    engine = connect(database_url)
    with engine.connect() as connection:
        for pid, name, seconds in connection.execute(open_longest):
            said += f"Process {pid} ({name or 'without a name'}) has been at it for {seconds} s.\n"
    engine.dispose()
    return said + "The migrations before it are done, and nothing of it. Try again later."


@cache
def known_migrations() -> list[str]:
    """The migrations of this version, the newest first."""
    from alembic.script import ScriptDirectory

    script = ScriptDirectory.from_config(alembic_config(""))
    return [each.revision for each in script.walk_revisions()]
