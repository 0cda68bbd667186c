"""Parse dates as a page states them, never more precise than stated.

A date comes out as an RFC 3339 date-time, an ISO 8601 date, "YYYY-MM" or "YYYY". What is not
stated is not filled in: a time without its zone is no instant, so only its day is kept, and
"03/04/2020", which is two days, is none.
"""

import re
from collections.abc import Iterable
from datetime import date, datetime

_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MONTH = "|".join([*_MONTHS, "sept", *(name[:3] for name in _MONTHS)])
_MONTHS_BY_NAME = {name[:3]: number for number, name in enumerate(_MONTHS, start=1)}

_TIMESTAMP = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[T ](?P<minute>\d\d:\d\d)(?P<second>:\d\d)?(?P<fraction>[.,]\d+)?"
    r"\s?(?P<zone>Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?",
    re.IGNORECASE | re.ASCII,
)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_DAY_FORMS = (
    re.compile(r"(?<!\d)(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>\d{4})年\s?(?P<m>\d{1,2})月\s?(?P<d>\d{1,2})日"),
    re.compile(r"(?<![\d.])(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})(?!\d)"),
    re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)(?!\d)"),
    re.compile(
        rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th|\.)?[ -](?:of )?"
        rf"(?P<m>{_MONTH})\b[.,]?[ -](?P<y>\d{{4}})(?!\d)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?P<m>{_MONTH})\b\.? (?P<d>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y>\d{{4}})(?!\d)",
        re.IGNORECASE,
    ),
)
_MONTH_FORMS = (
    re.compile(r"^(?P<y>\d{4})[-/](?P<m>\d\d)$"),
    re.compile(r"(?<!\d)(?P<y>\d{4})年\s?(?P<m>\d{1,2})月(?!\s?\d)"),
    re.compile(rf"\b(?P<m>{_MONTH})\b\.?,? (?P<y>\d{{4}})(?!\d)", re.IGNORECASE),
)
_OUTSIDE_PATH = re.compile(r"^\w+://[^/?#]*|[?#].*")
_MONTH_IN_PATH = re.compile(r"/(?P<y>(?:19|20)\d\d)/(?P<m>\d\d)/")
# The day that broken clocks and empty database fields give.
_EPOCH = date(1970, 1, 1)
_MIN_YEAR = 1600


def parse_stated_date(words: str) -> str | None:
    """Return the date of a short text: "2020-08-26T10:00+08:00", "Posted Aug 26, 2020".

    A minute that is stated is written with ":00" seconds, which RFC 3339 demands.
    """
    words = " ".join(words.split())
    if len(words) > 100:
        return None
    if at := _TIMESTAMP.fullmatch(words):
        return _to_instant(at) or _first_date(_DAY_FORMS, at["day"])
    if _YEAR.fullmatch(words):
        return words if int(words) >= _MIN_YEAR else None
    return _first_date(_DAY_FORMS, words) or _first_date(_MONTH_FORMS, words)


def find_date_in_url(url: str) -> str | None:
    """Return the date in a path such as "/2020/08/26/", "/20200826.html" or "/2020/08/"."""
    path = _OUTSIDE_PATH.sub("", url)
    return _first_date(_DAY_FORMS, path) or _first_date((_MONTH_IN_PATH,), path)


def states_day(page: str, day: date) -> bool:
    """Whether a page states this very day, in figures or around the name of a month.

    It checks a day that another library found: one that takes "2020-08" for a day fills in the
    rest from the clock. "03/04/2020" states no day.
    """
    year, month, number = day.year, day.month, day.day
    forms = [
        rf"(?<!\d){year}\D{{1,3}}0?{month}\D{{1,3}}0?{number}(?!\d)",
        rf"(?<!\d){day:%Y%m%d}(?!\d)",
        rf"(?<!\d)0?{number}\.\s?0?{month}\.\s?{year}(?!\d)",
        rf"(?<!\d)0?{number}\W{{0,3}}(?:de\W)?[^\W\d]+\W{{1,3}}(?:de\W)?{year}(?!\d)",
        rf"\b[^\W\d]{{3,}}\W{{1,2}}0?{number}(?:st|nd|rd|th)?\W{{1,2}}{year}(?!\d)",
    ]
    if number > 12 or number == month:
        forms.append(rf"(?<!\d)0?{number}[/-]0?{month}[/-]{year}(?!\d)")
        forms.append(rf"(?<!\d)0?{month}[/-]0?{number}[/-]{year}(?!\d)")
    return any(re.search(form, page) for form in forms)


def _to_instant(at: re.Match[str]) -> str | None:
    zone = (at["zone"] or "").upper()
    if not zone:
        return None
    offset = "Z" if zone in {"Z", "UTC", "GMT"} else f"{zone[:3]}:{zone[3:].lstrip(':') or '00'}"
    fraction = (at["fraction"] or "")[:7].replace(",", ".")
    instant = f"{at['day']}T{at['minute']}{at['second'] or ':00'}{fraction}{offset}"
    try:
        when = datetime.fromisoformat(instant)
    except ValueError:
        return None
    return instant if _is_plausible(when.date()) else None


def _first_date(forms: Iterable[re.Pattern[str]], words: str) -> str | None:
    for form in forms:
        for found in form.finditer(words):
            parts = found.groupdict()
            month = parts["m"]
            number = int(month) if month.isdecimal() else _MONTHS_BY_NAME[month[:3].lower()]
            try:
                day = date(int(parts["y"]), number, int(parts.get("d", 1)))
            except ValueError:
                continue
            if _is_plausible(day):
                return day.isoformat() if "d" in parts else f"{day:%Y-%m}"
    return None


def _is_plausible(day: date) -> bool:
    return day.year >= _MIN_YEAR and day != _EPOCH
