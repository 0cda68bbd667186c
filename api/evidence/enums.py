"""The closed vocabularies of evidence."""

from enum import StrEnum


class Stance(StrEnum):
    """What the quote does to the claim, as its submitter says."""

    SUPPORTS = "supports"
    DISPUTES = "disputes"
    CONTEXT = "context"


class EvidenceKind(StrEnum):
    """Primary: the page is the first-hand record (a company's published results, a register, a
    court's file), or reproduces it and names it. Secondary: anything else.
    """

    PRIMARY = "primary"
    SECONDARY = "secondary"


class EvidenceState(StrEnum):
    """The result of the examination. A source that could not be read says nothing of the quote."""

    PENDING = "pending"
    QUOTE_VERIFIED = "quote_verified"
    QUOTE_ABSENT = "quote_absent"
    SOURCE_UNAVAILABLE = "source_unavailable"


class ReviewDecision(StrEnum):
    """A reviewer's decision on an item."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"


class RejectionReason(StrEnum):
    """Why a reviewer rejects an item."""

    MISQUOTATION = "misquotation"
    UNSUPPORTED_CONCLUSION = "unsupported_conclusion"
    SELECTIVE_OMISSION = "selective_omission"
    DATA_STALENESS = "data_staleness"
    SOURCE_CONTRADICTION = "source_contradiction"
    OFF_TOPIC = "off_topic"
    DUPLICATE = "duplicate"


class RulingDecision(StrEnum):
    """A reviewer's ruling on two items: they have one origin, or they do not."""

    JOIN = "join"
    SPLIT = "split"


class RecheckOutcome(StrEnum):
    """The outcome of a recheck."""

    UNCHANGED = "unchanged"
    QUOTE_STILL_THERE = "quote_still_there"  # in a page that has changed
    QUOTE_GONE = "quote_gone"
    SOURCE_MISSING = "source_missing"  # 404 or 410, for less than a week so far
    SOURCE_GONE = "source_gone"
    UNREACHABLE = "unreachable"  # no page was read; nothing follows
