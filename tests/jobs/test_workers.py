"""Real workers: how they stop, share, take over, fail and clear away."""

import signal
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from alembic import command
from dbos import DBOS
from sqlalchemy import select, text

from api.app import create_app
from api.audit_log import AuditAction, AuditEntry
from api.database.migrate import alembic_config, migrate
from api.database.session import transaction
from api.evidence.examination import examine as examination
from api.jobs import worker
from api.jobs.heartbeats import Worker
from api.jobs.queue import QUEUE, enqueue
from api.sources.extraction import result
from tests.support.databases import administer
from tests.support.postgres import Postgres
from tests.support.processes import Installation, descendants, is_gone, until


@pytest.fixture
def installation(settings, tmp_path):
    with Installation(tmp_path, settings, WORKER_CONCURRENCY="2") as installation:
        yield installation


def reads(app, statement):
    with app.app_context(), transaction(reads=True) as session:
        return list(session.scalars(statement))


def workers(app):
    return reads(app, select(Worker.id))


def left(app):
    """The statuses of the jobs that have not succeeded."""
    found = app.extensions["jobs"].client.list_workflows(load_input=False)
    return Counter(job.status for job in found if job.status != "SUCCESS")


def state_of(api, item):
    return api.anyone.get(f"/evidence/{item['id']}").json["state"]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_with_nothing_to_do_stops_at_once(app, installation, number):
    process = installation.work()
    until(lambda: workers(app), seconds=30, so_that="a worker is up")
    process.send_signal(number)
    assert process.wait(timeout=10) == 0
    assert workers(app) == []
    assert not installation.complaints()


def test_a_worker_finishes_what_it_has_begun(app, api, claim, submit, outside, installation):
    outside.gate.clear()
    items = [submit(claim, f"paper-{n}.example") for n in range(20)]
    process = installation.work()
    until(lambda: len(outside.requests) == 2, seconds=30, so_that="two items are examined")
    process.send_signal(signal.SIGTERM)
    until(lambda: "stopping" in installation.logs(), seconds=20, so_that="it heeds the signal")
    outside.gate.set()
    family = descendants(process)
    assert process.wait(timeout=30) == 0
    until(lambda: all(map(is_gone, family)), seconds=10, so_that="its processes have ended")
    begun = len(outside.requests)
    assert begun < len(items)
    states = Counter(state_of(api, item) for item in items)
    assert states == {"quote_verified": begun, "pending": len(items) - begun}
    assert set(left(app)) == {"ENQUEUED"}


@pytest.mark.slow
def test_workers_share_the_queue_and_take_over_from_a_dead_one(
    app, api, claim, submit, outside, installation
):
    outside.gate.clear()
    items = [submit(claim, f"paper-{n}.example") for n in range(12)]
    dead, *survivors = [installation.work() for _ in range(3)]
    until(lambda: len(outside.requests) == 6, seconds=60, so_that="each has begun two")
    installation.kill(dead)
    died = time.monotonic()
    outside.gate.set()
    until(lambda: not left(app), seconds=60, so_that="all jobs are done")
    assert time.monotonic() - died < 25
    assert {state_of(api, item) for item in items} == {"quote_verified"}
    times = Counter(Counter(outside.requests).values())
    assert times == {1: 10, 2: 2}, "only what the dead one had begun was begun again"
    assert len(workers(app)) == len(survivors)


@pytest.fixture
def engine_of_jobs(app):
    """The job engine, as a worker runs it but for our queue, of which it takes no job."""
    with app.app_context():
        DBOS(config=worker.engine_config("adopting"))
    DBOS.launch()
    yield
    DBOS.destroy(destroy_registry=True)


@pytest.mark.each_database
def test_putting_back_a_dead_workers_job_takes_none_from_a_living_one(app, engine_of_jobs):
    """Why the worker calls a private function of the engine: the public one takes a job from
    whoever has it by now, out of our queue. Where the last line fails, it can take its place.
    """
    with app.app_context(), transaction():
        enqueue("test.nothing")
    (job,) = app.extensions["jobs"].client.list_workflows()
    schema = "" if app.extensions["engine"].dialect.name == "sqlite" else "dbos."

    def begin(by):
        begun = f"UPDATE {schema}workflow_status SET status = 'PENDING', executor_id = '{by}'"
        with app.app_context(), transaction() as session:
            session.execute(text(begun))

    def state():
        (row,) = app.extensions["jobs"].client.list_workflows()
        return row.status, row.executor_id, row.queue_name

    begin("dead")
    DBOS._recover_pending_workflows(["dead"])
    assert state()[::2] == ("ENQUEUED", QUEUE)
    begin("living")
    DBOS._recover_pending_workflows(["dead"])
    assert state() == ("PENDING", "living", QUEUE)
    DBOS.resume_workflows([job.workflow_id])
    assert state() != ("PENDING", "living", QUEUE)


@pytest.mark.slow
def test_a_job_that_fails_is_put_off_until_it_succeeds(app, installation, tmp_path):
    runs = tmp_path / "runs"
    with app.app_context(), transaction():
        enqueue("test.stubborn", file=runs, times=2)
    installation.start("tests.support.failing_worker")
    until(
        lambda: (
            runs.exists() and len(runs.read_text().splitlines()) == 3 and "PENDING" not in left(app)
        ),
        seconds=30,
        so_that="the third run succeeds",
    )
    assert left(app) == {"ERROR": 2}
    assert installation.logs().count("LookupError: The stubborn job gives up.") == 2


@pytest.mark.slow
@pytest.mark.postgresql
def test_a_database_that_goes_away_costs_no_job(
    app, api, claim, submit, outside, installation, cluster
):
    outside.gate.clear()
    items = [submit(claim, f"paper-{n}.example") for n in range(4)]
    process = installation.start("tests.support.failing_worker")
    until(lambda: len(outside.requests) == 2, seconds=30, so_that="two items are examined")
    name = app.extensions["engine"].url.database
    administer(cluster, f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    administer(
        cluster, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    )
    outside.gate.set()
    until(
        lambda: installation.logs().count("the database did not answer") >= 2,
        seconds=30,
        so_that="the worker has missed the database",
    )
    administer(cluster, f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    app.extensions["engine"].dispose()
    until(
        lambda: {state_of(api, item) for item in items} == {"quote_verified"},
        seconds=60,
        so_that="all are examined",
    )
    assert process.poll() is None


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_file_that_is_moved_away_and_back_costs_no_job(
    app, api, claim, submit, outside, installation
):
    file = Path(app.extensions["engine"].url.database)
    away = file.with_name("away.sqlite")
    outside.gate.clear()
    items = [submit(claim, f"paper-{n}.example") for n in range(4)]
    process = installation.start("tests.support.failing_worker")
    until(lambda: len(outside.requests) == 2, seconds=30, so_that="two items are examined")
    file.rename(away)
    outside.gate.set()
    until(
        lambda: installation.logs().count("the database did not answer") >= 2,
        seconds=30,
        so_that="the worker has missed the database",
    )
    assert not file.exists(), "nothing was made in its place"
    away.rename(file)
    until(
        lambda: {state_of(api, item) for item in items} == {"quote_verified"},
        seconds=60,
        so_that="all are examined",
    )
    assert process.poll() is None


@pytest.mark.slow
def test_a_worker_that_finds_no_database_says_so_and_can_be_stopped(settings, tmp_path):
    nowhere = replace(settings, database_url="sqlite:////nowhere/claimledger.sqlite")
    with Installation(tmp_path, nowhere) as installation:
        process = installation.work()
        missed = "the database did not answer"
        until(lambda: missed in installation.logs(), seconds=30, so_that="it has missed it")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
        assert all(missed in line for line in installation.logs().splitlines())


@pytest.fixture
def later(dialect, tmp_path):
    """A database of its own that is away, and what brings it: an empty one."""
    if dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'later.sqlite'}", lambda: None  # migrating makes the file
        return
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = Postgres(folder)
        server.kill()
        yield server.url, server.start
        server.server.cleanup()


@pytest.mark.slow
def test_a_worker_waits_for_its_database(settings, tmp_path, later):
    url, bring = later
    with Installation(tmp_path, replace(settings, database_url=url)) as installation:
        process = installation.start("tests.support.failing_worker")
        missed = "the database did not answer"
        until(lambda: missed in installation.logs(), seconds=30, so_that="it has missed it")
        bring()
        command.upgrade(alembic_config(url), "head")  # all but the job engine's tables
        missed = "the database is not migrated"
        until(lambda: missed in installation.logs(), seconds=30, so_that="it has missed them")
        migrate(url)
        app, runs = create_app(replace(settings, database_url=url)), tmp_path / "runs"
        with app.app_context(), transaction():
            enqueue("test.stubborn", file=runs, times=0)
        until(runs.exists, seconds=60, so_that="the job is done")
        until(lambda: workers(app), seconds=10, so_that="the worker says that it is alive")
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
        assert workers(app) == []
        app.extensions["engine"].dispose()


def test_an_examination_that_goes_wrong_says_so_and_is_tried_again(
    api, claim, submit, monkeypatch, caplog
):
    item = submit(claim, "paper.example")
    with monkeypatch.context() as broken:
        broken.setattr(result, "_START_CODE", "raise SystemExit")
        broken.setattr(result, "_SANDBOX", result._SandboxProcess())
        api.work()
    seen = api.anyone.get(f"/evidence/{item['id']}").json
    assert seen["state"] == "source_unavailable"
    assert seen["state_reason"] == "It could not be examined. The fault is ours, not the source's."
    assert "does not start" in caplog.text
    assert api.waiting() == ["evidence.examine"]
    api.hurry()
    assert state_of(api, item) == "quote_verified"


@pytest.mark.each_database
def test_an_item_that_two_workers_examine_at_once_is_examined_once(app, claim, submit, outside):
    item = submit(claim, "paper.example")
    outside.gate.clear()

    def examine():
        with app.app_context():
            examination.examine_evidence(item["id"])

    both = [threading.Thread(target=examine) for _ in range(2)]
    for thread in both:
        thread.start()
    until(lambda: len(outside.requests) == 2, seconds=30, so_that="both are at it")
    outside.gate.set()
    for thread in both:
        thread.join()
    examined = select(AuditEntry.id).filter_by(action=AuditAction.EVIDENCE_EXAMINED)
    assert len(reads(app, examined)) == 1


@pytest.mark.slow
def test_what_ended_long_ago_is_cleared_away(app, api, claim, installation):
    installation.environment["KEEP_JOBS_DAYS"] = "3"
    for key in ("old", "young"):
        with app.app_context(), transaction():
            enqueue("verdict.reassess", claim_id=claim["id"])
        again = {"quote": "It cost much.", "statement": f"It was {key}."}
        path = f"/articles/{claim['article_id']}/claims"
        api.contributor.post(path, again, 201, headers={"Idempotency-Key": key})
    ended = app.extensions["jobs"].client.list_workflows
    process = installation.work()
    until(lambda: len(ended(status="SUCCESS")) == 2, seconds=30, so_that="the jobs are done")
    process.send_signal(signal.SIGTERM)
    process.wait(timeout=20)

    old, young = [job.workflow_id for job in ended()]
    schema = "" if app.extensions["engine"].dialect.name == "sqlite" else "dbos."
    day = 24 * 3600 * 1000
    with app.app_context(), transaction() as session:
        for job, days in ((old, 3), (young, 2)):
            session.execute(
                text(
                    f"UPDATE {schema}workflow_status SET completed_at = completed_at - {days * day}"
                    f" WHERE workflow_uuid = '{job}'"
                )
            )
        session.execute(
            text("UPDATE idempotent_answers SET created_at = '2020-01-01' WHERE key = 'old'")
        )
    installation.work()
    until(lambda: len(ended()) == 1, seconds=30, so_that="the old job is forgotten")
    assert [job.workflow_id for job in ended()] == [young]
    until(
        lambda: reads(app, text("SELECT key FROM idempotent_answers")) == ["young"],
        seconds=10,
        so_that="the old answer is forgotten",
    )
