"""The front page, and the pages about the house."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import render_template
from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from api.articles.models import Article, IngestState
from api.audit_log import AuditAction, AuditEntry
from api.claims.enums import Status
from api.claims.models import Claim
from api.database.session import now, session
from api.publishing import documents
from api.publishing.syndication.service import VERDICT_ACTIONS
from api.verdicts.assessment import thresholds
from api.verdicts.models import ClaimAssessment, Verdict
from api.verdicts.replies.models import Correction
from api.web import chart
from api.web.pages import PageRoutes

routes = PageRoutes()

WEEKS = 12
MAX_CHANGES = 8


@routes.page("/")
def front_page() -> Any:
    """What has been decided of late, what waits, and how it went over the weeks."""
    waiting = (
        select(ClaimAssessment)
        .where(ClaimAssessment.queue_id.is_not(None))
        .order_by(ClaimAssessment.queue_id)
    )
    brought = select(Article).filter_by(state=IngestState.READY).order_by(Article.id.desc())
    return render_template(
        "web/home.html",
        changes=_newest_changes(),
        waiting=session.scalars(waiting.options(joinedload(ClaimAssessment.claim)).limit(5)).all(),
        articles=session.scalars(brought.limit(5)).all(),
        chart=chart.draw_chart(_decisions_by_week()),
    )


def _newest_changes() -> list[Any]:
    """The newest verdicts, corrections and withdrawals of claims: entries, each with its claim and
    the row that it is about. It costs as many rows of each kind as are shown.
    """
    entries = (
        select(AuditEntry, Claim, Verdict, Correction)
        .join(Claim, Claim.id == AuditEntry.claim_id)
        .outerjoin(Verdict, Verdict.id == AuditEntry.subject_id)
        .outerjoin(Correction, Correction.id == AuditEntry.subject_id)
        .order_by(AuditEntry.id.desc())
        .limit(MAX_CHANGES)
    )
    told = (*VERDICT_ACTIONS, AuditAction.CORRECTION_MADE, AuditAction.CLAIM_WITHDRAWN)
    rows = [
        row for what in told for row in session.execute(entries.where(AuditEntry.action == what))
    ]
    return sorted(rows, key=lambda row: row.AuditEntry.id, reverse=True)[:MAX_CHANGES]


def _decisions_by_week() -> list[chart.Week]:
    """Verdicts of the last weeks by status. Verdicts' ids are in the order of time, so that it
    costs what those weeks hold, however many there were before.
    """
    today = now().replace(hour=0, minute=0, second=0, microsecond=0)
    monday = today - timedelta(days=today.weekday())
    starts = [monday - timedelta(weeks=ago) for ago in range(WEEKS)]
    week = case(*((Verdict.decided_at >= start, n) for n, start in enumerate(starts)), else_=WEEKS)
    rows = select(week, Verdict.status, func.count()).where(Verdict.id >= _least_id(starts[-1]))
    grouped = session.execute(rows.group_by(week, Verdict.status))
    counts = {(n, status): count for n, status, count in grouped}
    return [
        chart.Week(start, {status: counts.get((n, status), 0) for status in Status})
        for n, start in reversed(list(enumerate(starts)))
    ]


def _least_id(moment: datetime) -> UUID:
    """The least id that a row made at a moment can have (UUIDv7 begins with the milliseconds)."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)


@routes.page("/method")
def method() -> Any:
    """How a status is decided, with the thresholds of this house."""
    return render_template("web/method.html", policy=thresholds())


@routes.page("/api")
def for_programs() -> Any:
    """Where the API is, with three requests to begin with."""
    return render_template("web/api.html", url=f"{documents.public_url()}/")
