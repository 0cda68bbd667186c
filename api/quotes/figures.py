"""The figures of a text that are written in digits, and which of them another text lacks. Pure."""

import re
from collections.abc import Iterator

from api.quotes.boundaries import DIGIT, NUMBER
from api.quotes.normalising import Normalised

_FIGURE = re.compile(
    rf"(?:(?<![\w.,])[-+±])?{NUMBER}(?:[.,'٫٬·:/⁄]{DIGIT}+)*(?: *[%‰‱٪]| ?per ?cent\b)?"
)
_GROUPED = re.compile(r"\D?\d{1,3}(?:([ ,'])\d{3})(?:\1\d{3})*(?:\.\d+)?%?")


def figures(text: str) -> list[str]:
    """The figures of a text that are written in digits, as written, in order, each once."""
    return list(dict.fromkeys(figure for figure, _ in _figures(text)))


def missing_figures(claim: str, passage: str) -> list[str]:
    """The figures of a claim that a passage lacks, as the claim writes them.

    Groups of three do not matter (10,000 is 10000), the sign, the decimal part and the percent
    mark do.
    """
    there = {value for _, value in _figures(passage)}
    return list(dict.fromkeys(figure for figure, value in _figures(claim) if value not in there))


def _figures(text: str) -> Iterator[tuple[str, str]]:
    """Each figure as it is written and in the form in which figures are compared."""
    normalised = Normalised(text)
    for match in _FIGURE.finditer(normalised.text):
        span = normalised.span(match.start(), match.end())
        value = re.sub(r" *(?:%|per ?cent)$", "%", match[0])
        if _GROUPED.fullmatch(value):
            value = re.sub("[ ,']", "", value)
        if span:
            yield text[slice(*span)], value
