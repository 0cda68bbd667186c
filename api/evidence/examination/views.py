"""Routes of rechecks: ask for one, list what came of them."""

from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from api.auth.permissions import Permission, caller
from api.database.session import get_or_404
from api.evidence.examination import schedule
from api.evidence.examination.schemas import RecheckScheduleView, RecheckView
from api.evidence.models import Evidence, Recheck
from api.http.blueprints import Blueprint
from api.http.fields import PageQuery, page_of
from api.http.pagination import list_page

blp = Blueprint("rechecks", __name__, tag="evidence")


@blp.route(
    "/evidence/<uuid:evidence_id>/recheck", methods=["POST"], permission=Permission.RECHECK_EVIDENCE
)
@blp.response(202, RecheckScheduleView)
def recheck_evidence(evidence_id: UUID) -> Any:
    """Have a source asked for again, before its date.

    A worker does it as soon as the host may be asked: one request at a time, with a rest after
    each, and as long a one as the host itself wants.
    """
    evidence = get_or_404(Evidence, evidence_id, joinedload(Evidence.claim))
    return schedule.request_recheck(evidence, by=caller()), {
        "Location": url_for("rechecks.list_rechecks", evidence_id=evidence_id)
    }


@blp.route("/evidence/<uuid:evidence_id>/rechecks", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_of(RecheckView))
def list_rechecks(query: dict[str, Any], evidence_id: UUID) -> Any:
    """List what became of a source after its quote was found, latest first.

    A source is asked for again 7 days later, then after 30 and every 90. Where it has lost the
    quote, or is gone (404 or 410, and again a week later), the evidence is marked stale: the
    snapshot still proves what was said, and a reviewer decides what follows. A source that
    could not be read says nothing.
    """
    evidence = get_or_404(Evidence, evidence_id)
    rechecks = select(Recheck).filter_by(evidence_id=evidence.id)
    return list_page(rechecks, Recheck.id, newest_first=True, **query)
