"""Routes of rulings on groups of evidence."""

from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from api.auth.permissions import Permission, caller
from api.claims.models import Claim
from api.database.session import get_or_404
from api.evidence.independence import rulings
from api.evidence.independence.schemas import GroupRulingSubmission, GroupRulingView
from api.evidence.models import GroupRuling
from api.http.blueprints import Blueprint
from api.http.fields import PageQuery, page_of
from api.http.pagination import list_page

blp = Blueprint("rulings", __name__, tag="evidence")


@blp.route(
    "/claims/<uuid:claim_id>/group-rulings",
    methods=["POST"],
    permission=Permission.REVIEW_EVIDENCE,
)
@blp.arguments(GroupRulingSubmission)
@blp.response(201, GroupRulingView)
def rule_on_groups(submission: dict[str, Any], claim_id: UUID) -> Any:
    """Join two items into one group of evidence, or split one off another's group.

    A reviewer's ruling prevails over what the items have in common; its reason is kept, and
    shown among the group's reasons.
    """
    return rulings.record_ruling(get_or_404(Claim, claim_id), by=caller(), **submission), {
        "Location": url_for("rulings.list_group_rulings", claim_id=claim_id)
    }


@blp.route("/claims/<uuid:claim_id>/group-rulings", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_of(GroupRulingView))
def list_group_rulings(query: dict[str, Any], claim_id: UUID) -> Any:
    """List what reviewers ruled on the claim's groups, oldest first."""
    claim = get_or_404(Claim, claim_id)
    return list_page(select(GroupRuling).filter_by(claim_id=claim.id), GroupRuling.id, **query)
