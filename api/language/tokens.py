"""The terms by which claims are found, the same on both databases. Pure.

Neither database finds a Chinese, Japanese, Korean or Thai word inside a sentence: nothing in the
text says where one ends. So words are cut here, and the databases only index them:

- a run of a script that writes no spaces gives its pairs of characters, in order, and its last
  character; a word of two or more is then a phrase of pairs;
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

VERSION = 2
"""To be raised when the same text gives other terms: what was indexed before is indexed anew."""
LONGEST = 60
"""Characters of a term that tell it from others; longer runs are no words."""
APART = "_"
"""Stands between two texts that are indexed together, so that no phrase reaches across."""
ABOUT = "__"
"""Stands between what a claim says and what is said about it: claimant and tags."""

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
_SINGLE = re.compile(f"[{UNSPACED}]")


class Term(NamedTuple):
    """A term and the words of the text, `text[start:end]`, that it stands for."""

    term: str
    start: int
    end: int


def terms(text: str) -> list[str]:
    """The terms of a text in order."""
    return [each.term for each in located(text)]


def located(text: str) -> Iterator[Term]:
    """The terms of a text in order, each with its place in code points."""
    for token in _TOKEN.finditer(text):
        start, end = token.span()
        if token.lastgroup == "run":
            run = "".join(map(_one, token[0]))
            for place in range(len(run)):
                yield Term(run[place : place + 2], start + place, min(start + place + 2, end))
        elif token.lastgroup == "figure":
            yield Term(_figure(token[0]), start, end)
        elif word := _stem(token[0]):
            yield Term(word, start, end)


def phrase(text: str) -> list[str]:
    """The terms that stand in a row wherever the words do: as `terms`, but that the last
    character of a run is no term where the run goes on elsewhere.
    """
    found = list(located(text))
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


def together(texts: Iterable[str]) -> str:
    """The terms of several texts as they are indexed: in a row, the texts apart."""
    return f" {APART} ".join(" ".join(terms(text)) for text in texts)


def is_unspaced(term: str) -> bool:
    """Whether it is a lone character of a script without spaces: pairs begin with it."""
    return bool(_SINGLE.fullmatch(term))


def _one(character: str) -> str:
    plain = unicodedata.normalize("NFKC", character)
    return plain if len(plain) == 1 else character


def _figure(text: str) -> str:
    figure = re.sub(r"\s?(%|per\s?cent)", "%", unicodedata.normalize("NFKC", text))
    return (re.sub(r"[.,](?=\d{3})", "", figure) if _GROUPED.fullmatch(figure) else figure)[
        :LONGEST
    ]


@lru_cache(maxsize=50_000)
def _stem(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word[:LONGEST]).casefold().replace("’", "'")
    plain = unicodedata.normalize("NFC", _ACCENTS.sub("", plain)).removesuffix("'s")
    plain = re.sub(r"[^\w\u0300-\u0dff]|_", "", plain)
    # One that is ours alone: a stemmer keeps the word it is at in itself.
    return stemmer("english").stemWord(plain) if plain.isascii() else plain
