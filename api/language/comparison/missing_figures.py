"""The figures of a claim that a passage lacks. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from api.language.comparison.differences import bound
from api.language.numbers.parser import figures
from api.language.numbers.quantities import Figure, Kind

#: Figures of the passage that a reason names.
NAMED = 5


class Missing(NamedTuple):
    """A figure as the claim writes it, and what the passage says in its place."""

    figure: str
    reason: str


def missing_figures(
    claim: str, passage: str, *, language: str | None = None, other: str | None = None
) -> list[Missing]:
    """The figures of a claim, in `language`, that a passage, in language `other`, lacks.

    They are compared by what they say: 92 % is 百分之九十二, and 10 billion is not 10 million, nor
    dollars euros, nor "more than 5" "less than 5". A day tells its month and year, too. Takes time
    in proportion to the passage.
    """
    there = figures(passage, other)
    said = {each.measure for each in there}
    missing = [
        each
        for each in figures(claim, language)
        if (each.measure not in said and not any(_tells(one, each) for one in there))
        or _is_bound_otherwise(each, there)
    ]
    reasons = {each.text: _reason(each, there) for each in missing}
    return [Missing(figure, reason) for figure, reason in reasons.items()]


def _tells(one: Figure, other: Figure) -> bool:
    """Whether a date has another in it."""
    return one.date is not None and other.date is not None and one.date.startswith(f"{other.date}-")


def _is_bound_otherwise(figure: Figure, there: Sequence[Figure]) -> bool:
    """Whether all that the passage says of it is another bound."""
    same = [each for each in there if each.measure == figure.measure]
    return bool(same) and all(bound(each) != bound(figure) for each in same)


def _reason(figure: Figure, there: Sequence[Figure]) -> str:
    is_date = figure.kind is Kind.DATE
    alike = [each.text for each in there if (each.kind is Kind.DATE) is is_date]
    what = "date" if is_date else "figure"
    if not alike:
        return f"there is no {what}"
    return f"the {what}s there are {', '.join(dict.fromkeys(alike[:NAMED]))}"
