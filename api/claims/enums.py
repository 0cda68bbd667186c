"""The closed vocabularies of claims."""

from enum import StrEnum


class Status(StrEnum):
    """The public result of the assessment of a claim."""

    CONFIRMED = "confirmed"
    UNVERIFIED = "unverified"
    DISPUTED = "disputed"
