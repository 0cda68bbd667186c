"""Liveness and readiness, for supervisors, load balancers and people."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import current_app
from flask_smorest import Blueprint
from marshmallow.fields import Integer, List, String
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.auth import permissions
from api.config.settings import Settings
from api.database import migrate, replicas
from api.database import session as db
from api.http.fields import View
from api.jobs.heartbeats import select_living
from api.sources.snapshots import blob_store

blp = Blueprint("health", __name__, description="For supervisors and load balancers")


class LivenessView(View):
    status = String()


class ReadinessView(View):
    status = String(metadata={"description": "ready, degraded or not ready"})
    wrong = List(String(), metadata={"description": "What is wrong, in words; empty if nothing"})
    workers = Integer(allow_none=True)


DATABASE_AWAY_MESSAGE = "the database does not answer, or was never migrated"


class NotReady(Exception):
    """Nothing can be served."""


class OnlyReplica(Exception):
    """What reads is served, by the replica alone."""


@blp.route("/healthz")
@blp.doc(operationId="alive", security=[])
@blp.response(200, LivenessView)
def alive() -> Any:
    """200 as long as the process answers at all."""
    return {"status": "alive"}


@blp.route("/readyz")
@blp.doc(operationId="ready", security=[])
@blp.alt_response(503, schema=ReadinessView)
@blp.response(200, ReadinessView)
def ready() -> Any:
    """200 when the database answers and is migrated, or a replica does in its stead; else 503.
    `wrong` says what is not as it should be. While most requests are still served (no worker, no
    store of snapshots, a disk that is nearly full) the status is "degraded", and 200. `workers` is
    null where nobody can say.
    """
    wrong, workers, kept = [], None, None
    try:
        workers, kept = _check_database()
        if refusal := db.refusal():
            # Nor is it told who is alive.
            wrong, workers = [refusal], None
    except NotReady as reason:
        return {
            "status": "not ready",
            "wrong": [str(reason), *_find_faults()],
            "workers": None,
        }, 503
    except OnlyReplica:
        wrong.append("the database does not answer: a replica answers who reads, writes get 503")
    wrong += _find_faults(kept)
    if workers == 0:
        wrong.append("no worker is alive: jobs wait")
    return {"status": "degraded" if wrong else "ready", "wrong": wrong, "workers": workers}


def _check_database() -> tuple[int, str | None]:
    """How many workers are alive, and bytes that the store of snapshots must have. Raises
    `NotReady`, `OnlyReplica`.
    """
    try:
        return _query_database()
    except SQLAlchemyError:
        if not ((replica := replicas.current()) and replica.is_usable()):
            raise NotReady(DATABASE_AWAY_MESSAGE) from None
    try:
        replicas.read_from_replica(_query_database)
    except SQLAlchemyError:
        raise NotReady(DATABASE_AWAY_MESSAGE) from None
    raise OnlyReplica


def _query_database() -> tuple[int, str | None]:
    with db.transaction(reads=True) as session:
        at = session.scalar(text("SELECT version_num FROM alembic_version"))
        # One that is not known is of a later version, which is being put in service.
        if at in migrate.known_migrations()[1:]:
            raise NotReady("the database is not migrated to this version")
        return len(session.scalars(select_living()).all()), blob_store.first_digest()


def _find_faults(kept: str | None = None) -> Iterator[str]:
    if wrong := blob_store.find_fault(kept):
        yield wrong
    if (replica := replicas.current()) and not replica.is_usable():
        yield f"the replica {replica.problem}: the primary is read instead"
    settings: Settings = current_app.extensions["settings"]
    for what, folder in (
        ("database", _database_folder()),
        ("snapshots", blob_store.local_folder()),
    ):
        try:
            if folder and shutil.disk_usage(folder).free < settings.readiness_reserve:
                yield f"the disk with the {what} is nearly full"
        except OSError:
            yield f"the folder of the {what} is not there"


def _database_folder() -> Path | None:
    url = db.engine().url
    on_disk = url.get_backend_name() == "sqlite" and url.database and "uri" not in url.query
    return Path(str(url.database)).parent if on_disk else None


for view in (alive, ready):
    view.permission = permissions.Permission.READ
