"""Claims and their reviews as Google's Fact Check Tools API has them. Pure.

https://developers.google.com/fact-check/tools/api/reference/rest/v1alpha1/claims/search. Google
reads them off ClaimReview markup, and so do we.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Required, TypedDict, cast
from urllib.parse import urlsplit

from api.publishing.json_documents import JsonLd, drop_empty
from api.timestamps import format_rfc3339

#: google.rpc.Code, by the HTTP status that it goes with (google.api.Code).
STATUS_CODES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


class GooglePublisher(TypedDict):
    """A Publisher: its name, and its host without `www.`."""

    name: str
    site: str


class GoogleReview(TypedDict, total=False):
    """A ClaimReview. What is not known is left out."""

    publisher: Required[GooglePublisher]
    url: Required[str]
    title: str
    reviewDate: str
    textualRating: str
    languageCode: str


class GoogleClaim(TypedDict, total=False):
    """A Claim with its reviews. What is not known is left out."""

    text: Required[str]
    claimant: str
    claimDate: str
    claimReview: list[GoogleReview]


class GoogleError(TypedDict):
    """A google.rpc.Status; `code` is the HTTP status, `status` the name of a google.rpc.Code."""

    code: int
    message: str
    status: str


def build_claim(document: JsonLd, reviews: Sequence[GoogleReview]) -> GoogleClaim:
    """A Claim with its reviews, from schema.org's ClaimReview or Claim. What is not known is left
    out, as Google does.
    """
    item = document.get("itemReviewed", document)
    known = drop_empty(
        {
            "text": item["name"],
            "claimant": item["author"]["name"] if "author" in item else None,
            "claimDate": format_google_datetime(item.get("datePublished", "")),
            "claimReview": [*reviews],
        }
    )
    return cast(GoogleClaim, known)


def build_own_review(document: JsonLd) -> GoogleReview:
    """The review that a ClaimReview of ours is."""
    house = document["author"]
    known = drop_empty(
        {
            "publisher": {"name": house["name"], "site": host_without_www(house["url"])},
            "url": document["url"],
            "title": document["claimReviewed"],
            "reviewDate": format_google_datetime(document["dateModified"]),
            "textualRating": document["reviewRating"]["alternateName"],
            "languageCode": document.get("inLanguage"),
        }
    )
    return cast(GoogleReview, known)


def build_imported_review(
    *,
    name: str,
    domain: str,
    url: str,
    published_at: str | None,
    rating: str | None,
    language: str | None,
) -> GoogleReview:
    """A review that was imported from the publisher of this name and domain."""
    known = drop_empty(
        {
            "publisher": {"name": name, "site": domain},
            "url": url,
            "reviewDate": format_google_datetime(published_at or ""),
            "textualRating": rating,
            "languageCode": language,
        }
    )
    return cast(GoogleReview, known)


def build_error(problem: dict[str, Any]) -> GoogleError:
    """Google's error object (google.rpc.Status) of a problem. It has no 422."""
    code = 400 if problem["status"] == 422 else problem["status"]
    where = (f"{each.get('parameter')}: {each['detail']}" for each in problem.get("errors", ()))
    message = " ".join(where) or problem["detail"]
    return {"code": code, "message": message, "status": STATUS_CODES.get(code, "UNKNOWN")}


def format_google_datetime(text: str) -> str | None:
    """A date or moment as google-datetime: UTC, at least to the day, which is never invented."""
    if not re.match(r"\d{4}-\d{2}-\d{2}", text):
        return None
    at = datetime.fromisoformat(text.upper())
    return format_rfc3339(at if at.tzinfo else at.replace(tzinfo=UTC), "seconds")


def host_without_www(url: str) -> str:
    """The host, without a leading www: nytimes.com. What is no address has none ("")."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
