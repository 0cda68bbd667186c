"""Is the process alive, and can it serve? For supervisors and load balancers."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow.fields import Integer, String
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api import db, policy
from api.fields import View
from api.worker import living

blp = Blueprint("health", __name__, description="For supervisors and load balancers")


class LivenessView(View):
    status = String()


class ReadinessView(View):
    status = String()
    database = String()
    workers = Integer(allow_none=True)


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
    """200 when the database answers and its tables are there; else 503 and what is wrong."""
    try:
        with db.transaction(reads=True) as session:
            session.execute(text("SELECT 1"))
            workers = len(session.scalars(living()).all())
    except SQLAlchemyError:
        wrong = "does not answer or is not migrated"
        return {"status": "not ready", "database": wrong, "workers": None}, 503
    return {"status": "ready", "database": "answers", "workers": workers}


for view in (alive, ready):
    view.permission = policy.Permission.READ
