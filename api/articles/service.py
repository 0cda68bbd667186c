"""Add articles and their editions."""

from hashlib import sha256
from typing import TypedDict, Unpack

from sqlalchemy import or_, select
from sqlalchemy.orm import undefer

from api.articles.models import Article, Edition, IngestState
from api.contributors.models import Contributor
from api.database.session import now, session
from api.jobs.queue import enqueue
from api.sources.models import Source
from api.sources.service import get_or_create_source
from api.sources.url_validation import validate_url


class ArticleMetadata(TypedDict, total=False):
    """What the submitter states of an article; dates are ISO 8601 with the precision stated."""

    author: str | None
    published_at: str | None
    modified_at: str | None
    language: str | None
    retells: list[str]


def add_article(
    *,
    added_by: Contributor,
    text: str | None,
    html: str | None = None,
    url: str | None,
    title: str | None,
    publisher: Source | None = None,
    **known: Unpack[ArticleMetadata],
) -> Article:
    """Add an article and return it. A text is ready at once; a worker reads HTML and addresses.

    `publisher` is that of `url` unless it is given. A text that is known under its address gives
    the article that exists; another text under that address gives its next edition. Raises
    `AddressRefused`.
    """
    if url:
        validate_url(url, at="#/url")
    if text and url and (there := find_article_by_url(url)):
        is_known = there.text_sha256 == text_digest(text)
        return there if is_known else add_edition(there, text, title=title)
    publisher = publisher or (get_or_create_source(url) if url else None)
    article = Article(
        added_by_id=added_by.id,
        url=url,
        canonical_url=url if text else None,
        source_id=publisher.id if publisher else None,
        title=title or "",
        text=text or "",
        text_sha256=text_digest(text or ""),
        body=html,
        state=IngestState.READY if text else IngestState.READING,
        **known,
    )
    session.add(article)
    session.flush()
    _read_or_store(article)
    return article


def _read_or_store(article: Article) -> None:
    """Store the first edition of an article that is ready; have a worker read another."""
    if article.state is IngestState.READY:
        store_edition(article)
    else:
        enqueue("article.read", article_id=article.id)


def text_digest(text: str) -> str:
    """Return the SHA-256 (hex) of a text in UTF-8."""
    return sha256(text.encode()).hexdigest()


def find_article_by_url(url: str) -> Article | None:
    """Return the oldest article that is ready under an address, its own or its canonical one."""
    there = select(Article).where(or_(Article.canonical_url == url, Article.url == url))
    ready = there.where(Article.state == IngestState.READY).order_by(Article.id)
    return session.scalar(ready.options(undefer(Article.text)).limit(1))


def store_edition(article: Article) -> None:
    """Store the article's text as its edition `article.edition`."""
    edition = Edition(
        article_id=article.id,
        number=article.edition,
        title=article.title,
        modified_at=article.modified_at,
        retrieved_at=article.retrieved_at,
        text=article.text,
        text_sha256=article.text_sha256,
    )
    session.add(edition)


def add_edition(
    article: Article, text: str, *, title: str | None = None, modified_at: str | None = None
) -> Article:
    """Give an article a new text, its next edition, and enqueue the re-anchoring of its claims."""
    article.edition += 1
    article.text, article.text_sha256 = text, text_digest(text)
    article.title, article.modified_at = title or article.title, modified_at or article.modified_at
    article.retrieved_at = now()
    store_edition(article)
    enqueue("claims.reanchor", article_id=article.id)
    return article
