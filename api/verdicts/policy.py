"""What the evidence allows a claim to be called. Policy version 1; pure.

Let S and D be the numbers of lines of evidence that support and dispute the claim, among the
items that hold (quote found, neither retracted nor rejected). A line that is not outside (the
article's own publisher, the event it retells, the claimant) never supports: nobody vouches for
themselves. It may dispute: who contradicts themselves is believed.

- `disputed` needs D >= `dispute_lines`;
- `confirmed` needs D = 0 and S >= `confirm_lines`, or S = 1 with a primary source and a
  reviewer's recorded reason;
- `unverified` can always be said.

Who submitted evidence that the verdict rests on may give it in one-person mode only, with a
recorded reason.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from api.claims.enums import Status

VERSION = 1


class Policy(NamedTuple):
    """The thresholds that a verdict is judged by, and kept with."""

    confirm_lines: int = 2
    dispute_lines: int = 1
    version: int = VERSION

    def as_dict(self) -> dict[str, int]:
        """As signed records say it: `confirm_lines`, `dispute_lines`, `version`."""
        return {
            "confirm_lines": self.confirm_lines,
            "dispute_lines": self.dispute_lines,
            "version": self.version,
        }


class Item(NamedTuple):
    """An item of evidence, as far as the rule cares."""

    id: str
    stance: str
    holds: bool
    primary: bool = False
    line: int | None = None
    line_reasons: tuple[str, ...] = ()
    outside: bool = True
    inside_because: str | None = None

    @property
    def counts(self) -> bool:
        return self.holds and (self.outside or self.stance != "supports")

    @property
    def supports(self) -> bool:
        return self.holds and self.outside and self.stance == "supports"

    @property
    def disputes(self) -> bool:
        return self.holds and self.stance == "disputes"


class Code(StrEnum):
    """A requirement's name, which does not change."""

    SUPPORTING_LINES = "supporting-lines"
    DISPUTING_LINES = "disputing-lines"
    NOT_DISPUTED = "not-disputed"
    EXCEPTION_REASON = "exception-reason"
    OWN_EVIDENCE_REASON = "own-evidence-reason"
    NOT_OTHERWISE = "not-otherwise"


#: The requirements that are met by a recorded reason.
EXCEPTIONS = {Code.EXCEPTION_REASON, Code.OWN_EVIDENCE_REASON}


class Requirement(NamedTuple):
    """Something that a status needs: is it so, and the words for a person."""

    code: Code
    words: str
    met: bool
    items: tuple[str, ...] = ()


class Assessment(NamedTuple):
    """What the evidence amounts to: the status it would carry, and what stands in the way."""

    would_be: Status
    supporting_lines: int
    disputing_lines: int
    unmet: tuple[Requirement, ...]
    counted: tuple[str, ...]


def assess(items: Iterable[Item], policy: Policy) -> Assessment:
    """What the evidence would carry without anybody's exception. Order does not matter.

    `unmet` lists what `confirmed` still needs, as long as the claim is neither confirmed nor
    disputed by its evidence.
    """
    items = sorted(items, key=lambda item: item.id)
    supporting, disputing = (
        _lines(i for i in items if i.supports),
        _lines(i for i in items if i.disputes),
    )
    if len(disputing) >= policy.dispute_lines:
        would_be = Status.DISPUTED
    elif not disputing and len(supporting) >= policy.confirm_lines:
        would_be = Status.CONFIRMED
    else:
        would_be = Status.UNVERIFIED
    unmet: tuple[Requirement, ...] = ()
    if would_be is Status.UNVERIFIED:
        needs = requirements(Status.CONFIRMED, items, items, policy)
        unmet = tuple(need for need in needs if not need.met)
    counted = tuple(item.id for item in items if item.counts)
    return Assessment(would_be, len(supporting), len(disputing), unmet, counted)


def requirements(
    status: Status,
    items: Sequence[Item],
    cited: Sequence[Item],
    policy: Policy,
    *,
    exception: str | None = None,
    own: Sequence[Item] = (),
) -> tuple[Requirement, ...]:
    """What a verdict of this status needs, met and unmet.

    `items` is all the claim's evidence, which may speak against the verdict; `cited` is what
    the verdict rests on, which must carry it; `own` is what of that its giver submitted.
    """
    if status is Status.DISPUTED:
        return (_enough_disputing(cited, policy), *_own_evidence(own, exception))
    if status is Status.CONFIRMED:
        support = _enough_supporting(cited, policy, exception)
        return (_not_disputed(items), *support, *_own_evidence(own, exception))
    return ()


def to_apply(
    status: Status,
    items: Sequence[Item],
    policy: Policy,
    *,
    exception: str | None = None,
    own: Sequence[Item] = (),
) -> tuple[Requirement, ...]:
    """What it needs to give a claim the status that was decided on another which says the same,
    met and unmet: that its own evidence (`items`) does not say otherwise. `own` is what the
    giver submitted, of that and of what the other verdict rests on.
    """
    if status is Status.CONFIRMED:
        return (_not_disputed(items), *_own_evidence(own, exception))
    return (_not_otherwise(items, policy), *_own_evidence(own, exception))


def _not_otherwise(items: Sequence[Item], policy: Policy) -> Requirement:
    amounts_to = assess(items, policy)
    words = "the claim's own evidence must not carry another status"
    met = amounts_to.would_be is not Status.CONFIRMED
    return Requirement(Code.NOT_OTHERWISE, words, met, () if met else amounts_to.counted)


def _not_disputed(items: Sequence[Item]) -> Requirement:
    against = tuple(item for item in items if item.disputes)
    words = "no evidence that counts disputes it"
    if against:
        words = f"{_number(len(_lines(against)), 'line')} of evidence must not dispute it"
        words += _shared(against)
    return Requirement(Code.NOT_DISPUTED, words, not against, _ids(against))


def _enough_disputing(cited: Sequence[Item], policy: Policy) -> Requirement:
    against = [item for item in cited if item.disputes]
    lines = _lines(against)
    words = f"needs {_number(policy.dispute_lines, 'disputing line')}; has {len(lines)}"
    words += _shared(against)
    return Requirement(
        Code.DISPUTING_LINES, words, len(lines) >= policy.dispute_lines, _ids(against)
    )


def _enough_supporting(
    cited: Sequence[Item], policy: Policy, exception: str | None
) -> tuple[Requirement, ...]:
    support = [item for item in cited if item.supports]
    lines = _lines(support)
    missing = policy.confirm_lines - len(lines)
    single_primary = len(lines) == 1 and any(item.primary for item in support)
    if missing <= 0 or not single_primary:
        words = _supporting_words(missing, support, cited)
        return (Requirement(Code.SUPPORTING_LINES, words, missing <= 0, _ids(support)),)
    words = "one independent line with a primary source is enough if a reviewer says why"
    words += _shared(support)
    return (Requirement(Code.EXCEPTION_REASON, words, bool(exception), _ids(support)),)


def _own_evidence(own: Sequence[Item], exception: str | None) -> tuple[Requirement, ...]:
    """In one-person mode, which is an exception like the other."""
    if not own:
        return ()
    words = "whoever decides on evidence that they submitted says why that is acceptable"
    return (Requirement(Code.OWN_EVIDENCE_REASON, words, bool(exception), _ids(own)),)


def _supporting_words(missing: int, support: Sequence[Item], cited: Sequence[Item]) -> str:
    """Such as "needs 1 more independent supporting line; 3 items, 1 line: all 3 cite Canalys"."""
    if missing <= 0:
        return _number(len(_lines(support)), "independent supporting line") + _shared(support)
    parts = [f"needs {_number(missing, 'more independent supporting line')}" + _shared(support)]
    inside = [i for i in cited if i.holds and not i.counts]
    for why in dict.fromkeys(item.inside_because for item in inside if item.inside_because):
        parts.append(f"a source does not count as outside: {why}")
    return "; ".join(parts)


def _shared(items: Sequence[Item]) -> str:
    """Where items share lines, how many there are of both, and why. To end other words with."""
    count = len(_lines(items))
    if count == len(items):
        return ""
    lines = [item.line for item in items]
    together = [item for item in items if item.line and lines.count(item.line) > 1]
    why = ", ".join(dict.fromkeys(reason for item in together for reason in item.line_reasons))
    words = f"; {_number(len(items), 'item')}, {_number(count, 'line')}"
    return words + (f": {why}" if why else "")


def _lines(items: Iterable[Item]) -> set[Any]:
    """The lines the items are in; an item that is in none yet is one of its own."""
    return {item.id if item.line is None else item.line for item in items}


def _ids(items: Iterable[Item]) -> tuple[str, ...]:
    return tuple(item.id for item in items)


def _number(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("" if count == 1 else "s")
