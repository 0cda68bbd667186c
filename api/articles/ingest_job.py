"""Fetch an article, or read the HTML that came with it. Runs in the worker."""

from uuid import UUID

from flask import current_app
from sqlalchemy.orm import undefer

from api.articles import service
from api.articles.models import Article, Intake
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

#: Fewer characters than this are no article: a video page, a paywall, an empty frame.
SHORTEST = 200


class NoArticle(Exception):
    """The page was read, but there is no article in it."""


def read_article(article_id: str) -> None:
    """Read an article that waits for it; say why where it cannot be read."""
    with transaction(reads=True):
        article = get_or_404(Article, UUID(article_id), undefer(Article.body))
    if article.state is not Intake.READING:
        return
    try:
        reading, address = _read(article, current_app.extensions["settings"])
    except (Refused, Unreachable, Unreadable, NoArticle) as failure:
        with transaction():
            if failed := _still_waiting(article.id):
                failed.state, failed.state_reason, failed.body = Intake.FAILED, str(failure), None
        return
    with transaction():
        if waiting := _still_waiting(article.id):
            _take_in(waiting, reading, address)


def _still_waiting(id: UUID) -> Article | None:
    """The article, unless another worker has read it meanwhile."""
    article = get_or_404(Article, id, undefer(Article.text), lock=True)
    return article if article.state is Intake.READING else None


def _read(article: Article, settings: Settings) -> tuple[ExtractedDocument, str | None]:
    """What the page says, and the address it was found at in the end."""
    body, content_type, address = (article.body or "").encode(), "text/html; charset=utf-8", None
    if article.body is None:
        fetched = fetch(article.url or "", settings.fetch_policy())
        if fetched.status != 200:
            raise NoArticle(f"The address answered with status {fetched.status}.")
        body, content_type, address = fetched.body, fetched.content_type, fetched.final_url
    reading = extract_document(body, content_type, url=address or article.url)
    if len(reading.main_text) < SHORTEST:
        raise NoArticle(
            f"The page holds {len(reading.main_text)} characters of text, which is no article: "
            "perhaps a video, a paywall or an empty page. Send the text itself."
        )
    return reading, address


def _take_in(article: Article, reading: ExtractedDocument, address: str | None) -> None:
    """Fill in what the page says, unless the submitter said otherwise; or recognise the article."""
    canonical = _canonical(reading, address or article.url)
    there = service.at_address(canonical) if canonical else None
    same = there is not None and there.text_sha256 == service.digest(reading.main_text)
    if there is not None and not same and address is None and article.url is None:
        # Nobody says that the HTML was found there: it is an article of its own.
        canonical = there = None
    article.body = None
    if there is None:
        _fill_in(article, reading, canonical, address)
        return
    article.state, article.same_as = Intake.MERGED, there.id
    if not same:
        modified = reading.modified_at
        service.change(there, reading.main_text, title=reading.title, modified_at=modified)


def _canonical(reading: ExtractedDocument, found_at: str | None) -> str | None:
    """The address that the article is known by. A page is believed about addresses of its own
    publisher only: any site could call itself the article of another.
    """
    stated = reading.canonical_url
    domain = parse_domain(stated) if stated else None
    ours = domain and (found_at is None or registrable_domain(found_at) == domain)
    return stated if ours else found_at


def _fill_in(
    article: Article, reading: ExtractedDocument, canonical: str | None, address: str | None
) -> None:
    article.canonical_url, article.state = canonical, Intake.READY
    if canonical and article.source_id is None:
        article.source_id = get_or_create_source(canonical).id
    elif address and article.url and article.source_id == get_or_create_source(article.url).id:
        article.source_id = get_or_create_publisher(
            address
        ).id  # a short link publishes nothing itself
    article.text, article.text_sha256 = reading.main_text, service.digest(reading.main_text)
    article.title = article.title or reading.title or canonical or "Untitled"
    for name in ("author", "published_at", "modified_at", "language"):
        setattr(article, name, getattr(article, name) or getattr(reading, name))
    service.publish(article)
