"""Fetch an article, or extract the HTML that came with it. A worker's job."""

from uuid import UUID

from flask import current_app
from sqlalchemy.orm import undefer

from api.articles import service
from api.articles.models import Article, IngestState
from api.config.settings import Settings
from api.database.session import get_or_404, transaction
from api.outbound.client import Refused, Unreachable, fetch
from api.sources.extraction.result import ExtractedDocument, Unreadable, extract_document
from api.sources.service import (
    get_or_create_publisher,
    get_or_create_source,
    parse_domain,
    registrable_domain,
)

#: Fewer code points than this are no article: a video page, a paywall, an empty frame.
MIN_ARTICLE_LENGTH = 200


class NotAnArticle(Exception):
    """The page was extracted, but there is no article in it."""


def read_article(article_id: str) -> None:
    """Extract an article that waits for it, or store the reason why it cannot be."""
    with transaction(reads=True):
        article = get_or_404(Article, UUID(article_id), undefer(Article.body))
    if article.state is not IngestState.READING:
        return
    try:
        document, address = _extract(article, current_app.extensions["settings"])
    except (Refused, Unreachable, Unreadable, NotAnArticle) as failure:
        with transaction():
            if failed := _lock_if_waiting(article.id):
                failed.state, failed.state_reason, failed.body = (
                    IngestState.FAILED,
                    str(failure),
                    None,
                )
        return
    with transaction():
        if waiting := _lock_if_waiting(article.id):
            _apply_document(waiting, document, address)


def _lock_if_waiting(id: UUID) -> Article | None:
    """Lock and return the article; None if another worker has read it meanwhile."""
    article = get_or_404(Article, id, undefer(Article.text), lock=True)
    return article if article.state is IngestState.READING else None


def _extract(article: Article, settings: Settings) -> tuple[ExtractedDocument, str | None]:
    """Return the extracted page, and the address it was found at after redirects."""
    body, content_type, address = (article.body or "").encode(), "text/html; charset=utf-8", None
    if article.body is None:
        fetched = fetch(article.url or "", settings.fetch_policy())
        if fetched.status != 200:
            raise NotAnArticle(f"The address answered with status {fetched.status}.")
        body, content_type, address = fetched.body, fetched.content_type, fetched.final_url
    document = extract_document(body, content_type, url=address or article.url)
    if len(document.main_text) < MIN_ARTICLE_LENGTH:
        raise NotAnArticle(
            f"The page holds {len(document.main_text)} characters of text, which is no article: "
            "perhaps a video, a paywall or an empty page. Send the text itself."
        )
    return document, address


def _apply_document(article: Article, document: ExtractedDocument, address: str | None) -> None:
    """Complete the article from the page, or merge it into one that is known by its address."""
    canonical = _find_canonical_url(document, address or article.url)
    there = service.find_article_by_url(canonical) if canonical else None
    same = there is not None and there.text_sha256 == service.text_digest(document.main_text)
    if there is not None and not same and address is None and article.url is None:
        # Nobody says that the HTML was found there: it is an article of its own.
        canonical = there = None
    article.body = None
    if there is None:
        _publish_document(article, document, canonical, address)
        return
    article.state, article.same_as = IngestState.MERGED, there.id
    if not same:
        modified = document.modified_at
        service.add_edition(there, document.main_text, title=document.title, modified_at=modified)


def _find_canonical_url(document: ExtractedDocument, found_at: str | None) -> str | None:
    """Return the address that the article is known by.

    A page's canonical address counts only if it is one of its own publisher: any site could claim
    to be the article of another.
    """
    stated = document.canonical_url
    domain = parse_domain(stated) if stated else None
    ours = domain and (found_at is None or registrable_domain(found_at) == domain)
    return stated if ours else found_at


def _publish_document(
    article: Article, document: ExtractedDocument, canonical: str | None, address: str | None
) -> None:
    article.canonical_url, article.state = canonical, IngestState.READY
    if canonical and article.source_id is None:
        article.source_id = get_or_create_source(canonical).id
    elif address and article.url and article.source_id == get_or_create_source(article.url).id:
        article.source_id = get_or_create_publisher(
            address
        ).id  # a short link publishes nothing itself
    article.text, article.text_sha256 = document.main_text, service.text_digest(document.main_text)
    article.title = article.title or document.title or canonical or "Untitled"
    for name in ("author", "published_at", "modified_at", "language"):
        setattr(article, name, getattr(article, name) or getattr(document, name))
    service.store_edition(article)
