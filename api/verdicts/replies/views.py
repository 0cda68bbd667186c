"""Routes of appeals, corrections, contact attempts and declared interests."""

from typing import Any
from uuid import UUID

from flask import Response, url_for
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from api.auth.permissions import Permission, caller
from api.claims.models import Claim
from api.database.session import get_or_404
from api.http.blueprints import Blueprint, require_if_match, with_version_etag
from api.http.fields import PageQuery, page_of
from api.http.pagination import list_page
from api.verdicts.replies import appeals, corrections, disclosures
from api.verdicts.replies.models import Appeal, ContactAttempt, Correction, Interest
from api.verdicts.replies.schemas import (
    AppealAnswer,
    AppealPage,
    AppealQuery,
    AppealSubmission,
    AppealView,
    ContactAttemptSubmission,
    ContactAttemptView,
    ContactView,
    CorrectionPage,
    CorrectionQuery,
    CorrectionSubmission,
    CorrectionView,
    InterestSubmission,
    InterestView,
)

blp = Blueprint("reply", __name__, description="Appeals, corrections, and who was asked")

ANSWERED = joinedload(Appeal.answered_by)


@blp.route(
    "/claims/<uuid:claim_id>/appeals", methods=["POST"], permission=Permission.APPEAL, etag=True
)
@blp.arguments(AppealSubmission)
@blp.response(201, AppealView)
def make_appeal(submission: dict[str, Any], claim_id: UUID) -> Any:
    """Appeal against what is said of a claim. Few are taken from one address.

    The text is public, and so is the answer, which is given by a reviewer who did not give the
    verdict. The contact is not: only reviewers and admins see it.
    """
    appeal = with_version_etag(appeals.make_appeal(get_or_404(Claim, claim_id), **submission))
    return appeal, {"Location": url_for("reply.get_appeal", appeal_id=appeal.id)}


@blp.route("/claims/<uuid:claim_id>/appeals", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, AppealPage)
def list_appeals_on_claim(query: dict[str, Any], claim_id: UUID) -> Any:
    """List the appeals on a claim, oldest first."""
    claim = get_or_404(Claim, claim_id)
    return list_page(
        select(Appeal).filter_by(claim_id=claim.id).options(ANSWERED), Appeal.id, **query
    )


@blp.route("/appeals", permission=Permission.READ)
@blp.arguments(AppealQuery, location="query")
@blp.response(200, AppealPage)
def list_appeals(query: dict[str, Any]) -> Any:
    """List all appeals, oldest first; with `state=open`, those that nobody has answered."""
    wanted = {"state": query.pop("state")} if "state" in query else {}
    return list_page(select(Appeal).filter_by(**wanted).options(ANSWERED), Appeal.id, **query)


@blp.route("/appeals/<uuid:appeal_id>", permission=Permission.READ)
@blp.response(200, AppealView)
def get_appeal(appeal_id: UUID) -> Any:
    """Fetch an appeal and, when there is one, the answer."""
    return with_version_etag(get_or_404(Appeal, appeal_id, ANSWERED))


@blp.route(
    "/appeals/<uuid:appeal_id>/answer",
    methods=["POST"],
    permission=Permission.ANSWER_APPEALS,
    etag=True,
    if_match=True,
)
@blp.arguments(AppealAnswer)
@blp.response(200, AppealView)
def answer_appeal(answer: dict[str, Any], appeal_id: UUID) -> Any:
    """Uphold or decline an appeal, and say why in public.

    An appeal that is upheld puts the claim into the review queue until somebody decides again.
    Whoever gave the verdict cannot answer.
    """
    appeal = require_if_match(get_or_404(Appeal, appeal_id, ANSWERED, lock=True))
    return with_version_etag(appeals.answer_appeal(appeal, by=caller(), **answer))


@blp.route("/appeals/<uuid:appeal_id>/contact", permission=Permission.SEE_CONTACTS)
@blp.response(200, ContactView)
def get_contact(appeal_id: UUID) -> Any:
    """See how the appellant can be reached. Nobody else is told."""
    contact = appeals.get_contact(get_or_404(Appeal, appeal_id))
    return contact, {"Cache-Control": "no-store"}


@blp.route(
    "/appeals/<uuid:appeal_id>/contact/erasure", methods=["POST"], permission=Permission.ADMINISTER
)
@blp.response(200, AppealView)
def erase_contact(appeal_id: UUID) -> Any:
    """Erase how the appellant can be reached, as they may ask. The appeal and its answer stay.

    Backups keep it for as long as they last.
    """
    return appeals.erase_contact(get_or_404(Appeal, appeal_id, ANSWERED))


@blp.route(
    "/claims/<uuid:claim_id>/corrections", methods=["POST"], permission=Permission.KEEP_RECORDS
)
@blp.arguments(CorrectionSubmission)
@blp.response(201, CorrectionView)
def make_correction(submission: dict[str, Any], claim_id: UUID) -> Any:
    """Correct in public what was said of a claim. It is never changed or taken back.

    The claim's status names the date. It changes nothing else: to change the status, decide.
    """
    correction = corrections.make_correction(get_or_404(Claim, claim_id), by=caller(), **submission)
    return correction, {"Location": url_for("reply.get_correction", correction_id=correction.id)}


@blp.route("/claims/<uuid:claim_id>/corrections", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, CorrectionPage)
def list_corrections_on_claim(query: dict[str, Any], claim_id: UUID) -> Any:
    """List the corrections on a claim, oldest first."""
    claim = get_or_404(Claim, claim_id)
    return list_page(
        corrections.CORRECTIONS_WITH_AUTHORS.filter_by(claim_id=claim.id), Correction.id, **query
    )


@blp.route("/corrections", permission=Permission.READ)
@blp.arguments(CorrectionQuery, location="query")
@blp.response(200, CorrectionPage)
def list_corrections(query: dict[str, Any]) -> Any:
    """List all corrections, oldest first; with `since`, those made since you fetched a status."""
    made = corrections.CORRECTIONS_WITH_AUTHORS
    if "since" in query:
        made = made.where(Correction.created_at >= query.pop("since"))
    return list_page(made, Correction.id, **query)


@blp.route("/corrections/<uuid:correction_id>", permission=Permission.READ)
@blp.response(200, CorrectionView)
def get_correction(correction_id: UUID) -> Any:
    """Fetch a correction. It never changes."""
    return get_or_404(Correction, correction_id, joinedload(Correction.corrected_by))


@blp.route("/policies/corrections", permission=Permission.READ)
@blp.response(200, {"type": "string"}, content_type="text/plain")
def get_corrections_policy() -> Any:
    """Read how mistakes are corrected."""
    return Response(corrections.CORRECTIONS_POLICY, mimetype="text/plain")


@blp.route(
    "/claims/<uuid:claim_id>/contact-attempts",
    methods=["POST"],
    permission=Permission.KEEP_RECORDS,
)
@blp.arguments(ContactAttemptSubmission)
@blp.response(201, ContactAttemptView)
def note_contact_attempt(submission: dict[str, Any], claim_id: UUID) -> Any:
    """Record that the claimant was asked: whom and how, when, and what came of it.

    It is public. Leave addresses and telephone numbers out.
    """
    attempt = disclosures.record_contact_attempt(
        get_or_404(Claim, claim_id), by=caller(), **submission
    )
    return attempt, {"Location": url_for("reply.list_contact_attempts", claim_id=claim_id)}


@blp.route("/claims/<uuid:claim_id>/contact-attempts", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_of(ContactAttemptView))
def list_contact_attempts(query: dict[str, Any], claim_id: UUID) -> Any:
    """List who was asked about a claim, oldest first."""
    claim = get_or_404(Claim, claim_id)
    attempts = select(ContactAttempt).filter_by(claim_id=claim.id)
    attempts = attempts.options(joinedload(ContactAttempt.recorded_by))
    return list_page(attempts, ContactAttempt.id, **query)


@blp.route(
    "/claims/<uuid:claim_id>/interests", methods=["POST"], permission=Permission.KEEP_RECORDS
)
@blp.arguments(InterestSubmission)
@blp.response(201, InterestView)
def declare_interest(submission: dict[str, Any], claim_id: UUID) -> Any:
    """Declare in public what ties you to a claim. You decide on it no more."""
    interest = disclosures.declare_interest(get_or_404(Claim, claim_id), by=caller(), **submission)
    return interest, {"Location": url_for("reply.list_interests", claim_id=claim_id)}


@blp.route("/claims/<uuid:claim_id>/interests", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_of(InterestView))
def list_interests(query: dict[str, Any], claim_id: UUID) -> Any:
    """List what reviewers have declared to tie them to a claim, oldest first."""
    claim = get_or_404(Claim, claim_id)
    declared = select(Interest).filter_by(claim_id=claim.id)
    declared = declared.options(joinedload(Interest.declared_by))
    return list_page(declared, Interest.id, **query)
