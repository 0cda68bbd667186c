"""How an article comes in, and how it changes."""

from hashlib import sha256
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import undefer

from api.articles.models import Article, Edition, Intake
from api.contributors.models import Contributor
from api.database.session import now, session
from api.jobs.queue import enqueue
from api.sources.models import Source
from api.sources.service import get_or_create_source
from api.sources.url_validation import validate_url


def add(
    *,
    added_by: Contributor,
    text: str | None,
    html: str | None = None,
    url: str | None,
    title: str | None,
    publisher: Source | None = None,
    **known: Any,
) -> Article:
    """Take in an article. A text is ready at once, HTML and addresses are read by a worker. Its
    publisher is that of its address, unless it is given.

    The same text under the same address is the article that is there; another text under that
    address is its next edition. Raises `AddressRefused`.
    """
    if url:
        validate_url(url, at="#/url")
    if text and url and (there := at_address(url)):
        return there if there.text_sha256 == digest(text) else change(there, text, title=title)
    publisher = publisher or (get_or_create_source(url) if url else None)
    article = Article(
        added_by_id=added_by.id,
        url=url,
        canonical_url=url if text else None,
        source_id=publisher.id if publisher else None,
        title=title or "",
        text=text or "",
        text_sha256=digest(text or ""),
        body=html,
        state=Intake.READY if text else Intake.READING,
        **known,
    )
    session.add(article)
    session.flush()
    if text:
        publish(article)
    else:
        enqueue("article.read", article_id=article.id)
    return article


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def at_address(url: str) -> Article | None:
    """The article that is known under an address, its own or its canonical one."""
    there = select(Article).where(or_(Article.canonical_url == url, Article.url == url))
    ready = there.where(Article.state == Intake.READY).order_by(Article.id)
    return session.scalar(ready.options(undefer(Article.text)).limit(1))


def publish(article: Article) -> None:
    """Keep the article's text as its edition."""
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


def change(
    article: Article, text: str, *, title: str | None = None, modified_at: str | None = None
) -> Article:
    """Give an article another text: its next edition, in which its claims are looked for."""
    article.edition += 1
    article.text, article.text_sha256 = text, digest(text)
    article.title, article.modified_at = title or article.title, modified_at or article.modified_at
    article.retrieved_at = now()
    publish(article)
    enqueue("claims.reanchor", article_id=article.id)
    return article
