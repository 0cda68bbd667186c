"""What others have found about a claim: asked of providers outside, kept apart from what is known
here. A review found so is no evidence until somebody submits it.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple, Protocol

from flask import current_app

from api.config.settings import Settings
from api.errors import NotFound, Unavailable
from api.factcheck_tools.lookup.google import GoogleFactCheck
from api.factcheck_tools.lookup.reviews import FoundReview, ProviderFailed, ProviderResult

#: Seconds after which asking again may be of use.
RETRY_AFTER_SECONDS = "60"


class LookupIsOff(NotFound):
    """Nobody outside is asked by this installation: it has no provider's key."""

    title = "The look-up is switched off"


class LookupFailed(Unavailable):
    """Nobody outside could be asked, so that nothing is known of what they have found, not even
    that it is nothing. `configured_providers` says who failed and why.
    """

    title = "The look-up failed"


class Coverage(StrEnum):
    """How much of what is there was seen."""

    FULL = "full"
    DEGRADED = "degraded"  # someone did not answer, had more, or could not be read in full


class Provider(Protocol):
    """Somebody who can be asked for reviews. `search` raises `ProviderFailed`."""

    @property
    def name(self) -> str: ...

    def search(self, query: str, *, language: str | None, limit: int) -> ProviderResult: ...


class ProviderOutcome(NamedTuple):
    """How asking a provider went; `reason` says why it is not `complete`."""

    name: str
    answered: bool
    complete: bool
    reason: str | None = None


class LookupResult(NamedTuple):
    """What was found with a query, and at whom."""

    query: str
    items: list[FoundReview]
    providers: list[ProviderOutcome]

    @property
    def coverage(self) -> Coverage:
        complete = all(each.complete for each in self.providers)
        return Coverage.FULL if complete else Coverage.DEGRADED


def configured_providers() -> list[Provider]:
    """Those that this installation has a key for. Raises `LookupIsOff`."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.factcheck_key:
        raise LookupIsOff("Set FACTCHECK_KEY to a key of Google's Fact Check Tools API.")
    url = settings.factcheck_url.rstrip("/")
    return [GoogleFactCheck(url=url, key=settings.factcheck_key, policy=settings.fetch_policy())]


def search_providers(
    asked: Sequence[Provider], query: str, *, language: str | None, limit: int
) -> LookupResult:
    """Ask each provider in turn; some may fail, not all. Raises `LookupFailed`."""
    items: list[FoundReview] = []
    went: list[ProviderOutcome] = []
    for provider in asked:
        try:
            found = provider.search(query, language=language, limit=limit)
        except ProviderFailed as failure:
            went.append(ProviderOutcome(provider.name, False, False, str(failure)))
            continue
        items += found.reviews
        went.append(ProviderOutcome(provider.name, True, found.missing is None, found.missing))
    if not any(each.answered for each in went):
        reasons = {each.name: each.reason for each in went}
        raise LookupFailed(
            "Nobody who was asked gave an answer.",
            headers={"Retry-After": RETRY_AFTER_SECONDS},
            providers=reasons,
        )
    return LookupResult(query, items, went)
