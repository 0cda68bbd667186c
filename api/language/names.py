"""Split a text into words and find the names among them. Pure."""

import re
from collections.abc import Mapping
from functools import lru_cache

from api.language.stop_words import FUNCTION_WORDS
from api.language.tokens import Term, is_unspaced, locate_terms, tokenize

_NAME = re.compile(
    r"(?<![A-Za-z0-9_'’#@])(?:[A-ZÀ-ÞΑ-ΩА-ЯЁ][^\W\u0e00-\uffff]*|[A-Za-z]+-?\d[A-Za-z\d]*)"
)
#: Function words that are names as well: Theresa May, Will Smith.
_ALSO_NAMES = frozenset({"May", "Will"})
#: What a letter or number is part of: World War I, vitamin A.
_LABELLED = re.compile(r"(?:[A-Z]\w*|[Vv]itamin|[Hh]epatitis|[Tt]ype|[Gg]roup|[Pp]lan|[Ll]evel)\s$")


#: Terms that are no names even where they begin a sentence with a capital.
_NO_NAMES = FUNCTION_WORDS.union(tokenize("no not never none nobody nothing neither without"))


@lru_cache(maxsize=500)
def locate_words(text: str) -> tuple[Term, ...]:
    """Return the terms of a text for comparison, each with its place in code points.

    In scripts without spaces each term is a single character. A name that would else be a function
    word (US, WHO, May) is kept as it is written.
    """
    return tuple(_as_word(each, text) for each in locate_terms(text))


def _as_word(each: Term, text: str) -> Term:
    if is_unspaced(each.term[:1]):
        return Term(each.term[0], each.start, each.start + 1)
    if each.term in FUNCTION_WORDS and _is_name(text, each.start, each.end):
        return Term(text[each.start : each.end], each.start, each.end)
    return each


@lru_cache(maxsize=500)
def find_names(text: str) -> Mapping[str, str]:
    """Return the names of a text, capitalised words and words with digits, by their terms."""
    found = {}
    for name in _NAME.finditer(text):
        for part in locate_terms(name[0]):
            start, end = name.start() + part.start, name.start() + part.end
            each = _as_word(Term(part.term, start, end), text)
            if each.term not in _NO_NAMES and not is_unspaced(part.term[:1]):
                found[each.term] = name[0]
    return found


def _is_name(text: str, start: int, end: int) -> bool:
    """Whether a word that is a function word in lower case is a name: US, WHO, May, Vitamin A."""
    word = text[start:end]
    if len(word) == 1:
        return word.isupper() and bool(_LABELLED.search(text, max(0, start - 40), start))
    if word in _ALSO_NAMES:
        return start > 0 or text[end : end + 2].strip().isupper()
    return word.isupper() and not text.isupper()
