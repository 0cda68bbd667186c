"""The process that runs the jobs, and those that a dead one left behind.

A job is done at least once: one whose worker died is begun again by another, one that failed is
tried again until it succeeds. No two workers begin the same one, but a worker that was only taken
for dead may still run it. So a handler looks at what is stored, and can be run twice.
"""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import count
from typing import Any

import dbos
import structlog
from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer
from flask import Flask, current_app
from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError

from api.config.settings import Settings
from api.database import sqlite
from api.database.failures import is_away, reason_of
from api.database.session import clock, engine, now, transaction
from api.jobs.backoff import Backoff
from api.jobs.heartbeats import HEARTBEAT, Worker, select_living
from api.jobs.periodic import PeriodicTask, Timetable
from api.jobs.queue import QUEUE, VERSION, enqueue, run_job
from api.jobs.shutdown import ShutdownSignal

#: When a job that failed is tried again.
RETRY_BACKOFF = Backoff((60,), longest=24 * 3600)
#: When a database that was away at the start is asked again.
STARTUP_BACKOFF = Backoff((1,), longest=30)
#: Seconds between two tries to reschedule a failed job.
RESCHEDULE_PAUSE_SECONDS = 1
#: How many jobs that have ended are deleted at once.
MAX_DELETED_AT_ONCE = 1000

log = structlog.stdlib.get_logger("api.worker")


def work(app: Flask, settings: Settings) -> None:
    """Run jobs until the process is told to stop (SIGTERM, SIGINT); then finish those begun. Wait
    for the database where it is away, or not migrated yet.
    """
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    longest = settings.fetch_seconds + 15
    shutdown = ShutdownSignal(on_first=lambda: _exit_later(after=longest + 5))
    _register_handlers(app)
    with _heartbeat(app, name, shutdown):
        if not _retry_until_done(shutdown, app, _launch_engine, name):
            return
        tasks = (*QUEUE_TASKS, *app.extensions["jobs"].periodic_tasks)
        timetable = Timetable(tasks, start=time.monotonic())
        while not shutdown.wait(timetable.seconds_to_next(time.monotonic())):
            for task in timetable.take_due(time.monotonic()):
                _try_task(app, task.run)
        log.info("stopping", worker=name)
        DBOS.destroy(workflow_completion_timeout_sec=longest)


def _exit_later(*, after: float) -> None:
    """End the process so many seconds later: jobs that have not ended by then (they wait for a
    database that is away, say) are begun again by other workers.
    """
    end = threading.Timer(after, os._exit, [1])
    end.daemon = True
    end.start()


@contextmanager
def _heartbeat(app: Flask, name: str, shutdown: ShutdownSignal) -> Iterator[None]:
    """Record that this worker is alive, from before its first job until after its last."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(HEARTBEAT.total_seconds()):
            _try_task(app, _record_heartbeat, name)

    seen = _retry_until_done(shutdown, app, _record_heartbeat, name)
    beating = threading.Thread(target=beat, daemon=True)
    beating.start()
    try:
        yield
    finally:
        over.set()
        beating.join()
        if seen:
            _try_task(app, _delete_heartbeat, name)


def _retry_until_done(
    shutdown: ShutdownSignal, app: Flask, duty: Callable[..., None], *arguments: Any
) -> bool:
    """Try a task until it succeeds; false if the process was told to stop before it did."""
    wait, failures = 0.0, count(1)
    while not shutdown.wait(wait):
        if _try_task(app, duty, *arguments):
            return True
        wait = STARTUP_BACKOFF.wait(next(failures))
    return False


def _try_task(app: Flask, duty: Callable[..., None], *arguments: Any) -> bool:
    """Run a task; false, and a line in the log, where the database is away or not migrated."""
    try:
        with app.app_context():
            duty(*arguments)
    except dbos.error.DBOSInitializationError as error:
        log.error("the database is not migrated", duty=duty.__name__, reason=error.detail)
    except SQLAlchemyError as error:
        if is_away(error):  # a line, not a traceback: meanwhile every duty comes here
            log.error("the database did not answer", duty=duty.__name__, reason=reason_of(error))
        else:
            log.exception("the database took nothing", duty=duty.__name__)
    else:
        return True
    return False


def _register_handlers(app: Flask) -> None:
    for job in app.extensions["jobs"].handlers:
        DBOS.workflow(name=job)(_as_workflow(app, job))


def _launch_engine(name: str) -> None:
    settings: Settings = current_app.extensions["settings"]
    DBOS(config=engine_config(name))
    try:
        DBOS.launch()
        DBOS.register_queue(
            QUEUE,
            worker_concurrency=settings.worker_concurrency,
            polling_interval_sec=0.1,
            on_conflict="always_update",
        )
    except Exception:
        DBOS.destroy()  # so that it can be launched again
        raise


def engine_config(name: str) -> DBOSConfig:
    """How the job engine runs in a worker of this name."""
    where = engine().url
    url = where.render_as_string(hide_password=False)
    config: DBOSConfig = {
        "name": QUEUE,
        "system_database_url": url.replace("postgresql+psycopg:", "postgresql:"),
        "application_version": VERSION,
        "executor_id": name,
        # Never pickle: whoever could write a row could have it run.
        "serializer": DBOSPortableJSONSerializer(),
        "log_level": "WARNING",
        "run_migrations": False,
    }
    if where.get_backend_name() == "sqlite":
        # One of its own making would go on with a file that was moved away.
        config["system_database_engine"] = sqlite.connect_for_jobs(where)
    return config


def _as_workflow(app: Flask, job: str) -> Callable[..., None]:
    """The job as the engine runs it. If it fails, the engine logs it, and it is rescheduled."""

    def workflow(failures: str = "0", **arguments: str) -> None:
        with app.app_context():
            try:
                run_job(job, **arguments)
            except Exception:
                _reschedule(job, int(failures), arguments)
                raise

    return workflow


def _reschedule(job: str, failures: int, arguments: dict[str, str]) -> None:
    """Enqueue the job again, later each time; however long the database is away, it is not
    lost.
    """
    failures += 1
    after = RETRY_BACKOFF.wait(failures)
    while True:
        try:
            with transaction():
                return enqueue(job, after=after, failures=failures, **arguments)
        except SQLAlchemyError as error:
            log.error("a failed job is not rescheduled yet", job=job, reason=reason_of(error))
            time.sleep(RESCHEDULE_PAUSE_SECONDS)


def _record_heartbeat(name: str) -> None:
    with transaction() as session:
        session.merge(Worker(id=name, seen_at=clock()))


def _delete_heartbeat(name: str) -> None:
    with transaction() as session:
        session.execute(delete(Worker).where(Worker.id == name))


def _requeue_jobs_of_dead_workers() -> None:
    """Put back in the queue the jobs of workers that are not alive any more."""
    begun = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    with transaction(reads=True) as session:
        known = {*session.scalars(select(Worker.id)), *(job.executor_id or "" for job in begun)}
        dead = known.difference(session.scalars(select_living()))
    if not dead:
        return
    # The public resume_workflows() does not look who has the job by now: of two workers that
    # adopt at the same moment, one could take it from the other, which had begun it.
    DBOS._recover_pending_workflows(list(dead))
    with transaction() as session:
        session.execute(delete(Worker).where(Worker.id.in_(dead)))


def _delete_ended_jobs() -> None:
    """Delete the jobs that ended long ago."""
    settings: Settings = current_app.extensions["settings"]
    ended = DBOS.list_workflows(
        completed_before=(now() - timedelta(days=settings.keep_jobs_days)).isoformat(),
        limit=MAX_DELETED_AT_ONCE,
        load_input=False,
        load_output=False,
    )
    if ended:
        DBOS.delete_workflows([job.workflow_id for job in ended])


#: What a worker does for the queue itself.
QUEUE_TASKS = (
    PeriodicTask(_requeue_jobs_of_dead_workers, HEARTBEAT),
    PeriodicTask(_delete_ended_jobs, timedelta(minutes=1)),
)
