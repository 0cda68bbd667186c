"""Jobs that are promised: rows that the engine takes for its own."""

import pytest
from dbos import WorkflowSerializationFormat
from sqlalchemy import text
from structlog.contextvars import clear_contextvars

from api import db, jobs

#: What differs from one job to the next.
OWN = {"workflow_uuid", "creator_xid", "created_at", "updated_at", "retention_timestamp"}


def enqueued_by_the_engine(client, name, arguments, after):
    options = {"workflow_name": name, "queue_name": jobs.QUEUE, "app_version": jobs.VERSION}
    options["serialization_type"] = WorkflowSerializationFormat.PORTABLE
    if after:
        options["delay_seconds"] = after
    client.enqueue_in_transaction(db.session.connection(), options, **arguments)


def rows():
    """All that is in the engine's tables of jobs, of all columns."""
    schema = "" if db.engine().dialect.name == "sqlite" else "dbos."
    tables = [f"{schema}workflow_status", f"{schema}workflow_input"]
    found = [db.session.execute(text(f"SELECT * FROM {table}")).mappings() for table in tables]
    return [[dict(row) for row in table] for table in found]


@pytest.mark.parametrize("after", [0, 30])
@pytest.mark.parametrize("through_the_session", [False, True])
def test_a_job_is_promised_as_the_engine_itself_would(app, after, through_the_session):
    clear_contextvars()  # of a request before it, which the job would go back to
    arguments = {"evidence_id": "1", "words": 'naïve "中文"\n'}
    with app.app_context():
        with db.transaction():
            if through_the_session:
                db.session.connection()
            jobs.enqueue("evidence.examine", after=after, **arguments)
        with db.transaction():
            enqueued_by_the_engine(app.extensions["jobs"], "evidence.examine", arguments, after)
        with db.transaction(reads=True):
            for ours, theirs in rows():
                assert len({ours["workflow_uuid"], theirs["workflow_uuid"]}) == 2
                due = [each.pop("delay_until_epoch_ms", None) or 0 for each in (ours, theirs)]
                assert abs(due[0] - due[1]) < 20_000
                for name in ours.keys() & OWN:
                    assert type(ours.pop(name)) is type(theirs.pop(name))
                assert ours == theirs
