"""Servers that reach PostgreSQL through pgbouncer, which lends a connection for one transaction."""

import os
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.support.applications import start_app
from tests.support.callers import Callers
from tests.support.examples import ARTICLE
from tests.support.processes import free_port, until

pytestmark = pytest.mark.postgresql

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
#: Fewer connections than there are who use them, so that each is lent to all.
SETTINGS = """
[databases]
* = host={host} user={user}
[pgbouncer]
pool_mode = transaction
default_pool_size = 2
listen_port = {port}
unix_socket_dir = {folder}
auth_type = any
"""


def fail_or_skip(reason):
    """Where these tests must run (POOLER_TESTS=required, as in CI), not to run is a failure."""
    if os.environ.get("POOLER_TESTS") == "required":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture
def pooled(database_url):
    """The address of the test's database through pgbouncer."""
    if PGBOUNCER is None:
        fail_or_skip("pgbouncer is not installed")
    direct = make_url(database_url)
    if "host" not in direct.query:
        fail_or_skip("TEST_DATABASE_URL may need a password, which pgbouncer is not told")
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        told = Path(folder) / "pgbouncer.ini"
        told.write_text(
            SETTINGS.format(
                host=direct.query["host"], user=direct.username, port=port, folder=folder
            )
        )
        Path(folder).chmod(0o777)
        url = direct.set(query={"host": folder, "port": str(port)})
        # It refuses to be root; PostgreSQL's own user may look into its folder.
        user = "embedded_postgres" if os.geteuid() == 0 else None
        with (Path(folder) / "log").open("wb") as log:
            process = subprocess.Popen([PGBOUNCER, told], user=user, stdout=log, stderr=log)
        try:
            socket = Path(folder) / f".s.PGSQL.{port}"
            until(socket.exists, seconds=10, so_that="pgbouncer listens")
            yield url.render_as_string(hide_password=False)
        finally:
            process.terminate()
            process.wait()


@pytest.fixture
def api(settings, pooled):
    app = start_app(replace(settings, database_url=pooled, database_pooled=True))
    yield Callers(app)
    app.extensions["engine"].dispose()


def test_requests_are_answered_on_connections_that_are_lent(api, claim, submit, pooled):
    """The quick way and sessions, writes with their places and jobs, from many threads."""
    path = f"/claims/{claim['id']}"

    def visit(number):
        caller = Callers(api.app).anyone
        for _ in range(10):
            caller.get(f"{path}/status")
            caller.get(f"{path}/with-evidence")
            caller.get("/articles")
        key = {"Idempotency-Key": f"article-{number}", **api.contributor.headers}
        made = [caller.post("/articles", ARTICLE, expect=201, headers=key) for _ in range(2)]
        assert made[0].json == made[1].json
        return made[0].json["id"]

    api.contributor  # noqa: B018 - enrolled before
    with ThreadPoolExecutor(8) as visitors:
        assert len(set(visitors.map(visit, range(8)))) == 8
    submit(claim, "a.example", "disputes")
    assert api.work() > 0
    changes = api.anyone.get("/changes").json["items"]
    assert changes[-1]["type"] == "evidence.examined"


def test_what_is_said_often_is_not_sought_on_another_connection(api, pooled):
    """By itself, psycopg prepares what it has said five times, and from then on only names it."""

    for _ in range(10):
        api.contributor.post("/articles", ARTICLE, expect=201)
    other = create_engine(pooled)
    with other.begin() as connection:
        connection.execute(text("SELECT 1"))  # the connection that was lent last is taken
        api.contributor.post("/articles", ARTICLE, expect=201)
    other.dispose()
