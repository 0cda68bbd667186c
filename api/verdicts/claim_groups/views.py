"""Routes of groups of claims that say the same, and of applying a verdict to another claim."""

from typing import Any
from uuid import UUID

from flask import g, url_for

from api.audit_log import AuditEntry
from api.auth.permissions import Permission, caller
from api.claims.models import Claim
from api.database.session import get_or_404
from api.http.blueprints import Blueprint, check_if_match
from api.http.fields import PageQuery, page_of
from api.http.pagination import list_page
from api.verdicts import assessment_view, service
from api.verdicts.claim_groups import appearances
from api.verdicts.claim_groups import apply_verdict as applying
from api.verdicts.claim_groups import service as statements
from api.verdicts.claim_groups.schemas import (
    AppearancesView,
    AppliedVerdictSubmission,
    ClaimGroupDeparture,
    ClaimGroupSubmission,
)
from api.verdicts.schemas import AuditEntryView, OwnOpinionView, VerdictView
from api.verdicts.views import given_or_waiting

blp = Blueprint("statements", __name__, description="Claims that say the same")


@blp.route("/claims/<uuid:claim_id>/appearances", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, AppearancesView)
def list_appearances(query: dict[str, Any], claim_id: UUID) -> Any:
    """See where a statement has appeared: the claims that a reviewer said to be the same.

    Each with its article, the claim itself among them. Each has its own status: nothing passes
    from one to the other unless a reviewer applies it.
    """
    return appearances.list_appearances(get_or_404(Claim, claim_id), **query)


@blp.route(
    "/claims/<uuid:claim_id>/claim-group", methods=["POST"], permission=Permission.GROUP_CLAIMS
)
@blp.arguments(ClaimGroupSubmission)
@blp.response(201, AppearancesView)
@blp.alt_response(200, schema=AppearancesView, success=True)
def join_claim_group(submission: dict[str, Any], claim_id: UUID) -> Any:
    """Say that another claim says the same; so do all that were said to be the same as either.

    Refused where any two of them differ in a figure, a date, a unit, a bound, a direction, a
    negation or a name. Other words are yours to weigh, and so are names in scripts without
    capitals, and days without a date. It gives no claim a status. 200 when it has been said before.
    """
    claim = get_or_404(Claim, claim_id)
    other, reason = submission["claim_id"], submission["reason"]
    is_new = statements.join_groups(claim, other, by=caller(), reason=reason)
    there = {"Location": url_for("statements.list_appearances", claim_id=claim.id)}
    return (
        appearances.list_appearances(claim, limit=statements.MAX_GROUP_SIZE),
        201 if is_new else 200,
        there,
    )


@blp.route("/claims/<uuid:claim_id>/claim-group", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_of(AuditEntryView))
def list_claim_group(query: dict[str, Any], claim_id: UUID) -> Any:
    """List what was ever said of a claim and others that say the same, oldest first: by whom, when
    and why, and when it was taken back. `subject_id` is the group's.
    """
    return list_page(
        statements.select_group_entries(get_or_404(Claim, claim_id).id), AuditEntry.id, **query
    )


@blp.route(
    "/claims/<uuid:claim_id>/claim-group/departure",
    methods=["POST"],
    permission=Permission.GROUP_CLAIMS,
)
@blp.arguments(ClaimGroupDeparture)
@blp.response(200, AppearancesView)
def leave_claim_group(departure: dict[str, Any], claim_id: UUID) -> Any:
    """Take back that a claim says the same as others.

    A verdict that was applied to it, or from it to another, is withdrawn.
    """
    claim = get_or_404(Claim, claim_id)
    statements.leave_group(claim, by=caller(), **departure)
    return appearances.list_appearances(claim, limit=statements.MAX_GROUP_SIZE)


@blp.route(
    "/claims/<uuid:claim_id>/applied-verdicts",
    methods=["POST"],
    permission=Permission.DECIDE,
    if_match=True,
)
@blp.arguments(AppliedVerdictSubmission)
@blp.response(201, VerdictView)
@blp.alt_response(202, schema=OwnOpinionView, success=True)
def apply_verdict(submission: dict[str, Any], claim_id: UUID) -> Any:
    """Decide on a claim as another that says the same was decided: give it that verdict's status.

    The verdict to apply stands, says confirmed or disputed, and was given on evidence itself. It
    is cited, and when it does not stand any more, or the claims are not said to be the same any
    more, this one is withdrawn. What the claim's own evidence contradicts is refused.

    Whoever brought in the claim, or submitted what either verdict would rest on, cannot do it; in
    one-person mode they can, with an `exception`. With If-Match and the ETag of the claim's
    assessment, it is done only on the evidence as it was seen. Where a verdict takes two
    reviewers, so does this: both apply the same one.
    """
    known = service.find_known_verdict(claim_id, g.asked_at)
    claim, cited = applying.lock_claim_and_verdict(claim_id, submission.pop("verdict"))
    check_if_match(assessment_view.assessment_etag(claim))
    given = applying.apply_verdict(claim, cited, decided_by=caller(), known=known, **submission)
    return given_or_waiting(given)
