"""Is the process alive, and can it serve? For supervisors and load balancers."""

from typing import Any

from flask import Blueprint, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api import db, policy
from api.worker import living

blp = Blueprint("health", __name__)


@blp.get("/healthz")
def alive() -> Any:
    """200 as long as the process answers at all."""
    return jsonify(status="alive")


@blp.get("/readyz")
def ready() -> Any:
    """200 when the database answers and its tables are there; else 503 and what is wrong."""
    try:
        with db.transaction(reads=True) as session:
            session.execute(text("SELECT 1"))
            workers = len(session.scalars(living()).all())
    except SQLAlchemyError:
        return jsonify(status="not ready", database="does not answer or is not migrated"), 503
    return jsonify(status="ready", database="answers", workers=workers)


for view in (alive, ready):
    view.permission = policy.Permission.READ  # type: ignore[attr-defined]
