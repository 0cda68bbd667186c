"""JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from typing import NotRequired, TypedDict

from api.publishing.syndication.items import Feed, FeedItem
from api.timestamps import format_rfc3339

MEDIA_TYPE = "application/feed+json"


class JsonFeedItem(TypedDict):
    """An item; what is not known is left out. `date_published` is in RFC 3339."""

    id: str
    url: str
    title: str
    content_text: str
    date_published: str
    external_url: NotRequired[str]
    language: NotRequired[str]
    tags: NotRequired[list[str]]


class JsonFeed(TypedDict):
    """The feed, with the newest items first."""

    version: str
    title: str
    home_page_url: str
    feed_url: str
    authors: list[dict[str, str]]
    items: list[JsonFeedItem]


def render(feed: Feed) -> JsonFeed:
    """The feed as a JSON Feed document."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "authors": [{"name": feed.author}],
        "items": [_build_item(item) for item in feed.items],
    }


def _build_item(item: FeedItem) -> JsonFeedItem:
    document: JsonFeedItem = {
        "id": f"urn:uuid:{item.id}",
        "url": item.url,
        "title": item.title,
        "content_text": item.text,
        "date_published": format_rfc3339(item.at),
    }
    if item.about is not None:
        document["external_url"] = item.about
    if item.language is not None:
        document["language"] = item.language
    if item.tags:
        document["tags"] = list(item.tags)
    return document
