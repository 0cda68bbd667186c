"""Claims and their reviews as Google's Fact Check Tools API has them. Pure.

https://developers.google.com/fact-check/tools/api/reference/rest/v1alpha1/claims/search. Google
reads them off ClaimReview markup, and so do we.
"""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from api.publishing.json_documents import drop_empty
from api.timestamps import format_rfc3339

#: google.rpc.Code, by the HTTP status that it goes with (google.api.Code).
CODES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}

Object = dict[str, Any]


def claim(document: Object, reviews: Sequence[Object]) -> Object:
    """A Claim with its reviews, from schema.org's ClaimReview or Claim. What is not known is left
    out, as Google does.
    """
    item = document.get("itemReviewed", document)
    return drop_empty(
        {
            "text": item["name"],
            "claimant": item["author"]["name"] if "author" in item else None,
            "claimDate": moment(item.get("datePublished", "")),
            "claimReview": reviews,
        }
    )


def own_review(document: Object) -> Object:
    """The review that a ClaimReview of ours is."""
    house = document["author"]
    return drop_empty(
        {
            "publisher": {"name": house["name"], "site": site(house["url"])},
            "url": document["url"],
            "title": document["claimReviewed"],
            "reviewDate": moment(document["dateModified"]),
            "textualRating": document["reviewRating"]["alternateName"],
            "languageCode": document.get("inLanguage"),
        }
    )


def others_review(
    *,
    name: str,
    domain: str,
    url: str,
    published_at: str | None,
    rating: str | None,
    language: str | None,
) -> Object:
    """A review that was taken in from the publisher of this name and domain."""
    return drop_empty(
        {
            "publisher": {"name": name, "site": domain},
            "url": url,
            "reviewDate": moment(published_at or ""),
            "textualRating": rating,
            "languageCode": language,
        }
    )


def error(problem: Object) -> Object:
    """Google's error object (google.rpc.Status) of a problem. It has no 422."""
    code = 400 if problem["status"] == 422 else problem["status"]
    where = (f"{each.get('parameter')}: {each['detail']}" for each in problem.get("errors", ()))
    message = " ".join(where) or problem["detail"]
    return {"code": code, "message": message, "status": CODES.get(code, "UNKNOWN")}


def moment(text: str) -> str | None:
    """A date or moment as google-datetime: UTC, at least to the day, which is never invented."""
    if not re.match(r"\d{4}-\d{2}-\d{2}", text):
        return None
    at = datetime.fromisoformat(text.upper())
    return format_rfc3339(at if at.tzinfo else at.replace(tzinfo=UTC), "seconds")


def site(url: str) -> str:
    """The host, without a leading www: nytimes.com. What is no address has none ("")."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.")
    except ValueError:
        return ""
