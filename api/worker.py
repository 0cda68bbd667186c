"""The process that does the jobs, and picks up those that a dead one left behind."""

import os
import secrets
import signal
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from dbos import DBOS
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Mapped, mapped_column

from api import db, jobs
from api.config import Settings
from api.evidence import rechecking

#: A worker says this often that it lives, and is taken for dead after three times as long.
HEARTBEAT = timedelta(seconds=3)
DEAD_AFTER = 3 * HEARTBEAT
TRIES = 5


class Worker(db.Base):
    """A worker that is running, or died without saying so."""

    __tablename__ = "workers"

    id: Mapped[str] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]


def work(app: Flask, settings: Settings) -> None:
    """Do jobs until the process is told to stop (SIGTERM, SIGINT); then finish those begun."""
    name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
    stop = threading.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda *_: stop.set())
    _launch(app, settings, name)
    try:
        while True:
            with app.app_context():
                _say_alive(name)
                _adopt_orphans()
                rechecking.sweep()
            if stop.wait(HEARTBEAT.total_seconds()):
                break
    finally:
        DBOS.destroy(workflow_completion_timeout_sec=settings.fetch_seconds + 10)
        with app.app_context(), db.transaction() as session:
            session.execute(delete(Worker).where(Worker.id == name))


def _launch(app: Flask, settings: Settings, name: str) -> None:
    url = app.extensions["engine"].url.render_as_string(hide_password=False)
    DBOS(
        config={
            "name": jobs.QUEUE,
            "system_database_url": url.replace("postgresql+psycopg:", "postgresql:"),
            "application_version": jobs.VERSION,
            "executor_id": name,
            "log_level": "WARNING",
            "run_migrations": False,
        }
    )
    for job, handler in jobs.HANDLERS.items():
        DBOS.workflow(name=job)(_durable(app, job, handler))
    DBOS.launch()
    DBOS.register_queue(
        jobs.QUEUE,
        worker_concurrency=settings.worker_concurrency,
        polling_interval_sec=0.1,
        on_conflict="always_update",
    )


def _durable(app: Flask, job: str, handler: jobs.Handler) -> Callable[..., None]:
    """The handler as a workflow of one step, tried again when something unforeseen happens."""

    @DBOS.step(name=f"{job}.step", retries_allowed=True, max_attempts=TRIES)
    def step(**arguments: str) -> None:
        with app.app_context():
            handler(**arguments)

    def workflow(**arguments: str) -> None:
        step(**arguments)

    return workflow


def _say_alive(name: str) -> None:
    with db.transaction() as session:
        session.merge(Worker(id=name, seen_at=db.now()))


def _adopt_orphans() -> None:
    """Put back in the queue what workers had begun that are not alive any more."""
    with db.transaction(reads=True) as session:
        dead = list(
            session.scalars(select(Worker.id).where(Worker.seen_at < db.now() - DEAD_AFTER))
        )
    for name in dead:
        begun = DBOS.list_workflows(status="PENDING", executor_id=name, load_input=False)
        DBOS.resume_workflows([job.workflow_id for job in begun], queue_name=jobs.QUEUE)
        with db.transaction() as session:
            session.execute(delete(Worker).where(Worker.id == name))
