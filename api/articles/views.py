from typing import Any
from uuid import UUID

from flask import Response, url_for
from sqlalchemy import select
from sqlalchemy.orm import undefer

from api.articles import service
from api.articles.models import Article
from api.articles.schemas import ArticleQuery, ArticleSubmission, ArticleView
from api.db import get_or_404
from api.fields import page_of
from api.http import Blueprint, page, versioned
from api.policy import Permission, caller

blp = Blueprint("articles", __name__, description="The texts that claims are made in")


@blp.route("/articles", methods=["POST"], permission=Permission.ADD_ARTICLES)
@blp.arguments(ArticleSubmission)
@blp.response(201, ArticleView)
def add_article(submission: dict[str, Any]) -> Any:
    """Add an article by its text."""
    article = versioned(service.add(added_by=caller(), **submission))
    return article, {"Location": url_for("articles.get_article", article_id=article.id)}


@blp.route("/articles", permission=Permission.READ)
@blp.arguments(ArticleQuery, location="query")
@blp.response(200, page_of(ArticleView))
def list_articles(query: dict[str, Any]) -> Any:
    """List articles, newest first."""
    articles = select(Article)
    if url := query.pop("url", None):
        articles = articles.filter_by(url=url)
    return page(articles, Article.id, newest_first=True, **query)


@blp.route("/articles/<uuid:article_id>", permission=Permission.READ)
@blp.response(200, ArticleView)
def get_article(article_id: UUID) -> Any:
    """Fetch what is known of an article; its text has an address of its own."""
    return versioned(get_or_404(Article, article_id))


@blp.route("/articles/<uuid:article_id>/text", permission=Permission.READ)
@blp.response(200, {"type": "string"}, content_type="text/plain")
def get_article_text(article_id: UUID) -> Any:
    """Fetch the article's text, which claims' offsets count code points in."""
    article = get_or_404(Article, article_id, undefer(Article.text))
    return Response(article.text, mimetype="text/plain")
