"""The words of the interface, which all stand in `texts/`, and how values are put into words."""

import tomllib
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from markupsafe import Markup, escape

from api.web.truncation import shorten_text

#: Another language is another file here, and a way to ask for it.
TEXTS: dict[str, Any] = tomllib.loads(
    (Path(__file__).parent / "texts/en.toml").read_text(encoding="utf-8")
)
LANGUAGE: str = TEXTS["language"]["tag"]


def count_with_noun(number: int, words: list[str]) -> str:
    """A number with its noun: 1 line, 2 lines."""
    return f"{number} {words[number != 1]}"


def format_day(value: datetime | str | None) -> Markup:
    """A day, as precisely as it is known (EDTF), for people and for programs."""
    if value is None:
        return Markup("")
    exact = value if isinstance(value, str) else value.isoformat(timespec="seconds")
    day = exact[:10]
    patterns = TEXTS["language"]["dates"]
    pattern = patterns["year" if len(day) == 4 else "month" if len(day) == 7 else "day"]
    try:
        padded = date.fromisoformat(day + "-01-01"[len(day) - 4 :])
    except ValueError:  # what a page said of itself, and is no date
        return escape(value)
    words = format_date(padded, pattern, locale=LANGUAGE)
    return Markup('<time datetime="{}">{}</time>').format(exact, words)


def format_moment(value: datetime) -> Markup:
    """A moment to the minute, in UTC."""
    words = format_datetime(value, TEXTS["language"]["dates"]["moment"], locale=LANGUAGE)
    return Markup('<time datetime="{}">{}</time>').format(
        value.isoformat(timespec="seconds"), words
    )


def translate_term(value: StrEnum | str, words: dict[str, str]) -> str:
    """The word for a member of a vocabulary, or itself where there is none yet."""
    return words.get(str(value).replace(" ", "_").replace("-", "_"), str(value))


def isolate_text(text: str) -> Markup:
    """Words of others amid ours, kept from turning the line's direction (Unicode's isolates)."""
    return Markup('<bdi dir="auto">{}</bdi>').format(escape(text))


FILTERS = {
    "shortened": shorten_text,
    "counted": count_with_noun,
    "day": format_day,
    "moment": format_moment,
    "word": translate_term,
    "own": isolate_text,
}
