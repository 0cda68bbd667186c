"""The closed vocabularies of evidence."""

from enum import StrEnum


class Stance(StrEnum):
    """What the submitter says the words do to the claim."""

    SUPPORTS = "supports"
    DISPUTES = "disputes"
    CONTEXT = "context"


class Kind(StrEnum):
    """Primary: the page is the first-hand record (a company's published results, a register, a
    court's file), or reproduces it and names it. Secondary: anything else.
    """

    PRIMARY = "primary"
    SECONDARY = "secondary"


class State(StrEnum):
    """What the machine found. A source that could not be read says nothing about the quote."""

    PENDING = "pending"
    QUOTE_VERIFIED = "quote_verified"
    QUOTE_ABSENT = "quote_absent"
    SOURCE_UNAVAILABLE = "source_unavailable"


class Review(StrEnum):
    """What a reviewer made of it."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class RejectionReason(StrEnum):
    MISQUOTATION = "misquotation"
    UNSUPPORTED_CONCLUSION = "unsupported_conclusion"
    SELECTIVE_OMISSION = "selective_omission"
    DATA_STALENESS = "data_staleness"
    SOURCE_CONTRADICTION = "source_contradiction"
    OFF_TOPIC = "off_topic"
    DUPLICATE = "duplicate"


class Decision(StrEnum):
    """What a reviewer can say of two items: they are one line, or they are not."""

    JOIN = "join"
    SPLIT = "split"


class RecheckOutcome(StrEnum):
    UNCHANGED = "unchanged"
    QUOTE_STILL_THERE = "quote_still_there"  # in a page that has changed
    QUOTE_GONE = "quote_gone"
    SOURCE_MISSING = "source_missing"  # 404 or 410, for less than a week so far
    SOURCE_GONE = "source_gone"
    UNREACHABLE = "unreachable"  # no page was read; nothing follows
