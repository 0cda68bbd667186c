"""What a page does not say of itself, made out from its looks by trafilatura and htmldate."""

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
from api.sources.extraction.charsets import one_line, storable

_PROSE = 200
_STRING = etree.XPath("string()")
_AROUND = etree.XPath(
    "//aside | //nav | //footer[not(ancestor::article)]"
    " | //*[self::div or self::section or self::ol or self::ul]"
    "[starts-with(@id, 'comment') or starts-with(@class, 'comment')]"
)
_DATED = etree.XPath(
    "//*[self::time[not(@itemprop)] or contains(@class, 'date') or contains(@class, 'Date')"
    " or contains(@class, 'time') or contains(@class, 'Time') or contains(@class, 'ublish')"
    " or contains(@class, 'byline')]"
)
_DATE_CLASS = re.compile(r"(?:date|time|stamp|published|byline)(?![a-z])", re.IGNORECASE)
_LATER = re.compile(r"^(?!\D*publish)\D*(?:updat|modif|edited|更新)", re.IGNORECASE)


class About(NamedTuple):
    """Guesses at the fields of a `Reading`; None where there is nothing to go by."""

    title: str | None
    author: str | None
    published_at: str | None


def main_text(page: Element, url: str | None) -> str:
    """Give the article's own text, a paragraph a line; empty where none is made out."""
    with suppress(Exception):  # a library's fault in a strange page is not the page's end
        text = trafilatura.extract(page, url=url, fast=True, include_comments=False)
        return storable(text or "").strip()
    return ""


def about(page: Element, url: str | None) -> About:
    """Guess at title, author and date of publication."""
    title = author = day = None
    bare = _bare(page)
    with suppress(Exception):
        found = trafilatura.extract_metadata(
            bare, default_url=url, date_config={"extensive_search": False, "original_date": True}
        )
        title, author, day = found.title, found.author, found.date
    return About(
        title=one_line(title),
        author=one_line(author.replace("; ", ", ")) if author else None,
        published_at=_published(bare, url, day),
    )


def _published(bare: Element, url: str | None, guess: str | None) -> str | None:
    in_address = dates.in_address(url or "")
    if in_address and in_address.count("-") == 2:  # a day; a month waits for a better
        return in_address
    dated = (element.get("datetime") or _words(element) for element in _dated(bare))
    found = next(filter(None, map(dates.stated, dated)), in_address)
    if found or not guess:
        return found
    looked_at = f"{url}\n{etree.tostring(bare, encoding='unicode')}"
    return guess if dates.bears_out(looked_at, date.fromisoformat(guess)) else None


def _dated(page: Element) -> Iterator[Element]:
    """Give the elements that are marked up as dates, in the order of the page."""
    for element in cast("list[Element]", _DATED(page)):
        if element.tag == "time" or _DATE_CLASS.search(element.get("class", "")):
            yield element


def _words(element: Element) -> str:
    return str(_STRING(element)).strip()


def _bare(page: Element) -> Element:
    """Copy a page without what holds other dates than its own.

    That is what stands around the article, dates of change, and prose: a date that is told of.
    """
    bare = deepcopy(page)
    for element in cast("list[Element]", _AROUND(bare)):
        _empty(element)
    for element in _dated(bare):
        if _LATER.search(f"{element.get('class', '')} {_words(element)}"):
            _empty(element)
    for paragraph in bare.iter("p"):
        if len(_words(paragraph)) > _PROSE:
            _empty(paragraph)
    for element in bare.iter():
        if len(element.text or "") > _PROSE and element.tag != "script":
            element.text = None
        if len(element.tail or "") > _PROSE:
            element.tail = None
    return bare


def _empty(element: Element) -> None:
    tail = element.tail
    element.clear()
    element.tail = tail
