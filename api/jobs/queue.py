"""Jobs: work for later, enqueued in the same transaction as the change that needs it.

The job engine is DBOS, whose tables lie in our own database: a job is a row that is committed with
the rest or not at all. `worker` runs the jobs.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import structlog
from flask import Flask, current_app
from sqlalchemy import Engine, text
from uuid6 import uuid7

from api.database import session as db
from api.jobs.periodic import PeriodicTask
from api.observability import metrics, tracing

if TYPE_CHECKING:
    from dbos import DBOSClient, EnqueueOptions

log = structlog.stdlib.get_logger("api.jobs")

#: A function that does a job. Its arguments are strings, and it may run more than once.
Handler = Callable[..., None]

QUEUE = "claimledger"

#: The version of the jobs' names and arguments. A worker takes only jobs of its own version.
VERSION = "1"

#: The most jobs that are counted in one state: the length of a longer backlog says nothing new.
COUNT_LIMIT = 10_000


class JobCount(NamedTuple):
    """Jobs in one state: how many (at most `COUNT_LIMIT`), and when the oldest was due, or was
    begun where they are pending, in seconds since 1970.
    """

    status: str
    number: int
    oldest: float | None


#: What a statement says literally so that each database finds the jobs in a state by the engine's
#: partial indexes: SQLite does not infer it, and PostgreSQL does not see bound values.
IN_FLIGHT = "status IN ('ENQUEUED', 'PENDING') AND queue_name = '{}' ORDER BY priority, created_at"
CONDITIONS = {
    "ENQUEUED": IN_FLIGHT.format(QUEUE),
    "PENDING": IN_FLIGHT.format(QUEUE),
    "DELAYED": "true ORDER BY delay_until_epoch_ms",
}

DUE = "delay_until_epoch_ms, created_at"
#: The columns that say since when a job has been in each state: the first that is not null.
WAITING_SINCE = {"ENQUEUED": DUE, "PENDING": f"started_at_epoch_ms, {DUE}", "DELAYED": DUE}


class JobQueue:
    """The queue of an application's jobs, with the handler of each name, and what workers run
    besides.
    """

    def __init__(
        self,
        engine: Engine,
        handlers: Mapping[str, Handler],
        periodic_tasks: Sequence[PeriodicTask],
        priorities: Mapping[str, int],
    ) -> None:
        self.engine, self.handlers, self.periodic_tasks = engine, handlers, periodic_tasks
        self.priorities = priorities

    @cached_property
    def client(self) -> "DBOSClient":
        # Imported here: a process that enqueues no job starts a tenth of a second earlier without
        # the job engine and PostgreSQL's driver, which the engine imports.
        from dbos import DBOSClient, DBOSPortableJSONSerializer

        return DBOSClient(
            system_database_engine=self.engine,
            application_name=QUEUE,
            # Never pickle: whoever could write a row could have it run.
            serializer=DBOSPortableJSONSerializer(),
            lazy=True,
        )


def init_app(
    app: Flask,
    handlers: Mapping[str, Handler],
    periodic_tasks: Sequence[PeriodicTask],
    priorities: Mapping[str, int],
) -> None:
    """Set up the queue. Jobs whose name is not in `priorities` run first, then those of the lowest
    number.
    """
    engine = app.extensions["engine"]
    app.extensions["jobs"] = JobQueue(engine, handlers, periodic_tasks, priorities)


def _current_queue() -> JobQueue:
    queue: JobQueue = current_app.extensions["jobs"]
    return queue


def count_jobs() -> Iterator[JobCount]:
    """Count the jobs that are due, begun, or due later, up to `COUNT_LIMIT` in each state."""
    in_schema = "" if db.engine().dialect.name == "sqlite" else "dbos."
    for status, condition in CONDITIONS.items():
        counted = text(
            "SELECT count(*), min(since) FROM"  # noqa: S608
            f" (SELECT coalesce({WAITING_SINCE[status]}) AS since"
            f" FROM {in_schema}workflow_status"
            f" WHERE status = '{status}' AND {condition} LIMIT {COUNT_LIMIT}) AS first"
        )
        number, oldest = db.session.execute(counted).one()
        yield JobCount(status.lower(), number, oldest and oldest / 1000)


def enqueue(name: str, *, after: float = 0, **arguments: Any) -> None:
    """Enqueue a job, to be run once the transaction in progress is committed and `after` seconds
    have passed. `arguments` are stored as strings, with the request that led to the job.
    """
    if origin := tracing.current_origin():
        arguments["origin"] = json.dumps(origin)
    options: EnqueueOptions = {
        "workflow_name": name,
        "workflow_id": str(uuid7()),  # rows of one time lie together
        "queue_name": QUEUE,
        "app_version": VERSION,
    }
    if priority := _current_queue().priorities.get(name):
        options["priority"] = priority
    if after:
        options["delay_seconds"] = after
    named = {key: str(value) for key, value in arguments.items()}
    _current_queue().client.enqueue_in_transaction(db.session.connection(), options, **named)


def run_job(name: str, *, origin: str = "{}", **arguments: str) -> None:
    """Run a job now, in the name of the request that led to it. Raises what its handler does."""
    began = time.perf_counter()
    with tracing.trace_job(name, json.loads(origin)):
        try:
            _current_queue().handlers[name](**arguments)
        except Exception as failure:
            metrics.JOBS.labels(name, "failed").observe(time.perf_counter() - began)
            log.warning("job failed", job=name, failure=type(failure).__name__)
            raise
        seconds = time.perf_counter() - began
        metrics.JOBS.labels(name, "done").observe(seconds)
        log.info("job", job=name, seconds=round(seconds, 6))
