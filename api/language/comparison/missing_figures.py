"""Find the figures of a claim that a passage lacks. Pure."""

from collections.abc import Sequence
from typing import NamedTuple

from api.language.comparison.differences import bound_direction
from api.language.numbers.parser import find_figures
from api.language.numbers.quantities import Figure, FigureKind

#: Of a passage with more figures, a reason names only so many.
MAX_FIGURES_IN_REASON = 5


class MissingFigure(NamedTuple):
    """A figure as the claim writes it, and what the passage says in its place."""

    figure: str
    reason: str


def find_missing_figures(
    claim: str, passage: str, *, language: str | None = None, other: str | None = None
) -> list[MissingFigure]:
    """Return the figures of a claim, in `language`, that a passage, in language `other`, lacks.

    Figures are compared by value, unit and bound: 92 % equals 百分之九十二, but 10 billion is not
    10 million, dollars are not euros, and "more than 5" is not "less than 5". A date in the passage
    implies its month and year. The time is linear in the length of the passage.
    """
    there = find_figures(passage, other)
    measures = {each.measure for each in there}
    missing = [
        each
        for each in find_figures(claim, language)
        if (each.measure not in measures and not any(_date_contains(one, each) for one in there))
        or _is_bound_otherwise(each, there)
    ]
    reasons = {each.text: _reason(each, there) for each in missing}
    return [MissingFigure(figure, reason) for figure, reason in reasons.items()]


def _date_contains(one: Figure, other: Figure) -> bool:
    """Whether one date implies another: a day implies its month and year."""
    return one.date is not None and other.date is not None and one.date.startswith(f"{other.date}-")


def _is_bound_otherwise(figure: Figure, there: Sequence[Figure]) -> bool:
    """Whether the passage has the figure only with another bound."""
    same = [each for each in there if each.measure == figure.measure]
    return bool(same) and all(bound_direction(each) != bound_direction(figure) for each in same)


def _reason(figure: Figure, there: Sequence[Figure]) -> str:
    is_date = figure.kind is FigureKind.DATE
    alike = [each.text for each in there if (each.kind is FigureKind.DATE) is is_date]
    what = "date" if is_date else "figure"
    if not alike:
        return f"there is no {what}"
    return f"the {what}s there are {', '.join(dict.fromkeys(alike[:MAX_FIGURES_IN_REASON]))}"
