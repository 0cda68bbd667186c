"""The closed vocabularies of claims."""

from enum import StrEnum


class Status(StrEnum):
    """What is known about a claim."""

    CONFIRMED = "confirmed"
    UNVERIFIED = "unverified"
    DISPUTED = "disputed"
