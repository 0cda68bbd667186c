"""The figures of a claim that a passage lacks. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.claims.differences import bound
from api.claims.measures import Figure, Kind

#: Figures of the passage that a reason names.
NAMED = 5
#: No figure stands in a line without one of these: a digit, a numeral of Han, an English word.
_NUMERAL = (
    r"(?i)[\d零〇一二三四五六七八九十百千万亿萬億两兩几數数半首翻廿]"
    r"|hundred|thousand|illion|dozen|half|third|quarter|fourth|fifth|sixth|eighth|ninth|tenth|twelfth|teen"
    r"|first|second|twent|thirt|fort[iy]|fift|sixt|sevent|eight|ninet|zero|one|two|three|four|five|six"
    r"|seven|nine|ten|eleven|twelve|twice|thrice|doubl|tripl|trebl|quadrupl"
    r"|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
)  # fmt: skip


@dataclass(frozen=True)
class Missing:
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
    from api.claims.figures import figures  # its patterns take a while; most answers do without

    there = [figure for line in _lines(passage) for figure in figures(line, other)]
    said = {each.measure for each in there}
    missing = [
        each
        for each in figures(claim, language)
        if (each.measure not in said and not any(_tells(one, each) for one in there))
        or _is_bound_otherwise(each, there)
    ]
    reasons = {each.text: _reason(each, there) for each in missing}
    return [Missing(figure, reason) for figure, reason in reasons.items()]


def _lines(passage: str) -> Iterator[str]:
    """The lines in which a figure may stand."""
    return (line for line in passage.splitlines() if re.search(_NUMERAL, line))


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
