"""Routes of the search for claims that say the same as a text."""

from typing import Any
from uuid import UUID

from api.auth.permissions import Permission
from api.claims.matching import service as matching
from api.claims.matching.schemas import MatchesView, MatchQuery, MatchSubmission, SimilarView
from api.claims.matching.service import Match, TextMatches
from api.claims.models import Claim
from api.database.session import get_or_404
from api.http.blueprints import Blueprint

blp = Blueprint("matches", __name__, description="Whether it has been checked before")


@blp.route("/matches", methods=["POST"], permission=Permission.READ, reads=True)
@blp.arguments(MatchSubmission)
@blp.response(200, MatchesView)
def find_matches(submission: dict[str, Any]) -> TextMatches:
    """Ask whether a text has been checked before, sentence by sentence.

    Each sentence has the stored claims that say the same, then the nearest, and what tells them
    apart: figures, dates, units, bounds, negation, direction, modality, extent, names. Only the
    status of one that is
    the `same` speaks of the sentence, too. Where nothing is near, the list is empty. Fifty
    sentences are looked up, of each the first 2,000 characters.
    """
    words = submission.pop("text")
    return matching.match_text(words, **submission)


@blp.route("/claims/<uuid:claim_id>/similar", permission=Permission.READ)
@blp.arguments(MatchQuery, location="query")
@blp.response(200, SimilarView)
def list_similar(query: dict[str, Any], claim_id: UUID) -> dict[str, list[Match]]:
    """See which other claims say what a claim says, or nearly, and what tells them apart."""
    claim = get_or_404(Claim, claim_id)
    return {"items": matching.find_similar(claim, **query)}
