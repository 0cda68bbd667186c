"""Route of the look-up of others' reviews of a claim."""

from typing import Any
from uuid import UUID

from api.auth.permissions import Permission
from api.claims.models import Claim
from api.database.session import get_or_404, transaction
from api.factcheck_tools.lookup import service as lookup
from api.factcheck_tools.lookup.schemas import RelatedQuery, RelatedView
from api.http.blueprints import Blueprint

blp = Blueprint("lookup", __name__, description="What others have found")

#: Of a statement, what a search is sent.
MAX_QUERY_LENGTH = 500


@blp.route(
    "/claims/<uuid:claim_id>/related", permission=Permission.SUBMIT_EVIDENCE, own_transactions=True
)
@blp.arguments(RelatedQuery, location="query")
@blp.response(200, RelatedView)
def list_related(query: dict[str, Any], claim_id: UUID) -> Any:
    """Look up outside what other fact-checkers have published on a claim.

    What is found is not evidence: whoever finds it worth it submits it, with its words and a
    stance. A look-up that failed is 503, never an empty list; one that saw only a part says
    `degraded`. 404 where this installation has no key to ask with.
    """
    with transaction(reads=True):
        claim = get_or_404(Claim, claim_id)
    words = query.pop("query", claim.statement[:MAX_QUERY_LENGTH])
    found = lookup.search_providers(lookup.configured_providers(), words, **query)
    names = ("query", "coverage", "providers", "items")
    return {"claim": claim.id} | {name: getattr(found, name) for name in names}
