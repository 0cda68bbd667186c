"""The one way an article comes in."""

from hashlib import sha256

from api.articles.models import Article
from api.contributors.models import Contributor
from api.db import session
from api.sources.service import source_of


def add(
    *,
    added_by: Contributor,
    text: str,
    title: str,
    url: str | None,
    author: str | None,
    published_at: str | None,
    modified_at: str | None,
    language: str | None,
    retells: list[str],
) -> Article:
    article = Article(
        added_by_id=added_by.id,
        text=text,
        text_sha256=sha256(text.encode()).hexdigest(),
        title=title,
        url=url,
        source_id=source_of(url).id if url else None,
        author=author,
        published_at=published_at,
        modified_at=modified_at,
        language=language,
        retells=retells,
    )
    session.add(article)
    session.flush()
    return article
