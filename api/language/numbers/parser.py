"""The figures of a text: numbers, dates, money, percentages, with their values.

The grammar is ours; Babel says how a language writes numbers and months, text2num reads English
number words, cn2an Han numerals. Nothing is evaluated, and figures are joined only where the text
says that they are the two ends of an interval.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from api.language.numbers.chinese import figures_zh
from api.language.numbers.dates import dates
from api.language.numbers.english import MOVED, numbers
from api.language.numbers.numerals import locale_of
from api.language.numbers.quantities import Figure, Kind
from api.language.numbers.ranks import ranks

TO = re.compile(r"\s?[-–—~～至到]\s?|\s(?:to|through|bis|à)\s")
AND = re.compile(r"\sand\s")
BETWEEN = re.compile(r"(?i)\bbetween\s$")
FROM = re.compile(r"(?i)\bfrom\s$")
#: ５０％ is read as 50%.
FULL_WIDTH = {ord(each): ord(each) - 0xFEE0 for each in "０１２３４５６７８９％．＄"}
NO_ENDS = {Kind.LABEL, Kind.RATIO, Kind.MULTIPLE}


def figures(text: str, language: str | None = None) -> list[Figure]:
    """The figures of a text in the order in which they stand; they do not overlap.

    `language` is a BCP 47 tag. English and Chinese are read in full, other languages as far as
    digits, signs, months and scale words go. For every figure `text[start:end]` is its text.
    """
    written, text = text, text.translate(FULL_WIDTH)
    locale = locale_of(language or "en")
    if locale.language in {"zh", "ja"}:
        found = figures_zh(text, locale)
    else:
        found = chain(dates(text, locale), ranks(text), numbers(text, locale))
    joined = _joined(text, _apart(found, len(text)))
    return [replace(each, text=written[each.start : each.end]) for each in joined]


def _apart(found: Iterable[Figure], length: int) -> list[Figure]:
    """What comes first has its place; what overlaps it is dropped."""
    taken = bytearray(length)
    kept = []
    for figure in found:
        if not any(taken[figure.start : figure.end]):
            taken[figure.start : figure.end] = b"\1" * (figure.end - figure.start)
            kept.append(figure)
    return sorted(kept, key=lambda figure: figure.start)


def _joined(text: str, found: list[Figure]) -> Iterator[Figure]:
    """Two ends of an interval become one figure: "5 to 10 percent", "between 2015 and 2019".

    What moved "from 5 to 10 percent" has two values, no interval; the first is a percentage too.
    """
    previous: Figure | None = None
    for figure in found:
        if previous is None:
            previous = figure
            continue
        gap = text[previous.end : figure.start]
        before = text[max(0, previous.start - 80) : previous.start]
        if TO.fullmatch(gap) or (AND.fullmatch(gap) and BETWEEN.search(before)):
            low = _alike(previous, figure)
            interval = _interval(text, low, figure)
            if interval and not (FROM.search(before) and MOVED.search(before)):
                previous = interval
                continue
            previous = low if FROM.search(before) else previous
        yield previous
        previous = figure
    if previous:
        yield previous


def _alike(low: Figure, high: Figure) -> Figure:
    """The lower end with the unit and scale that stand only after the higher one."""
    bare = low.kind in {Kind.NUMBER, Kind.LABEL} and high.kind not in {Kind.DATE, Kind.ORDINAL}
    signed = low.kind is Kind.MONEY and high.kind in {Kind.MONEY, Kind.NUMBER}
    if not (bare or signed) or low.value is None or high.value is None:
        return low
    value, scale = low.value, low.scale
    if scale == 1 and high.scale > 1 and value < high.value / high.scale:
        value, scale = value * high.scale, high.scale
    if signed:
        return replace(low, value=value, scale=scale)
    return replace(
        low, kind=high.kind, value=value, unit=high.unit, currency=high.currency, scale=scale
    )


def _interval(text: str, low: Figure, high: Figure) -> Figure | None:
    whole = replace(high, text=text[low.start : high.end], start=low.start, approx=low.approx)
    if low.kind is high.kind is Kind.DATE and low.date and high.date:
        ends = f"{low.date}/{high.date}"
        ordered = "X" not in ends and ends.count("/") == 1 and low.date < high.date
        return replace(whole, date=ends) if ordered else None
    if low.kind in NO_ENDS or low.value is None or high.value is None or low.high or high.high:
        return None
    if low.kind is Kind.MONEY and high.kind is Kind.NUMBER:  # $5-10
        whole = replace(whole, kind=low.kind, currency=low.currency)
    same = (low.kind, low.unit, low.currency) == (whole.kind, whole.unit, whole.currency)
    if not same or low.value >= high.value:
        return None
    return replace(whole, value=low.value, high=high.value)
