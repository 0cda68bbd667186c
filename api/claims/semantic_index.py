"""The interface of an index of claims by meaning, which an optional package provides. Without one,
claims are matched by their words alone.
"""

from collections.abc import Iterator, Sequence
from typing import Protocol

from flask import Flask, current_app

#: The job that encodes one claim, which such a package does. It is enqueued only if there is one.
ENCODE_JOB = "claims.encode"


class Backfill(Protocol):
    """An index that may lack claims, such as those made before there was an index."""

    def count_missing(self) -> int:
        """Return how many claims `backfill` has to do."""

    def backfill(self) -> Iterator[int]:
        """Add the claims that the index lacks; yield how many after each transaction."""


class SemanticIndex(Backfill, Protocol):
    """An index of claims by their meaning."""

    def find_nearest(self, text: str, others: Sequence[int]) -> dict[int, float]:
        """Return the cosines, by claim number, of the claims nearest to a text and of `others`.

        Claims without a vector are left out.
        """


def init_app(app: Flask, index: SemanticIndex | None) -> None:
    """Set the application's index, or None."""
    app.extensions["semantic_index"] = index


def semantic_index() -> SemanticIndex | None:
    """Return the application's index, or None."""
    found: SemanticIndex | None = current_app.extensions.get("semantic_index")
    return found
