"""Routes of claims."""

from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy.orm import undefer

from api.articles.models import Article
from api.auth.permissions import Permission, caller
from api.claims import listing, service
from api.claims.candidates import service as proposals
from api.claims.matching import service as matching
from api.claims.matching.schemas import MadeClaimView
from api.claims.models import Claim
from api.claims.schemas import (
    ClaimChange,
    ClaimQuery,
    ClaimSubmission,
    ClaimView,
    ClaimWithdrawal,
    ListedClaimView,
)
from api.claims.search import service as search
from api.claims.service import WITH_TAGS
from api.database.session import get_or_404
from api.http.blueprints import Blueprint, require_if_match, with_version_etag
from api.http.fields import page_of
from api.http.pagination import ResultPage

blp = Blueprint("claims", __name__, description="What articles claim")


@blp.route(
    "/articles/<uuid:article_id>/claims",
    methods=["POST"],
    permission=Permission.ADD_CLAIMS,
    etag=True,
)
@blp.arguments(ClaimSubmission)
@blp.response(201, MadeClaimView)
def make_claim(submission: dict[str, Any], article_id: UUID) -> tuple[Claim, dict[str, str]]:
    """Make a passage of an article a claim.

    The quote is looked for in the article's text, which gives the claim its place. Where it
    stands in several places, `prefix` or `suffix` say which one is meant. `matches` are the
    claims that say the same already, or nearly.
    """
    article = get_or_404(Article, article_id, undefer(Article.text))
    if candidate_id := submission.pop("candidate", None):
        submission = {**proposals.propose_claim(article, candidate_id), **submission}
    claim = with_version_etag(service.create_claim(article, added_by=caller(), **submission))
    # Others wait to write while this looks: it looks at few.
    claim.matches = matching.find_similar(claim, limit=5, among=matching.MIN_FINALISTS)
    return claim, {"Location": url_for("claims.get_claim", claim_id=claim.id)}


@blp.route("/claims", permission=Permission.READ)
@blp.arguments(ClaimQuery, location="query")
@blp.response(200, page_of(ListedClaimView))
def list_claims(query: dict[str, Any]) -> ResultPage:
    """List claims, newest first, by status, article, source, claimant, tag, language or time.

    With `q`, find them by their words, the best first: of the newest few hundred that have all
    of the words, then of those before them, and so on. Words of any language, also of those
    that write no spaces; an inflected English word finds its other forms. `found` says where the
    words stand.
    """
    paging = {name: query.pop(name) for name in ("limit", "cursor") if name in query}
    if words := query.pop("q", None):
        return search.search_claims(words, **paging, **query)
    return listing.list_claims(**paging, **query)


@blp.route("/claims/<uuid:claim_id>", permission=Permission.READ)
@blp.response(200, ClaimView)
@blp.alt_response(200, schema={"type": "object"}, content_type="application/ld+json", success=True)
def get_claim(claim_id: UUID) -> Claim:
    """Fetch a claim: its words, its place in the article, and its status.

    Whoever prefers `application/ld+json` gets schema.org's ClaimReview.
    """
    return with_version_etag(get_or_404(Claim, claim_id, WITH_TAGS))


@blp.route(
    "/claims/<uuid:claim_id>",
    methods=["PATCH"],
    permission=Permission.ADD_CLAIMS,
    etag=True,
    if_match=True,
)
@blp.arguments(ClaimChange)
@blp.response(200, ClaimView)
def edit_claim(change: dict[str, Any], claim_id: UUID) -> Claim:
    """Correct what is said about a claim. Needs If-Match.

    A verdict that was given on another statement, claimant or date is withdrawn at once. Once the
    claim has been decided on, its maker may change its tags only; a reviewer, all.
    """
    claim = require_if_match(get_or_404(Claim, claim_id, WITH_TAGS, lock=True))
    return with_version_etag(service.edit_claim(claim, by=caller(), **change))


@blp.route(
    "/claims/<uuid:claim_id>/withdrawal",
    methods=["POST"],
    permission=Permission.ADD_CLAIMS,
    etag=True,
    if_match=True,
)
@blp.arguments(ClaimWithdrawal)
@blp.response(200, ClaimView)
def withdraw_claim(withdrawal: dict[str, Any], claim_id: UUID) -> Claim:
    """Withdraw a claim: it stays readable, with the reason, and takes no more evidence.

    Once somebody has decided on it, only a reviewer can withdraw it. What was decided can still
    be appealed against.
    """
    claim = require_if_match(get_or_404(Claim, claim_id, WITH_TAGS, lock=True))
    return with_version_etag(service.withdraw_claim(claim, by=caller(), **withdrawal))
