"""Atom, the syndication format (RFC 4287)."""

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from api.publishing.syndication.items import Feed, FeedItem
from api.timestamps import format_rfc3339

MEDIA_TYPE = "application/atom+xml"
NAMESPACE = "http://www.w3.org/2005/Atom"

#: What XML 1.0 has no way to write (section 2.2).
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def render(feed: Feed) -> bytes:
    """The feed as an Atom document in UTF-8."""
    root = Element("feed", xmlns=NAMESPACE)
    _add(root, "id", feed.url)
    _add(root, "title", feed.title)
    _add(root, "updated", format_rfc3339(feed.updated))
    _add(SubElement(root, "author"), "name", feed.author)
    _add(root, "link", rel="self", href=feed.url, type=MEDIA_TYPE)
    _add(root, "link", rel="alternate", href=feed.home)
    for item in feed.items:
        _add_entry(SubElement(root, "entry"), item)
    ElementTree.indent(root)
    document: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return document + b"\n"


def _add_entry(entry: Element, item: FeedItem) -> None:
    if item.language:
        entry.set("xml:lang", item.language)
    _add(entry, "id", f"urn:uuid:{item.id}")
    _add(entry, "title", item.title)
    _add(entry, "updated", format_rfc3339(item.at))
    _add(entry, "published", format_rfc3339(item.at))
    _add(entry, "link", rel="alternate", href=item.url)
    if item.about:
        _add(entry, "link", rel="related", href=item.about)
    for tag in item.tags:
        _add(entry, "category", term=tag)
    _add(entry, "content", item.text, type="text")


def _add(parent: Element, name: str, text: str | None = None, **attributes: str) -> None:
    writable = {key: UNWRITABLE.sub("\ufffd", value) for key, value in attributes.items()}
    SubElement(parent, name, writable).text = text and UNWRITABLE.sub("\ufffd", text)
