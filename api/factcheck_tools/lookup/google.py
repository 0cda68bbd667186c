"""Google's Fact Check Tools API, `claims:search`
(https://developers.google.com/fact-check/tools/api/reference/rest/v1alpha1/claims/search).
"""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import urlencode

from marshmallow import ValidationError

from api.factcheck_tools.lookup.reviews import FoundReview, ProviderFailed, ProviderResult
from api.http.fields import Address
from api.outbound.client import FetchPolicy, Refused, Unreachable, send

ADDRESS_FIELD = Address(required=True)
#: More of a text than this is not shown.
MAX_TEXT_LENGTH = 2_000


class GoogleFactCheck(NamedTuple):
    """The service at its address, with the key to ask it."""

    url: str
    key: str
    policy: FetchPolicy
    name: str = "google-fact-check-tools"

    def search(self, query: str, *, language: str | None, limit: int) -> ProviderResult:
        """One page of reviews that match a query, in a language if one is named.
        Raises `ProviderFailed`.
        """
        asked = {"query": query, "pageSize": str(limit), "key": self.key}
        if language:
            asked["languageCode"] = language
        answer = self._get(f"{self.url}/v1alpha1/claims:search?{urlencode(asked)}")
        read = list(_parse_reviews(answer, self.name))
        reviews = [review for review in read if review is not None]
        missing = []
        if len(reviews) < len(read):
            missing.append(f"{len(read) - len(reviews)} of its reviews could not be read")
        if answer.get("nextPageToken"):
            missing.append("it has more")
        return ProviderResult(reviews, "; ".join(missing) or None)

    def _get(self, url: str) -> dict[str, Any]:
        try:
            answer = send("GET", url, self.policy, headers={"Accept": "application/json"})
        except (Refused, Unreachable) as failure:
            raise ProviderFailed(f"It could not be reached: {failure}") from None
        try:
            found = json.loads(answer.body)
        except (ValueError, RecursionError):
            found = None
        if answer.status != 200:
            raise ProviderFailed(
                f"It answered with status {answer.status}{_describe_error(found)}."
            )
        if not isinstance(found, dict) or not isinstance(found.get("claims", []), list):
            raise ProviderFailed("Its answer is not understood.")
        return found


def _describe_error(error: Any) -> str:
    """What Google's error object says: `{"error": {"code", "message", "status"}}`."""
    told = error.get("error") if isinstance(error, dict) else None
    status = _clean_text(told.get("status")) if isinstance(told, dict) else None
    return f" ({status})" if status else ""


def _parse_reviews(answer: dict[str, Any], provider: str) -> Iterator[FoundReview | None]:
    """Each claim's reviews; None for one that cannot be read."""
    for claim in answer.get("claims", []):
        reviews = claim.get("claimReview", []) if isinstance(claim, dict) else None
        if not isinstance(reviews, list):
            yield None
            continue
        for review in reviews:
            yield _parse_review(claim, review, provider) if isinstance(review, dict) else None


def _parse_review(
    claim: dict[str, Any], review: dict[str, Any], provider: str
) -> FoundReview | None:
    try:
        url = str(ADDRESS_FIELD.deserialize(review.get("url")))
    except ValidationError:
        return None
    publisher = review.get("publisher")
    by = publisher if isinstance(publisher, dict) else {}
    return FoundReview(
        provider=provider,
        url=url,
        claim=_clean_text(claim.get("text")),
        claimant=_clean_text(claim.get("claimant")),
        claimed_on=_clean_text(claim.get("claimDate")),
        publisher=_clean_text(by.get("name")),
        site=_clean_text(by.get("site")),
        title=_clean_text(review.get("title")),
        reviewed_on=_clean_text(review.get("reviewDate")),
        rating=_clean_text(review.get("textualRating")),
        language=_clean_text(review.get("languageCode")),
    )


def _clean_text(value: Any) -> str | None:
    """A text from outside that can be passed on: Unicode without NUL, and not without end."""
    if not isinstance(value, str):
        return None
    return value[:MAX_TEXT_LENGTH].encode("utf-8", "replace").decode().replace("\0", "\ufffd")
