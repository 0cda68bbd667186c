"""Tell where words and figures begin and end, in text in normal form (see `normalisation`).

A quote is words and figures, so it must not begin or end inside one: "5 %" does not stand in
"15 %" or "−5 %", "10" not in "10.5", "safe for children" not in "unsafe for children", "can" not
in "can't". Which letters form a word can be told only in scripts that have letter case and put
spaces between words (Latin, Greek, Cyrillic, Armenian, Georgian). In all others, a quote may begin
and end at any letter.
"""

import re
import unicodedata

from api.language.normalisation import EM_DASH, INSIDE_FIGURE

BOUNDARY_CONTEXT = 48
"""Code points to look at on each side of a place; no figure is longer."""

DIGIT = r"[\d¼-¾⅐-⅞⁰¹²³⁴-⁹]"
NUMBER = rf"(?:\d{{1,3}}(?: \d{{3}})+(?!\d)|{DIGIT}+)"
"""Digits, in groups of three after spaces or without; superscripts and fractions as they are."""

_CURRENCY = "[$¢-¥₠-⃀]"
_FIGURE_PUNCTUATION = (
    rf"[.,'٫٬·:/⁄^×~{EM_DASH}{INSIDE_FIGURE}-]{{1,3}}"  # decimals, dates, ranges, ratios
)
_UNSPLITTABLE = re.compile(
    rf"[%٪]?(?:[-+±∓]{_CURRENCY}?)?(?:(?<!\w)[.,٫])?"
    rf"{NUMBER}(?:{_FIGURE_PUNCTUATION}{DIGIT}+)*(?: {{0,3}}[%‰‱٪])?"
    r"|n't(?!\w)|(?<!\w)n'\w|(?<!\w)non-\w"  # negations that cling to the word: can't, n'est, non-
)

_CLOSE_CONTEXT = 5  # a figure or negation across a place shows within so many characters of it
_MAY_BE_UNSPLITTABLE = re.compile(rf"{DIGIT}|n'|non-")


def splits_token(before: str, after: str) -> bool:
    """Whether the place between two adjacent pieces of text lies inside a word or a figure.

    `BOUNDARY_CONTEXT` code points on each side are enough.
    """
    if not before or not after:
        return False
    if _continues_a_character(after[0]):
        return True
    last, first = _last_base(before), after[0]
    if _is_word_character(last) and _is_word_character(first):
        return True
    if last.isnumeric() and first.isnumeric():
        return True
    if not _MAY_BE_UNSPLITTABLE.search(before[-_CLOSE_CONTEXT:] + after[:_CLOSE_CONTEXT]):
        return False
    before, after = before[-BOUNDARY_CONTEXT:], after[:BOUNDARY_CONTEXT]
    return any(
        match.start() < len(before) < match.end()
        for match in _UNSPLITTABLE.finditer(before + after)
    )


def _continues_a_character(character: str) -> bool:
    """A combining mark, a vowel or final of a Hangul syllable, what was hidden in a figure."""
    return (
        unicodedata.category(character).startswith("M")
        or "\u1160" <= character <= "\u11ff"
        or character == INSIDE_FIGURE
    )


def _last_base(text: str) -> str:
    """The last character that is no combining mark, or "" if there is none."""
    bases = (base for base in reversed(text) if not unicodedata.category(base).startswith("M"))
    return next(bases, "")


def _is_word_character(character: str) -> bool:
    return character.islower() or character.isdigit()
