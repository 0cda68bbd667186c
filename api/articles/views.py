"""Routes of articles and their editions."""

from collections.abc import Iterator
from typing import Any, TypedDict
from uuid import UUID

from flask import Response, url_for
from sqlalchemy import select
from sqlalchemy.orm import undefer

from api.articles import service
from api.articles.models import Article, Edition, IngestState
from api.articles.schemas import (
    ArticleQuery,
    ArticleSubmission,
    ArticleView,
    DiffView,
    EditionView,
)
from api.articles.text_diff import TextChange, diff_paragraphs
from api.auth.permissions import Permission, caller
from api.database.session import get_or_404, now, session
from api.errors import NotFound
from api.http.blueprints import Blueprint, with_version_etag
from api.http.fields import PageQuery, page_of
from api.http.pagination import ResultPage, list_page


class EditionDiff(TypedDict):
    """What the edition of this number changed against the one `before`."""

    edition: int
    before: int
    changes: Iterator[TextChange]


blp = Blueprint("articles", __name__, description="The texts that claims are made in")


@blp.route("/articles", methods=["POST"], permission=Permission.ADD_ARTICLES, etag=True)
@blp.arguments(ArticleSubmission)
@blp.response(201, ArticleView)
@blp.alt_response(200, schema=ArticleView, success=True)
@blp.alt_response(202, schema=ArticleView, success=True)
def add_article(submission: dict[str, Any]) -> tuple[Article, int, dict[str, str]]:
    """Add an article: its text, its HTML, or only its address.

    A text is ready at once (201). HTML and addresses are read by a worker (202): `state` tells
    how far that is, and what an unreadable page lacks. The same article again answers with the
    one that is there (200); another text under its address becomes its next edition.
    """
    before = now()
    article = with_version_etag(service.add_article(added_by=caller(), **submission))
    status = (
        200 if article.created_at < before else 201 if article.state is IngestState.READY else 202
    )
    where = url_for("articles.get_article", article_id=article.id)
    return article, status, {"Location": where}


@blp.route("/articles", permission=Permission.READ)
@blp.arguments(ArticleQuery, location="query")
@blp.response(200, page_of(ArticleView))
def list_articles(query: dict[str, Any]) -> ResultPage:
    """List articles, newest first."""
    articles = select(Article)
    if url := query.pop("url", None):
        articles = articles.filter_by(url=url)
    return list_page(articles, Article.id, newest_first=True, **query)


@blp.route("/articles/<uuid:article_id>", permission=Permission.READ)
@blp.response(200, ArticleView)
def get_article(article_id: UUID) -> Article:
    """Fetch what is known of an article; its text has an address of its own."""
    return with_version_etag(get_or_404(Article, article_id))


@blp.route("/articles/<uuid:article_id>/text", permission=Permission.READ)
@blp.response(200, {"type": "string"}, content_type="text/plain")
def get_article_text(article_id: UUID) -> Response:
    """Fetch the article's text, which claims' offsets count code points in."""
    article = get_or_404(Article, article_id, undefer(Article.text))
    return Response(article.text, mimetype="text/plain")


@blp.route("/articles/<uuid:article_id>/versions", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_of(EditionView))
def list_editions(query: dict[str, Any], article_id: UUID) -> ResultPage:
    """List the texts that the article has had, oldest first."""
    article = get_or_404(Article, article_id)
    return list_page(select(Edition).filter_by(article_id=article.id), Edition.id, **query)


@blp.route("/articles/<uuid:article_id>/versions/<int:number>/diff", permission=Permission.READ)
@blp.response(200, DiffView)
def get_difference(article_id: UUID, number: int) -> EditionDiff:
    """See what an edition changed against the one before."""
    old, new = _edition(article_id, number - 1), _edition(article_id, number)
    return {"edition": number, "before": number - 1, "changes": diff_paragraphs(old.text, new.text)}


def _edition(article_id: UUID, number: int) -> Edition:
    which = select(Edition).filter_by(article_id=article_id, number=number)
    edition = session.scalar(which.options(undefer(Edition.text)))
    if edition is None:
        raise NotFound(f"The article has no edition {number}.")
    return edition
