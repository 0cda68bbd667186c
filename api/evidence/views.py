"""Routes of evidence: submit, list, fetch, retract, review, examine."""

from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import joinedload

from api.auth.permissions import Permission, caller
from api.claims.models import Claim
from api.claims.service import WITH_TAGS, lock_open_claim
from api.database.session import get_or_404
from api.evidence import service
from api.evidence.models import Evidence
from api.evidence.schemas import (
    ClaimWithEvidenceView,
    EvidenceQuery,
    EvidenceReview,
    EvidenceSubmission,
    EvidenceView,
    Retraction,
)
from api.evidence.service import WITH_RELATED
from api.http.blueprints import Blueprint, require_if_match, with_version_etag
from api.http.fields import PageQuery, page_of

blp = Blueprint("evidence", __name__, description="Sources for or against a claim")


@blp.route(
    "/claims/<uuid:claim_id>/evidence",
    methods=["POST"],
    permission=Permission.SUBMIT_EVIDENCE,
    etag=True,
)
@blp.arguments(EvidenceSubmission)
@blp.response(202, EvidenceView)
def submit_evidence(submission: dict[str, Any], claim_id: UUID) -> Any:
    """Put forward a source for or against a claim.

    A worker fetches the source, keeps a snapshot, and looks for the quote; `state` tells how
    far that is. Until the quote has been found there, the evidence counts for nothing.
    """
    claim = lock_open_claim(claim_id)
    evidence = with_version_etag(
        service.submit_evidence(claim, submitted_by=caller(), **submission)
    )
    return evidence, {"Location": url_for("evidence.get_evidence", evidence_id=evidence.id)}


@blp.route("/claims/<uuid:claim_id>/evidence", permission=Permission.READ)
@blp.arguments(EvidenceQuery, location="query")
@blp.response(200, page_of(EvidenceView))
def list_evidence(query: dict[str, Any], claim_id: UUID) -> Any:
    """List what has been put forward on a claim, oldest first."""
    return service.list_evidence(get_or_404(Claim, claim_id).id, **query)


@blp.route("/claims/<uuid:claim_id>/with-evidence", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, ClaimWithEvidenceView)
def get_claim_with_evidence(query: dict[str, Any], claim_id: UUID) -> Any:
    """Fetch a claim with what has been put forward on it, oldest first, in one answer."""
    claim = get_or_404(Claim, claim_id, WITH_TAGS)
    return {"claim": claim, "evidence": service.list_evidence(claim_id, **query)}


@blp.route("/evidence/<uuid:evidence_id>", permission=Permission.READ)
@blp.response(200, EvidenceView)
def get_evidence(evidence_id: UUID) -> Any:
    """Fetch one item of evidence, with what its examination found."""
    return with_version_etag(get_or_404(Evidence, evidence_id, *WITH_RELATED))


@blp.route(
    "/evidence/<uuid:evidence_id>/retraction",
    methods=["POST"],
    permission=Permission.SUBMIT_EVIDENCE,
    etag=True,
    if_match=True,
)
@blp.arguments(Retraction)
@blp.response(200, EvidenceView)
def retract_evidence(retraction: dict[str, Any], evidence_id: UUID) -> Any:
    """Take back what you submitted.

    It stays readable. A verdict that rested on it is withdrawn if it does not hold without it.
    """
    evidence = require_if_match(get_or_404(Evidence, evidence_id, *WITH_RELATED))
    return with_version_etag(service.retract_evidence(evidence, by=caller(), **retraction))


@blp.route(
    "/evidence/<uuid:evidence_id>/review",
    methods=["POST"],
    permission=Permission.REVIEW_EVIDENCE,
    etag=True,
    if_match=True,
)
@blp.arguments(EvidenceReview)
@blp.response(200, EvidenceView)
def review_evidence(review: dict[str, Any], evidence_id: UUID) -> Any:
    """Accept or reject an item of evidence.

    Rejected evidence does not count. The reason is one of a fixed vocabulary.
    """
    evidence = require_if_match(get_or_404(Evidence, evidence_id, *WITH_RELATED))
    return with_version_etag(service.review_evidence(evidence, by=caller(), **review))


@blp.route(
    "/evidence/<uuid:evidence_id>/examination",
    methods=["POST"],
    permission=Permission.RECHECK_EVIDENCE,
    etag=True,
)
@blp.response(202, EvidenceView)
def examine_evidence(evidence_id: UUID) -> Any:
    """Have imported evidence examined.

    What comes with a file of reviews waits until somebody takes an interest in it.
    """
    evidence = get_or_404(Evidence, evidence_id, joinedload(Evidence.claim), *WITH_RELATED)
    return with_version_etag(service.request_examination(evidence)), {
        "Location": url_for("evidence.get_evidence", evidence_id=evidence_id)
    }
