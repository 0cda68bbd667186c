"""What a provider of reviews answers with, as it is read here."""

from collections.abc import Sequence
from typing import NamedTuple


class FoundReview(NamedTuple):
    """Somebody's review of a claim: what was claimed, by whom and when; who looked into it, where
    that can be read, and what they call the claim, in their own words.
    """

    provider: str
    url: str
    claim: str | None
    claimant: str | None
    claimed_on: str | None
    publisher: str | None
    site: str | None
    title: str | None
    reviewed_on: str | None
    rating: str | None
    language: str | None


class ProviderResult(NamedTuple):
    """Reviews, and what is missing among them, in words; None if nothing is."""

    reviews: Sequence[FoundReview]
    missing: str | None = None


class ProviderFailed(Exception):
    """It gave no answer that can be read; why, in words."""
