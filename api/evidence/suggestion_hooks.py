"""Where an optional package adds suggestions of what items of evidence do to their claims. Without
one nothing is suggested. What is suggested counts for nothing.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple, Protocol
from uuid import UUID

from flask import Flask, current_app

from api.claims.models import Claim
from api.evidence.enums import Stance
from api.evidence.models import Evidence


class DisplayedSuggestion(Protocol):
    """What people are shown of a suggestion; `schemas.SuggestionView` has the rest."""

    stance: Stance | None
    rationale: str | None
    warning: str | None
    outdated: bool


class SuggestionHooks(NamedTuple):
    """What the core calls: `request` in the transaction in which an item's quote is found;
    `list_on` with an item and its passage (the suggestions, newest first); `find_newest` with a
    claim and some of its items (the newest suggestion on each that has one, by the item's id).
    """

    request: Callable[[Evidence], None]
    list_on: Callable[[Evidence, str], Sequence[DisplayedSuggestion]]
    find_newest: Callable[[Claim, Collection[Evidence]], Mapping[UUID, DisplayedSuggestion]]


NO_SUGGESTIONS = SuggestionHooks(
    request=lambda evidence: None,
    list_on=lambda evidence, passage: (),
    find_newest=lambda claim, items: {},
)


def init_app(app: Flask, hooks: SuggestionHooks) -> None:
    app.extensions["suggestion_hooks"] = hooks


def suggestion_hooks() -> SuggestionHooks:
    """The application's hooks."""
    found: SuggestionHooks = current_app.extensions["suggestion_hooks"]
    return found
