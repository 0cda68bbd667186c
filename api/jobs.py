"""Work for later, promised in the same transaction as the change that needs it.

The engine is DBOS, whose tables lie in our own database: a job is a row that is committed with
the rest or not at all. What runs the jobs is in `worker`.
"""

import json
import time
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple
from uuid import uuid4

import structlog
from sqlalchemy import JSON, BigInteger, Boolean, Integer, Text, column, table, text
from sqlalchemy.dialects.postgresql import JSONB
from uuid6 import uuid7

from api import db, metrics, tracing
from api.storing import Rows

log = structlog.stdlib.get_logger("api.jobs")

Handler = Callable[..., None]

#: What each job's name stands for. A job's arguments are strings; it may run more than once.
HANDLERS: dict[str, Handler] = {}

QUEUE = "claimledger"

#: Of the jobs' names and arguments. A worker takes only jobs of its own version.
VERSION = "1"

#: How far a backlog is counted. Beyond, its length says nothing new.
COUNTED = 10_000


class Waiting(NamedTuple):
    """Jobs in one state: how many (at most `COUNTED`), and when the oldest was due, or was begun
    where they are pending, in seconds since 1970.
    """

    status: str
    number: int
    oldest: float | None


#: How jobs in each state are found by the engine's partial indexes, which need these very words
#: in the statement: SQLite does not conclude them, and PostgreSQL does not see bound values.
IN_FLIGHT = "status IN ('ENQUEUED', 'PENDING') AND queue_name = '{}' ORDER BY priority, created_at"
FOUND_BY = {
    "ENQUEUED": IN_FLIGHT.format(QUEUE),
    "PENDING": IN_FLIGHT.format(QUEUE),
    "DELAYED": "true ORDER BY delay_until_epoch_ms",
}

DUE = "delay_until_epoch_ms, created_at"
#: Where the time is that a job in each state is as old as: the first of these that is known.
SINCE = {"ENQUEUED": DUE, "PENDING": f"started_at_epoch_ms, {DUE}", "DELAYED": DUE}


#: What the engine writes of each job that is promised.
PROMISED = {
    "application_name": QUEUE,
    "application_version": VERSION,
    "attributes": JSON.NULL,
    "is_debounced": False,
    "priority": 0,
    "queue_name": QUEUE,
    "recovery_attempts": 0,
    "serialization": "portable_json",
}

_compact = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


class Job(NamedTuple):
    """The rows of which a job consists, in the engine's tables."""

    status: Rows
    input: Rows


@cache
def _rows(dialect: str) -> Job:
    """Written by us, which takes a tenth of what it takes the engine, and needs nothing of it to be
    imported. `tests/test_jobs.py` holds that they are as it writes them.
    """
    schema = None if dialect == "sqlite" else "dbos"
    status = table(
        "workflow_status",
        *(column(name, Text) for name in ("workflow_uuid", "name", "status", "creator_xid")),
        *(column(name, Text) for name in ("queue_name", "serialization")),
        *(column(name, Text) for name in ("application_name", "application_version")),
        *(column(name, BigInteger) for name in ("delay_until_epoch_ms", "recovery_attempts")),
        column("priority", Integer),
        column("is_debounced", Boolean),
        column("attributes", JSON().with_variant(JSONB(), "postgresql")),
        schema=schema,
    )
    input = table(
        "workflow_input", column("workflow_uuid", Text), column("inputs", Text), schema=schema
    )
    return Job(*(Rows(each, dict(each.c)) for each in (status, input)))


def waiting() -> Iterator[Waiting]:
    """How many jobs are due, begun, or due later. Costs no more than counting to `COUNTED`."""
    in_schema = "" if db.engine().dialect.name == "sqlite" else "dbos."
    for status, found_by in FOUND_BY.items():
        counted = text(
            "SELECT count(*), min(since) FROM"  # noqa: S608
            f" (SELECT coalesce({SINCE[status]}) AS since"
            f" FROM {in_schema}workflow_status"
            f" WHERE status = '{status}' AND {found_by} LIMIT {COUNTED}) AS first"
        )
        number, oldest = db.session.execute(counted).one()
        yield Waiting(status.lower(), number, oldest and oldest / 1000)


def handles(name: str) -> Callable[[Handler], Handler]:
    """Let a function do the jobs of this name."""

    def register(handler: Handler) -> Handler:
        HANDLERS[name] = handler
        return handler

    return register


def enqueue(name: str, *, after: float = 0, **arguments: Any) -> None:
    """Promise a job, to be done once the transaction in progress is committed and `after`
    seconds have passed. It keeps in mind which request it goes back to.
    """
    if origin := tracing.origin():
        arguments["origin"] = json.dumps(origin)
    named = {key: str(value) for key, value in arguments.items()}
    inputs = {"namedArgs": named, "positionalArgs": []}
    id = str(uuid7())  # rows of one time lie together
    rows = _rows(db.engine().dialect.name)
    rows.status.store(
        {
            **PROMISED,
            "workflow_uuid": id,
            "creator_xid": str(uuid4()),
            "name": name,
            "status": "DELAYED" if after else "ENQUEUED",
            "delay_until_epoch_ms": int((time.time() + after) * 1000) if after else None,
        }
    )
    rows.input.store({"workflow_uuid": id, "inputs": _compact(inputs)})


def do(name: str, *, origin: str = "{}", **arguments: str) -> None:
    """Do a job here and now, on behalf of the request that it goes back to."""
    began = time.perf_counter()
    with tracing.job(name, json.loads(origin)):
        try:
            HANDLERS[name](**arguments)
        except Exception as failure:
            metrics.JOBS.labels(name, "failed").observe(time.perf_counter() - began)
            log.warning("job failed", job=name, failure=type(failure).__name__)
            raise
        seconds = time.perf_counter() - began
        metrics.JOBS.labels(name, "done").observe(seconds)
        log.info("job", job=name, seconds=round(seconds, 6))
