"""Where an optional package adds an index of claims by their meaning. Without one, claims are
matched by their words alone.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from flask import Flask, current_app

#: The job that encodes one claim, which such a package does. It is enqueued only if there is one.
ENCODE = "claims.encode"


class CatchingUp(Protocol):
    """An index that may lack claims: those from before there was one, say."""

    def behind(self) -> int:
        """How many claims `catch_up` has to do."""

    def catch_up(self) -> Iterator[int]:
        """Take in the claims that it lacks; yield how many after each transaction."""


class SemanticIndex(CatchingUp, Protocol):
    """What the core asks of an index of claims by their meaning."""

    def near(self, text: str, others: Sequence[int]) -> dict[int, float]:
        """The cosines, by number, of the claims nearest to a text, and of those others that have a
        vector.
        """


def init_app(app: Flask, index: SemanticIndex | None) -> None:
    """Have the application use this index, or none."""
    app.extensions["semantic_index"] = index


def semantic_index() -> SemanticIndex | None:
    """The application's index, if it has one."""
    found: SemanticIndex | None = current_app.extensions.get("semantic_index")
    return found
