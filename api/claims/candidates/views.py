"""Route of the sentences of an article that may be claims."""

from typing import Any
from uuid import UUID

from api.articles.models import Article
from api.auth.permissions import Permission
from api.claims.candidates import service
from api.claims.candidates.schemas import CandidateQuery, CandidatesView
from api.claims.candidates.service import CandidateList
from api.database.session import get_or_404
from api.http.blueprints import Blueprint

blp = Blueprint("candidates", __name__, tag="claims")


@blp.route("/articles/<uuid:article_id>/candidates", permission=Permission.READ)
@blp.arguments(CandidateQuery, location="query")
@blp.response(200, CandidatesView)
def list_candidates(query: dict[str, Any], article_id: UUID) -> CandidateList:
    """See what could be checked in an article, with a score and the reasons for it.

    Compound sentences are proposed in parts where the parts stand alone. The score is a linear
    model's; its weights and what they were fitted on are in `checkworthiness.json`. Of an
    article its first 1,000 sentences, 2,000 figures and 150,000 characters are looked at, without
    sentences of more than 2,000 characters, which no quote can have.
    """
    article = get_or_404(Article, article_id)
    threshold, in_text_order = query.get("threshold"), query["order"] == "text"
    return service.list_candidates(article, threshold=threshold, in_text_order=in_text_order)
