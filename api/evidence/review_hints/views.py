"""Route of the hints that help a reviewer to judge an item."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import joinedload

from api.auth.permissions import Permission
from api.database.session import get_or_404
from api.evidence.models import Evidence
from api.evidence.review_hints import service
from api.evidence.review_hints.schemas import ReviewHintsView
from api.http.blueprints import Blueprint

blp = Blueprint("review_hints", __name__, tag="evidence")


@blp.route("/evidence/<uuid:evidence_id>/review-hints", permission=Permission.READ)
@blp.response(200, ReviewHintsView)
def get_review_hints(evidence_id: UUID) -> Any:
    """See what helps to judge an item: figures of the claim that the quote lacks, what differs,
    and how much of the claim the source's passage speaks of.

    It is no verdict and changes nothing. The stance stays the submitter's word: where a language
    model is asked for one, it suggests, and what it suggests counts for nothing.
    """
    return service.collect_review_hints(
        get_or_404(Evidence, evidence_id, joinedload(Evidence.claim))
    )
