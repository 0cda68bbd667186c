"""What the evidence allows a claim to be called. Policy version 1; pure.

Let S and D be the numbers of groups of evidence that support and dispute the claim, among the
items that count (quote found, neither retracted nor rejected). A group that is not independent (the
article's own publisher, the event it retells, the claimant) never supports: nobody vouches for
themselves. It may dispute: who contradicts themselves is believed.

- `disputed` needs D >= `dispute_groups`;
- `confirmed` needs D = 0 and S >= `confirm_groups`, or S = 1 with a primary source and a
  reviewer's recorded reason;
- `unverified` can always be said.

Who submitted evidence that the verdict rests on may give it in one-person mode only, with a
recorded reason.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple, TypedDict

from api.claims.enums import Status

POLICY_VERSION = 1


class Policy(NamedTuple):
    """The thresholds that a verdict is judged by, and kept with."""

    confirm_groups: int = 2
    dispute_groups: int = 1
    version: int = POLICY_VERSION

    def as_dict(self) -> dict[str, int]:
        """As signed records say it: `confirm_lines`, `dispute_lines`, `version`."""
        return {
            "confirm_lines": self.confirm_groups,
            "dispute_lines": self.dispute_groups,
            "version": self.version,
        }


class AssessedItem(NamedTuple):
    """An item of evidence, as far as the rule cares."""

    id: str
    stance: str
    verified: bool
    primary: bool = False
    group_number: int | None = None
    group_reasons: tuple[str, ...] = ()
    independent: bool = True
    not_independent_reason: str | None = None

    @property
    def counted(self) -> bool:
        return self.verified and (self.independent or self.stance != "supports")

    @property
    def supports(self) -> bool:
        return self.verified and self.independent and self.stance == "supports"

    @property
    def disputes(self) -> bool:
        return self.verified and self.stance == "disputes"


class RequirementCode(StrEnum):
    """A requirement's name, which does not change."""

    SUPPORTING_LINES = "supporting-lines"
    DISPUTING_LINES = "disputing-lines"
    NOT_DISPUTED = "not-disputed"
    EXCEPTION_REASON = "exception-reason"
    OWN_EVIDENCE_REASON = "own-evidence-reason"
    NOT_OTHERWISE = "not-otherwise"


#: The requirements that are met by a recorded reason.
EXCEPTION_CODES = {RequirementCode.EXCEPTION_REASON, RequirementCode.OWN_EVIDENCE_REASON}


class Requirement(NamedTuple):
    """Something that a status needs: is it so, and the words for a person."""

    code: RequirementCode
    words: str
    met: bool
    items: tuple[str, ...] = ()

    def as_dict(self) -> "UnmetRequirement":
        """The requirement with its words, without whether it is met."""
        return {"code": self.code, "words": self.words, "evidence": list(self.items)}


class UnmetRequirement(TypedDict):
    """A requirement as it is stored, signed and shown: `evidence` are ids."""

    code: str
    words: str
    evidence: list[str]


class Assessment(NamedTuple):
    """What the evidence amounts to: the status it would carry, and what stands in the way."""

    supported_status: Status
    supporting_groups: int
    disputing_groups: int
    unmet: tuple[Requirement, ...]
    counted: tuple[str, ...]


def assess(items: Iterable[AssessedItem], policy: Policy) -> Assessment:
    """What the evidence would carry without anybody's exception. Order does not matter.

    `unmet` lists what `confirmed` still needs, as long as the claim is neither confirmed nor
    disputed by its evidence.
    """
    items = sorted(items, key=lambda item: item.id)
    supporting, disputing = (
        _groups_of(i for i in items if i.supports),
        _groups_of(i for i in items if i.disputes),
    )
    if len(disputing) >= policy.dispute_groups:
        supported = Status.DISPUTED
    elif not disputing and len(supporting) >= policy.confirm_groups:
        supported = Status.CONFIRMED
    else:
        supported = Status.UNVERIFIED
    unmet: tuple[Requirement, ...] = ()
    if supported is Status.UNVERIFIED:
        needs = requirements_for(Status.CONFIRMED, items, items, policy)
        unmet = tuple(need for need in needs if not need.met)
    counted = tuple(item.id for item in items if item.counted)
    return Assessment(supported, len(supporting), len(disputing), unmet, counted)


def requirements_for(
    status: Status,
    items: Sequence[AssessedItem],
    cited: Sequence[AssessedItem],
    policy: Policy,
    *,
    exception: str | None = None,
    own: Sequence[AssessedItem] = (),
) -> tuple[Requirement, ...]:
    """What a verdict of this status needs, met and unmet.

    `items` is all the claim's evidence, which may speak against the verdict; `cited` is what
    the verdict rests on, which must carry it; `own` is what of that its giver submitted.
    """
    if status is Status.DISPUTED:
        return (_disputing_requirement(cited, policy), *_own_evidence_requirements(own, exception))
    if status is Status.CONFIRMED:
        support = _supporting_requirements(cited, policy, exception)
        return (
            _not_disputed_requirement(items),
            *support,
            *_own_evidence_requirements(own, exception),
        )
    return ()


def requirements_to_apply(
    status: Status,
    items: Sequence[AssessedItem],
    policy: Policy,
    *,
    exception: str | None = None,
    own: Sequence[AssessedItem] = (),
) -> tuple[Requirement, ...]:
    """What it needs to give a claim the status that was decided on another which says the same,
    met and unmet: that its own evidence (`items`) does not say otherwise. `own` is what the
    giver submitted, of that and of what the other verdict rests on.
    """
    if status is Status.CONFIRMED:
        return (_not_disputed_requirement(items), *_own_evidence_requirements(own, exception))
    return (
        _no_other_status_requirement(items, policy),
        *_own_evidence_requirements(own, exception),
    )


def _no_other_status_requirement(items: Sequence[AssessedItem], policy: Policy) -> Requirement:
    amounts_to = assess(items, policy)
    words = "the claim's own evidence must not carry another status"
    met = amounts_to.supported_status is not Status.CONFIRMED
    return Requirement(RequirementCode.NOT_OTHERWISE, words, met, () if met else amounts_to.counted)


def _not_disputed_requirement(items: Sequence[AssessedItem]) -> Requirement:
    against = tuple(item for item in items if item.disputes)
    words = "no evidence that counts disputes it"
    if against:
        words = f"{_count_noun(len(_groups_of(against)), 'group')} of evidence must not dispute it"
        words += _shared_origins_clause(against)
    return Requirement(RequirementCode.NOT_DISPUTED, words, not against, _ids(against))


def _disputing_requirement(cited: Sequence[AssessedItem], policy: Policy) -> Requirement:
    against = [item for item in cited if item.disputes]
    groups = _groups_of(against)
    words = f"needs {_count_noun(policy.dispute_groups, 'disputing group')}; has {len(groups)}"
    words += _shared_origins_clause(against)
    return Requirement(
        RequirementCode.DISPUTING_LINES, words, len(groups) >= policy.dispute_groups, _ids(against)
    )


def _supporting_requirements(
    cited: Sequence[AssessedItem], policy: Policy, exception: str | None
) -> tuple[Requirement, ...]:
    support = [item for item in cited if item.supports]
    groups = _groups_of(support)
    missing = policy.confirm_groups - len(groups)
    single_primary = len(groups) == 1 and any(item.primary for item in support)
    if missing <= 0 or not single_primary:
        words = _missing_support_clause(missing, support, cited)
        return (Requirement(RequirementCode.SUPPORTING_LINES, words, missing <= 0, _ids(support)),)
    words = "one independent group with a primary source is enough if a reviewer says why"
    words += _shared_origins_clause(support)
    return (Requirement(RequirementCode.EXCEPTION_REASON, words, bool(exception), _ids(support)),)


def _own_evidence_requirements(
    own: Sequence[AssessedItem], exception: str | None
) -> tuple[Requirement, ...]:
    """In one-person mode, which is an exception like the other."""
    if not own:
        return ()
    words = "whoever decides on evidence that they submitted says why that is acceptable"
    return (Requirement(RequirementCode.OWN_EVIDENCE_REASON, words, bool(exception), _ids(own)),)


def _missing_support_clause(
    missing: int, support: Sequence[AssessedItem], cited: Sequence[AssessedItem]
) -> str:
    """Such as "needs 1 more independent supporting group; 3 items, 1 group: all 3 cite Canalys"."""
    if missing <= 0:
        return _count_noun(
            len(_groups_of(support)), "independent supporting group"
        ) + _shared_origins_clause(support)
    parts = [
        f"needs {_count_noun(missing, 'more independent supporting group')}"
        + _shared_origins_clause(support)
    ]
    inside = [i for i in cited if i.verified and not i.counted]
    for why in dict.fromkeys(
        item.not_independent_reason for item in inside if item.not_independent_reason
    ):
        parts.append(f"a source does not count as independent: {why}")
    return "; ".join(parts)


def _shared_origins_clause(items: Sequence[AssessedItem]) -> str:
    """Where items share groups, how many there are of both, and why. To end other words with."""
    count = len(_groups_of(items))
    if count == len(items):
        return ""
    numbers = [item.group_number for item in items]
    together = [
        item for item in items if item.group_number and numbers.count(item.group_number) > 1
    ]
    why = ", ".join(dict.fromkeys(reason for item in together for reason in item.group_reasons))
    words = f"; {_count_noun(len(items), 'item')}, {_count_noun(count, 'group')}"
    return words + (f": {why}" if why else "")


def _groups_of(items: Iterable[AssessedItem]) -> set[Any]:
    """The groups the items are in; an item that is in none yet is one of its own."""
    return {item.id if item.group_number is None else item.group_number for item in items}


def _ids(items: Iterable[AssessedItem]) -> tuple[str, ...]:
    return tuple(item.id for item in items)


def _count_noun(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")
