"""Find ranks, shares and multiples in English words: "the top four", "two-thirds", "twice"."""

import re
from collections.abc import Iterator
from decimal import Decimal

from api.language.numbers.english import find_approximation
from api.language.numbers.numerals import parse_number_words
from api.language.numbers.quantities import Figure, FigureKind

ORDINALS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
    "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
    "seventeenth", "eighteenth", "nineteenth", "twentieth",
)  # fmt: skip
TENS = (
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
CARDINALS = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
)  # fmt: skip
SHARES = {"half": 2, "third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "eighth": 8, "tenth": 10}
MULTIPLES = {
    "twice": 2, "doubled": 2, "doubling": 2, "thrice": 3, "tripled": 3, "tripling": 3,
    "trebled": 3, "quadrupled": 4,
}  # fmt: skip

ONE = rf"(?:{'|'.join(CARDINALS)})"
WORD_OR_DIGITS = rf"(?:\d{{1,3}}|{ONE})"
RANK_PATTERN = re.compile(
    rf"(?i)(?<![\w.,$€£¥])(?:"
    rf"top[\s-](?P<top>\d{{1,4}}|{ONE}|twenty|fifty|hundred)(?![\w%]|[.,]\d|[\s-]?per\s?cent|\s\w*illion)"
    rf"|(?P<largest>\d{{1,3}}|{ONE})(?=\s(?:largest|biggest)\b)"
    rf"|(?:no\.?\s?|number\s|#|№\s?)(?P<number>\d{{1,4}}|(?<=number\s){ONE})(?!\w|[.,:]\d)"
    r"|(?P<digits>\d{1,3}(?:,\d{3})*)(?:st|nd|rd|th)(?!\w)"
    rf"|(?P<tens>{'|'.join(TENS)})-(?P<ones>{'|'.join(ORDINALS[:9])})(?!\w)"
    rf"|(?P<share>(?:{ONE}|an?)[\s-](?:{'|'.join(list(SHARES)[1:])})s(?!\w)"
    rf"|one[\s-](?:{'|'.join(SHARES)})(?!\w)|an?\s(?:{'|'.join(SHARES)})(?=\sof\b))"
    r"|(?P<half>(?<!first\s)(?<!second\s)(?<!last\s)(?<!latter\s)(?<!other\s)(?<!and\sa\s)half(?![\w-])"
    r"(?!\s(?:an?\s)?(?:million|billion|trillion|dozen|hour|time|a\sdozen)))"
    rf"|(?P<part>{WORD_OR_DIGITS})\s(?:in|out\sof)\s(?:every\s)?(?P<whole>{WORD_OR_DIGITS})(?![\w%]|[.,]\d"
    r"|[\s-](?:years?|months?|days?|weeks?|hours?|minutes?|per|\w*illion|hundred|thousand))"
    rf"|(?P<fold>{ONE}|\d{{1,4}}|hundred)-?fold(?!\w)|(?P<multiple>{'|'.join(MULTIPLES)})(?!\w)"
    rf"|(?P<ordinal>{'|'.join(ORDINALS)})(?!\w)"
    r")"
)


def find_ranks(text: str) -> Iterator[Figure]:
    """Yield ordinals (kind `ordinal`; "top four" is 1 to 4), shares (`ratio`) and multiples."""
    for found in RANK_PATTERN.finditer(text):
        start, end = found.span()
        for kind, value, high in _read_rank(found):
            approx = find_approximation(text, start, end)
            yield Figure(text[start:end], start, end, kind, value, high, approx=approx)


def _read_rank(found: re.Match[str]) -> Iterator[tuple[FigureKind, Decimal, Decimal | None]]:
    part = {name: value.lower() for name, value in found.groupdict().items() if value}
    if top := part.get("top") or part.get("largest"):
        yield FigureKind.ORDINAL, Decimal(1), _read_cardinal(top)
    elif "share" in part:
        count, share = re.split(r"[\s-]", part["share"])
        parts = Decimal(1) if count in {"a", "an"} else _read_cardinal(count)
        yield FigureKind.RATIO, _fraction(parts, Decimal(SHARES[share.removesuffix("s")])), None
    elif "half" in part:
        yield FigureKind.RATIO, Decimal("0.5"), None
    elif "whole" in part:
        count, whole = _read_cardinal(part["part"]), _read_cardinal(part["whole"])
        if 0 < count < whole:
            yield FigureKind.RATIO, _fraction(count, whole), None
    elif "fold" in part or "multiple" in part:
        yield FigureKind.MULTIPLE, _read_multiple(part), None
    else:
        yield FigureKind.ORDINAL, _read_ordinal(part), None


def _fraction(count: Decimal, whole: Decimal) -> Decimal:
    return round(count / whole, 6).normalize()


def _read_cardinal(written: str) -> Decimal:
    return Decimal(written) if written.isdigit() else parse_number_words(written) or Decimal(0)


def _read_multiple(part: dict[str, str]) -> Decimal:
    return _read_cardinal(part["fold"]) if "fold" in part else Decimal(MULTIPLES[part["multiple"]])


def _read_ordinal(part: dict[str, str]) -> Decimal:
    if "number" in part:
        return _read_cardinal(part["number"])
    if "digits" in part:
        return Decimal(part["digits"].replace(",", ""))
    if "tens" in part:
        return Decimal(20 + 10 * TENS.index(part["tens"]) + 1 + ORDINALS.index(part["ones"]))
    return Decimal(1 + ORDINALS.index(part["ordinal"]))
