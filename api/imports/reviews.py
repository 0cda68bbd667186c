"""Reviews by others, read from their JSON-LD. Pure.

What publishers write differs from what schema.org says: things that should be objects are texts,
things that should be one are lists, feeds nest items in items. All that can be read is read.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from api.http.fields import LANGUAGE, Address, language_tag
from api.sources.extraction import dates
from api.sources.extraction.charsets import strip_unstorable

MIN_CLAIM_LENGTH, MAX_CLAIM_LENGTH = 8, 2_000
MAX_NAME_LENGTH = 300
#: Where a document may hold reviews, and how deep they are looked for.
CONTAINER_PROPERTIES = (
    "@graph",
    "dataFeedElement",
    "item",
    "itemListElement",
    "mainEntity",
    "hasPart",
    "review",
)
MAX_DEPTH = 10


class UnusableReview(Exception):
    """A review that nothing can be made of; `code` says why, in a word that stays the same."""

    def __init__(self, code: str, words: str, *, url: str | None = None) -> None:
        super().__init__(words)
        self.code, self.url = code, url


@dataclass(frozen=True, kw_only=True)
class PublishedReview:
    """What a publisher says of a claim: `rating` is its word for it, as it stands there."""

    url: str
    claim: str
    claimant: str | None
    said_on: str | None
    appeared_at: str | None
    language: str | None
    publisher: str | None
    published_at: str | None
    rating: str | None

    @property
    def fingerprint(self) -> str:
        """The same for the same page's review of the same claim, whenever it is met."""
        return _hash_parts(self.url, self.claim, self.claimant)

    @property
    def claim_key(self) -> str:
        """The same for reviews of the same words of the same person on the same day."""
        return _hash_parts(self.claim.casefold(), self.claimant, self.said_on)


def _hash_parts(*parts: str | None) -> str:
    return sha256("\n".join(part or "" for part in parts).encode()).hexdigest()


def find_reviews(document: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """The ClaimReviews of a document: it is one, or a list, graph or feed of them."""
    if depth > MAX_DEPTH:
        return
    if isinstance(document, list):
        for each in document:
            yield from find_reviews(each, depth + 1)
    elif isinstance(document, dict):
        if "ClaimReview" in _type_names(document):
            yield document
            return
        for name in CONTAINER_PROPERTIES:
            yield from find_reviews(document.get(name), depth + 1)


def _type_names(node: dict[str, Any]) -> list[str]:
    types = node.get("@type")
    names = types if isinstance(types, list) else [types]
    return [re.split("[/:#]", name)[-1] for name in names if isinstance(name, str)]


def parse_review(node: dict[str, Any], *, page: str | None = None) -> PublishedReview:
    """The review that a ClaimReview is, found on a `page` if on one. Raises `UnusableReview`."""
    url = _address(node.get("url")) or page
    claim = _text(node.get("claimReviewed")) or _text(
        _first_property(node.get("itemReviewed"), "name")
    )
    item = node.get("itemReviewed")
    if url is None:
        raise UnusableReview("no-address", "It does not say where the review is published.")
    if not claim:
        raise UnusableReview("no-claim", "It does not say which claim is reviewed.", url=url)
    if not MIN_CLAIM_LENGTH <= len(claim) <= MAX_CLAIM_LENGTH:
        words = f"The claim has {len(claim)} characters: no quote has so few, or so many."
        raise UnusableReview("claim-length", words, url=url)
    return PublishedReview(
        url=url,
        claim=claim,
        claimant=_name(_first_property(item, "author")),
        said_on=_date(_first_property(item, "datePublished")),
        appeared_at=_appeared_at(item),
        language=_language(node.get("inLanguage")),
        publisher=_name(node.get("author")) or _name(node.get("publisher")),
        published_at=_date(node.get("datePublished")),
        rating=_rating(node.get("reviewRating")),
    )


def _first_property(value: Any, name: str) -> Any:
    """A property of an object, or of the first object in a list that has it."""
    nodes = value if isinstance(value, list) else [value]
    return next((n[name] for n in nodes if isinstance(n, dict) and n.get(name)), None)


def _text(value: Any) -> str | None:
    """The first text of a value. Many a publisher escapes for HTML what stands in JSON."""
    if isinstance(value, list):
        return next(filter(None, map(_text, value)), None)
    if isinstance(value, dict):
        return _text(value.get("@value"))
    if not isinstance(value, str):
        return None
    return " ".join(strip_unstorable(html.unescape(value)).split()) or None


def _name(value: Any) -> str | None:
    name = _text(_first_property(value, "name")) or _text(value)
    return name[:MAX_NAME_LENGTH] if name else None


def _address(value: Any) -> str | None:
    address = _text(_first_property(value, "@id")) or _text(value) or ""
    fits = Address.FORM.fullmatch(address) and len(address.encode()) <= Address.MOST
    return address if fits else None


def _date(value: Any) -> str | None:
    words = _text(value)
    return dates.parse_stated_date(words) if words else None


def _appeared_at(item: Any) -> str | None:
    """The first address at which the claim was made, among those that are given."""
    for name in ("firstAppearance", "appearance"):
        work = _first_property(item, name)
        if address := _address(
            _first_property(work, "url") or _first_property(work, "@id") or work
        ):
            return address
    return None


def _language(value: Any) -> str | None:
    tag = _text(_first_property(value, "alternateName")) or _text(value) or ""
    return language_tag(tag) if LANGUAGE.fullmatch(tag) else None


def _rating(value: Any) -> str | None:
    """The rating's words: `alternateName` or, as Google takes it, `name`. Never a number's."""
    words = (
        _text(_first_property(value, "alternateName"))
        or _text(_first_property(value, "name"))
        or _text(value)
    )
    return words[:MAX_NAME_LENGTH] if words and not re.fullmatch(r"[\d.,/ ]+", words) else None
