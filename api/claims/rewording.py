"""What one text with some words changed says otherwise: words in the place of others, what only one
has, and what has changed its place. Pure.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

from api.claims.function_words import FUNCTION_WORDS
from api.claims.measures import Figure, Kind
from api.claims.terms import Term, is_unspaced, located, terms


class What(StrEnum):
    """What two texts differ in."""

    NUMBER = "number"
    DATE = "date"
    UNIT = "unit"
    BOUND = "bound"  # more than, or less than
    NEGATION = "negation"
    DIRECTION = "direction"  # up, or down
    NAME = "name"
    WORDS = "words"


@dataclass(frozen=True)
class Difference:
    """What one text says here and the other there; None where it says nothing of it."""

    what: What
    here: str | None
    there: str | None


#: Pairs of words that are held against each other at most: aligning takes as long as their number
#: and, where words repeat, longer.
MOST_PAIRS = 60_000
#: From this likeness on two texts are one text with some words changed.
ONE_TEXT = 0.6

_NAME = re.compile(
    r"(?<![A-Za-z0-9_'’#@])(?:[A-ZÀ-ÞΑ-ΩА-ЯЁ][^\W\u0e00-\uffff]*|[A-Za-z]+-?\d[A-Za-z\d]*)"
)
#: Words that change nothing in another's place: quantities do, and bounds are read with figures.
_SAY_LITTLE = FUNCTION_WORDS.difference(terms("all any most only some")).union(
    terms("almost approximately around nearly roughly")
)
#: Words that change what is said by being there.
_LIMIT = frozenset(terms("only rarely seldom almost nearly some all most"))


def are_one_text(here: str, there: str) -> bool:
    """Whether they differ by some words only."""
    ours, theirs = _words(here), _words(there)
    if _are_long(ours, theirs):
        return _parting(ours, theirs) is None
    return _alignment(ours, theirs).ratio() >= ONE_TEXT


def _are_long(ours: list[Term], theirs: list[Term]) -> bool:
    return len(ours) * len(theirs) > MOST_PAIRS


def _parting(ours: list[Term], theirs: list[Term]) -> tuple[Term | None, Term | None] | None:
    """The first words that are not the same; None where one text has come to its end."""
    pairs = zip_longest(ours, theirs)
    return next((p for p in pairs if not p[0] or not p[1] or p[0].term != p[1].term), None)


def names(text: str) -> dict[str, str]:
    """Capitalised words, and those with digits in them, by their terms."""
    found = {}
    for name in _NAME.finditer(text):
        for each in located(name[0]):
            known = each.term not in FUNCTION_WORDS or _is_month(name[0], name.start())
            if known and not is_unspaced(each.term[:1]):
                found[each.term] = name[0]
    return found


def _is_month(word: str, place: int) -> bool:
    """May, which is a function word without its capital, and at the beginning may be one."""
    return word == "May" and place > 0


def rewordings(
    here: str, there: str, figures_here: list[Figure], figures_there: list[Figure]
) -> Iterator[Difference]:
    """In one text with some words changed: those that stand in the place of others, names and
    limits that only one has, and what has changed its place with another. A figure is one word,
    the same however it is written.
    """
    words, others = _words(here), _words(there)
    ours, theirs = _whole(words, figures_here), _whole(others, figures_there)
    if _are_long(words, others):  # for more than where they part
        if pair := _parting(ours, theirs):
            yield Difference(What.WORDS, _passage(here, pair[0]), _passage(there, pair[1]))
        return
    if _alignment(words, others).ratio() < ONE_TEXT:
        return
    named = names(here), names(there)
    for change, start, end, other_start, other_end in _alignment(ours, theirs).get_opcodes():
        replaced, by = ours[start:end], theirs[other_start:other_end]
        if change == "replace":
            what = What.WORDS if _tells(replaced) and _tells(by) else None
        else:
            what = _added(replaced, theirs, named[0]) or _added(by, ours, named[1])
        if what:
            yield Difference(what, _passage(here, *replaced), _passage(there, *by))
    for what, one, other in _swapped(ours, theirs, named[0].keys() & named[1].keys(), figures_here):
        yield Difference(what, _passage(here, one), _passage(there, other))


def _passage(text: str, *words: Term | None) -> str | None:
    """From the first of these words to the last; None of none."""
    known = [each for each in words if each]
    return text[known[0].start : known[-1].end] if known else None


def _added(words: list[Term], others: list[Term], named: Collection[str]) -> What | None:
    """What it is that words which the other text has nowhere add to it."""
    alone = {each.term for each in words}.difference(each.term for each in others)
    if not alone.isdisjoint(named):
        return What.NAME
    return What.WORDS if alone & _LIMIT else None


def _swapped(
    ours: list[Term], theirs: list[Term], named: Collection[str], found: list[Figure]
) -> Iterator[tuple[What, Term, Term]]:
    """Of names, of figures of a kind and of other words, what both texts have in another order:
    who did it to whom, from what to what. Single characters wander too freely to tell.
    """
    kinds = [(What.NAME, frozenset(named))]
    for kind in dict.fromkeys(figure.kind for figure in found):
        of_kind = frozenset(_term(each) for each in found if each.kind is kind)
        kinds.append((What.DATE if kind is Kind.DATE else What.NUMBER, of_kind))
    told = frozenset().union(*(terms_of_kind for _, terms_of_kind in kinds))
    rest = (each.term for each in ours if _tells([each]) and not is_unspaced(each.term[:1]))
    kinds.append((What.WORDS, frozenset(rest) - told))
    for what, wanted in kinds:
        pairs = zip(_shared(ours, wanted, theirs), _shared(theirs, wanted, ours), strict=False)
        if pair := next((pair for pair in pairs if pair[0].term != pair[1].term), None):
            yield what, *pair


def _shared(words: list[Term], wanted: Collection[str], others: list[Term]) -> list[Term]:
    """The wanted words that the others have, too, as often as both do."""
    left = Counter(each.term for each in others)
    found = []
    for each in words:
        if each.term in wanted and left[each.term]:
            left[each.term] -= 1
            found.append(each)
    return found


def _whole(words: list[Term], found: list[Figure]) -> list[Term]:
    """The words with each figure as one, whose term is equal where its measure is."""
    whole = [Term(_term(each), each.start, each.end) for each in found]
    inside = {place for each in found for place in range(each.start, each.end)}
    apart = [each for each in words if each.start not in inside]
    return sorted(apart + whole, key=lambda each: each.start)


def _term(figure: Figure) -> str:
    return str(hash(figure.measure))


def _tells(words: list[Term]) -> bool:
    return any(word.term not in _SAY_LITTLE for word in words)


def _words(text: str) -> list[Term]:
    """The terms of a text, a single character each where the script writes no spaces."""
    return [_word(each, text) for each in located(text)]


def _word(each: Term, text: str) -> Term:
    if is_unspaced(each.term[:1]):
        return Term(each.term[0], each.start, each.start + 1)
    if _is_month(text[each.start : each.end], each.start):
        return Term("May", each.start, each.end)
    return each


def _alignment(ours: list[Term], theirs: list[Term]) -> SequenceMatcher[str]:
    return SequenceMatcher(
        None, [each.term for each in ours], [each.term for each in theirs], autojunk=False
    )
