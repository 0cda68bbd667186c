"""Routes of verdicts, assessments, statuses, the review queue and the audit log."""

from typing import Any
from uuid import UUID

from flask import Response, g, jsonify, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from api.audit_log import AuditEntry
from api.auth.permissions import Permission, caller
from api.claims.models import Claim
from api.database.session import get_or_404
from api.http.blueprints import Blueprint, check_if_match, with_etag
from api.http.fields import PageQuery, page_of
from api.http.json_provider import JSON, encode
from api.http.pagination import list_page
from api.verdicts import assessment_view, opinions, service, status, status_documents, status_lookup
from api.verdicts.models import WITH_PEOPLE, ClaimAssessment, Opinion, Verdict
from api.verdicts.schemas import (
    AssessmentView,
    AuditEntryView,
    HistoryView,
    OwnOpinionView,
    QueuedView,
    StatusQuery,
    StatusView,
    VerdictSubmission,
    VerdictView,
)
from api.verdicts.status_lookup_schemas import LookupView, StatusLookup

blp = Blueprint("verdicts", __name__, description="What is known, on what grounds, since when")


@blp.route(
    "/claims/<uuid:claim_id>/verdicts",
    methods=["POST"],
    permission=Permission.DECIDE,
    if_match=True,
)
@blp.arguments(VerdictSubmission)
@blp.response(201, VerdictView)
@blp.alt_response(202, schema=OwnOpinionView, success=True)
def give_verdict(submission: dict[str, Any], claim_id: UUID) -> Any:
    """Decide on a claim: confirmed, unverified or disputed.

    `confirmed` needs two independent groups of supporting evidence and none against, or one with
    a primary source and an `exception` that says why that is enough; `disputed` needs one group
    against. Whoever submitted evidence that the verdict rests on cannot give it; in one-person
    mode they can, with an `exception` that says why.

    With If-Match and the ETag of the claim's assessment, the verdict is given only on the
    evidence as it was seen (else 412). Of two reviewers at once one gets 409.

    Where `confirmed` and `disputed` need two reviewers, the first is answered 202 with an opinion
    that nobody else can see. The next reviewer decides without it, which is the verdict; it shows
    the opinion, also when the two differ: then the claim is unverified, and waits for review.
    """
    known = service.find_known_verdict(claim_id, g.asked_at)
    claim = get_or_404(Claim, claim_id, lock=True)
    check_if_match(assessment_view.assessment_etag(claim))
    given = service.give_verdict(claim, decided_by=caller(), known=known, **submission)
    return given_or_waiting(given)


def given_or_waiting(given: Verdict | Opinion) -> Any:
    """A decision as its giver is answered."""
    if isinstance(given, Opinion):
        seen = jsonify(OwnOpinionView().dump(opinions.get_own_opinion(given.id, by=caller())))
        return seen, 202, {"Location": url_for("verdicts.get_opinion", opinion_id=given.id)}
    return given, {"Location": url_for("verdicts.get_verdict", verdict_id=given.id)}


@blp.route("/opinions/<uuid:opinion_id>", permission=Permission.DECIDE)
@blp.response(200, OwnOpinionView)
def get_opinion(opinion_id: UUID) -> Any:
    """Fetch your own opinion. Nobody else can; what others may see of it is in its verdict."""
    return opinions.get_own_opinion(opinion_id, by=caller())


@blp.route("/claims/<uuid:claim_id>/verdicts", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_of(VerdictView))
def list_verdicts(query: dict[str, Any], claim_id: UUID) -> Any:
    """List the verdicts on a claim, newest first."""
    claim = get_or_404(Claim, claim_id)
    verdicts = select(Verdict).filter_by(claim_id=claim.id).options(*WITH_PEOPLE)
    return list_page(verdicts, Verdict.id, newest_first=True, **query)


@blp.route("/verdicts/<uuid:verdict_id>", permission=Permission.READ)
@blp.response(200, VerdictView)
def get_verdict(verdict_id: UUID) -> Any:
    """Fetch a verdict. It never changes."""
    return get_or_404(Verdict, verdict_id, *WITH_PEOPLE)


@blp.route("/claims/<uuid:claim_id>/history", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, HistoryView)
def get_history(query: dict[str, Any], claim_id: UUID) -> Any:
    """Follow a claim's verdicts from the first, with the hash chain recomputed.

    Each verdict holds the hash of the one before. `intact` is false when a stored verdict is
    not what was hashed, or one is missing or out of place; `faults` says which and why.
    """
    return status.list_history(get_or_404(Claim, claim_id), **query)


@blp.route("/claims/<uuid:claim_id>/status", permission=Permission.READ)
@blp.arguments(StatusQuery, location="query")
@blp.response(200, StatusView)
def get_status(query: dict[str, Any], claim_id: UUID) -> Any:
    """Ask what is known about a claim: small, and cheap to ask again with If-None-Match.

    With `at`, ask what was known at a past moment; that answer never changes.
    """
    if "at" in query:
        return status.load_past_status(get_or_404(Claim, claim_id), query["at"])
    document = status_documents.find_status_document(claim_id)
    return with_etag(Response(document.body, mimetype=JSON.mimetype), document.etag)


@blp.route("/status-lookup", methods=["POST"], permission=Permission.READ, reads=True)
@blp.arguments(StatusLookup)
@blp.response(200, LookupView)
def look_up_statuses(asked: dict[str, Any]) -> Any:
    """Ask for many statuses at once: by claim, by an article's address, by quotation.

    Up to 100 of each in one request, answered in their order; up to 100 statuses for each. A
    quotation finds the claims whose quote or statement it is, typography apart.
    """
    claims, urls, texts = (asked[kind] for kind in ("claims", "urls", "texts"))
    found = {
        "claims": status_lookup.look_up_claims(claims) if claims else [],
        "urls": status_lookup.look_up_addresses(urls) if urls else [],
        "texts": status_lookup.look_up_quotations(texts) if texts else [],
    }
    return Response(encode(found), mimetype=JSON.mimetype)  # statuses are stored as JSON


@blp.route("/claims/<uuid:claim_id>/assessment", permission=Permission.READ)
@blp.response(200, AssessmentView)
def get_assessment(claim_id: UUID) -> Any:
    """See what the evidence amounts to: its groups, and what each status needs, met and unmet.

    The ETag stands for the evidence as it is and for the newest verdict: send it as If-Match
    with a verdict.
    """
    claim = get_or_404(Claim, claim_id)
    return with_etag(*assessment_view.build_assessment_view(claim))


@blp.route("/claims/<uuid:claim_id>/audit-log", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_of(AuditEntryView))
def list_audit_entries(query: dict[str, Any], claim_id: UUID) -> Any:
    """List all that has happened to a claim and its evidence, oldest first."""
    claim = get_or_404(Claim, claim_id)
    return list_page(select(AuditEntry).filter_by(claim_id=claim.id), AuditEntry.id, **query)


@blp.route("/review-queue", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_of(QueuedView))
def list_queue(query: dict[str, Any]) -> Any:
    """List the claims that a reviewer should look at, those that wait longest first."""
    waiting = select(ClaimAssessment).where(ClaimAssessment.queue_id.is_not(None))
    return list_page(
        waiting.options(joinedload(ClaimAssessment.claim)), ClaimAssessment.queue_id, **query
    )
