from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from api.auth.permissions import Permission, caller
from api.claims.models import Claim
from api.claims.service import WITH_TAGS, lock_open_claim
from api.database.session import get_or_404
from api.evidence import review_hints, service
from api.evidence.examination import schedule
from api.evidence.independence import rulings
from api.evidence.models import Evidence, LineRuling, Recheck
from api.evidence.schemas import (
    AidsView,
    DossierView,
    EvidenceQuery,
    EvidenceReview,
    EvidenceSubmission,
    EvidenceView,
    RecheckView,
    Retraction,
    RulingSubmission,
    RulingView,
    WatchView,
)
from api.evidence.service import IN_FULL
from api.http.blueprints import Blueprint, build_address, require_if_match, with_version_etag
from api.http.fields import PageQuery, page_of
from api.http.pagination import page

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
    evidence = with_version_etag(service.submit(claim, submitted_by=caller(), **submission))
    return evidence, {"Location": build_address("evidence.get_evidence", evidence_id=evidence.id)}


@blp.route("/claims/<uuid:claim_id>/evidence", permission=Permission.READ)
@blp.arguments(EvidenceQuery, location="query")
@blp.response(200, page_of(EvidenceView))
def list_evidence(query: dict[str, Any], claim_id: UUID) -> Any:
    """List what has been put forward on a claim, oldest first."""
    return service.listed(get_or_404(Claim, claim_id).id, **query)


@blp.route("/claims/<uuid:claim_id>/dossier", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, DossierView)
def get_dossier(query: dict[str, Any], claim_id: UUID) -> Any:
    """Fetch a claim with what has been put forward on it, oldest first, in one answer."""
    claim = get_or_404(Claim, claim_id, WITH_TAGS)
    return {"claim": claim, "evidence": service.listed(claim_id, **query)}


@blp.route("/evidence/<uuid:evidence_id>", permission=Permission.READ)
@blp.response(200, EvidenceView)
def get_evidence(evidence_id: UUID) -> Any:
    """Fetch one item of evidence, with what its examination found."""
    return with_version_etag(get_or_404(Evidence, evidence_id, *IN_FULL))


@blp.route("/evidence/<uuid:evidence_id>/aids", permission=Permission.READ)
@blp.response(200, AidsView)
def get_aids(evidence_id: UUID) -> Any:
    """See what helps to judge an item: figures of the claim that the quote lacks, what differs,
    and how much of the claim the source's passage speaks of.

    It is no verdict and changes nothing. The stance stays the submitter's word: where a language
    model is asked for one, it suggests, and what it suggests counts for nothing.
    """
    return review_hints.of(get_or_404(Evidence, evidence_id, joinedload(Evidence.claim)))


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
    evidence = require_if_match(get_or_404(Evidence, evidence_id, *IN_FULL))
    return with_version_etag(service.retract(evidence, by=caller(), **retraction))


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
    evidence = require_if_match(get_or_404(Evidence, evidence_id, *IN_FULL))
    return with_version_etag(service.judge(evidence, by=caller(), **review))


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
    evidence = get_or_404(Evidence, evidence_id, joinedload(Evidence.claim), *IN_FULL)
    return with_version_etag(service.have_examined(evidence)), {
        "Location": url_for("evidence.get_evidence", evidence_id=evidence_id)
    }


@blp.route(
    "/evidence/<uuid:evidence_id>/recheck", methods=["POST"], permission=Permission.RECHECK_EVIDENCE
)
@blp.response(202, WatchView)
def recheck_evidence(evidence_id: UUID) -> Any:
    """Have a source asked for again, before its date.

    A worker does it as soon as the host may be asked: one request at a time, with a rest after
    each, and as long a one as the host itself wants.
    """
    evidence = get_or_404(Evidence, evidence_id, joinedload(Evidence.claim))
    return schedule.request_recheck(evidence, by=caller()), {
        "Location": url_for("evidence.list_rechecks", evidence_id=evidence_id)
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
    return page(rechecks, Recheck.id, newest_first=True, **query)


@blp.route(
    "/claims/<uuid:claim_id>/line-rulings",
    methods=["POST"],
    permission=Permission.REVIEW_EVIDENCE,
)
@blp.arguments(RulingSubmission)
@blp.response(201, RulingView)
def rule_on_lines(submission: dict[str, Any], claim_id: UUID) -> Any:
    """Join two items into one line of evidence, or split one off another's line.

    A reviewer's ruling prevails over what the items have in common; its reason is kept, and
    shown among the line's reasons.
    """
    return rulings.record_ruling(get_or_404(Claim, claim_id), by=caller(), **submission), {
        "Location": url_for("evidence.list_rulings", claim_id=claim_id)
    }


@blp.route("/claims/<uuid:claim_id>/line-rulings", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_of(RulingView))
def list_rulings(query: dict[str, Any], claim_id: UUID) -> Any:
    """List what reviewers ruled on the claim's lines, oldest first."""
    claim = get_or_404(Claim, claim_id)
    return page(select(LineRuling).filter_by(claim_id=claim.id), LineRuling.id, **query)
