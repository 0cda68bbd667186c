"""Routes of the published formats: what is known, in other programs' terms."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from flask import Response, request
from sqlalchemy import select

from api.articles.models import Article
from api.auth.permissions import Permission
from api.claims.models import Claim
from api.database.session import get_or_404, session
from api.http.blueprints import Blueprint
from api.http.fields import PageQuery
from api.http.json_provider import ld_json
from api.http.pagination import list_page
from api.publishing import documents, exception_label
from api.publishing.annotation import MEDIA_TYPE, ClaimNote, build_annotation, build_annotation_page
from api.publishing.claimreview import build_datafeed
from api.publishing.json_documents import JsonLd
from api.verdicts.models import Verdict

blp = Blueprint("feeds", __name__, description="What is known, in other programs' terms")

LD_JSON = {"content_type": "application/ld+json"}


@blp.route("/claims/<uuid:claim_id>.jsonld", permission=Permission.READ)
@blp.representation("claims.get_claim", "application/ld+json")
@blp.response(200, {"type": "object"}, **LD_JSON)
def get_claimreview(claim_id: UUID) -> Response:
    """Fetch a claim as schema.org's ClaimReview.

    A claim that nobody has decided on has no review, nor has one that was withdrawn: they are a
    Claim. Only `Confirmed` (5 of 5) and `Refuted` (1 of 5) carry a number; `Contested` and
    `Unverified` are no places on that scale.
    """
    (document,) = documents.build_documents([get_or_404(Claim, claim_id)])
    return ld_json(document)


@blp.route("/feeds/datafeed.json", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, {"type": "object"}, **LD_JSON)
def get_datafeed(query: dict[str, Any]) -> Response:
    """List the reviewed claims as a DataFeed of ClaimReviews, as Data Commons has them.

    Those that were reviewed last come first; the Link header leads to the next page. A claim that
    was withdrawn has its `dateDeleted`. `flask export` writes all of them at once.
    """
    firsts = list_page(select(Verdict).filter_by(number=1), Verdict.id, newest_first=True, **query)
    claims = _claims([verdict.claim_id for verdict in firsts["items"]])
    dated = zip(
        documents.build_documents(claims), (claim.withdrawn_at for claim in claims), strict=True
    )
    return ld_json(
        build_datafeed(
            dated, documents.publisher_info(), url=f"{documents.public_url()}{request.path}"
        )
    )


def _claims(ids: list[UUID]) -> list[Claim]:
    """The claims, in this order."""
    found = {claim.id: claim for claim in session.scalars(select(Claim).where(Claim.id.in_(ids)))}
    return [found[id] for id in ids]


@blp.route("/articles/<uuid:article_id>/annotations", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, {"type": "object"}, **LD_JSON)
def list_annotations(query: dict[str, Any], article_id: UUID) -> Response:
    """List an article's claims as W3C Web Annotations, oldest first.

    Each is anchored by its words in the page that the article was published on, and by words and
    position in the text that is held here. Withdrawn claims, and those whose words the article
    does not have any more, are left out.
    """
    article = get_or_404(Article, article_id)
    shown = select(Claim).filter_by(article_id=article.id, withdrawn_at=None, gone_since=None)
    claims = list_page(shown, Claim.id, **query)
    collection, cursor = f"{documents.public_url()}{request.path}", claims["next_cursor"]
    document = build_annotation_page(
        [_annotation(claim, article) for claim in claims["items"]],
        id=f"{documents.public_url()}{request.full_path.rstrip('?')}",
        collection=collection,
        following=cursor and f"{collection}?{urlencode({**request.args, 'cursor': cursor})}",
    )
    return ld_json(document, media_type=MEDIA_TYPE)


def _annotation(claim: Claim, article: Article) -> JsonLd:
    anchor = {name: getattr(claim, name) for name in ("exact", "prefix", "suffix", "start", "end")}
    note = ClaimNote(
        url=documents.claim_page_url(claim.id),
        review=f"{documents.public_url()}/v1/claims/{claim.id}.jsonld",
        statement=claim.statement,
        language=claim.language,
        status=claim.status,
        by_exception=exception_label.explain_exception(claim.status_exception, claim.one_person),
        made_at=claim.created_at,
        changed_at=claim.status_since,
        **anchor,
    )
    text = f"{documents.public_url()}/v1/articles/{article.id}/text"
    return build_annotation(note, text=text, page=article.canonical_url or article.url)
