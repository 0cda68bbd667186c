"""Split a text into sentences, each with its place in it.

sentencex finds the boundaries within a line. This module gives it lines, so that headings and
list items stay apart from sentences, keeps its time linear, and mends what it gets wrong: the
mending rules are the tables below, each with a case that it is there for.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import sentencex

Span = tuple[int, int]


class Sentence(NamedTuple):
    """`text` stands in the given text from `start` to `end`, counted in code points."""

    text: str
    start: int
    end: int


#: sentencex counts code points from the start for every boundary, so that its time is quadratic
#: in what it is given at once: it is given no more than this.
MAX_WINDOW_LENGTH = 1_500

LINE = re.compile(r"[^\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")
LIST_MARK = re.compile(
    r"(?:[-–—*+#>]+\s|[•‣◦▪●·]|\(?(?:\d{1,3}|[a-zA-Z])\)\s"
    r"|[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十\d]{1,3}）)\s*"
)
NUMBERED = re.compile(r"\d{1,3}\.\s+")
#: In these languages "3." is "third", so that a line which starts with it need not be an item.
ORDINAL_DOT = frozenset(
    [
        "bs",
        "cs",
        "da",
        "de",
        "et",
        "fi",
        "hr",
        "hu",
        "is",
        "lv",
        "nb",
        "nn",
        "no",
        "pl",
        "sk",
        "sl",
        "sr",
        "tr",
    ]
)

#: A line that an editor wrapped was nearly full and goes on in lower case.
MIN_WRAPPED_LENGTH = 50
SENTENCE_END = re.compile(r"[.!?:;…]['\"”’»)\]]*$")

#: Abbreviations that sentencex does not know: "M. Macron", "डॉ. शर्मा", "рис. 5".
ABBREVIATIONS = {
    "ar": "د|أ|م|ص",
    "de": "Fa|St|Hl|Frl|Hr|Mio|Mrd|Tsd",
    "en": "approx|incl|excl|resp",
    "es": "D|[Aa]prox|[Nn]úm",
    "fr": "M|Dr|Mgr|Ste?|[Ee]nv|av|apr|Me",
    "hi": "डॉ|श्री|श्रीमती|प्रो|रु|पं",
    "ru": "[Ии]м|[Уу]л|пр|пл|[Рр]ис|стр|табл|тыс|млн|млрд|трлн|т|е|ст|[Сс]м|ср|[Нн]апр|акад|св",
}
ABBREVIATED = {
    language: re.compile(rf"(?:^|(?<=[\s(«\"“„]))(?:{words})\.\s*$")
    for language, words in ABBREVIATIONS.items()
} | {
    # "Das 2. Quartal", "Im 19. Jahrhundert"; but "Es waren 20. Das war viel."
    "de": re.compile(
        rf"(?:^|\s)(?:(?:{ABBREVIATIONS['de']})|(?:[Dd](?:as|er|ie|em|en|es)|[Aa]m|[Ii]m|[Vv]om"
        r"|[Zz]u[mr]|[Bb]eim|[Bb]is|[Aa]b|[Ss]eit|[Ii]hr\w*|[Ss]ein\w*|und)\s\d{1,2})\.\s*$"
    )
}
#: "— спросил он.", "€ furent payés", "-P. Sartre", "』という。"; but "»Ja.«", "iPhone sales rose."
CONTINUATION = re.compile(
    r"-\w\.|(?:[-–—]\s?)?(?P<letter>\w)(?!\w?[A-Z])|[€£%]|[)\]）」』”»’](?!\w(?<![というも]))"
)
HYPHENATED = re.compile(r"-\w\.\s*$")  # "-P. Sartre", after "J."
#: Said after a quotation, and part of its sentence: "“真的吗？”他问。"
CLOSING_QUOTATION = re.compile(r"[\"”»」』’]\s*$")
REPORTING_CLAUSE = {
    "ar": re.compile(r"قال|سأل|أضاف|أجاب"),
    "hi": re.compile(r"\S+(?:\s\S+)?\s(?:कहा|पूछा|बोला|बोली|बताया)"),
    "ja": re.compile(r"と|って"),
    "zh": re.compile(r"[^，。：:“「]{0,8}(?:说|问|道|表示|称|回答|說|問|稱)[。，！]"),
}
#: Boundaries that sentencex misses: "走了。2020年", "(He left.) She", "etc. The", "и т. п. Это".
MISSED_BOUNDARY = re.compile(
    r"[。！？](?=\d)|[。！？]）|(?<=[.!?])\)\s+(?=[A-Z])"
    r"|(?:\b(?:etc|usw|usf|руб)|т\. ?[дп])\.\s+(?=[A-ZÀ-ÞА-Я])|[a-zß]{4}\.\s+(?=\d[\d.,]*\s[A-Z])"
)
OPENING_MARKS, CLOSING_MARKS = "“„«「『《", "”«»」』》"


def split_sentences(text: str, language: str | None = None) -> list[Sentence]:
    """Split a text into sentences, in order; white space and list marks belong to none.

    `language` is a BCP 47 tag; a language unknown to sentencex is split by its general rules.
    For every sentence `text[start:end]` is its text. A line break ends a sentence unless an
    editor wrapped the line there. The time is linear in the length of the text.
    """
    return list(iterate_sentences(text, language))


def iterate_sentences(text: str, language: str | None = None) -> Iterator[Sentence]:
    """Yield the same one by one, for a caller that may stop before the end."""
    code = re.split(r"[-_]", language or "en")[0].lower()
    for block in _find_blocks(text, code):
        for start, end in _join_pieces(text, _find_pieces(text, block, code), code):
            yield Sentence(text[start:end], start, end)


def _find_blocks(text: str, code: str) -> Iterator[Span]:
    """Yield the spans of lines without their list marks; wrapped lines are one span."""
    start = line_start = end = 0
    for line in LINE.finditer(text):
        wrapped = (
            end - line_start >= MIN_WRAPPED_LENGTH
            and text[end : line.start()] in {"\n", "\r\n"}
            and line.group()[0].islower()
            and not SENTENCE_END.search(text[line_start:end])
        )
        if not wrapped:
            if start < end:
                yield start, end
            start = _skip_list_mark(text, line, code)
        line_start, end = line.span()
    if start < end:
        yield start, end


def _skip_list_mark(text: str, line: re.Match[str], code: str) -> int:
    start = line.end() - len(line.group().lstrip())
    mark = LIST_MARK.match(text, start, line.end())
    if not mark and code not in ORDINAL_DOT:
        mark = NUMBERED.match(text, start, line.end())
    return mark.end() if mark else start


def _find_pieces(text: str, block: Span, code: str) -> Iterator[Span]:
    """Yield the sentences that sentencex finds, split at the boundaries that it misses."""
    start, end = block
    while start < end:
        window = _take_window(text, start, end)
        found = [piece["end_index"] for piece in sentencex.get_sentence_boundaries(code, window)]
        if start + len(window) < end:
            # Only the first half is settled: a quotation opened later may close beyond the edge.
            found = [each for each in found if each <= len(window) // 2] or found[:1]
        begun = 0
        for boundary in found:
            for missed in MISSED_BOUNDARY.finditer(window, begun, boundary):
                if missed.end() < boundary and not _is_inside_quotation(
                    window[begun : missed.end()]
                ):
                    yield start + begun, start + missed.end()
                    begun = missed.end()
            yield start + begun, start + boundary
            begun = boundary
        start += begun


def _take_window(text: str, start: int, end: int) -> str:
    window = text[start : min(start + MAX_WINDOW_LENGTH, end)]
    if start + MAX_WINDOW_LENGTH < end and window.count('"') % 2:
        # With an odd number of straight quotation marks sentencex takes none of them for a pair.
        last = window.rindex('"')
        return window[:last] if last > MAX_WINDOW_LENGTH // 2 else window
    return window


def _is_inside_quotation(piece: str) -> bool:
    return sum(map(piece.count, OPENING_MARKS)) > sum(map(piece.count, CLOSING_MARKS))


def _join_pieces(text: str, pieces: Iterator[Span], code: str) -> Iterator[Span]:
    """Join pieces of one sentence; leave out what has no word in it; strip white space."""
    begun: int | None = None
    last: Span = (0, 0)
    for start, end in pieces:
        if begun is not None and not _are_one_sentence(text[slice(*last)], text[start:end], code):
            yield from _strip(text, begun, last[1])
            begun = None
        begun = start if begun is None else begun
        last = start, end
    if begun is not None:
        yield from _strip(text, begun, last[1])


def _are_one_sentence(before: str, after: str, code: str) -> bool:
    """Whether two pieces that sentencex parted are one sentence."""
    if HYPHENATED.match(before) or (code in ABBREVIATED and ABBREVIATED[code].search(before)):
        return True
    if (
        code in REPORTING_CLAUSE
        and CLOSING_QUOTATION.search(before)
        and REPORTING_CLAUSE[code].match(after)
    ):
        return True
    goes_on = CONTINUATION.match(after.lstrip())
    return bool(goes_on and (goes_on["letter"] is None or goes_on["letter"].islower()))


def _strip(text: str, start: int, end: int) -> Iterator[Span]:
    piece = text[start:end]
    if any(map(str.isalnum, piece)):
        start += len(piece) - len(piece.lstrip())
        yield start, start + len(piece.strip())
