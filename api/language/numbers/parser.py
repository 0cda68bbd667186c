"""Find the figures of a text: numbers, dates, money, percentages, with their values.

The grammar is ours; Babel says how a language writes numbers and months, text2num reads English
number words, cn2an Han numerals. Nothing is evaluated, and figures are joined only where the text
says that they are the two ends of an interval.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain

from api.language.numbers.chinese import find_chinese_figures
from api.language.numbers.dates import find_dates
from api.language.numbers.english import CHANGE_WORD, find_numbers
from api.language.numbers.numerals import parse_locale
from api.language.numbers.quantities import Figure, FigureKind
from api.language.numbers.ranks import find_ranks

RANGE_SIGN = re.compile(r"\s?[-–—~～至到]\s?|\s(?:to|through|bis|à)\s")
RANGE_AND = re.compile(r"\sand\s")
RANGE_BETWEEN = re.compile(r"(?i)\bbetween\s$")
RANGE_FROM = re.compile(r"(?i)\bfrom\s$")
#: ５０％ is read as 50%.
FULL_WIDTH = {ord(each): ord(each) - 0xFEE0 for each in "０１２３４５６７８９％．＄"}
KINDS_WITHOUT_RANGE = {FigureKind.LABEL, FigureKind.RATIO, FigureKind.MULTIPLE}


def find_figures(text: str, language: str | None = None) -> list[Figure]:
    """Return the figures of a text in text order; they do not overlap.

    `language` is a BCP 47 tag. English and Chinese are read in full, other languages as far as
    digits, signs, months and scale words go. For every figure `text[start:end]` is its text.
    """
    written, text = text, text.translate(FULL_WIDTH)
    locale = parse_locale(language or "en")
    if locale.language in {"zh", "ja"}:
        found = find_chinese_figures(text, locale)
    else:
        found = chain(find_dates(text, locale), find_ranks(text), find_numbers(text, locale))
    joined = _join_ranges(text, _drop_overlaps(found, len(text)))
    return [replace(each, text=written[each.start : each.end]) for each in joined]


def _drop_overlaps(found: Iterable[Figure], length: int) -> list[Figure]:
    """Drop each figure that overlaps an earlier one of the sequence; sort the rest by place."""
    taken = bytearray(length)
    apart = []
    for figure in found:
        if not any(taken[figure.start : figure.end]):
            taken[figure.start : figure.end] = b"\1" * (figure.end - figure.start)
            apart.append(figure)
    return sorted(apart, key=lambda figure: figure.start)


def _join_ranges(text: str, found: list[Figure]) -> Iterator[Figure]:
    """Join the two ends of an interval into one figure: "5 to 10 percent", "between 2015 and 2019".

    What moved "from 5 to 10 percent" has two values, no interval; the first is a percentage too.
    """
    previous: Figure | None = None
    for figure in found:
        if previous is None:
            previous = figure
            continue
        gap = text[previous.end : figure.start]
        before = text[max(0, previous.start - 80) : previous.start]
        if RANGE_SIGN.fullmatch(gap) or (RANGE_AND.fullmatch(gap) and RANGE_BETWEEN.search(before)):
            low = _complete_lower_end(previous, figure)
            interval = _make_range(text, low, figure)
            if interval and not (RANGE_FROM.search(before) and CHANGE_WORD.search(before)):
                previous = interval
                continue
            previous = low if RANGE_FROM.search(before) else previous
        yield previous
        previous = figure
    if previous:
        yield previous


def _complete_lower_end(low: Figure, high: Figure) -> Figure:
    """Return the lower end with the unit and scale that stand only after the higher one."""
    bare = low.kind in {FigureKind.NUMBER, FigureKind.LABEL} and high.kind not in {
        FigureKind.DATE,
        FigureKind.ORDINAL,
    }
    signed = low.kind is FigureKind.MONEY and high.kind in {FigureKind.MONEY, FigureKind.NUMBER}
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


def _make_range(text: str, low: Figure, high: Figure) -> Figure | None:
    whole = replace(high, text=text[low.start : high.end], start=low.start, approx=low.approx)
    if low.kind is high.kind is FigureKind.DATE and low.date and high.date:
        ends = f"{low.date}/{high.date}"
        ordered = "X" not in ends and ends.count("/") == 1 and low.date < high.date
        return replace(whole, date=ends) if ordered else None
    if (
        low.kind in KINDS_WITHOUT_RANGE
        or low.value is None
        or high.value is None
        or low.high
        or high.high
    ):
        return None
    if low.kind is FigureKind.MONEY and high.kind is FigureKind.NUMBER:  # $5-10
        whole = replace(whole, kind=low.kind, currency=low.currency)
    same = (low.kind, low.unit, low.currency) == (whole.kind, whole.unit, whole.currency)
    if not same or low.value >= high.value:
        return None
    return replace(whole, value=low.value, high=high.value)
