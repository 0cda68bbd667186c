"""Extract an HTML page: the text that a visitor sees, and the article in it."""

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml.etree import ParserError, XMLSyntaxError, iterwalk
from lxml.etree import _Element as Element
from lxml.html import HTMLParser, document_fromstring

from api.language import detection
from api.sources.extraction import heuristics, metadata
from api.sources.extraction.charsets import strip_unstorable
from api.sources.extraction.result import NO_TEXT, ExtractedDocument, Unreadable

_HIDDEN_ELEMENTS = {
    *("audio", "canvas", "datalist", "head", "iframe", "noembed", "noframes", "noscript"),
    *("object", "rp", "rt", "script", "style", "template", "title", "video"),
}
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.I)
# How far apart an element's text stands from its neighbours'. The marks are in ascending order
# as strings too, so the stronger of two is their max().
_CELL, _LINE, _PARAGRAPH = "\t", "\n", "\n\n"
_SEPARATORS = {
    **dict.fromkeys(("td", "th"), _CELL),
    **dict.fromkeys(("address", "button", "caption", "center", "dd", "div", "dt"), _LINE),
    **dict.fromkeys(("figcaption", "input", "label", "legend", "li", "option", "select"), _LINE),
    **dict.fromkeys(("summary", "tbody", "textarea", "tfoot", "thead", "tr"), _LINE),
    **dict.fromkeys(("article", "aside", "blockquote", "body", "details", "dialog"), _PARAGRAPH),
    **dict.fromkeys(("dl", "fieldset", "figure", "footer", "form", "header", "hr"), _PARAGRAPH),
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6", "hgroup", "main", "menu"), _PARAGRAPH),
    **dict.fromkeys(("nav", "ol", "p", "pre", "search", "section", "table", "ul"), _PARAGRAPH),
}
_SPACE = re.compile(r"[ \t\n\r\f]+")
# A line break in the source between letters that are written without spaces is none in the text
# (CSS Text 3, 4.1.3).
_UNSPACED = r"[\u2e80-\u312f\u31a0-\ua4cf\uf900-\ufaff\uff00-\uffef]"
_WRAP = re.compile(rf"(?<={_UNSPACED})[ \t\r\f]*\n[ \t\r\n\f]*(?={_UNSPACED})")


def extract_html(source: str, url: str | None) -> Iterator[ExtractedDocument]:
    """Yield two extractions: what the page shows and states, then the same with the main text.

    The second guesses what the page does not state, which takes most of the time. A page without
    text gives one, and only if it has JSON-LD. Raises `Unreadable` ("no-text", "malformed") before
    the first.
    """
    page = _parse_html(source)
    text = extract_visible_text(page)
    stated = metadata.extract_metadata(page, url)
    if not text and not (stated.json_ld or stated.broken_json_ld):
        raise Unreadable("no-text", NO_TEXT)
    plain = ExtractedDocument(
        **{**stated._asdict(), "language": detection.detect_language(text, stated.language)},
        text=text,
        main_text=text,
    )
    yield plain
    if not text:
        return

    main_text = heuristics.extract_main_text(page, url) or text
    guessed = heuristics.guess_metadata(page, url or stated.canonical_url)
    yield replace(
        plain,
        main_text=main_text,
        title=stated.title or guessed.title,
        author=stated.author or guessed.author,
        language=detection.detect_language(main_text, stated.language),
        published_at=stated.published_at or guessed.published_at,
    )


def extract_visible_text(page: Element) -> str:
    """Return the visible text: a blank line between paragraphs, a tab between table cells.

    Close to what the HTML standard's `innerText` gives without a style sheet; furigana are left
    out, as they would part the words they stand above.
    """
    lines = _TextBuilder()
    preformatted = 0
    walk = iterwalk(page, events=("start", "end"))
    for event, element in walk:
        separator = _SEPARATORS.get(element.tag)
        if separator:
            lines.separate(separator)
        if element.tag in {"pre", "textarea"}:
            preformatted += 1 if event == "start" else -1
        if event == "end":
            lines.add(element.tail, preformatted > 0)
        elif _is_hidden(element):
            walk.skip_subtree()
        elif element.tag == "br":
            lines.break_line()
        else:
            lines.add(element.text, preformatted > 0)
    return strip_unstorable(lines.text())


class _TextBuilder:
    """Builds a text of runs of inline text, with separators between them."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._run: list[str] = []
        self._separator = ""

    def add(self, words: str | None, preformatted: bool) -> None:
        if not words:
            return
        if not preformatted:
            self._run.append(words)
            return
        first, *others = words.split("\n")
        self._run.append(first)
        for line in others:
            self.separate(_LINE)
            self._run.append(line)

    def break_line(self) -> None:
        """End the line; a second time in a row it is the paragraph that ends."""
        before = self._separator
        if not self.separate(_LINE) and before >= _LINE:
            self._separator = _PARAGRAPH

    def separate(self, separator: str) -> bool:
        """End the run; at least this separator follows. Return whether there was a run."""
        line = _SPACE.sub(" ", _WRAP.sub("", "".join(self._run))).strip(" ")
        self._run.clear()
        if line:
            self._done += (self._separator, line)
            self._separator = separator
        else:
            self._separator = max(self._separator, separator)
        return bool(line)

    def text(self) -> str:
        self.separate(_PARAGRAPH)
        return "".join(self._done).strip()


def _parse_html(source: str) -> Element:
    # As trafilatura's own parser, but past a depth of 256, where libxml2 would drop the rest.
    parser = HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        huge_tree=True,
    )
    try:
        page = document_fromstring(source.encode(), parser=parser)
    except ParserError:
        raise Unreadable("no-text", "The page is empty.") from None
    except XMLSyntaxError:
        raise MemoryError from None  # a parser that recovers from all else has none left
    faults = {fault.type_name for fault in parser.error_log}
    if "ERR_NO_MEMORY" in faults:
        raise MemoryError
    if "ERR_RESOURCE_LIMIT" in faults:
        raise Unreadable("malformed", "The page's elements are nested thousands deep.")
    return page


def _is_hidden(element: Element) -> bool:
    if element.tag in {"html", "body"}:
        return False  # hidden until a script shows them
    return (
        element.tag in _HIDDEN_ELEMENTS
        or "hidden" in element.attrib
        or (element.tag == "dialog" and "open" not in element.attrib)
        or _HIDING_STYLE.search(element.get("style", "")) is not None
    )
