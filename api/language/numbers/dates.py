"""Find dates, as precise as the text has them: a month stays a month, a missing year missing."""

import re
from calendar import monthrange
from collections.abc import Iterator
from functools import lru_cache

from babel import Locale
from babel.dates import get_month_names

from api.language.numbers.quantities import Figure, FigureKind

YEAR = r"(?:1[4-9]\d\d|2[01]\d\d)"
DAY = r"\d{1,2}"
ORDINAL_SUFFIX = r"(?:st|nd|rd|th|er|\.|º)?"
DASH = r"\s?[-–—]\s?"
ORDINAL_WORDS = ("first|1st", "second|2nd", "third|3rd", "fourth|4th|last")
TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
    "eighteen", "nineteen",
)  # fmt: skip
TENS = (
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
)  # fmt: skip
ONES = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine",
)  # fmt: skip
CENTURIES = (
    "sixteenth", "seventeenth", "eighteenth", "nineteenth", "twentieth", "twenty-first",
)  # fmt: skip

#: A number from 1400 to 2199 is a year where the words around it say so, and not "in 2000 cases".
YEAR_AFTER = (
    r"(?i:in|since|until|till|during|before|after|by|of|from|to|through|for|early|late|mid|year|FY"
    r"|fiscal|spring|summer|autumn|fall|winter|end|the|a|between|circa|en|seit|depuis|del?|в|с|до)"
    rf"[\s-]|['’]s\s|\((?=\d{{4}}\))|(?<=\d{{4}}\s)(?:and|to|or)\s|(?<=\d{{4}},)\s|^(?={YEAR}\s(?:was|is|saw))"
)
NOT_COUNTED = (
    r"(?![\w%$€£¥]|[.,:/]\d|\s?(?:%|percent|per\scent|[mb]illion|thousand))"
    r"(?!\s(?:people|men|women|children|(?!was|has|is|sales|elections?|results|earnings)[a-z]{3,}s)\b)"
)

#: What a date can hold: y(ear), y2, m(onth), d(ay), d2, q(uarter), h(alf), decade, century, teens.
RULES = [
    rf"(?<![\w-])(?P<y>{YEAR})-(?P<m>\d\d)(?:-(?P<d>\d\d))?(?![\w-])",
    rf"(?<![\w-])(?P<y>{YEAR})[-–—/](?P<y2>\d\d|{YEAR})(?![\w-])",
    rf"(?<!\w)(?P<m>{{months}})\s(?P<d>{DAY}){ORDINAL_SUFFIX}(?:{DASH}(?P<d2>{DAY}){ORDINAL_SUFFIX})?(?:,?\s(?P<y>{YEAR}))?"
    r"(?!\w|[.,:]\d|\s?%|\s(?:percent|per\scent|points?|people|[mb]illion)\b)",
    rf"(?<![\w.,])(?P<d>{DAY}){ORDINAL_SUFFIX}(?:{DASH}(?P<d2>{DAY}){ORDINAL_SUFFIX})?\s(?:of\s|de\s)?(?P<m>{{months}})(?!\w)"
    rf"(?:,?\s(?:del?\s)?(?P<y>{YEAR})(?!\w))?",
    rf"(?<!\w)(?P<m>{{months}}),?\s(?:of\s|del?\s)?(?P<y>{YEAR})(?![\w%])",
    rf"(?<!\w)(?P<y>{YEAR})[\s-]?Q(?P<q>[1-4])(?!\w)",
    rf"(?<!\w)Q(?P<q>[1-4])(?:[\s-]?(?:of\s)?(?:FY\s?)?(?P<y>{YEAR}))?(?!\w)",
    rf"(?<!\w)(?i:(?P<q>{{ordinals}})[\s-]quarters?(?:\s(?:of\s)?(?:fiscal\s)?(?P<y>{YEAR}))?)(?!\w)",
    rf"(?<!\w)(?i:(?P<h>{{ordinals}})[\s-]half\sof\s(?:fiscal\s)?(?P<y>{YEAR}))(?!\w)",
    rf"(?<!\w)H(?P<h>[12])[\s-]?(?P<y>{YEAR})(?!\w)",
    r"(?<!\w)(?P<decade>(?:1[4-9]|20)\d)0['’]?s(?!\w)",
    rf"(?<!\w)(?i:(?P<century>\d\d?)(?:st|nd|rd|th)|(?P<named>{'|'.join(CENTURIES)}))[\s-](?i:century)",
    rf"(?<!\w)(?i:(?P<teens>eighteen|nineteen|twenty)[\s-](?P<rest>(?:{'|'.join(TENS)})(?:[\s-]"
    rf"(?:{'|'.join(ONES)}))?|{'|'.join(TEENS)}))(?![\w-])",
    r"(?<![\w/])(?P<a>\d{1,2})(?P<sep>[/.])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4})(?![\w/])",
    rf"(?:(?<!\w)(?:{YEAR_AFTER}))(?P<y>{YEAR}){NOT_COUNTED}",
    r"(?<!\w)(?i:in|since|until|till|during|before|after|by|year|mid)[\s-]"
    r"(?P<y>(?!2000)(?:19|20)\d\d)(?![\w%$€£¥]|[.,:/]\d|\s?%|\s(?:per\s?cent|people|\w*illion)\b)",
    rf"(?<![\w.,$€£¥#+-])(?P<y>(?!2000)(?:19|20)\d\d){NOT_COUNTED}",
    r"(?<![\w.,:])(?P<hour>\d{1,2})(?::(?P<minute>[0-5]\d))?(?P<am>\s?[ap](?:\.m\.|m))(?!\w)",
    r"(?<![\w.,:])(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?![\w:]|[.,]\d)",
]
MAY_HOLD_DATE = re.compile(r"\d|(?i:quarter|century|nineteen|twenty|eighteen)")


@lru_cache(maxsize=64)
def _grammar(locale: Locale) -> tuple[list[re.Pattern[str]], dict[str, int]]:
    months: dict[str, int] = {"Sept": 9}
    for language in dict.fromkeys((locale, Locale.parse("en"))):
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    months.setdefault(name.rstrip("."), number)
    words = "|".join(sorted(map(re.escape, months), key=len, reverse=True))
    words = rf"(?:{words})(?!\w)\.?"
    replaced = {"{months}": words, "{ordinals}": "|".join(ORDINAL_WORDS)}
    rules = []
    for rule in RULES:
        for place, pattern in replaced.items():
            rule = rule.replace(place, pattern)
        rules.append(re.compile(rule))
    return rules, months


def find_dates(text: str, locale: Locale) -> Iterator[Figure]:
    """Yield the dates of a text, those of the more specific patterns first; they may overlap."""
    if not MAY_HOLD_DATE.search(text):
        return
    rules, months = _grammar(locale)
    for rule in rules:
        for found in rule.finditer(text):
            part = found.groupdict()
            date = _to_edtf(part, months)
            if date:
                only_year = set(part) == {"y"}
                start, end = found.span("y" if only_year else 0)
                yield Figure(text[start:end], start, end, FigureKind.DATE, date=date)


def _to_edtf(part: dict[str, str | None], months: dict[str, int]) -> str | None:
    """The ISO 8601-2 form of a date's parts, None when they make no date."""
    year = part.get("y") or "XXXX"
    if part.get("decade"):
        return f"{part['decade']}X"
    if "century" in part:
        return _read_century(part)
    if part.get("teens"):
        return _read_spelled_year(part)
    if part.get("y2"):
        return _read_year_range(year, str(part["y2"]))
    for sign in ("q", "h"):
        if part.get(sign):
            return f"{year}-{sign.upper()}{_ordinal_number(str(part[sign]))}"
    if part.get("hour"):
        return _read_time(part)
    if part.get("a"):
        return _read_slashed(year, int(part["a"] or 0), int(part["b"] or 0))
    return _read_day(year, part, months)


def _read_day(year: str, part: dict[str, str | None], months: dict[str, int]) -> str | None:
    if not part.get("m"):
        return year
    written = str(part["m"]).rstrip(".")
    month = int(written) if written.isdigit() else months[written]
    days = [int(day) for day in (part.get("d"), part.get("d2")) if day]
    if not 1 <= month <= 12 or days != sorted(days):
        return None
    longest = monthrange(int(year) if year.isdigit() else 2000, month)[1]
    if any(not 1 <= day <= longest for day in days):
        return None
    if not days:
        return f"{year}-{month:02}"
    return "/".join(f"{year}-{month:02}-{day:02}" for day in days)


def _read_century(part: dict[str, str | None]) -> str:
    named = part["named"]
    number = int(part["century"] or 0) if not named else CENTURIES.index(named.lower()) + 16
    return f"{number - 1:02}XX"


def _read_spelled_year(part: dict[str, str | None]) -> str:
    """Nineteen ninety-two."""
    tens, _, ones = str(part["rest"]).lower().replace("-", " ").partition(" ")
    if tens in TEENS:
        rest = 10 + TEENS.index(tens)
    else:
        rest = 20 + 10 * TENS.index(tens) + (ONES.index(ones) + 1 if ones else 0)
    return {"eighteen": "18", "nineteen": "19", "twenty": "20"}[
        str(part["teens"]).lower()
    ] + f"{rest}"


def _read_year_range(first: str, last: str) -> str | None:
    last = last if len(last) == 4 else first[:2] + last
    return f"{first}/{last}" if first < last else None


def _ordinal_number(written: str) -> int:
    if written.isdigit():
        return int(written)
    return 1 + next(
        i for i, words in enumerate(ORDINAL_WORDS) if written.lower() in words.split("|")
    )


def _read_time(part: dict[str, str | None]) -> str | None:
    hour, am = int(part["hour"] or 0), (part.get("am") or "").strip()
    if hour > 23 or (am and not 1 <= hour <= 12):
        return None
    hour = hour % 12 + (12 if am.startswith("p") else 0) if am else hour
    return f"T{hour:02}" + (f":{part['minute']}" if part["minute"] else "")


def _read_slashed(year: str, first: int, second: int) -> str | None:
    """5/10/2020 is May or October: only a number over 12 tells."""
    if max(first, second) > 31 or min(first, second) > 12 or min(first, second) < 1:
        return None
    if max(first, second) <= 12 and first != second:
        return f"{year}-XX-XX"
    return f"{year}-{min(first, second):02}-{max(first, second):02}"
