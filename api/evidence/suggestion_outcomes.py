"""What can come of asking for a suggestion, whoever is asked. Pure."""

from enum import StrEnum


class SuggestionOutcome(StrEnum):
    """What came of asking."""

    SUGGESTED = "suggested"
    UNPARSABLE = "unparsable"  # not strictly what was asked for
    REFUSED = "refused"  # by the model, or a filter in front of it
    UNAVAILABLE = "unavailable"
