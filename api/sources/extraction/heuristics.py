"""Guess what a page does not state, by trafilatura and htmldate."""

import re
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from datetime import date
from typing import NamedTuple, cast

import trafilatura
from lxml import etree
from lxml.etree import _Element as Element

from api.sources.extraction import dates
from api.sources.extraction.charsets import strip_unstorable, to_single_line

_MIN_PROSE_LENGTH = 200
_STRING = etree.XPath("string()")
_AROUND_ARTICLE = etree.XPath(
    "//aside | //nav | //footer[not(ancestor::article)]"
    " | //*[self::div or self::section or self::ol or self::ul]"
    "[starts-with(@id, 'comment') or starts-with(@class, 'comment')]"
)
_DATE_ELEMENTS = etree.XPath(
    "//*[self::time[not(@itemprop)] or contains(@class, 'date') or contains(@class, 'Date')"
    " or contains(@class, 'time') or contains(@class, 'Time') or contains(@class, 'ublish')"
    " or contains(@class, 'byline')]"
)
_DATE_CLASS = re.compile(r"(?:date|time|stamp|published|byline)(?![a-z])", re.IGNORECASE)
_DATE_OF_CHANGE = re.compile(r"^(?!\D*publish)\D*(?:updat|modif|edited|更新)", re.IGNORECASE)


class GuessedMetadata(NamedTuple):
    """Guesses at fields of an `ExtractedDocument`; None where nothing was found."""

    title: str | None
    author: str | None
    published_at: str | None


def extract_main_text(page: Element, url: str | None) -> str:
    """Return the article's own text, a paragraph a line; "" where none is found."""
    with suppress(Exception):  # a library's fault in a strange page is not the page's end
        text = trafilatura.extract(page, url=url, fast=True, include_comments=False)
        return strip_unstorable(text or "").strip()
    return ""


def guess_metadata(page: Element, url: str | None) -> GuessedMetadata:
    """Guess title, author and date of publication."""
    title = author = day = None
    bare = _strip_other_dates(page)
    with suppress(Exception):
        found = trafilatura.extract_metadata(
            bare, default_url=url, date_config={"extensive_search": False, "original_date": True}
        )
        title, author, day = found.title, found.author, found.date
    return GuessedMetadata(
        title=to_single_line(title),
        author=to_single_line(author.replace("; ", ", ")) if author else None,
        published_at=_guess_published_at(bare, url, day),
    )


def _guess_published_at(bare: Element, url: str | None, guess: str | None) -> str | None:
    in_url = dates.find_date_in_url(url or "")
    if in_url and in_url.count("-") == 2:  # a day; a month waits for a better
        return in_url
    dated = (element.get("datetime") or _text_of(element) for element in _find_date_elements(bare))
    found = next(filter(None, map(dates.parse_stated_date, dated)), in_url)
    if found or not guess:
        return found
    searched = f"{url}\n{etree.tostring(bare, encoding='unicode')}"
    return guess if dates.states_day(searched, date.fromisoformat(guess)) else None


def _find_date_elements(page: Element) -> Iterator[Element]:
    """Yield the elements that are marked up as dates, in the order of the page."""
    for element in cast("list[Element]", _DATE_ELEMENTS(page)):
        if element.tag == "time" or _DATE_CLASS.search(element.get("class", "")):
            yield element


def _text_of(element: Element) -> str:
    return str(_STRING(element)).strip()


def _strip_other_dates(page: Element) -> Element:
    """Copy a page without the parts that hold other dates than that of its publication.

    These are the parts around the article, dates of change, and prose, which mentions dates.
    """
    bare = deepcopy(page)
    for element in cast("list[Element]", _AROUND_ARTICLE(bare)):
        _clear_element(element)
    for element in _find_date_elements(bare):
        if _DATE_OF_CHANGE.search(f"{element.get('class', '')} {_text_of(element)}"):
            _clear_element(element)
    for paragraph in bare.iter("p"):
        if len(_text_of(paragraph)) > _MIN_PROSE_LENGTH:
            _clear_element(paragraph)
    for element in bare.iter():
        if len(element.text or "") > _MIN_PROSE_LENGTH and element.tag != "script":
            element.text = None
        if len(element.tail or "") > _MIN_PROSE_LENGTH:
            element.tail = None
    return bare


def _clear_element(element: Element) -> None:
    tail = element.tail
    element.clear()
    element.tail = tail
