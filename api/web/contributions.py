"""Bringing evidence, and seeing what becomes of it."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from marshmallow import Schema, ValidationError
from sqlalchemy.orm import joinedload

from api.articles.models import Article
from api.auth.permissions import Permission, caller
from api.claims.models import Claim
from api.claims.service import lock_open_claim
from api.database.session import get_or_404
from api.errors import Problem
from api.evidence import service
from api.evidence.models import Evidence
from api.evidence.schemas import EvidenceReview, EvidenceSubmission, Retraction
from api.evidence.service import WITH_RELATED
from api.sources.url_validation import validate_url
from api.web import excerpts
from api.web.pages import PageRoutes

routes = PageRoutes()


@routes.page("/claims/<uuid:claim_id>/contribute", permission=Permission.SUBMIT_EVIDENCE)
def contribute(claim_id: UUID) -> Any:
    """The form to bring evidence on a claim."""
    claim = get_or_404(Claim, claim_id)
    article = get_or_404(Article, claim.article_id)
    return render_template("web/contribute.html", claim=claim, article=article)


@routes.form(
    "/claims/<uuid:claim_id>/contribute",
    permission=Permission.SUBMIT_EVIDENCE,
    shape=EvidenceSubmission,
    on=contribute,
)
def submit(filled_in: dict[str, Any], claim_id: UUID) -> Any:
    """Submit it; the worker examines it."""
    item = service.submit_evidence(lock_open_claim(claim_id), submitted_by=caller(), **filled_in)
    return redirect(url_for("web.evidence", evidence_id=item.id), 303)


@routes.page("/check/<any(source_url, quote):field>", permission=Permission.SUBMIT_EVIDENCE)
def check(field: str) -> Any:
    """What is wrong with a field as it is filled in so far, for the form to show."""
    return render_template("web/field_message.html", message=_find_field_error(field))


def _find_field_error(field: str) -> str:
    value = request.args.get(field, "").strip()
    shape: Schema = EvidenceSubmission(only=[field])
    try:
        shape.load({field: value})
        if field == "source_url":
            validate_url(value, at="#/source_url")
    except ValidationError as error:
        return " ".join(error.messages_dict[field])
    except Problem as refusal:
        return str(refusal)
    return ""


@routes.page("/evidence/<uuid:evidence_id>")
def evidence(evidence_id: UUID) -> Any:
    """An item of evidence: what was said, what was found, what was made of it."""
    item = get_or_404(Evidence, evidence_id, joinedload(Evidence.claim), *WITH_RELATED)
    return render_template(
        "web/evidence.html",
        item=item,
        claim=item.claim,
        article=get_or_404(Article, item.claim.article_id),
        excerpts=excerpts.load_source_excerpts([item]),
    )


@routes.page("/evidence/<uuid:evidence_id>/examination")
def examination(evidence_id: UUID) -> Any:
    """How far the examination is: the part of the page that changes."""
    item = get_or_404(Evidence, evidence_id, *WITH_RELATED)
    found = excerpts.load_source_excerpts([item])
    return render_template("web/examination.html", item=item, excerpts=found)


@routes.form(
    "/evidence/<uuid:evidence_id>/retraction",
    permission=Permission.SUBMIT_EVIDENCE,
    shape=Retraction,
    on=evidence,
)
def retract(filled_in: dict[str, Any], evidence_id: UUID) -> Any:
    """Take it back."""
    service.retract_evidence(get_or_404(Evidence, evidence_id), by=caller(), **filled_in)
    return redirect(url_for("web.evidence", evidence_id=evidence_id), 303)


@routes.form(
    "/evidence/<uuid:evidence_id>/review",
    permission=Permission.REVIEW_EVIDENCE,
    shape=EvidenceReview,
    on=evidence,
)
def review(filled_in: dict[str, Any], evidence_id: UUID) -> Any:
    """Accept or reject it."""
    service.review_evidence(get_or_404(Evidence, evidence_id), by=caller(), **filled_in)
    return redirect(url_for("web.evidence", evidence_id=evidence_id), 303)
