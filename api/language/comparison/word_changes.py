"""Find the word changes between two nearly identical texts: words that replace others, words that
only one text has, and words that have changed places. Pure.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from rapidfuzz.distance import Indel, MatchingBlock

from api.language.names import find_names, locate_words
from api.language.numbers.quantities import Figure, FigureKind
from api.language.stop_words import FUNCTION_WORDS
from api.language.tokens import UNSPACED, Term, is_unspaced, tokenize


class DifferenceKind(StrEnum):
    """What two texts differ in. The values are public."""

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
    """Words of the first text (`here`) and of the second (`there`), None where it has none."""

    kind: DifferenceKind
    here: str | None
    there: str | None


#: From this similarity on (0 to 1), two texts are one text with some words changed.
MIN_SIMILARITY = 0.6
#: From this share on two texts have the same words, if in another order.
MIN_SHARED_WORDS = 0.8

_OWNED_BY = re.compile(r"\b(\w+)['’]s\b|\b(\w+s)['’](?!\w)")
_OWNED = re.compile(rf"{_OWNED_BY.pattern}|\bof\s(?:(?:the|an?|his|her|their|its)\s)?(\w+)")
#: Two characters and more of scripts without spaces.
_RUN = re.compile(f"[{UNSPACED}]{{2,}}")
_WHEN = re.compile("[今去明前当當]年|[今昨明前当當][日天]|[本上下][月周]|近日|目前|如今|[现現]在")


#: Terms of words whose replacement changes nothing. Quantities are not among them; approximators
#: are, since the figures carry them.
_INSIGNIFICANT_WORDS = FUNCTION_WORDS.difference(tokenize("all any most only some")).union(
    tokenize("almost approximately around nearly roughly")
)
#: Terms of words that change the meaning by being present.
_LIMITING_WORDS = frozenset(tokenize("almost nearly some all most exactly precisely"))


def are_nearly_identical(here: str, there: str) -> bool:
    """Whether two texts differ by a few words only."""
    return _similarity(locate_words(here), locate_words(there)) >= MIN_SIMILARITY


def find_word_changes(
    here: str, there: str, figures_here: Sequence[Figure], figures_there: Sequence[Figure]
) -> Iterator[Difference]:
    """Yield the differences in words of two texts that are nearly identical or share their words.

    These are replaced words, names and limiting words that only one text has, and words that have
    changed places. `figures_here` and `figures_there` are the figures of the texts: each counts as
    one word, equal however it is written.
    """
    ours = _merge_figures(locate_words(here), figures_here)
    theirs = _merge_figures(locate_words(there), figures_there)
    is_one_text = are_nearly_identical(here, there)
    if not is_one_text and not _have_the_same_words(ours, theirs):
        return
    named = find_names(here), find_names(there)
    known = {*_terms(ours)}, {*_terms(theirs)}
    if is_one_text:
        for replaced, by in _align(ours, theirs):
            added = (
                _kind_of_added(replaced, known[1], named[0]),
                _kind_of_added(by, known[0], named[1]),
            )
            if kind := _kind_of_replacement(replaced, by, added):
                yield Difference(kind, _passage(here, *replaced), _passage(there, *by))
        yield from _moved_runs(here, there)
    for owner in _find_owners(here, there, known[1]):
        yield Difference(DifferenceKind.WORDS, owner, None)
    for owner in _find_owners(there, here, known[0]):
        yield Difference(DifferenceKind.WORDS, None, owner)
    shared_names = named[0].keys() & named[1].keys()
    for kind, one, other in _find_swapped(ours, theirs, shared_names, figures_here):
        yield Difference(kind, _passage(here, one), _passage(there, other))


def _kind_of_replacement(
    replaced: list[Term], by: list[Term], added: tuple[DifferenceKind | None, DifferenceKind | None]
) -> DifferenceKind | None:
    """Return the kind of difference that a replacement makes, or None: "almost" for "nearly"."""
    if _are_significant(replaced) and _are_significant(by):
        return DifferenceKind.WORDS
    if added == (DifferenceKind.WORDS, DifferenceKind.WORDS):
        return None
    return added[0] or added[1]


def _align(ours: list[Term], theirs: list[Term]) -> Iterator[tuple[list[Term], list[Term]]]:
    """Yield the words between those that both texts have in the same order, of each text."""
    blocks = Indel.opcodes(_terms(ours), _terms(theirs)).as_matching_blocks()
    for before, after in pairwise([MatchingBlock(0, 0, 0), *blocks]):
        replaced = ours[before.a + before.size : after.a]
        by = theirs[before.b + before.size : after.b]
        if replaced or by:
            yield replaced, by


def _moved_runs(here: str, there: str) -> Iterator[Difference]:
    """Yield differences in scripts without spaces: words that stand elsewhere in the other text,
    and possessives (的) that the other text lacks.
    """
    changes = list(_align(_without_times(here), _without_times(there)))
    gone = _unspaced_runs(_passage(here, *replaced) for replaced, _ in changes)
    come = _unspaced_runs(_passage(there, *by) for _, by in changes)
    again = {pair: run for run in come for pair in _character_pairs(run)}
    for run in gone:
        if other := next((again[pair] for pair in _character_pairs(run) if pair in again), None):
            yield Difference(DifferenceKind.WORDS, run, other)
    yield from (Difference(DifferenceKind.WORDS, each, None) for each in gone if each[0] == "的")
    yield from (Difference(DifferenceKind.WORDS, None, each) for each in come if each[0] == "的")


def _without_times(text: str) -> list[Term]:
    """Return the words of a text without "this year" and the like, whose position is free."""
    times = [found.span() for found in _WHEN.finditer(text)]
    return [
        w for w in locate_words(text) if not any(start <= w.start < end for start, end in times)
    ]


def _unspaced_runs(passages: Iterable[str | None]) -> list[str]:
    return [each for each in passages if each and _RUN.fullmatch(each)]


def _character_pairs(run: str) -> list[str]:
    return [run[place : place + 2] for place in range(len(run) - 1)]


def _find_owners(text: str, other: str, known: Collection[str]) -> Iterator[str]:
    """Yield possessives of a text whose owner the other text names, but not as an owner: "the
    minister's son" against "the minister".
    """
    owning = {term for found in _OWNED.finditer(other) for term in _owner_terms(found)}
    alone = {*known}.difference(owning, FUNCTION_WORDS)
    yield from (
        each[0] for each in _OWNED_BY.finditer(text) if not alone.isdisjoint(_owner_terms(each))
    )


def _owner_terms(found: re.Match[str]) -> list[str]:
    return tokenize(found[found.lastindex or 1])


def _have_the_same_words(ours: list[Term], theirs: list[Term]) -> bool:
    both = (Counter(_terms(ours)) & Counter(_terms(theirs))).total()
    return 2 * both >= MIN_SHARED_WORDS * (len(ours) + len(theirs))


def _similarity(ours: Sequence[Term], theirs: Sequence[Term]) -> float:
    return Indel.normalized_similarity(_terms(ours), _terms(theirs))


def _terms(words: Iterable[Term]) -> list[str]:
    return [each.term for each in words]


def _passage(text: str, *words: Term | None) -> str | None:
    """Return the text from the first of these words to the last; None when there are none."""
    known = [each for each in words if each]
    return text[known[0].start : known[-1].end] if known else None


def _kind_of_added(
    words: list[Term], known: Collection[str], named: Collection[str]
) -> DifferenceKind | None:
    """Return the kind of difference that words add which the other text nowhere has, or None."""
    alone = {w.term for w in words if w.term not in known and w.term.lower() not in known}
    if not alone.isdisjoint(named):
        return DifferenceKind.NAME
    return DifferenceKind.WORDS if alone & _LIMITING_WORDS else None


def _find_swapped(
    ours: list[Term], theirs: list[Term], named: Collection[str], found: Sequence[Figure]
) -> Iterator[tuple[DifferenceKind, Term, Term]]:
    """Yield the first pair of names, of figures of one kind, and of other words that both texts
    have in different orders: who did it to whom, from what to what. Single characters of scripts
    without spaces are left out, since their order varies freely.
    """
    kinds = [(DifferenceKind.NAME, frozenset(named))]
    for figure_kind in dict.fromkeys(figure.kind for figure in found):
        of_kind = frozenset(_figure_term(each) for each in found if each.kind is figure_kind)
        kinds.append(
            (
                DifferenceKind.DATE if figure_kind is FigureKind.DATE else DifferenceKind.NUMBER,
                of_kind,
            )
        )
    already = frozenset().union(*(terms_of_kind for _, terms_of_kind in kinds))
    rest = (
        each.term for each in ours if _are_significant([each]) and not is_unspaced(each.term[:1])
    )
    kinds.append((DifferenceKind.WORDS, frozenset(rest) - already))
    for kind, wanted in kinds:
        one, other = _shared_words(ours, wanted, theirs), _shared_words(theirs, wanted, ours)
        if kind is DifferenceKind.WORDS and _is_rotation(_terms(one), _terms(other)):
            continue
        pairs = zip(one, other, strict=False)
        if pair := next((pair for pair in pairs if pair[0].term != pair[1].term), None):
            yield kind, *pair


def _is_rotation(one: list[str], other: list[str]) -> bool:
    """Whether a phrase moved from the end to the beginning: "In 2019, …" for "… in 2019"."""
    return len(one) > 2 and any(
        one[place:] + one[:place] == other for place in range(len(one)) if one[place] == other[0]
    )


def _shared_words(words: list[Term], wanted: Collection[str], others: list[Term]) -> list[Term]:
    """Return the wanted words that the others have too, as often as both have them."""
    left = Counter(each.term for each in others)
    found = []
    for each in words:
        if each.term in wanted and left[each.term]:
            left[each.term] -= 1
            found.append(each)
    return found


def _merge_figures(words: Iterable[Term], found: Iterable[Figure]) -> list[Term]:
    """Return the words with each figure as one word; figures of equal measure get equal terms."""
    whole = [Term(_figure_term(each), each.start, each.end) for each in found]
    inside = {place for each in found for place in range(each.start, each.end)}
    apart = [each for each in words if each.start not in inside]
    return sorted(apart + whole, key=lambda each: each.start)


def _figure_term(figure: Figure) -> str:
    return str(hash(figure.measure))


def _are_significant(words: list[Term]) -> bool:
    return any(word.term not in _INSIGNIFICANT_WORDS for word in words)
