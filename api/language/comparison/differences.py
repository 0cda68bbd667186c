"""Find the differences between two texts that matter: figures, names, polarity, words. Pure.

Two claims that differ in one of these are not the same, however similar they are. The comparison is
strict on purpose: it reports what may be a difference, and a person can still join the two.
"""

import re
from collections import defaultdict, deque
from collections.abc import Hashable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import chain, islice, zip_longest

from api.language.comparison import word_changes
from api.language.comparison.polarity import mentions_change, polarity_differences
from api.language.comparison.word_changes import Difference, DifferenceKind, find_word_changes
from api.language.names import find_names, locate_words
from api.language.numbers.parser import find_figures
from api.language.numbers.quantities import Approximation, Figure, FigureKind

#: Of two texts that have more differences, only so many are returned.
MAX_DIFFERENCES = 20

_AT_LEAST = {Approximation.MORE_THAN, Approximation.AT_LEAST}
_AT_MOST = {Approximation.LESS_THAN, Approximation.AT_MOST, Approximation.NEARLY}
#: Before a figure that something has come to, not come by; "up to" is a bound.
_CHANGED_TO = re.compile(r"(?i)(?:(?<!up )\bto\s(?:\w+\s){0,2}|[到至达達]\s?)$")
_ABBREVIATION = re.compile(r"\b(?:[A-Z]\.){2,}")
_CONTRACTION = re.compile(r"\b(\w+)n['’]t\b")
_CONTRACTED_STEMS = {"ca": "can", "wo": "will", "sha": "shall"}
_URL = re.compile(r"(?i)\b(?:https?://|pic\.twitter\.com/|t\.co/)\S+")
_SIGNATURE = re.compile(r"\s[—–-]\s[^—–]{1,80}\(@\w+\)\s+\w+ \d{1,2}, \d{4}\s*$")


def find_differences(
    here: str, there: str, *, language: str | None = None, other: str | None = None
) -> list[Difference]:
    """Return up to `MAX_DIFFERENCES` differences between two texts; empty when they say the same.

    `language` and `other` are the ISO 639 codes of `here` and `there`, None where unknown. Web
    addresses and a post's signature ("— Name (@name) May 3, 2020") are not compared.
    """
    here, there = clean_statement(here), clean_statement(there)
    ours, theirs = _cached_figures(here, language), _cached_figures(there, other)
    by_kind = chain(
        _figure_differences(here, there, *_pair_figures(ours, theirs)),
        polarity_differences(here, there, language=language, other=other),
        _name_differences(here, there),
    )
    found = list(islice(by_kind, MAX_DIFFERENCES))
    changed = find_word_changes(here, there, ours, theirs)
    others = (each for each in changed if not any(_is_covered(each, known) for known in found))
    return [*found, *islice(others, MAX_DIFFERENCES - len(found))]


@lru_cache(maxsize=500)
def _cached_figures(text: str, language: str | None) -> tuple[Figure, ...]:
    return tuple(find_figures(text, language))


def _is_covered(words: Difference, difference: Difference) -> bool:
    """Whether a changed word is part of a difference that is already known."""
    sides = ((words.here, difference.here), (words.there, difference.there))
    return any(a and b and (a in b or b in a) for a, b in sides)


def are_nearly_identical(here: str, there: str) -> bool:
    """Whether two texts differ by a few words only, once cleaned by `clean_statement`."""
    return word_changes.are_nearly_identical(clean_statement(here), clean_statement(there))


def clean_statement(text: str) -> str:
    """Remove web addresses and a post's signature; write "U.S." as "US" and "isn't" as "is not"."""
    text = _SIGNATURE.sub("", strip_urls(text)).strip()
    text = _ABBREVIATION.sub(lambda found: found[0].replace(".", ""), text)
    return _CONTRACTION.sub(lambda found: f"{_CONTRACTED_STEMS.get(found[1], found[1])} not", text)


def strip_urls(text: str) -> str:
    """Replace each web address by a space."""
    return _URL.sub(" ", text)


def _figure_differences(
    here: str,
    there: str,
    pairs: list[tuple[Figure, Figure]],
    alone: list[Figure],
    left: list[Figure],
) -> Iterator[Difference]:
    for figure, same in pairs:
        if bound_direction(figure) != bound_direction(same):
            yield Difference(
                DifferenceKind.BOUND,
                _figure_with_approximator(figure),
                _figure_with_approximator(same),
            )
    # A date or number that only one text has is set against the other text's next one.
    for kind in (DifferenceKind.DATE, DifferenceKind.NUMBER):
        one, other = (
            [f for f in each if (f.kind is FigureKind.DATE) is (kind is DifferenceKind.DATE)]
            for each in (alone, left)
        )
        for figure, against in zip_longest(one, other):
            yield _figure_difference(kind, figure, against)
    if mentions_change(here) and mentions_change(there):
        yield from _target_differences(here, there, pairs)


def _figure_difference(
    kind: DifferenceKind, figure: Figure | None, against: Figure | None
) -> Difference:
    if figure and against and _range_ends(figure) == _range_ends(against) != (None, None):
        kind = DifferenceKind.UNIT
    return Difference(kind, figure.text if figure else None, against.text if against else None)


def _pair_figures(
    here: Sequence[Figure], there: Sequence[Figure]
) -> tuple[list[tuple[Figure, Figure]], list[Figure], list[Figure]]:
    """Return the pairs of equal measure, then the figures only `here` and only `there`."""
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


def _target_differences(
    here: str, there: str, pairs: list[tuple[Figure, Figure]]
) -> Iterator[Difference]:
    """Tell "moved to 5 percent" from "moved by 5 percent"."""
    for figure, same in pairs:
        to, to_there = _find_to(here, figure), _find_to(there, same)
        if bool(to) != bool(to_there):
            yield Difference(
                DifferenceKind.NUMBER, _figure_with_to(to, figure), _figure_with_to(to_there, same)
            )


def _find_to(text: str, figure: Figure) -> re.Match[str] | None:
    return _CHANGED_TO.search(text, max(0, figure.start - 40), figure.start)


def _figure_with_to(to: re.Match[str] | None, figure: Figure) -> str:
    return f"{to[0] if to else ''}{figure.text}"


def _range_ends(figure: Figure) -> tuple[Decimal | None, Decimal | None]:
    return figure.value, figure.high


def bound_direction(figure: Figure) -> int:
    """Return 1 for a lower bound ("at least 5"), -1 for an upper bound, 0 for the figure itself."""
    return (figure.approx in _AT_LEAST) - (figure.approx in _AT_MOST)


def _figure_with_approximator(figure: Figure) -> str:
    return (
        f"{figure.approx.value.replace('_', ' ')} {figure.text}" if figure.approx else figure.text
    )


def _name_differences(here: str, there: str) -> Iterator[Difference]:
    """Yield the names of both texts where each has one that the other lacks."""
    ours, theirs = find_names(here), find_names(there)
    known_here = {each.term for each in locate_words(here)}
    known_there = {each.term for each in locate_words(there)}
    only_here = [name for term, name in ours.items() if term not in known_there]
    only_there = [name for term, name in theirs.items() if term not in known_here]
    if only_here and only_there:
        yield Difference(DifferenceKind.NAME, ", ".join(only_here), ", ".join(only_there))
