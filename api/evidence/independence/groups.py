"""Groups of evidence items that have one origin, however many sites repeat it. Pure.

Two items are in one group when they have the same publisher (registrable domain), the same owner,
the same news agency or nearly the same text, or when both rest on the same named origin; and so on
from item to item. A reviewer's rulings prevail over all that.

Whether an item is *independent* of the claim is decided item by item, not group by group: a page
that only retells the broadcast must not make dependent another page of its publisher that did its
own count (but a page with the same text as a page of the claimant's is dependent too). A group is
independent when one of its items is.

An item joins a group by the origin that it rests on, the first one named, and by no other: a page
that compares two counts would otherwise put both into one group.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise, permutations
from typing import NamedTuple
from uuid import UUID

from api.evidence.enums import RulingDecision
from api.evidence.independence.disjoint_sets import DisjointSets
from api.evidence.independence.minhash import NEAR_DUPLICATE_SIMILARITY, estimate_similarity
from api.evidence.independence.name_resolution import normalise_name


class ItemOrigin(NamedTuple):
    """Where an item of evidence comes from.

    `domain` is the registrable domain of the page that was read (in an archive, of the page that
    was copied), `owner` who owns it, `submitted_domain` the domain of the submitted address.
    `wires` are the news agencies that the text is signed with. `origins` are the names behind the
    quoted passage; the passage rests on the first. `signature` is the text's MinHash signature,
    () where the text was not read.
    """

    id: UUID
    domain: str
    owner: str | None = None
    wires: frozenset[str] = frozenset()
    origins: tuple[str, ...] = ()
    signature: tuple[int, ...] = ()
    submitted_domain: str = ""


class ClaimOrigin(NamedTuple):
    """Where the claim comes from. An item that shares one of these is not independent.

    `domain`, `owner`, `wires` and `signature` are of the article. `event` holds the names of the
    event that the article retells, `claimant` those of the claimant and of the claimant's
    organisation, the most usual name first. `claimant_domains` are the claimant's own sites.
    """

    domain: str | None = None
    owner: str | None = None
    wires: frozenset[str] = frozenset()
    signature: tuple[int, ...] = ()
    event: tuple[str, ...] = ()
    claimant: tuple[str, ...] = ()
    claimant_domains: frozenset[str] = frozenset()


class Ruling(NamedTuple):
    """A reviewer's decision on two items: `item` joins the group of `other`, or leaves it."""

    decision: RulingDecision
    item: UUID
    other: UUID
    reason: str


class GroupMember(NamedTuple):
    """An item in its group. `not_independent_reason` is a phrase, None for an independent item."""

    id: UUID
    not_independent_reason: str | None = None


class SourceGroup(NamedTuple):
    """A group: its number from 1, its members by id, and phrases that say why they are one."""

    number: int
    members: tuple[GroupMember, ...]
    reasons: tuple[str, ...]

    @property
    def independent(self) -> bool:
        """Whether at least one member is independent of the claim's origin."""
        return any(member.not_independent_reason is None for member in self.members)


def group_by_origin(
    items: Iterable[ItemOrigin], context: ClaimOrigin, rulings: Sequence[Ruling] = ()
) -> tuple[SourceGroup, ...]:
    """Put the items into groups, numbered from 1 by their lowest id, in whatever order they come.

    `rulings` come latest first. A later ruling prevails over an earlier one that contradicts it,
    and each prevails over what items have in common. An item that was split from another's group
    is in no group with that group's other items either; it still joins further groups. Items that
    were joined through an item that is no longer among them stay together. Without rulings, a
    further item joins groups and splits none.
    """
    ordered = sorted(items, key=lambda item: item.id)
    present = {item.id for item in ordered}
    groups = DisjointSets(present.union(*((ruling.item, ruling.other) for ruling in rulings)))
    accepted = [ruling for ruling in rulings if _accept(ruling, groups)]
    leaving = {ruling.item for ruling in accepted if ruling.decision is RulingDecision.SPLIT}
    same_text = list(_shared_texts(ordered))
    shared = [*_shared_origins(ordered, context), *same_text]
    # Where no item leaves, neighbours stay together: to unite each with the next is enough.
    pairs = [
        pair
        for origin in shared
        for pair in (combinations(origin.ids, 2) if leaving else pairwise(origin.ids))
    ]
    # Items that stay are united first, so that what a leaving item may join does not depend on the
    # order of pairs.
    for one, other in sorted(pairs, key=lambda pair: len(leaving.intersection(pair))):
        groups.unite(one, other)
    pages = {item.id: _page_not_independent_reason(item, context) for item in ordered}
    pages |= dict(_copies_of_dependent_pages(same_text, pages, groups))
    why = {i.id: pages[i.id] or _passage_not_independent_reason(i, context) for i in ordered}
    return tuple(
        SourceGroup(
            number,
            tuple(GroupMember(i, why[i]) for i in ids),
            tuple(_reasons(ids, shared, accepted)),
        )
        for number, ids in enumerate(groups.sorted_groups(present), start=1)
    )


def _accept(ruling: Ruling, groups: DisjointSets) -> bool:
    """Apply a ruling, and return True, unless it contradicts one that was accepted before."""
    apply = groups.unite if ruling.decision is RulingDecision.JOIN else groups.keep_apart
    return apply(ruling.item, ruling.other)


class _SharedOrigin(NamedTuple):
    """Items with one origin, and a verb phrase that says which: "cite Canalys"."""

    ids: tuple[UUID, ...]
    words: str


def _shared_origins(items: Sequence[ItemOrigin], context: ClaimOrigin) -> Iterator[_SharedOrigin]:
    domains, owners = (
        defaultdict[str, list[ItemOrigin]](list),
        defaultdict[str, list[ItemOrigin]](list),
    )
    for item in items:
        domains[item.domain].append(item)
        if item.owner:
            owners[item.owner].append(item)
    for domain, found in domains.items():
        yield _SharedOrigin(tuple(item.id for item in found), f"have the same publisher ({domain})")
    for owner, found in owners.items():
        if len({item.domain for item in found}) > 1:
            yield _SharedOrigin(tuple(item.id for item in found), f"have the same owner ({owner})")
    yield from _shared_named_origins(items, context)


def _shared_named_origins(
    items: Sequence[ItemOrigin], context: ClaimOrigin
) -> Iterator[_SharedOrigin]:
    """The items that cite, retell, carry or are published by one name, name by name."""
    verbs_of = defaultdict[str, dict[str, list[ItemOrigin]]](lambda: defaultdict(list))
    usual: dict[str, str] = {}
    for item in items:
        for verb, name in [
            *_cited_origin(item, context),
            *(("carry", w) for w in sorted(item.wires)),
        ]:
            verbs_of[normalise_name(name)][verb].append(item)
            usual.setdefault(normalise_name(name), name)
    for item in items:
        for name in {normalise_name(each) for each in _publisher_names(item)} & usual.keys():
            verbs_of[name]["publish"].append(item)
    for name, verbs in verbs_of.items():
        words = {
            "cite": f"cite {usual[name]}",
            "retell": f"retell {usual[name]}",
            "carry": f"carry a report by {usual[name]}",
        }
        verb = next(iter(verbs)) if len(verbs) == 1 else ""
        ids = sorted({item.id for found in verbs.values() for item in found})
        yield _SharedOrigin(tuple(ids), words.get(verb, f"come from {usual[name]}"))


def _shared_texts(items: Sequence[ItemOrigin]) -> Iterator[_SharedOrigin]:
    read = [item for item in items if item.signature]
    hashes = {item.id: frozenset(item.signature[1:]) for item in read}
    groups = DisjointSets(hashes)
    scores: dict[UUID, float] = {}
    for one, other in combinations(read, 2):
        nothing_shared = hashes[one.id].isdisjoint(hashes[other.id])  # most pairs, and cheap
        if nothing_shared or groups.are_together(one.id, other.id):
            continue
        score = estimate_similarity(one.signature, other.signature)
        if score >= NEAR_DUPLICATE_SIMILARITY:
            groups.unite(one.id, other.id)
            scores[other.id] = min(score, scores.get(other.id, 1))
    for ids in groups.sorted_groups(hashes.keys()):
        least = min((scores[i] for i in ids if i in scores), default=1)
        yield _SharedOrigin(ids, f"have nearly the same text ({least:.2f} alike)")


def _cited_origin(item: ItemOrigin, context: ClaimOrigin) -> list[tuple[str, str]]:
    """Verb and usual name of what the item rests on: the event or the claimant if it names them."""
    for verb, names in (("retell", context.event), ("cite", context.claimant)):
        if _overlap(item.origins, names):
            return [(verb, names[0])]
    return [("cite", origin) for origin in item.origins[:1]]


def _publisher_names(item: ItemOrigin) -> tuple[str, ...]:
    """The names of the item's publisher: canalys.com is Canalys's."""
    return (item.domain.partition(".")[0], *([item.owner] if item.owner else []))


def _page_not_independent_reason(item: ItemOrigin, context: ClaimOrigin) -> str | None:
    domains = {item.domain, item.submitted_domain}
    names = (*_publisher_names(item), item.submitted_domain.partition(".")[0])
    if context.domain in domains:
        return "the article's own publisher"
    if item.owner and item.owner == context.owner:
        return f"of the same owner as the article ({item.owner})"
    if domains & context.claimant_domains or _overlap(names, context.claimant):
        return "the claimant's own site"
    if (
        score := estimate_similarity(item.signature, context.signature)
    ) >= NEAR_DUPLICATE_SIMILARITY:
        return f"nearly the same text as the article ({score:.2f} alike)"
    if wires := item.wires & context.wires:
        return f"carries a report by {min(wires)}, as the article does"
    return None


def _copies_of_dependent_pages(
    same_text: list[_SharedOrigin], pages: dict[UUID, str | None], groups: DisjointSets
) -> Iterator[tuple[UUID, str]]:
    for one, other in (pair for each in same_text for pair in permutations(each.ids, 2)):
        if pages[other] and not pages[one] and groups.are_together(one, other):
            yield one, f"nearly the same text as a page from inside ({pages[other]})"


def _passage_not_independent_reason(item: ItemOrigin, context: ClaimOrigin) -> str | None:
    if _overlap(item.origins, context.event):
        return f"retells {context.event[0]}, which the article reports"
    if _overlap(item.origins, context.claimant):
        return f"rests on the word of {context.claimant[0]}, the claimant"
    return None


def _overlap(names: Iterable[str], others: Iterable[str]) -> bool:
    """Whether some name is among the others, however they are spelt."""
    return not {normalise_name(n) for n in names}.isdisjoint(
        normalise_name(other) for other in others
    )


def _reasons(
    ids: tuple[UUID, ...], shared: Iterable[_SharedOrigin], accepted: Iterable[Ruling]
) -> Iterator[str]:
    """Why these items are one group: what the reviewers said, then what they have in common."""
    for ruling in accepted:
        if ruling.decision is RulingDecision.JOIN and ruling.item in ids:
            yield f"joined by a reviewer: {ruling.reason}"
        elif ruling.decision is RulingDecision.SPLIT and ruling.item in ids:
            yield f"parted from another line by a reviewer: {ruling.reason}"
    for origin in shared:
        count = len(set(origin.ids) & set(ids))
        if count > 1:
            they = "both" if count == len(ids) == 2 else f"all {count}"
            yield f"{they if count == len(ids) else f'{count} of {len(ids)}'} {origin.words}"
