"""What every test stands on: a database made by the migrations, people with keys, jobs that
run when told, and an outside world on this machine.
"""

import gc
import os
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

import hypothesis
import pytest
from sqlalchemy import event

from tests.support import examples
from tests.support.applications import disconnect_apps, start_app
from tests.support.callers import Callers
from tests.support.databases import PostgresqlDatabases, SqliteDatabases, cluster_of_tests
from tests.support.fake_internet import Outside
from tests.support.scenarios import Scenario, build_scenario, settings_in

pytest_plugins = [
    "tests.support.certificate_authority",
    "tests.support.fake_s3",
    "tests.support.same_claims",
    "tests.support.selection",
    "tests.support.submissions",
    "tests.support.visitor",
]

# The same examples each time, so that a red check is the change's fault; `deep` looks for new ones.
hypothesis.settings.register_profile("steady", max_examples=30, derandomize=True, deadline=None)
hypothesis.settings.register_profile("deep", max_examples=2_000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_sessionstart():
    gc.disable()


def pytest_collection_finish():
    """What is imported stays for good. To look through it for what may go, after every few hundred
    objects, took a third of an ordinary test.
    """
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
    gc.enable()


@pytest.fixture
def dialect(request):
    """The database that the test runs on: "sqlite" or "postgresql" (see `selection`)."""
    return request.param


@pytest.fixture(scope="session")
def postgresql_cluster():
    with cluster_of_tests() as url:
        yield url


@pytest.fixture(scope="session")
def postgresql_databases(postgresql_cluster):
    databases = PostgresqlDatabases(postgresql_cluster)
    yield databases
    databases.drop_all()


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory):
    return SqliteDatabases(tmp_path_factory.mktemp("templates"))


@pytest.fixture
def databases(dialect, request):
    return request.getfixturevalue(f"{dialect}_databases")


@pytest.fixture
def cluster(dialect, request):
    """The address of the PostgreSQL server; None on SQLite."""
    return request.getfixturevalue("postgresql_cluster") if dialect == "postgresql" else None


@pytest.fixture
def empty_database_url(databases, tmp_path):
    """A database without tables."""
    url = databases.create_empty(tmp_path, "empty")
    yield url
    databases.drop(url)


@pytest.fixture(scope="session")
def built():
    """The scenarios of this process, by dialect and by what built them."""
    return {}


@pytest.fixture
def build_once(built, dialect, databases, tmp_path_factory):
    """Build a scenario by `build(api, outside)` with `changes` of the settings, once a session."""

    def build_once(build, **changes):
        if (dialect, build) not in built:
            folder = tmp_path_factory.mktemp("scenario")
            built[dialect, build] = build_scenario(build, databases, folder, changes)
        return built[dialect, build]

    return build_once


@pytest.fixture
def scenario(databases):
    """What each test begins with: nothing. A module may begin with more (see `build_once`)."""
    return Scenario(databases.migrated)


@pytest.fixture
def database_url(databases, scenario, tmp_path):
    url = databases.copy(scenario.template, tmp_path)
    yield url
    disconnect_apps()
    databases.drop(url)


@pytest.fixture
def outside():
    with Outside().served() as outside:
        yield outside


@pytest.fixture
def settings(database_url, outside, tmp_path):
    return settings_in(tmp_path, database_url, outside)


@pytest.fixture
def app(settings, scenario, outside, tmp_path):
    scenario.copy_folders(tmp_path)
    outside.pages |= scenario.pages
    return start_app(settings)


@pytest.fixture
def restart(settings):
    """The application again on the same database, with other settings."""
    return lambda **changes: Callers(start_app(replace(settings, **changes)))


@pytest.fixture
def api(app, scenario):
    return scenario.callers_of(app)


@pytest.fixture
def article(api):
    return examples.create_article(api)


@pytest.fixture
def claim(api, article):
    return examples.create_claim(api, article)


@pytest.fixture
def stored(api):
    """A claim for each of `STATEMENTS`, by its name."""
    return examples.create_statements(api)


@pytest.fixture
def submit(api, outside):
    """Publish a page with the quote in it and submit it as evidence; the worker's job is due."""
    return partial(examples.submit_evidence, api, outside)


@pytest.fixture
def statements(app):
    """Collect the SQL that is sent in a block."""

    @contextmanager
    def collecting():
        sent = []

        def note(connection, cursor, statement, *_):
            sent.append(statement)

        engines = {app.extensions["engine"], app.extensions["primary"].single_reads}
        for engine in engines:
            event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            for engine in engines:
                event.remove(engine, "before_cursor_execute", note)

    return collecting
