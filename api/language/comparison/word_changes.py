"""What one text with some words changed says otherwise: words in the place of others, what only one
has, and what has changed its place. Pure.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import Indel, MatchingBlock

from api.language.names import names, words
from api.language.numbers.quantities import Figure, Kind
from api.language.stop_words import function_words
from api.language.tokens import UNSPACED, Term, is_unspaced, terms


class What(StrEnum):
    """What two texts differ in."""

    NUMBER = "number"
    DATE = "date"
    UNIT = "unit"
    BOUND = "bound"  # more than, or less than
    NEGATION = "negation"
    DIRECTION = "direction"  # up, or down; for, or against
    MODALITY = "modality"  # what is, what will be, what may be
    EXTENT = "extent"  # all, or some
    NAME = "name"
    WORDS = "words"


class Difference(NamedTuple):
    """What one text says here and the other there; None where it says nothing of it."""

    what: What
    here: str | None
    there: str | None


#: From this likeness on two texts are one text with some words changed.
ONE_TEXT = 0.6
#: From this share on two texts have the same words, if in another order.
SAME_WORDS = 0.8

_OWNED_BY = re.compile(r"\b(\w+)['’]s\b|\b(\w+s)['’](?!\w)")
_OWNED = re.compile(rf"{_OWNED_BY.pattern}|\bof\s(?:(?:the|an?|his|her|their|its)\s)?(\w+)")
#: Two characters and more of scripts without spaces; compiled when needed.
_RUN = f"[{UNSPACED}]{{2,}}"
_WHEN = "[今去明前当當]年|[今昨明前当當][日天]|[本上下][月周]|近日|目前|如今|[现現]在"


@cache
def _say_little() -> frozenset[str]:
    """Words that change nothing in another's place: quantities do, and bounds are read with
    figures.
    """
    others = terms("almost approximately around nearly roughly")
    return function_words().difference(terms("all any most only some")).union(others)


@cache
def _limit() -> frozenset[str]:
    """Words that change what is said by being there."""
    return frozenset(terms("almost nearly some all most exactly precisely"))


def are_one_text(here: str, there: str) -> bool:
    """Whether they differ by some words only."""
    return _likeness(words(here), words(there)) >= ONE_TEXT


def rewordings(
    here: str, there: str, figures_here: Sequence[Figure], figures_there: Sequence[Figure]
) -> Iterator[Difference]:
    """In one text with some words changed: those that stand in the place of others, names and
    limits that only one has, and what has changed its place with another. A figure is one word,
    the same however it is written.
    """
    ours, theirs = _whole(words(here), figures_here), _whole(words(there), figures_there)
    is_one_text = are_one_text(here, there)
    if not is_one_text and not _have_the_same_words(ours, theirs):
        return
    named = names(here), names(there)
    known = {*_terms(ours)}, {*_terms(theirs)}
    changes = list(_changes(ours, theirs)) if is_one_text else []
    for replaced, by in changes:
        added = _added(replaced, known[1], named[0]), _added(by, known[0], named[1])
        what = added[0] or added[1]
        if _tells(replaced) and _tells(by):
            what = What.WORDS
        elif added == (What.WORDS, What.WORDS):
            what = None  # almost for nearly
        if what:
            yield Difference(what, _passage(here, *replaced), _passage(there, *by))
    if is_one_text:
        yield from _in_runs(here, there)
    yield from (Difference(What.WORDS, owner, None) for owner in _owners(here, there, known[1]))
    yield from (Difference(What.WORDS, None, owner) for owner in _owners(there, here, known[0]))
    for what, one, other in _swapped(ours, theirs, named[0].keys() & named[1].keys(), figures_here):
        yield Difference(what, _passage(here, one), _passage(there, other))


def _changes(ours: list[Term], theirs: list[Term]) -> Iterator[tuple[list[Term], list[Term]]]:
    """What stands between the words that both have in the same order, here and there."""
    blocks = Indel.opcodes(_terms(ours), _terms(theirs)).as_matching_blocks()
    for before, after in pairwise([MatchingBlock(0, 0, 0), *blocks]):
        replaced = ours[before.a + before.size : after.a]
        by = theirs[before.b + before.size : after.b]
        if replaced or by:
            yield replaced, by


def _in_runs(here: str, there: str) -> Iterator[Difference]:
    """Where the script writes no spaces: words that are at another place in the other text, and
    what is said to be somebody's (的) and is nobody's there.
    """
    changes = list(_changes(_timeless(here), _timeless(there)))
    gone = _runs(_passage(here, *replaced) for replaced, _ in changes)
    come = _runs(_passage(there, *by) for _, by in changes)
    again = {pair: run for run in come for pair in _pairs(run)}
    for run in gone:
        if other := next((again[pair] for pair in _pairs(run) if pair in again), None):
            yield Difference(What.WORDS, run, other)
    yield from (Difference(What.WORDS, each, None) for each in gone if each[0] == "的")
    yield from (Difference(What.WORDS, None, each) for each in come if each[0] == "的")


def _timeless(text: str) -> list[Term]:
    """The words of a text without "this year" and the like, which stand where they please."""
    times = [found.span() for found in re.finditer(_WHEN, text)]
    return [w for w in words(text) if not any(start <= w.start < end for start, end in times)]


def _runs(passages: Iterable[str | None]) -> list[str]:
    return [each for each in passages if each and re.fullmatch(_RUN, each)]


def _pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)]


def _owners(text: str, other: str, known: Collection[str]) -> Iterator[str]:
    """Whose something is in a text, and who owns nothing in the other, though known there: the
    minister's son, and the minister.
    """
    owning = {term for found in _OWNED.finditer(other) for term in _owner(found)}
    alone = {*known}.difference(owning, function_words())
    yield from (each[0] for each in _OWNED_BY.finditer(text) if not alone.isdisjoint(_owner(each)))


def _owner(found: re.Match[str]) -> list[str]:
    return terms(found[found.lastindex or 1])


def _have_the_same_words(ours: list[Term], theirs: list[Term]) -> bool:
    both = (Counter(_terms(ours)) & Counter(_terms(theirs))).total()
    return 2 * both >= SAME_WORDS * (len(ours) + len(theirs))


def _likeness(ours: Sequence[Term], theirs: Sequence[Term]) -> float:
    return Indel.normalized_similarity(_terms(ours), _terms(theirs))


def _terms(words: Iterable[Term]) -> list[str]:
    return [each.term for each in words]


def _passage(text: str, *words: Term | None) -> str | None:
    """From the first of these words to the last; None of none."""
    known = [each for each in words if each]
    return text[known[0].start : known[-1].end] if known else None


def _added(words: list[Term], known: Collection[str], named: Collection[str]) -> What | None:
    """What it is that words which the other text has nowhere add to it."""
    alone = {w.term for w in words if w.term not in known and w.term.lower() not in known}
    if not alone.isdisjoint(named):
        return What.NAME
    return What.WORDS if alone & _limit() else None


def _swapped(
    ours: list[Term], theirs: list[Term], named: Collection[str], found: Sequence[Figure]
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
        one, other = _shared(ours, wanted, theirs), _shared(theirs, wanted, ours)
        if what is What.WORDS and _is_turned_round(_terms(one), _terms(other)):
            continue
        pairs = zip(one, other, strict=False)
        if pair := next((pair for pair in pairs if pair[0].term != pair[1].term), None):
            yield what, *pair


def _is_turned_round(one: list[str], other: list[str]) -> bool:
    """Whether a phrase was taken from the end to the beginning: "In 2019, …" for "… in 2019"."""
    return len(one) > 2 and any(
        one[place:] + one[:place] == other for place in range(len(one)) if one[place] == other[0]
    )


def _shared(words: list[Term], wanted: Collection[str], others: list[Term]) -> list[Term]:
    """The wanted words that the others have, too, as often as both do."""
    left = Counter(each.term for each in others)
    found = []
    for each in words:
        if each.term in wanted and left[each.term]:
            left[each.term] -= 1
            found.append(each)
    return found


def _whole(words: Iterable[Term], found: Iterable[Figure]) -> list[Term]:
    """The words with each figure as one, whose term is equal where its measure is."""
    whole = [Term(_term(each), each.start, each.end) for each in found]
    inside = {place for each in found for place in range(each.start, each.end)}
    apart = [each for each in words if each.start not in inside]
    return sorted(apart + whole, key=lambda each: each.start)


def _term(figure: Figure) -> str:
    return str(hash(figure.measure))


def _tells(words: list[Term]) -> bool:
    return any(word.term not in _say_little() for word in words)
