"""Extract what an HTML page states of itself: JSON-LD (schema.org), then its meta elements."""

import html
import json
import math
import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from lxml.etree import _Element as Element

from api.sources.extraction import dates
from api.sources.extraction.charsets import strip_unstorable, to_single_line

_TITLE = ("og:title", "citation_title", "dc.title", "dcterms.title", "twitter:title", "headline")
_AUTHOR = ("author", "citation_author", "dc.creator", "dcterms.creator", "parsely-author", "byl")
_PUBLISHER = (
    "og:site_name",
    "citation_journal_title",
    "dc.publisher",
    "dcterms.publisher",
    "publisher",
    "application-name",
)
_PUBLISHED = (
    "article:published_time",
    "datepublished",
    "citation_publication_date",
    "citation_online_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "publishdate",
    "publish-date",
    "dc.date",
    "dcterms.date",
    "date",
)
_MODIFIED = (
    "article:modified_time",
    "datemodified",
    "og:updated_time",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
)
_ARTICLE = re.compile(r"(?:Article|Posting|Report)$")
_PAGE = re.compile(r"WebPage$|^VideoObject$")
_COMMENT_MARKS = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[)|(?:-->|//\s*\]\]>)\s*$")
_MAX_DEPTH = 50


class PageMetadata(NamedTuple):
    """The fields of an `ExtractedDocument` that a page can state; None where it does not."""

    title: str | None
    author: str | None
    publisher: str | None
    canonical_url: str | None
    language: str | None
    published_at: str | None
    modified_at: str | None
    json_ld: tuple[dict[str, Any], ...]
    broken_json_ld: tuple[int, ...]


def extract_metadata(page: Element, url: str | None) -> PageMetadata:
    """Return what a parsed page states; `url`, where it was found, makes its links absolute."""
    blocks = list(_parse_json_ld(page))
    json_ld = tuple(item for block in blocks for item in block or ())
    nodes = list(_iterate_nodes(json_ld))
    about = _LinkedData(nodes)
    meta = _meta_properties(page)

    def meta_values(names: tuple[str, ...]) -> Iterator[str]:
        return (meta[name] for name in names if name in meta)

    return PageMetadata(
        title=about.words("headline") or next(meta_values(_TITLE), None) or about.words("name"),
        author=about.names("author") or next(filter(_is_name, meta_values(_AUTHOR)), None),
        publisher=about.names("publisher") or next(filter(_is_name, meta_values(_PUBLISHER)), None),
        canonical_url=_find_canonical_url(page, meta, about, url),
        language=_find_language(page, meta, about),
        published_at=_first_date([about.words("datePublished"), *meta_values(_PUBLISHED)]),
        modified_at=_first_date([about.words("dateModified"), *meta_values(_MODIFIED)]),
        json_ld=json_ld,
        broken_json_ld=tuple(n for n, block in enumerate(blocks, start=1) if block is None),
    )


class _LinkedData:
    """What JSON-LD states of the article, or else of the page; other articles are teasers."""

    def __init__(self, nodes: list[dict[str, Any]]) -> None:
        self._by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
        self._about = [
            *islice((node for node in nodes if _is_a(node, _ARTICLE)), 1),
            *islice((node for node in nodes if _is_a(node, _PAGE)), 1),
        ]

    def words(self, key: str) -> str | None:
        """Return the first text under a key."""
        return next(filter(None, (_first_text(node.get(key)) for node in self._about)), None)

    def names(self, key: str) -> str | None:
        """Return the names of the persons or organisations under a key: "A. Smith, B. Jones"."""
        for node in self._about:
            value = node.get(key)
            bearers = value if isinstance(value, list) else [value]
            names = [name for name in map(self._name, bearers) if name and _is_name(name)]
            if names:
                return ", ".join(dict.fromkeys(names))
        return None

    def _name(self, bearer: Any) -> str | None:
        if isinstance(bearer, dict) and "name" not in bearer:
            reference = bearer.get("@id")
            bearer = self._by_id.get(reference) if isinstance(reference, str) else None
        return _first_text(
            bearer["name"] if isinstance(bearer, dict) and "name" in bearer else bearer
        )


def _parse_json_ld(page: Element) -> Iterator[list[dict[str, Any]] | None]:
    """Parse each block on its own: one that is broken (None) does not cost the others."""
    for script in page.iter("script"):
        if not (script.get("type") or "").lower().startswith("application/ld+json"):
            continue
        try:
            block = _strip_unstorable(
                json.loads(_COMMENT_MARKS.sub("", script.text or ""), strict=False)
            )
        except (ValueError, RecursionError):
            yield None
            continue
        items = block if isinstance(block, list) else [block]
        yield [item for item in items if isinstance(item, dict)]


def _strip_unstorable(value: Any, depth: int = 0) -> Any:
    """Copy parsed JSON without what RFC 8259 or a database refuses; raise ValueError if deep."""
    if depth > _MAX_DEPTH:
        raise ValueError
    if isinstance(value, str):
        return strip_unstorable(value)
    if isinstance(value, list):
        return [_strip_unstorable(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return {
            strip_unstorable(key): _strip_unstorable(item, depth + 1) for key, item in value.items()
        }
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _iterate_nodes(values: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for value in values:
        if isinstance(value, list):
            yield from _iterate_nodes(value)
        elif isinstance(value, dict):
            yield value
            yield from _iterate_nodes([value.get("@graph"), value.get("mainEntity")])


def _is_a(node: dict[str, Any], kind: re.Pattern[str]) -> bool:
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return any(isinstance(name, str) and kind.search(name) for name in names)


def _first_text(value: Any) -> str | None:
    if isinstance(value, list):
        return next(filter(None, map(_first_text, value)), None)
    if isinstance(value, dict):
        return _first_text(value.get("@value") or value.get("@id"))
    # Many a page escapes for HTML what stands in JSON or already in an attribute.
    return to_single_line(html.unescape(value)) if isinstance(value, str) else None


def _meta_properties(page: Element) -> dict[str, str]:
    """Map the lower-case name of each property to the first value it is given."""
    found: dict[str, str] = {}
    for element in chain(page.iterfind(".//meta"), page.iterfind(".//*[@itemprop]")):
        value = _first_text(element.get("content") or element.get("datetime"))
        if not value:
            continue
        names = " ".join(element.get(key, "") for key in ("property", "name", "itemprop"))
        if element.get("http-equiv", "").lower() == "content-language":
            names = "content-language"
        for name in names.lower().split():
            found.setdefault(name, value)
    return found


def _is_name(words: str) -> bool:
    return not words.startswith(("http://", "https://", "@"))


def _first_date(candidates: Iterable[str | None]) -> str | None:
    return next(
        filter(None, (dates.parse_stated_date(words) for words in candidates if words)), None
    )


def _find_language(page: Element, meta: dict[str, str], about: _LinkedData) -> str | None:
    """Return the primary language subtag (BCP 47) in lower case: "zh" for "zh-CN"."""
    tags = (
        page.get("lang"),
        page.get("xml:lang"),
        about.words("inLanguage"),
        meta.get("content-language"),
        meta.get("og:locale"),
    )
    for tag in filter(None, tags):
        if found := re.match(r"\s*([a-z]{2,3})(?![a-z])", tag, re.IGNORECASE):
            return found[1].lower()
    return None


def _find_canonical_url(
    page: Element, meta: dict[str, str], about: _LinkedData, url: str | None
) -> str | None:
    """Return the absolute http(s) address that the page wants to be known by, without fragment."""
    base = page.find(".//base[@href]")
    links = (
        link.get("href")
        for link in page.iterfind(".//link[@rel]")
        if "canonical" in link.get("rel", "").lower().split()
    )
    stated = (*links, meta.get("og:url"), about.words("url"), about.words("mainEntityOfPage"))
    for link in filter(None, stated):
        try:
            start = urljoin(url or "", base.get("href") if base is not None else "")
            address = urljoin(start, link.strip())
            parts = urlsplit(address)
        except ValueError:  # a host in brackets that is no IPv6 address
            continue
        if parts.scheme in {"http", "https"} and parts.hostname:
            return to_single_line(parts._replace(fragment="").geturl())
    return None
