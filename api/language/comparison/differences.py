"""The differences between two texts that matter: figures, names, words that turn a text. Pure.

Two claims that differ in one of these are not the same, however alike they are. The reader is
strict on purpose: what may be a difference is called one, and a person can still join the two.
"""

import re
from collections import defaultdict, deque
from collections.abc import Hashable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import chain, islice, zip_longest

from api.language.comparison import word_changes
from api.language.comparison.polarity import moves, turned
from api.language.comparison.word_changes import Difference, What, rewordings
from api.language.names import names, words
from api.language.numbers.parser import figures
from api.language.numbers.quantities import Approximation, Figure, Kind

#: Differences that are told, of two texts that have more.
TOLD = 20

_AT_LEAST = {Approximation.MORE_THAN, Approximation.AT_LEAST}
_AT_MOST = {Approximation.LESS_THAN, Approximation.AT_MOST, Approximation.NEARLY}
#: Before a figure that something has come to, not come by; "up to" is a bound.
_TO = re.compile(r"(?i)(?:(?<!up )\bto\s(?:\w+\s){0,2}|[到至达達]\s?)$")
_ABBREVIATION = re.compile(r"\b(?:[A-Z]\.){2,}")
_CONTRACTION = re.compile(r"\b(\w+)n['’]t\b")
_IN_FULL = {"ca": "can", "wo": "will", "sha": "shall"}
_ADDRESS = re.compile(r"(?i)\b(?:https?://|pic\.twitter\.com/|t\.co/)\S+")
_SIGNATURE = re.compile(r"\s[—–-]\s[^—–]{1,80}\(@\w+\)\s+\w+ \d{1,2}, \d{4}\s*$")


def differences(
    here: str, there: str, *, language: str | None = None, other: str | None = None
) -> list[Difference]:
    """What differs between two texts, in languages `language` and `other`, and matters.

    A post's signature ("— Name (@name) May 3, 2020") and web addresses are no part of what is said.
    """
    here, there = said(here), said(there)
    ours, theirs = _figures(here, language), _figures(there, other)
    by_kind = chain(
        _in_figures(here, there, *_paired(ours, theirs)),
        turned(here, there, language=language, other=other),
        _in_names(here, there),
    )
    found = list(islice(by_kind, TOLD))
    changed = rewordings(here, there, ours, theirs)
    others = (each for each in changed if not any(_tell(each, known) for known in found))
    return [*found, *islice(others, TOLD - len(found))]


@lru_cache(maxsize=500)
def _figures(text: str, language: str | None) -> tuple[Figure, ...]:
    return tuple(figures(text, language))


def _tell(words: Difference, difference: Difference) -> bool:
    """Whether the difference has been told by its kind already."""
    sides = ((words.here, difference.here), (words.there, difference.there))
    return any(a and b and (a in b or b in a) for a, b in sides)


def are_one_text(here: str, there: str) -> bool:
    """Whether they differ by some words only."""
    return word_changes.are_one_text(said(here), said(there))


def said(text: str) -> str:
    """A text without web addresses and a post's signature; U.S. is written US, isn't is not."""
    text = _SIGNATURE.sub("", without_addresses(text)).strip()
    text = _ABBREVIATION.sub(lambda found: found[0].replace(".", ""), text)
    return _CONTRACTION.sub(lambda found: f"{_IN_FULL.get(found[1], found[1])} not", text)


def without_addresses(text: str) -> str:
    return _ADDRESS.sub(" ", text)


def _in_figures(
    here: str,
    there: str,
    pairs: list[tuple[Figure, Figure]],
    alone: list[Figure],
    left: list[Figure],
) -> Iterator[Difference]:
    for figure, same in pairs:
        if bound(figure) != bound(same):
            yield Difference(What.BOUND, _in_full(figure), _in_full(same))
    # What one of them says of a day or of a number the other says otherwise.
    for what in (What.DATE, What.NUMBER):
        one, other = (
            [f for f in each if (f.kind is Kind.DATE) is (what is What.DATE)]
            for each in (alone, left)
        )
        for figure, against in zip_longest(one, other):
            yield _difference(what, figure, against)
    if moves(here) and moves(there):
        yield from _moved_to(here, there, pairs)


def _difference(what: What, figure: Figure | None, against: Figure | None) -> Difference:
    if figure and against and _ends(figure) == _ends(against) != (None, None):
        what = What.UNIT
    return Difference(what, figure.text if figure else None, against.text if against else None)


def _paired(
    here: Sequence[Figure], there: Sequence[Figure]
) -> tuple[list[tuple[Figure, Figure]], list[Figure], list[Figure]]:
    """The figures that say the same, and those of each side that have no other."""
    left: defaultdict[Hashable, deque[Figure]] = defaultdict(deque)
    for figure in there:
        left[figure.measure].append(figure)
    pairs, alone = [], []
    for figure in here:
        if same := left[figure.measure]:
            pairs.append((figure, same.popleft()))
        else:
            alone.append(figure)
    return pairs, alone, sorted(chain(*left.values()), key=lambda each: each.start)


def _moved_to(here: str, there: str, pairs: list[tuple[Figure, Figure]]) -> Iterator[Difference]:
    """What has moved to 5 percent has not moved by 5 percent."""
    for figure, same in pairs:
        to, to_there = _to(here, figure), _to(there, same)
        if bool(to) != bool(to_there):
            yield Difference(What.NUMBER, _after(to, figure), _after(to_there, same))


def _to(text: str, figure: Figure) -> re.Match[str] | None:
    return _TO.search(text, max(0, figure.start - 40), figure.start)


def _after(to: re.Match[str] | None, figure: Figure) -> str:
    return f"{to[0] if to else ''}{figure.text}"


def _ends(figure: Figure) -> tuple[Decimal | None, Decimal | None]:
    return figure.value, figure.high


def bound(figure: Figure) -> int:
    """1 where a figure is the least, -1 where it is the most, 0 where it is the figure itself."""
    return (figure.approx in _AT_LEAST) - (figure.approx in _AT_MOST)


def _in_full(figure: Figure) -> str:
    return (
        f"{figure.approx.value.replace('_', ' ')} {figure.text}" if figure.approx else figure.text
    )


def _in_names(here: str, there: str) -> Iterator[Difference]:
    """Each names somebody or something that the other does not."""
    ours, theirs = names(here), names(there)
    known_here = {each.term for each in words(here)}
    known_there = {each.term for each in words(there)}
    only_here = [name for term, name in ours.items() if term not in known_there]
    only_there = [name for term, name in theirs.items() if term not in known_here]
    if only_here and only_there:
        yield Difference(What.NAME, ", ".join(only_here), ", ".join(only_there))
