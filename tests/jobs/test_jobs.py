"""Jobs that are promised: in the transaction in progress, and found again by every version."""

import time
from contextlib import suppress

import pytest
from sqlalchemy import text
from structlog.contextvars import clear_contextvars

from api.database.session import engine, session, transaction
from api.jobs.queue import enqueue

pytestmark = pytest.mark.each_database

ARGUMENTS = {"evidence_id": "1", "words": 'naïve "中文"\n'}

#: The rows of a job as versions stored them that did not use the engine's client: what waits in
#: their databases is run by this version. Its times and ids differ from job to job.
STORED_BEFORE = {
    "application_name": "claimledger",
    "application_version": "1",
    "is_debounced": False,
    "name": "evidence.examine",
    "queue_name": "claimledger",
    "recovery_attempts": 0,
    "serialization": "portable_json",
}
INPUTS = '{"namedArgs":{"evidence_id":"1","words":"naïve \\"中文\\"\\n"},"positionalArgs":[]}'


def stored(table):
    schema = "" if engine().dialect.name == "sqlite" else "dbos."
    found = session.execute(text(f"SELECT * FROM {schema}{table}")).mappings()
    return [dict(row) for row in found]


@pytest.fixture
def queue(app):
    clear_contextvars()  # of a request before it, which a job would go back to
    with app.app_context():
        yield app.extensions["jobs"].client


@pytest.mark.parametrize("after, status", [(0, "ENQUEUED"), (30, "DELAYED")])
def test_a_job_is_stored_as_earlier_versions_did(queue, after, status):
    with transaction():
        enqueue("evidence.examine", after=after, **ARGUMENTS)
    with transaction(reads=True):
        (row,), (input,) = stored("workflow_status"), stored("workflow_input")
    due = row["delay_until_epoch_ms"]
    assert (due is not None) == bool(after)
    assert due is None or 10 < due / 1000 - time.time() <= 30
    assert row["attributes"] in {None, "null"}  # JSON's null, which is a text on SQLite
    assert row["status"] == status
    assert {name: row[name] for name in STORED_BEFORE} == STORED_BEFORE
    assert (input["workflow_uuid"], input["inputs"]) == (row["workflow_uuid"], INPUTS)


def test_what_changes_what_readers_see_runs_before_what_waits_for_strangers(queue):
    names = ["webhook.send", "evidence.examine", "verdict.reassess", "log.checkpoint"]
    with transaction():
        for name in names:
            enqueue(name)
    with transaction(reads=True):
        ordered = sorted(stored("workflow_status"), key=lambda job: job["priority"])
    assert [job["name"] for job in ordered] == [*names[2:], "evidence.examine", "webhook.send"]


def test_every_job_with_a_priority_has_a_handler(app):
    jobs = app.extensions["jobs"]
    assert jobs.priorities.keys() < jobs.handlers.keys()


def test_a_job_is_promised_with_its_transaction_or_not_at_all(queue):
    with suppress(LookupError), transaction():
        enqueue("evidence.examine", **ARGUMENTS)
        raise LookupError("Nothing of this is kept.")
    assert queue.list_workflows() == []
    with transaction():
        enqueue("evidence.examine", **ARGUMENTS)
    (job,) = queue.list_workflows()
    assert (job.name, job.input["kwargs"]) == ("evidence.examine", ARGUMENTS)
