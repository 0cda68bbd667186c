"""What supervisors are told: alive, ready, and what is wrong, without where things are."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import make_url

from api.app import create_app
from api.config.settings import Settings
from api.database import sqlite
from api.database.migrate import alembic_config
from api.database.session import clock, transaction
from api.jobs.heartbeats import Worker
from api.sources.snapshots import blob_store

pytestmark = pytest.mark.each_database


@pytest.fixture
def worker(app):
    with app.app_context(), transaction() as session:
        session.add(Worker(id="one", seen_at=clock()))


def ready(app, status):
    answer = app.test_client().get("/readyz")
    assert answer.status_code == status
    return answer.json


def test_alive(api):
    assert api.anyone.get("/healthz").json == {"status": "alive"}


def test_nothing_is_wrong(app, worker):
    assert ready(app, 200) == {"status": "ready", "wrong": [], "workers": 1}


def test_without_a_worker_it_serves_and_says_so(app):
    wrong = ["no worker is alive: jobs wait"]
    assert ready(app, 200) == {"status": "degraded", "wrong": wrong, "workers": 0}


@pytest.fixture
def file(database_url):
    """SQLite's."""
    return make_url(database_url).database


@pytest.mark.sqlite
def test_a_database_that_takes_no_writes_is_told(restart, file):
    read_only = restart(database_url=f"sqlite:///file:{file}?mode=ro&uri=true").app
    wrong = ["the database takes no writes"]
    assert ready(read_only, 200) == {"status": "degraded", "wrong": wrong, "workers": None}


@pytest.mark.sqlite
def test_one_who_holds_the_database_is_told_and_not_that_workers_died(
    app, worker, file, monkeypatch
):
    monkeypatch.setattr(sqlite, "PROBE_TIMEOUT_SECONDS", 0.1)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        wrong = ["somebody holds the database: writes wait"]
        assert ready(app, 200) == {"status": "degraded", "wrong": wrong, "workers": None}
    assert ready(app, 200)["status"] == "ready"
    with app.extensions["engine"].connect() as pooled:
        waits = pooled.exec_driver_sql("PRAGMA busy_timeout").scalar()
    assert waits == sqlite.BUSY_TIMEOUT_MILLISECONDS, "those who write wait as before"


def test_a_folder_of_snapshots_that_takes_nothing_is_told(app, worker, settings):
    ready(app, 200)
    Path(settings.blob_store).rmdir()
    said = ready(app, 200)
    assert said["status"] == "degraded"
    assert said["wrong"] == [
        "the store of snapshots does not answer, or takes nothing",
        "the folder of the snapshots is not there",
    ]
    assert settings.blob_store not in str(said)
    Path(settings.blob_store).mkdir()
    assert ready(app, 200)["status"] == "ready"


def test_a_folder_that_is_not_the_one_of_before_is_told(
    api, worker, claim, submit, settings, restart
):
    item = submit(claim, "a.example")
    api.work()
    assert ready(api.app, 200)["wrong"] == []
    folder, away = Path(settings.blob_store), Path(settings.blob_store).with_name("away")
    folder.rename(away)
    again = restart()
    assert ready(again.app, 200)["wrong"] == [
        "the store of snapshots does not answer, or takes nothing",
        "the folder of the snapshots is not there",
    ]
    snapshot = again.anyone.get(f"/evidence/{item['id']}").json["snapshot"]
    again.anyone.get(snapshot["content_url"], 503)
    assert not folder.exists(), "none was made in its place"
    folder.mkdir()
    wrong = ["the store of snapshots lacks what was kept: it is another one"]
    assert ready(again.app, 200) == {"status": "degraded", "wrong": wrong, "workers": 1}
    folder.rmdir()
    away.rename(folder)
    assert ready(again.app, 200)["status"] == "ready"
    again.anyone.get(snapshot["content_url"])


def test_a_bucket_is_asked_for(worker, settings, bucket, monkeypatch):
    there = create_app(replace(settings, blob_store=bucket[0]))
    assert ready(there, 200)["wrong"] == []
    with there.app_context():
        assert blob_store.find_fault("0" * 64) == blob_store.BYTES_MISSING
        assert blob_store.find_fault(blob_store.store_bytes(b"content")) is None
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    gone = create_app(replace(settings, blob_store="s3://evidence/other"))
    assert ready(gone, 200)["wrong"] == ["the store of snapshots does not answer, or takes nothing"]


def test_a_disk_that_is_nearly_full_is_told(settings, worker):
    full = create_app(replace(settings, readiness_reserve=10**18))
    assert "the disk with the snapshots is nearly full" in ready(full, 200)["wrong"]


def test_a_database_behind_is_not_served(app, worker, database_url):
    app.extensions["engine"].dispose()
    command.downgrade(alembic_config(database_url), "-1")
    said = ready(app, 503)
    assert said["status"] == "not ready" and said["workers"] is None
    assert said["wrong"] == ["the database is not migrated to this version"]


def test_a_database_ahead_is_served_while_servers_are_replaced(app, worker):
    with app.app_context(), transaction() as session:
        session.connection().exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    assert ready(app, 200)["status"] == "ready"


def test_a_database_that_was_never_made_is_told(tmp_path):
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/empty.sqlite"))
    said = ready(app, 503)
    assert said["wrong"][0] == "the database does not answer, or was never migrated"
    assert str(tmp_path) not in str(said)


def test_a_database_that_is_away_is_told_without_its_password(tmp_path):
    url = "postgresql://user:a-secret@127.0.0.1:9/nowhere"
    app = create_app(Settings(database_url=url, blob_store=str(tmp_path)))
    said = ready(app, 503)
    assert said["status"] == "not ready" and "secret" not in str(said) and "127" not in str(said)
