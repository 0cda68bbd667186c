"""Lines of evidence: groups of items that have one origin, however many sites repeat it. Pure.

Items are one line when they have the same publisher (registrable domain), the same owner, the same
wire service, nearly the same text, or rest on the same named origin; and so on from item to item.
A reviewer's rulings come before all that.

Whether an item is *outside* is asked item by item, not line by line: a page that only retells the
broadcast must not take with it another page of its publisher that did its own count (one with the
same text as a page of the claimant's it does). A line is outside when one of its items is.

An item joins by the origin it rests on, the first one named, and by no other: a page that compares
two counters would otherwise make one line of both.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from itertools import combinations, pairwise, permutations
from typing import NamedTuple
from uuid import UUID

from api.evidence.enums import Decision
from api.evidence.independence.minhash import NEARLY_SAME, likeness
from api.evidence.independence.name_resolution import spelling


class Item(NamedTuple):
    """An item of evidence, as far as its origin goes.

    `domain` is the registrable domain of the page read (in an archive, of the page copied), `owner`
    its owner family, `submitted_domain` that of the address that led there. `wires` are the
    agencies the text is signed with. `origins` are the names behind the quoted passage, the first
    being what it rests on. `signature` sketches the text, () when unread.
    """

    id: UUID
    domain: str
    owner: str | None = None
    wires: frozenset[str] = frozenset()
    origins: tuple[str, ...] = ()
    signature: tuple[int, ...] = ()
    submitted_domain: str = ""


class Context(NamedTuple):
    """Where the claim comes from: what no item may be, to be outside.

    The article's own publisher, owner, wires and signature; the names that the event it retells
    goes by, and the claimant's (the most usual first, the claimant's organisation among them); the
    claimant's domains.
    """

    domain: str | None = None
    owner: str | None = None
    wires: frozenset[str] = frozenset()
    signature: tuple[int, ...] = ()
    event: tuple[str, ...] = ()
    claimant: tuple[str, ...] = ()
    claimant_domains: frozenset[str] = frozenset()


class Ruling(NamedTuple):
    """A reviewer's word on two items: `item` joins the line of `other`, or leaves it."""

    decision: Decision
    item: UUID
    other: UUID
    reason: str


class Member(NamedTuple):
    """An item in its line; `inside_because` says in words why it is no outside source, if so."""

    id: UUID
    inside_because: str | None = None


class Line(NamedTuple):
    """One line: its number from 1, its members by id, and in words why they are one."""

    number: int
    members: tuple[Member, ...]
    reasons: tuple[str, ...]

    @property
    def outside(self) -> bool:
        """Whether anything in it comes from outside the claim's own origin."""
        return any(member.inside_because is None for member in self.members)


def draw_lines(
    items: Iterable[Item], context: Context, rulings: Sequence[Ruling] = ()
) -> tuple[Line, ...]:
    """Part the items into lines, numbered by their lowest id, whatever order the items come in.

    `rulings` come latest first. A later ruling prevails over an earlier one that contradicts it,
    and each over what items have in common. An item that was split from another's line goes with
    none of that line's other items either; what joins it to further lines still does. What was
    joined by way of an item that is not there any more stays together. Rulings apart, a further
    item joins lines and parts none.
    """
    ordered = sorted(items, key=lambda item: item.id)
    there = {item.id for item in ordered}
    groups = _Groups(there.union(*((ruling.item, ruling.other) for ruling in rulings)))
    held = [ruling for ruling in rulings if groups.accept(ruling)]
    leaving = {ruling.item for ruling in held if ruling.decision is Decision.SPLIT}
    alike = list(_ties_by_text(ordered))
    ties = [*_ties(ordered, context), *alike]
    # Where nobody leaves, nothing can come between neighbours: each with the next is enough.
    pairs = [
        pair
        for tie in ties
        for pair in (combinations(tie.ids, 2) if leaving else pairwise(tie.ids))
    ]
    # Those who stay meet first, so that whom a leaver may still join does not hang on the order.
    for one, other in sorted(pairs, key=lambda pair: len(leaving.intersection(pair))):
        groups.unite(one, other)
    pages = {item.id: _page_inside_because(item, context) for item in ordered}
    pages |= dict(_copies(alike, pages, groups))
    inside = {i.id: pages[i.id] or _passage_inside_because(i, context) for i in ordered}
    return tuple(
        Line(number, tuple(Member(i, inside[i]) for i in ids), tuple(_reasons(ids, ties, held)))
        for number, ids in enumerate(groups.drawn(there), start=1)
    )


class _Groups:
    """Items that are together, and pairs that must stay apart (union-find with a veto)."""

    def __init__(self, ids: Iterable[UUID]) -> None:
        self._group = {each: {each} for each in ids}
        self._apart: list[set[UUID]] = []

    def accept(self, ruling: Ruling) -> bool:
        """Apply a ruling unless it is against an earlier accepted one."""
        if ruling.decision is Decision.JOIN:
            return self.unite(ruling.item, ruling.other)
        if self.together(ruling.item, ruling.other):
            return False
        self._apart.append({ruling.item, ruling.other})
        return True

    def together(self, one: UUID, other: UUID) -> bool:
        """Whether two items are in one group."""
        return self._group[one] is self._group[other]

    def unite(self, one: UUID, other: UUID) -> bool:
        """Put two items together, unless that would bring together what must stay apart."""
        first, second = self._group[one], self._group[other]
        if first is second:
            return True
        if any(len(pair & first) == len(pair & second) == 1 for pair in self._apart):
            return False
        small, large = sorted((first, second), key=len)
        large |= small
        for each in small:
            self._group[each] = large
        return True

    def drawn(self, there: AbstractSet[UUID]) -> list[tuple[UUID, ...]]:
        """The groups of what is there, each sorted, by their lowest id."""
        return sorted({tuple(sorted(self._group[each] & there)) for each in there})


class _Tie(NamedTuple):
    """Items that have something in common, and what: a verb phrase, "cite Canalys"."""

    ids: tuple[UUID, ...]
    words: str


def _ties(items: Sequence[Item], context: Context) -> Iterator[_Tie]:
    domains, owners = defaultdict[str, list[Item]](list), defaultdict[str, list[Item]](list)
    for item in items:
        domains[item.domain].append(item)
        if item.owner:
            owners[item.owner].append(item)
    for domain, found in domains.items():
        yield _Tie(tuple(item.id for item in found), f"have the same publisher ({domain})")
    for owner, found in owners.items():
        if len({item.domain for item in found}) > 1:
            yield _Tie(tuple(item.id for item in found), f"have the same owner ({owner})")
    yield from _ties_by_origin(items, context)


def _ties_by_origin(items: Sequence[Item], context: Context) -> Iterator[_Tie]:
    """Tie items that cite, retell, carry or are published by whoever goes by one name."""
    ties = defaultdict[str, dict[str, list[Item]]](lambda: defaultdict(list))
    shown: dict[str, str] = {}
    for item in items:
        for verb, name in [*_rests_on(item, context), *(("carry", w) for w in sorted(item.wires))]:
            ties[spelling(name)][verb].append(item)
            shown.setdefault(spelling(name), name)
    for item in items:
        for name in {spelling(each) for each in _publishers(item)} & shown.keys():
            ties[name]["publish"].append(item)
    for name, verbs in ties.items():
        words = {
            "cite": f"cite {shown[name]}",
            "retell": f"retell {shown[name]}",
            "carry": f"carry a report by {shown[name]}",
        }
        verb = next(iter(verbs)) if len(verbs) == 1 else ""
        ids = sorted({item.id for found in verbs.values() for item in found})
        yield _Tie(tuple(ids), words.get(verb, f"come from {shown[name]}"))


def _ties_by_text(items: Sequence[Item]) -> Iterator[_Tie]:
    read = [item for item in items if item.signature]
    sketches = {item.id: frozenset(item.signature[1:]) for item in read}  # passes strangers by
    groups = _Groups(sketches)
    scores: dict[UUID, float] = {}
    for one, other in combinations(read, 2):
        strangers = sketches[one.id].isdisjoint(sketches[other.id])
        if strangers or groups.together(one.id, other.id):
            continue
        score = likeness(one.signature, other.signature)
        if score >= NEARLY_SAME:
            groups.unite(one.id, other.id)
            scores[other.id] = min(score, scores.get(other.id, 1))
    for ids in groups.drawn(sketches.keys()):
        least = min((scores[i] for i in ids if i in scores), default=1)
        yield _Tie(ids, f"have nearly the same text ({least:.2f} alike)")


def _rests_on(item: Item, context: Context) -> list[tuple[str, str]]:
    """What the item rests on, by its usual name: the event or the claimant if it names them."""
    for verb, names in (("retell", context.event), ("cite", context.claimant)):
        if _share(item.origins, names):
            return [(verb, names[0])]
    return [("cite", origin) for origin in item.origins[:1]]


def _publishers(item: Item) -> tuple[str, ...]:
    """Names that the item's publisher goes by: canalys.com is Canalys's."""
    return (item.domain.partition(".")[0], *([item.owner] if item.owner else []))


def _page_inside_because(item: Item, context: Context) -> str | None:
    domains = {item.domain, item.submitted_domain}
    names = (*_publishers(item), item.submitted_domain.partition(".")[0])
    if context.domain in domains:
        return "the article's own publisher"
    if item.owner and item.owner == context.owner:
        return f"of the same owner as the article ({item.owner})"
    if domains & context.claimant_domains or _share(names, context.claimant):
        return "the claimant's own site"
    if (score := likeness(item.signature, context.signature)) >= NEARLY_SAME:
        return f"nearly the same text as the article ({score:.2f} alike)"
    if wires := item.wires & context.wires:
        return f"carries a report by {min(wires)}, as the article does"
    return None


def _copies(
    ties: list[_Tie], pages: dict[UUID, str | None], groups: _Groups
) -> Iterator[tuple[UUID, str]]:
    for one, other in (pair for tie in ties for pair in permutations(tie.ids, 2)):
        if pages[other] and not pages[one] and groups.together(one, other):
            yield one, f"nearly the same text as a page from inside ({pages[other]})"


def _passage_inside_because(item: Item, context: Context) -> str | None:
    if _share(item.origins, context.event):
        return f"retells {context.event[0]}, which the article reports"
    if _share(item.origins, context.claimant):
        return f"rests on the word of {context.claimant[0]}, the claimant"
    return None


def _share(names: Iterable[str], others: Iterable[str]) -> bool:
    """Whether some name is among the others, however they are spelt."""
    return not {spelling(n) for n in names}.isdisjoint(spelling(other) for other in others)


def _reasons(ids: tuple[UUID, ...], ties: Iterable[_Tie], held: Iterable[Ruling]) -> Iterator[str]:
    """Why these items are one line: what the reviewers said, then what they have in common."""
    for ruling in held:
        if ruling.decision is Decision.JOIN and ruling.item in ids:
            yield f"joined by a reviewer: {ruling.reason}"
        elif ruling.decision is Decision.SPLIT and ruling.item in ids:
            yield f"parted from another line by a reviewer: {ruling.reason}"
    for tie in ties:
        count = len(set(tie.ids) & set(ids))
        if count > 1:
            they = "both" if count == len(ids) == 2 else f"all {count}"
            yield f"{they if count == len(ids) else f'{count} of {len(ids)}'} {tie.words}"
