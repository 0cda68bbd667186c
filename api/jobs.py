"""Work for later, promised in the same transaction as the change that needs it.

The engine is DBOS, whose tables lie in our own database: a job is a row that is committed with
the rest or not at all. What runs the jobs is in `worker`.
"""

from collections.abc import Callable
from typing import Any

from dbos import DBOSClient, DBOSPortableJSONSerializer, WorkflowSerializationFormat
from flask import Flask, current_app

from api import db

Handler = Callable[..., None]

#: What each job's name stands for. A job's arguments are strings; it may run more than once.
HANDLERS: dict[str, Handler] = {}

QUEUE = "claimledger"

#: Of the jobs' names and arguments. A worker takes only jobs of its own version.
VERSION = "1"

#: Never pickle: whoever could write a row could have it run.
SERIALIZER = DBOSPortableJSONSerializer()


def init_app(app: Flask) -> None:
    # Lazy: the engine's tables need not be there before the first job is promised.
    app.extensions["jobs"] = DBOSClient(
        system_database_engine=app.extensions["engine"],
        application_name=QUEUE,
        serializer=SERIALIZER,
        lazy=True,
    )


def handles(name: str) -> Callable[[Handler], Handler]:
    """Let a function do the jobs of this name."""

    def register(handler: Handler) -> Handler:
        HANDLERS[name] = handler
        return handler

    return register


def enqueue(name: str, *, after: float = 0, **arguments: Any) -> None:
    """Promise a job, to be done once the transaction in progress is committed and `after`
    seconds have passed.
    """
    client: DBOSClient = current_app.extensions["jobs"]
    options: Any = {
        "workflow_name": name,
        "queue_name": QUEUE,
        "app_version": VERSION,
        "serialization_type": WorkflowSerializationFormat.PORTABLE,
    }
    if after:
        options["delay_seconds"] = after
    client.enqueue_in_transaction(
        db.session.connection(), options, **{key: str(value) for key, value in arguments.items()}
    )
