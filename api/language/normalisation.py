"""Bring texts into the normal form in which they are compared, and map places back to the original.

Two texts have the same normal form when they differ in typography alone: Unicode compatibility
forms (NFKD, Unicode Standard Annex 15), case (full case folding), white space, quotation marks,
dashes, soft hyphens and other characters that show nothing. What can carry a figure is never
folded away:

- superscripts, fractions and circled digits stay as they are (NFKC would make 10⁵ into 105);
  a subscript after a letter is the digit (CO₂ is CO2);
- an invisible character between two characters of a figure stays (1, soft hyphen, 5 is not 15);
- hyphens, en dashes and the minus sign are one character, but never none; an em dash in front of
  a digit is no minus sign; a full-width comma between digits is no decimal comma;
- white space becomes one space, but never none, except beside a Chinese or Japanese character,
  where it separates no words (between two numerals it stays there too).
"""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from itertools import accumulate

Span = tuple[int, int]

_SINGLE = "‘’‚‛‹›ʼ`´′׳"
_DOUBLE = "“”„‟«»″〝〞〟「」『』״"
_DASHES = "‐‑‒–—―−"
# Bidirectional overrides are missing on purpose: they change the order in which digits are read.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c"
    "\u2060\u2066\u2067\u2068\u2069\ufeff" + "".join(map(chr, range(0xFE00, 0xFE10)))
)
_SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
_HAN_NUMERALS = "〇零一二两兩三四五六七八九十百千万萬亿億兆"
_HAN_AND_KANA = "〇\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff"
_FIGURE_MARKS = "+-−±‐‑‒–—.,'’:/⁄%‰٪٫٬·，"
_SAME_DIGIT = {"<wide>", "<narrow>", "<small>", "<font>"}

EM_DASH = "⸺"  # stands for an em dash in front of a digit
INSIDE_FIGURE = "\u2063"  # stands for an invisible character between two characters of a figure

_BEFORE_DIGIT = r"(?=[$¢-¥₠-⃀]?[\d¼-¾⅐-⅞])"
_HIDDEN = re.compile(f"[{_INVISIBLE}]+")
_SUBSCRIPT = re.compile(f"(?<=[A-Za-z])[{_SUBSCRIPTS}](?:[{_SUBSCRIPTS}.,]*[{_SUBSCRIPTS}])?")
_TO_DIGITS = str.maketrans(_SUBSCRIPTS, "0123456789")
_DOUBLED_SPACE = re.compile(" (?= )")
_SPACE_BESIDE_HAN = re.compile(
    f" (?:(?<=[{_HAN_AND_KANA}] )|(?=[{_HAN_AND_KANA}]))"
    rf"(?!(?<=[\d{_HAN_NUMERALS}] )[\d{_HAN_NUMERALS}])"
)

_BLOCK_LENGTH = 1024  # code points; the map back is computed for the blocks that need it


def _keep_inside_figure(hidden: re.Match[str]) -> str:
    """Keep invisible characters that stand inside a figure."""
    text, start, end = hidden.string, hidden.start(), hidden.end()
    before, after = text[start - 1 : start], text[end : end + 1]
    inside = (before.isnumeric() and (after.isnumeric() or after in _FIGURE_MARKS)) or (
        after.isnumeric() and before in _FIGURE_MARKS
    )
    return INSIDE_FIGURE * len(hidden[0]) if inside and before and after else hidden[0]


# What depends on the neighbours, replaced one for one before each character is folded by itself.
_CONTEXT_RULES: tuple[tuple[str, re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    *((dash, re.compile(dash + _BEFORE_DIGIT), EM_DASH) for dash in "—―﹘︱"),
    ("，", re.compile(r"，(?<=\d，)(?=\d)"), "、"),
    (_SUBSCRIPTS, _SUBSCRIPT, lambda digits: digits[0].translate(_TO_DIGITS)),
    (_INVISIBLE, _HIDDEN, _keep_inside_figure),
)


def _replace_context_dependent(text: str) -> str:
    """The text, as long as before, with what depends on its neighbours made independent."""
    if not text.isascii():
        for characters, pattern, replacement in _CONTEXT_RULES:
            if any(character in text for character in characters):
                text = pattern.sub(replacement, text)
    return text


class _Folding(dict[int, str]):
    """The normal form of each character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = self._fold(chr(code))
        return folded

    def _fold(self, character: str) -> str:
        if character.isspace():
            return " "
        plain = unicodedata.normalize("NFKD", character)
        if _folds_to_figure(character, plain) or " " in plain:
            return character
        plain = unicodedata.normalize("NFKD", plain.casefold())
        return plain if plain == character else "".join(self[ord(part)] for part in plain)


def _folds_to_figure(character: str, plain: str) -> bool:
    """Whether NFKD would make digits or signs out of what is not plainly one (², ½, ①, ⁻)."""
    kind = unicodedata.decomposition(character).partition(" ")[0]
    return (
        kind.startswith("<")
        and kind not in _SAME_DIGIT
        and any(part.isnumeric() or part in "+-−=" for part in plain)
    )


_FOLDINGS = _Folding(
    {ord(character): "'" for character in _SINGLE}
    | {ord(character): '"' for character in _DOUBLE}
    | {ord(character): "-" for character in _DASHES}
    | {ord(character): "" for character in _INVISIBLE}
)


_NOT_ASCII = re.compile("[^\x00-\x7f]+")
_ASCII_CHANGES = [chr(code) for code in range(128) if _FOLDINGS[code] != chr(code).lower()]


def _fold(text: str) -> str:
    """`text.translate(_FOLDED)`, done faster where most characters, but not all, are ASCII."""
    if text.isascii() or len(text.encode("ascii", "ignore")) < len(text) // 2:
        return text.translate(_FOLDINGS)
    text = _NOT_ASCII.sub(lambda run: run[0].translate(_FOLDINGS), text).lower()
    for character in _ASCII_CHANGES:
        text = text.replace(character, _FOLDINGS[ord(character)])
    return text


def _sort_marks(decomposed: str) -> str:
    """NFD of a text that lacks only the order of its combining marks, as long as before.

    `unicodedata.normalize` takes minutes for a megabyte of marks: its sorting is quadratic.
    """
    if unicodedata.is_normalized("NFD", decomposed):
        return decomposed
    return _MARKS.sub(
        lambda marks: "".join(sorted(marks[0], key=unicodedata.combining)), decomposed
    )


_COMBINING = "".join(filter(unicodedata.combining, map(chr, range(0x300, 0x20000))))
_MARKS = re.compile(f"[{_COMBINING}]{{2,}}")


def normalise_around(text: str, offset: int, reach: int) -> tuple[str, str]:
    """Return up to `reach` code points of `text` before and after `offset`, each in normal form."""
    start = max(offset - reach, 0)
    window = _replace_context_dependent(text[start : offset + reach])
    return window[: offset - start].translate(_FOLDINGS), window[offset - start :].translate(
        _FOLDINGS
    )


class NormalisedText:
    """A text in normal form (`text`) that knows where each of its characters was stored."""

    def __init__(self, stored: str) -> None:
        self._source = _replace_context_dependent(stored)
        blocks = [
            _fold(self._source[start : start + _BLOCK_LENGTH])
            for start in range(0, len(stored), _BLOCK_LENGTH)
        ]
        self._starts = list(accumulate(map(len, blocks), initial=0))
        self._lengths: dict[int, list[int]] = {}
        self._dropped: list[list[int]] = []
        self.text = _sort_marks("".join(blocks))
        self._drop(_DOUBLED_SPACE)
        if not self.text.isascii():
            self._drop(_SPACE_BESIDE_HAN)

    def span(self, start: int, end: int) -> Span | None:
        """The stored span, in code points, whose normal form is `text[start:end]`.

        The shortest one: invisible characters and white space around it are left out. None when
        an edge falls inside a stored character, as between the letters of a ligature.
        """
        first, last = self._stored(start, bisect_right), self._stored(end, bisect_left)
        return None if first is None or last is None else (first, last)

    def _drop(self, single: re.Pattern[str]) -> None:
        """Take out the single characters that the pattern matches, and remember where they were."""
        places = [match.start() for match in single.finditer(self.text)]
        if places:
            self.text = single.sub("", self.text)
        self._dropped.append([place - count for count, place in enumerate(places)])

    def _stored(self, offset: int, side: Callable[[list[int], int], int]) -> int | None:
        """The stored offset of an offset in `text`: the last such (bisect_right) or the first."""
        for places in reversed(self._dropped):
            offset += side(places, offset)
        block = min(max(side(self._starts, offset) - 1, 0), len(self._starts) - 2)
        if block < 0:
            return 0
        lengths = self._lengths_in(block)
        place = side(lengths, offset) - (side is bisect_right)
        return block * _BLOCK_LENGTH + place if lengths[place] == offset else None

    def _lengths_in(self, block: int) -> list[int]:
        """How much normal text there is before each code point of a stored block, and after it."""
        if block not in self._lengths:
            characters = self._source[block * _BLOCK_LENGTH : (block + 1) * _BLOCK_LENGTH]
            sizes = (len(_FOLDINGS[ord(character)]) for character in characters)
            self._lengths[block] = list(accumulate(sizes, initial=self._starts[block]))
        return self._lengths[block]
