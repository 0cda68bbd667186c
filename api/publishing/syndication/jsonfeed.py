"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from typing import Any

from api.publishing.syndication.items import Feed, FeedItem
from api.timestamps import format_rfc3339

MEDIA_TYPE = "application/feed+json"


def render(feed: Feed) -> dict[str, Any]:
    """The feed as a JSON Feed document."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "authors": [{"name": feed.author}],
        "items": [_build_item(item) for item in feed.items],
    }


def _build_item(item: FeedItem) -> dict[str, Any]:
    document = {
        "id": f"urn:uuid:{item.id}",
        "url": item.url,
        "external_url": item.about,
        "title": item.title,
        "content_text": item.text,
        "date_published": format_rfc3339(item.at),
        "language": item.language,
        "tags": list(item.tags) or None,
    }
    return {name: value for name, value in document.items() if value is not None}
