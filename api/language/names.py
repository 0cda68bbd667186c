"""The words of a text, and which of them are names. Pure."""

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from api.language.stop_words import function_words
from api.language.tokens import Term, is_unspaced, located, terms

# Texts, as other patterns of whole scripts are: compiled when needed, not at each start.
_NAME = r"(?<![A-Za-z0-9_'’#@])(?:[A-ZÀ-ÞΑ-ΩА-ЯЁ][^\W\u0e00-\uffff]*|[A-Za-z]+-?\d[A-Za-z\d]*)"
#: Function words that are names as well: Theresa May, Will Smith.
_ALSO_NAMES = frozenset({"May", "Will"})
#: What a letter or number is part of: World War I, vitamin A.
_PARTED = re.compile(r"(?:[A-Z]\w*|[Vv]itamin|[Hh]epatitis|[Tt]ype|[Gg]roup|[Pp]lan|[Ll]evel)\s$")


@cache
def _no_names() -> frozenset[str]:
    """Words that are no names, at the beginning of a sentence either."""
    return function_words().union(terms("no not never none nobody nothing neither without"))


@lru_cache(maxsize=500)
def words(text: str) -> tuple[Term, ...]:
    """The terms of a text, a single character each where the script writes no spaces, and a name
    as it is written where it would else be a function word.
    """
    return tuple(_word(each, text) for each in located(text))


def _word(each: Term, text: str) -> Term:
    if is_unspaced(each.term[:1]):
        return Term(each.term[0], each.start, each.start + 1)
    if each.term in function_words() and _is_name(text, each.start, each.end):
        return Term(text[each.start : each.end], each.start, each.end)
    return each


@lru_cache(maxsize=500)
def names(text: str) -> Mapping[str, str]:
    """Capitalised words, and those with digits in them, by their terms."""
    found = {}
    for name in re.finditer(_NAME, text):
        for part in located(name[0]):
            start, end = name.start() + part.start, name.start() + part.end
            each = _word(Term(part.term, start, end), text)
            if each.term not in _no_names() and not is_unspaced(part.term[:1]):
                found[each.term] = name[0]
    return found


def _is_name(text: str, start: int, end: int) -> bool:
    """Whether what would be a function word in small letters is a name: US, WHO, May, Vitamin A."""
    word = text[start:end]
    if len(word) == 1:
        return word.isupper() and bool(_PARTED.search(text, max(0, start - 40), start))
    if word in _ALSO_NAMES:
        return start > 0 or text[end : end + 2].strip().isupper()
    return word.isupper() and not text.isupper()
