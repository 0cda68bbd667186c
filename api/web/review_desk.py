"""The reviewer's desk: what waits, and giving a verdict."""

from collections.abc import Sequence
from typing import Any, TypedDict
from uuid import UUID

from flask import current_app, g, redirect, render_template, request, url_for
from marshmallow import Schema, fields
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from api.articles.models import Article
from api.auth.permissions import Permission, caller
from api.claims.enums import Status
from api.claims.models import Claim
from api.database.session import get_or_404, session
from api.evidence.models import Evidence
from api.evidence.service import WITH_RELATED
from api.evidence.suggestion_hooks import suggestion_hooks
from api.http.fields import PageQuery, Text
from api.http.pagination import list_page
from api.verdicts import assessment_view, opinions, service
from api.verdicts import policy as rule
from api.verdicts import status as history
from api.verdicts.assessment import assessed_items, load_evidence, thresholds
from api.verdicts.models import ClaimAssessment, Opinion, Verdict
from api.verdicts.policy import Requirement
from api.verdicts.schemas import VerdictSubmission
from api.web import evidence_columns, excerpts
from api.web.pages import PageRoutes, StaleForm, load_input

routes = PageRoutes()

PAGE_SIZE = 20
MAX_ITEMS = 25
MAX_OWN = 10


class VerdictDraft(Schema):
    """A verdict while it is being written, as far as the rule cares."""

    status = fields.Enum(Status, by_value=True, load_default=None)
    evidence = fields.List(fields.UUID(), load_default=list)
    exception = Text(most=2_000, load_default=None)


@routes.page("/desk", permission=Permission.DECIDE)
def desk() -> Any:
    """The claims that a reviewer should look at, those that wait longest first."""
    asked = load_input(PageQuery(only=["cursor"]))
    waiting = select(ClaimAssessment).where(ClaimAssessment.queue_id.is_not(None))
    rows = waiting.options(joinedload(ClaimAssessment.claim))
    found = list_page(rows, ClaimAssessment.queue_id, limit=PAGE_SIZE, **asked)
    return render_template("web/desk.html", **found, own=_find_own_pending())


def _find_own_pending() -> list[tuple[Opinion, Claim]]:
    """The reviewer's newest opinions, as long as they wait for another's word."""
    if not current_app.extensions["settings"].second_opinion:
        return []
    given = select(Opinion, Claim).join(Claim, Claim.id == Opinion.claim_id)
    given = given.where(Opinion.given_by_id == caller().id).order_by(Opinion.id.desc())
    # Of those that a verdict was given upon, none waits; of the others few have lapsed.
    answered = select(Verdict.id).where(Verdict.opinion_id == Opinion.id).exists()
    rows = session.execute(given.where(~answered).limit(MAX_OWN))
    return [(o, claim) for o, claim in rows if opinions.get_own_opinion(o.id, by=caller())["waits"]]


@routes.page("/desk/<uuid:claim_id>", permission=Permission.DECIDE)
def decide(claim_id: UUID) -> Any:
    """A claim with its evidence, and the form for a verdict."""
    claim = get_or_404(Claim, claim_id)
    rows = select(Evidence).filter_by(claim_id=claim.id).options(*WITH_RELATED)
    items = session.scalars(rows.order_by(Evidence.id).limit(MAX_ITEMS + 1)).all()
    return render_template(
        "web/decide.html",
        claim=claim,
        article=get_or_404(Article, claim.article_id),
        quote=excerpts.load_claim_excerpt(claim),
        known=history.load_status(claim.id),
        columns=evidence_columns.group_by_stance(items[:MAX_ITEMS]),
        excerpts=excerpts.load_source_excerpts(items[:MAX_ITEMS]),
        suggestions=suggestion_hooks().find_newest(claim, items[:MAX_ITEMS]),
        more_items=len(items) > MAX_ITEMS,
        seen=assessment_view.assessment_etag(claim),
        opinion=_find_own_opinion(claim),
        **_check_draft(claim),
    )


def _find_own_opinion(claim: Claim) -> Opinion | None:
    """What the reviewer said, as long as it waits for another's word."""
    given = select(Opinion).filter_by(claim_id=claim.id, given_by_id=caller().id)
    newest = session.scalar(given.order_by(Opinion.id.desc()).limit(1))
    return newest if newest and opinions.get_own_opinion(newest.id, by=caller())["waits"] else None


@routes.page("/desk/<uuid:claim_id>/requirements", permission=Permission.DECIDE)
def requirements(claim_id: UUID) -> Any:
    """What the verdict needs, as it is being written: the part of the page that changes."""
    claim = get_or_404(Claim, claim_id)
    return render_template("web/requirements.html", **_check_draft(claim))


@routes.form(
    "/desk/<uuid:claim_id>", permission=Permission.DECIDE, shape=VerdictSubmission, on=decide
)
def give(filled_in: dict[str, Any], claim_id: UUID) -> Any:
    """Give the verdict, on the evidence as the reviewer saw it."""
    known = service.find_known_verdict(claim_id, g.asked_at)
    claim = get_or_404(Claim, claim_id)
    if request.form.get("seen") != assessment_view.assessment_etag(claim):
        raise StaleForm()
    given = service.give_verdict(claim, decided_by=caller(), known=known, **filled_in)
    waits = isinstance(given, Opinion)
    return redirect(url_for("web.decide" if waits else "web.claim", claim_id=claim.id), 303)


class DraftCheck(TypedDict):
    """A verdict's draft: its status, the ids of the evidence that it cites, and what the rule
    requires of it.
    """

    status: Status | None
    needs: Sequence[Requirement]
    cited: list[str]


def _check_draft(claim: Claim) -> DraftCheck:
    """Check the verdict as far as it is written: in the address, or in the form as sent."""
    draft = load_input(VerdictDraft())
    status, cited = draft["status"], [str(id) for id in draft["evidence"]]
    rows = load_evidence(claim.id)
    items = assessed_items(rows)
    rests_on = [item for item in items if item.id in cited]
    needs: tuple[Requirement, ...] = ()
    if status is not None:
        exception = draft["exception"]
        mine = {str(row.id) for row in rows if row.submitted_by_id == caller().id}
        own = [item for item in rests_on if item.id in mine]
        needs = rule.requirements_for(
            status, items, rests_on, thresholds(), exception=exception, own=own
        )
    return {"status": status, "needs": needs, "cited": cited}
