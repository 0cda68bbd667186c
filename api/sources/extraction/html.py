"""HTML: the text a reader of the page sees, and the article in it."""

import re
from collections.abc import Iterator
from dataclasses import replace

from lxml.etree import ParserError, XMLSyntaxError, iterwalk
from lxml.etree import _Element as Element
from lxml.html import HTMLParser, document_fromstring

from api.language import detection
from api.sources.extraction import heuristics, metadata
from api.sources.extraction.charsets import storable
from api.sources.extraction.result import NO_TEXT, Reading, Unreadable

_NOT_SHOWN = {
    *("audio", "canvas", "datalist", "head", "iframe", "noembed", "noframes", "noscript"),
    *("object", "rp", "rt", "script", "style", "template", "title", "video"),
}
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)", re.I)
# How far apart an element's text stands from its neighbours'. The marks are in ascending order
# as strings too, so the stronger of two is their max().
_CELL, _LINE, _PARAGRAPH = "\t", "\n", "\n\n"
_APART = {
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


def read(source: str, url: str | None) -> Iterator[Reading]:
    """Read a page twice: what it shows and says, then the same with the article made out.

    The second reading guesses what the page does not say, which costs most of the time.
    A page without text is read once, and only if it has JSON-LD. Raises `Unreadable` ("no-text",
    "malformed") before the first.
    """
    page = _parsed(source)
    text = visible_text(page)
    said = metadata.read(page, url)
    if not text and not (said.json_ld or said.broken_json_ld):
        raise Unreadable("no-text", NO_TEXT)
    plain = Reading(
        **{**said._asdict(), "language": detection.detect_language(text, said.language)},
        text=text,
        main_text=text,
    )
    yield plain
    if not text:
        return

    main_text = heuristics.main_text(page, url) or text
    about = heuristics.about(page, url or said.canonical_url)
    yield replace(
        plain,
        main_text=main_text,
        title=said.title or about.title,
        author=said.author or about.author,
        language=detection.detect_language(main_text, said.language),
        published_at=said.published_at or about.published_at,
    )


def visible_text(page: Element) -> str:
    """Give the text that is shown: a blank line between paragraphs, a tab between table cells.

    Close to what the HTML standard's `innerText` gives without a style sheet; furigana are left
    out, as they would part the words they stand above.
    """
    lines = _Lines()
    preformatted = 0
    walk = iterwalk(page, events=("start", "end"))
    for event, element in walk:
        apart = _APART.get(element.tag)
        if apart:
            lines.part(apart)
        if element.tag in {"pre", "textarea"}:
            preformatted += 1 if event == "start" else -1
        if event == "end":
            lines.say(element.tail, preformatted > 0)
        elif _is_hidden(element):
            walk.skip_subtree()
        elif element.tag == "br":
            lines.skip()
        else:
            lines.say(element.text, preformatted > 0)
    return storable(lines.text())


class _Lines:
    """Text that grows by runs of inline text, each set apart from the one before."""

    def __init__(self) -> None:
        self._done: list[str] = []
        self._run: list[str] = []
        self._apart = ""

    def say(self, words: str | None, preformatted: bool) -> None:
        if not words:
            return
        if not preformatted:
            self._run.append(words)
            return
        first, *others = words.split("\n")
        self._run.append(first)
        for line in others:
            self.part(_LINE)
            self._run.append(line)

    def skip(self) -> None:
        """End the line; a second time in a row it is the paragraph that ends."""
        before = self._apart
        if not self.part(_LINE) and before >= _LINE:
            self._apart = _PARAGRAPH

    def part(self, apart: str) -> bool:
        """End the run; what comes next stands at least so far apart. Tell if there was a run."""
        line = _SPACE.sub(" ", _WRAP.sub("", "".join(self._run))).strip(" ")
        self._run.clear()
        if line:
            self._done += (self._apart, line)
            self._apart = apart
        else:
            self._apart = max(self._apart, apart)
        return bool(line)

    def text(self) -> str:
        self.part(_PARAGRAPH)
        return "".join(self._done).strip()


def _parsed(source: str) -> Element:
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
        element.tag in _NOT_SHOWN
        or "hidden" in element.attrib
        or (element.tag == "dialog" and "open" not in element.attrib)
        or _HIDING_STYLE.search(element.get("style", "")) is not None
    )
