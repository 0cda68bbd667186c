"""Split a text into the terms that are indexed for search, the same on both databases. Pure.

Neither database finds a Chinese, Japanese, Korean or Thai word inside a sentence, since no space
ends it. So this module splits the words, and the databases only index them:

- a run of characters of a script without spaces gives its pairs of characters, in order, and its
  last character; a word of two or more is then a phrase of pairs;
- another word gives its stem (case, compatibility forms and Latin accents make no difference);
- a figure is one term with its decimal and percent marks (1.5 is not 15, 60 % is not 60), without
  the marks that group its thousands.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from snowballstemmer import stemmer

TERMS_VERSION = 2
"""Raise it when the same text gives other terms: claims of an older version are indexed anew."""
MAX_TERM_LENGTH = 60
"""Code points of a term; the rest of a longer run is cut off."""
FIELD_SEPARATOR = "_"
"""Separates two texts in one index entry, so that no phrase matches across them."""
METADATA_SEPARATOR = "__"
"""Separates a claim's own words from its metadata, claimant and tags, in its index entry."""

#: The characters of scripts that write no spaces.
UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u9fff\uac00-\ud7af"
    "\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
# Vowel signs and accents: no word characters to `re`, yet they do not end a word.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u065f\u0900-\u0dff"
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+(\.\d+)?%?|\d{1,3}(\.\d{3}){2,}%?")
_ACCENTS = re.compile("(?<=[a-z])[\u0300-\u036f]+")


_TOKEN = re.compile(
    rf"(?P<figure>(?<![^\W{UNSPACED}])\d+(?:[.,]\d+)*(?:\s?(?:[%％]|per\s?cent\b))?)"
    rf"|(?P<run>[{UNSPACED}]+)"
    rf"|(?P<word>(?:[^\W_{UNSPACED}]|[{_MARKS}])+(?:['’](?=\w))?)+"
)
_UNSPACED_CHARACTER = re.compile(f"[{UNSPACED}]")


class Term(NamedTuple):
    """A term, and its place: `text[start:end]`, in code points."""

    term: str
    start: int
    end: int


def tokenize(text: str) -> list[str]:
    """Return the terms of a text in order."""
    return [each.term for each in locate_terms(text)]


def locate_terms(text: str) -> Iterator[Term]:
    """Yield the terms of a text in order, each with its place in code points."""
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        if token.lastgroup == "run":
            run = "".join(map(_fold_character, token[0]))
            for place in range(len(run)):
                yield Term(run[place : place + 2], start + place, min(start + place + 2, end))
        elif token.lastgroup == "figure":
            yield Term(_figure_term(token[0]), start, end)
        elif word := _stem_word(token[0]):
            yield Term(word, start, end)


def tokenize_phrase(text: str) -> list[str]:
    """Return the terms that are adjacent in every text that has these words in a row.

    As `tokenize`, without the lone last character of a run of a script without spaces: where the
    run goes on, that character is the first of a pair.
    """
    found = list(locate_terms(text))
    return [
        each.term
        for place, each in enumerate(found)
        if not (
            place
            and place + 1 == len(found)
            and len(each.term) == 1
            and found[place - 1].end == each.end
        )
    ]


def join_terms(texts: Iterable[str]) -> str:
    """Return the terms of several texts as one index entry, separated by `FIELD_SEPARATOR`."""
    return f" {FIELD_SEPARATOR} ".join(" ".join(tokenize(text)) for text in texts)


def is_unspaced(term: str) -> bool:
    """Whether a term is a single character of a script without spaces."""
    return bool(_UNSPACED_CHARACTER.fullmatch(term))


def _fold_character(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def _figure_term(text: str) -> str:
    figure = re.sub(r"\s?(%|per\s?cent)", "%", unicodedata.normalize("NFKC", text))
    return (re.sub(r"[.,](?=\d{3})", "", figure) if _GROUPED.fullmatch(figure) else figure)[
        :MAX_TERM_LENGTH
    ]


@lru_cache(maxsize=50_000)
def _stem_word(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word[:MAX_TERM_LENGTH]).casefold().replace("’", "'")
    plain = unicodedata.normalize("NFC", _ACCENTS.sub("", plain)).removesuffix("'s")
    plain = re.sub(r"[^\w\u0300-\u0dff]|_", "", plain)
    # One that is ours alone: a stemmer keeps the word it is at in itself.
    return stemmer("english").stemWord(plain) if plain.isascii() else plain
