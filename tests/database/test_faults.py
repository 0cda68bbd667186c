"""What breaks around it: clear answers meanwhile, and nobody has to do anything after.

(A store of snapshots that is away: test_blobs. Who is killed: test_kills.)
"""

import contextlib
import json
import os
import random
import resource
import shutil
import socket
import subprocess
import tempfile
import urllib.error
import urllib.request
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import event, make_url, select, text, update

from api.app import create_app
from api.articles.models import Article
from api.config.settings import Settings
from api.database import postgresql
from api.database.session import clock, connect, now, transaction
from api.jobs.heartbeats import Worker
from tests.support.callers import Callers
from tests.support.databases import administer
from tests.support.examples import ARTICLE
from tests.support.problems import assert_unavailable
from tests.support.processes import Installation, descendants, until

pytestmark = pytest.mark.each_database


@pytest.mark.postgresql
def test_a_database_that_goes_away_and_comes_back(api, article, cluster):
    name = api.app.extensions["engine"].url.database
    administer(cluster, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    administer(
        cluster, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    )
    key = {"Idempotency-Key": "once"}
    assert_unavailable(api.contributor.post("/articles", ARTICLE, headers=key))
    assert_unavailable(api.anyone.open("GET", "/claims"))
    assert api.anyone.get("/readyz", 503).json["status"] == "not ready"
    assert api.anyone.get("/healthz").json == {"status": "alive"}
    administer(cluster, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert api.anyone.get("/readyz").json["status"] == "degraded", "no worker runs here"
    api.contributor.post("/articles", ARTICLE, 201, headers=key)
    api.anyone.get("/claims")


@pytest.mark.postgresql
def test_writes_that_are_off_and_on_again(api, claim, cluster):
    """A connection made while they are off takes none later: it is not kept."""
    name = api.app.extensions["engine"].url.database
    reviewer, decision = api.reviewer, {"status": "unverified", "reasons": "Nothing is known."}
    path = f"/claims/{claim['id']}/verdicts"
    administer(cluster, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    administer(
        cluster, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    )
    api.app.extensions["engine"].dispose()
    assert_unavailable(api.contributor.post("/articles", ARTICLE))
    assert_unavailable(reviewer.post(path, decision))
    api.anyone.get("/claims")
    administer(cluster, f"ALTER DATABASE {name} RESET default_transaction_read_only")
    reviewer.post(path, decision, 201)
    api.contributor.post("/articles", ARTICLE, 201)


def test_a_write_that_a_constraint_refuses_is_our_mistake_and_leaves_nothing(api, dialect):
    """Which no client can bring about: here it is a rule that the service knows nothing of."""
    refuse = {
        "sqlite": "CREATE TRIGGER secret_rule BEFORE INSERT ON audit_log"
        " BEGIN SELECT RAISE(ABORT, 'secret rule'); END",
        "postgresql": "ALTER TABLE audit_log ADD CONSTRAINT secret_rule CHECK (false) NOT VALID",
    }[dialect]
    key = {"Idempotency-Key": "once"}
    with api.app.app_context(), transaction() as session:
        session.execute(text(refuse))
    path = f"/articles/{api.contributor.post('/articles', ARTICLE, 201).json['id']}/claims"
    answer = api.contributor.post(path, {"quote": "It cost much"}, 500, headers=key)
    assert answer.json["type"] == "/problems/internal-error"
    assert "secret" not in answer.get_data(as_text=True)
    assert api.anyone.get("/claims").json["items"] == []
    again = {
        "sqlite": "DROP TRIGGER secret_rule",
        "postgresql": "ALTER TABLE audit_log DROP CONSTRAINT secret_rule",
    }[dialect]
    with api.app.app_context(), transaction() as session:
        session.execute(text(again))
    api.contributor.post(path, {"quote": "It cost much"}, 201, headers=key)


@pytest.fixture
def overtake(api):
    """Have a row changed by somebody else between when it is read and when it is written."""

    @contextlib.contextmanager
    def overtake(table):
        def change_first(connection, cursor, statement, *_):
            if statement.startswith(f"UPDATE {table} SET"):
                cursor.execute(f"UPDATE {table} SET version = version + 1")

        event.listen(api.app.extensions["engine"], "before_cursor_execute", change_first)
        yield
        event.remove(api.app.extensions["engine"], "before_cursor_execute", change_first)

    return overtake


def test_who_is_overtaken_overwrites_nothing(api, claim, submit, overtake):
    path = f"/contributors/{api.reviewer.id}"
    change = {"role": "contributor"}, 412
    api.admin  # noqa: B018 - enrolled before
    with overtake("contributors"):
        answer = api.admin.patch(path, *change, headers={"If-Match": "*"})
    assert answer.json["type"] == "/problems/precondition-failed"
    assert "at the same moment" in answer.json["detail"]
    assert api.admin.get(path).json["role"] == "reviewer"

    path = f"/evidence/{submit(claim, 'a.example')['id']}"
    with overtake("evidence"):
        answer = api.contributor.post(f"{path}/retraction", {"reason": "I misread it."}, 409)
    assert answer.json["type"] == "/problems/conflict"
    assert "at the same moment" in answer.json["detail"]
    assert api.anyone.get(path).json["retracted_at"] is None


def test_a_database_that_was_never_migrated(restart, empty_database_url):
    fresh = restart(database_url=empty_database_url)
    assert_unavailable(fresh.anyone.open("GET", "/claims"))
    assert_unavailable(fresh.anyone.open("POST", "/matches", json={"text": "It cost 4.2 million."}))
    fresh.app.extensions["engine"].dispose()


@pytest.mark.once
def test_a_server_that_accepts_and_says_nothing_is_given_up(monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setitem(postgresql.CONNECTION_PARAMETERS, "connect_timeout", "2")
        app = create_app(Settings(database_url=f"postgresql://somebody@127.0.0.1:{port}/claims"))
        assert_unavailable(Callers(app).anyone.open("GET", "/claims"))
        app.extensions["engine"].dispose()


@pytest.mark.once
def test_a_connection_to_postgresql_is_not_waited_for_for_ever():
    limits = connect("postgresql://localhost/claims?tcp_user_timeout=7").url.query
    assert limits["tcp_user_timeout"] == "7"
    for name in ("connect_timeout", "keepalives_idle", "keepalives_interval"):
        assert 0 < int(limits[name]) <= 5


@pytest.fixture
def file(database_url):
    """The database's, where it is one."""
    return Path(make_url(database_url).database)


@pytest.mark.sqlite
def test_a_database_in_a_folder_that_is_read_only(api, article, restart, file):
    read_only = restart(database_url=f"sqlite:///file:{file}?mode=ro&uri=true")
    read_only.anyone.get(f"/articles/{article['id']}")
    assert_unavailable(
        read_only.app.test_client().post(
            "/v1/articles", json=ARTICLE, headers=api.contributor.headers
        )
    )
    read_only.app.extensions["engine"].dispose()


def shut(folder, closed):
    """Nobody may write there, or everybody."""
    for each in (folder, *folder.iterdir()):
        each.chmod((0o444 if closed else 0o666) | (0o111 if each.is_dir() else 0))


@contextlib.contextmanager
def nobody():
    """Not root, who may write anywhere."""
    us = os.geteuid()
    os.seteuid(65534 if us == 0 else us)
    try:
        yield
    finally:
        os.seteuid(us)


@pytest.fixture
def copy(file, api, article):
    """Of the database, as it is in use, in a folder that others than root may enter."""
    by = api.contributor
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o711)
        folder = Path(place) / "folder"
        folder.mkdir()
        for each in file.parent.glob(f"{file.name}*"):
            shutil.copyfile(each, folder / each.name)
        yield folder / file.name, by.headers


@pytest.mark.sqlite
def test_where_no_folder_can_be_made_migrate_says_so_in_a_line(restart, copy):
    folder = copy[0].parent
    shut(folder, True)
    missing = restart(database_url=f"sqlite:///{folder / 'not' / 'there.sqlite'}")
    with nobody():
        told = missing.app.test_cli_runner().invoke(args=["migrate"])
    assert (told.exit_code, told.output.count("\n")) == (2, 1) and "database" in told.output
    assert not (folder / "not").exists()


@pytest.mark.sqlite
def test_a_folder_that_was_read_only_at_first_and_can_be_written(article, restart, copy):
    path, headers = copy
    shut(path.parent, True)
    there = restart(database_url=f"sqlite:///{path}")
    engine = there.app.extensions["engine"]

    def write():
        return there.app.test_client().post("/v1/articles", json=ARTICLE, headers=headers)

    with nobody():
        for _ in range(2):
            assert there.anyone.get(f"/articles/{article['id']}").json == article
            assert "the database takes no writes" in there.anyone.get("/readyz").json["wrong"]
            assert_unavailable(write())
        with engine.connect(), engine.connect(), engine.connect():
            pass  # as many as are served at once
    shut(path.parent, False)
    with nobody():
        assert write().status_code == 201
        assert "the database takes no writes" not in there.anyone.get("/readyz").json["wrong"]
        engine.dispose()


@pytest.mark.sqlite
def test_a_file_that_is_moved_away_and_back(api, article, file):
    away, key = file.with_name("away.sqlite"), {"Idempotency-Key": "once"}
    api.anyone.get(f"/articles/{article['id']}")
    file.rename(away)
    assert_unavailable(api.contributor.post("/articles", ARTICLE, headers=key))
    assert_unavailable(api.anyone.open("GET", "/claims"))
    assert_unavailable(api.anyone.open("GET", f"/articles/{article['id']}"))
    assert api.anyone.get("/readyz", 503).json["status"] == "not ready"
    assert not file.exists(), "nothing was made in its place"
    away.rename(file)
    assert api.anyone.get("/readyz").json["wrong"] == ["no worker is alive: jobs wait"]
    assert api.anyone.get(f"/articles/{article['id']}").json == article
    api.contributor.post("/articles", ARTICLE, 201, headers=key)
    assert len(api.anyone.get("/articles").json["items"]) == 2


@pytest.mark.sqlite
def test_another_file_in_the_place_of_the_first_is_read_and_written(api, file, tmp_path):
    api.contributor.post("/articles", ARTICLE, expect=201)
    assert api.app.test_cli_runner().invoke(args=["backup", str(tmp_path / "kept")]).exit_code == 0
    api.contributor.post("/articles", ARTICLE, expect=201)
    for each in file.parent.glob(f"{file.name}*"):
        each.unlink()
    shutil.copyfile(tmp_path / "kept" / "database.sqlite", file)
    assert len(api.anyone.get("/articles").json["items"]) == 1
    api.contributor.post("/articles", ARTICLE, expect=201)
    assert len(api.anyone.get("/articles").json["items"]) == 2


def send(url, body, **headers):
    request = urllib.request.Request(url, json.dumps(body).encode(), headers)
    request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


def limit_files(server, size):
    """No file of the server may grow beyond so many bytes: its disk is full."""
    for process in descendants(server):
        _, most = resource.prlimit(process.id, resource.RLIMIT_FSIZE)
        resource.prlimit(process.id, resource.RLIMIT_FSIZE, (size, most))


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_disk_that_is_full_and_has_room_again(settings, api, app, tmp_path):
    large = ARTICLE | {"text": "It was opened in 1932. " * 15_000}
    headers = {"Authorization": f"Bearer {api.contributor.key}", "Idempotency-Key": "once"}
    with Installation(tmp_path, settings) as installation:
        server = installation.serve()
        url = f"{installation.url}/v1/articles"
        limit_files(server, 100_000)  # the article alone is three times as long
        for _ in range(3):
            status, told = send(url, large, **headers)
            assert (status, told["type"]) == (503, "/problems/unavailable"), told
        with urllib.request.urlopen(f"{installation.url}/v1/claims") as answer:
            assert answer.status == 200
        limit_files(server, resource.RLIM_INFINITY)
        status, made = send(url, large, **headers)
        assert status == 201
        assert send(url, large, **headers) == (201, made)
    with app.app_context(), transaction(reads=True) as session:
        assert [str(id) for id in session.scalars(select(Article.id))] == [made["id"]]


@pytest.fixture
def small_disk(api, cluster):
    """A disk with little room, on which PostgreSQL keeps the test's database; its log is elsewhere."""
    if "TEST_DATABASE_URL" in os.environ:
        pytest.skip("needs a PostgreSQL of our own")
    place = f"small_{uuid.uuid4().hex[:12]}"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o711)
        disk = Path(folder) / "disk"
        disk.mkdir()
        options = "size=40m,mode=0711"
        if subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", disk]).returncode != 0:
            pytest.skip("only root may mount a small disk")
        own = disk / "tables"
        own.mkdir()
        shutil.chown(own, "embedded_postgres")
        administer(cluster, f"CREATE TABLESPACE {place} LOCATION '{own}'")
        try:
            move(api, cluster, place)
            yield disk
        finally:
            move(api, cluster, "pg_default")
            administer(cluster, f"DROP TABLESPACE {place}")
            subprocess.run(["umount", disk], check=True)


def move(api, cluster, place):
    """Have the database kept elsewhere, for which nobody may use it."""
    engine = api.app.extensions["engine"]
    engine.dispose()
    name = engine.url.database
    administer(
        cluster, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    )
    administer(cluster, f"ALTER DATABASE {name} SET TABLESPACE {place}")


@pytest.mark.slow
@pytest.mark.postgresql
def test_postgresql_whose_disk_is_full_and_has_room_again(api, article, small_disk):
    ballast, key = small_disk / "ballast", {"Idempotency-Key": "once"}
    chance = random.Random(0)  # what says the same again and again would be packed
    text = " ".join(f"{chance.random()}" for _ in range(20_000))
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))
    large = ARTICLE | {"text": text}
    for _ in range(3):
        assert_unavailable(api.contributor.post("/articles", large, headers=key))
    assert api.anyone.get(f"/articles/{article['id']}").json == article
    ballast.unlink()
    made = api.contributor.post("/articles", large, expect=201, headers=key)
    again = api.contributor.post("/articles", large, expect=201, headers=key)
    assert again.json == made.json
    assert len(api.anyone.get("/articles").json["items"]) == 2


def test_a_clock_that_goes_backwards(api, claim, submit):
    """The chain goes by numbers, not by times; what was written before stays before."""
    submit(claim, "a.example", "disputes")
    api.work()
    decisions = f"/claims/{claim['id']}/verdicts"
    api.reviewer.post(decisions, {"status": "unverified", "reasons": "First."}, expect=201)
    with time_machine.travel(now() - timedelta(hours=2)):
        item = submit(claim, "b.example", "disputes")
        api.work()
        second = {"status": "disputed", "reasons": "Second.", "evidence": [item["id"]]}
        api.reviewer.post(decisions, second, expect=201)
        api.work()
        status = api.anyone.get(f"/claims/{claim['id']}/status").json
    assert (status["status"], status["disputing_groups"]) == ("disputed", 2)
    history = api.anyone.get(f"/claims/{claim['id']}/history").json
    assert history["intact"] and [each["number"] for each in history["items"]] == [1, 2]
    assert api.app.test_cli_runner().invoke(args=["verify"]).exit_code == 0


@pytest.mark.slow
def test_a_worker_whose_heartbeat_lies_in_the_future_counts_as_dead(
    app, api, claim, submit, outside, settings, tmp_path
):
    outside.gate.clear()
    item = submit(claim, "a.example")
    with Installation(tmp_path, settings) as installation:
        dead = installation.work()
        until(lambda: outside.requests, seconds=60, so_that="it has begun")
        installation.kill(dead)
        with app.app_context(), transaction() as session:
            session.execute(update(Worker).values(seen_at=clock() + timedelta(hours=1)))
        assert api.anyone.get("/readyz").json["workers"] == 0
        outside.gate.set()
        installation.work()
        until(
            lambda: api.anyone.get(f"/evidence/{item['id']}").json["state"] == "quote_verified",
            seconds=60,
            so_that="another has done its job",
        )
