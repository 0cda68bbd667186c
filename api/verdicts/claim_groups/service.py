"""Statement groups: which claims say the same, by a reviewer's word, and who took that back."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from uuid6 import uuid7

from api import audit_log
from api.audit_log import AuditAction, AuditEntry
from api.claims.models import Claim
from api.claims.service import refuse_withdrawn
from api.contributors.models import Contributor
from api.database.session import session
from api.errors import Conflict, Invalid
from api.evidence.service import lock_claim
from api.jobs.queue import enqueue
from api.language import detection
from api.language.comparison.differences import find_differences
from api.language.comparison.word_changes import DifferenceKind
from api.verdicts import reassessment
from api.verdicts.claim_groups import applied_verdicts
from api.verdicts.claim_groups.models import ClaimGroupMember
from api.verdicts.record import judged_fields
from api.verdicts.replies.disclosures import refuse_interested

#: Claims of one group. Every two of them are compared when two groups become one.
MAX_GROUP_SIZE = 100

#: The advisory lock on PostgreSQL of whoever changes groups, or relies on one: they are few, and
#: each holds all the claims that it will before.
GROUPS_LOCK_KEY = 0x636C2D73616D65

#: What no two claims that say the same differ in. Other words are for the reviewer to weigh.
DECISIVE_DIFFERENCES = frozenset(DifferenceKind) - {DifferenceKind.WORDS}

#: What the audit log says of groups.
GROUP_ACTIONS = (AuditAction.STATEMENT_JOINED, AuditAction.STATEMENT_LEFT)


class NotAnotherClaim(Invalid):
    """`claim_id` names the claim that is to say the same: one that there is, and another one."""

    title = "There is no such other claim"


class StatementsDiffer(Conflict):
    """The claims, or others that were said to be the same as one of them, differ in a figure, a
    date, a unit, a bound, a direction, a negation, modality, extent or a name: not one statement.
    `differences` lists each with the two claims.
    """

    title = "The claims do not say the same"


class TooManyClaims(Conflict):
    """A hundred claims at most are said to be the same."""

    title = "There are too many claims in the group"


class StandsAlone(Conflict):
    """The claim is not said to be the same as another."""

    title = "The claim stands alone"


def join_groups(claim: Claim, other_id: UUID, *, by: Contributor, reason: str) -> bool:
    """Say that two claims say the same, and so all that are in a group with either. Returns
    whether that is new.

    Raises `NotAnotherClaim`, `ClaimIsWithdrawn`, `InterestDeclared`, `StatementsDiffer`,
    `TooManyClaims`.
    """
    other = session.get(Claim, other_id)
    if other is None or other is claim:
        raise NotAnotherClaim("Name another claim, that is there.", at="#/claim_id")
    lock_claims(claim.id, other.id)
    for each in (claim, other):
        refuse_withdrawn(each)
    here, there = load_group(claim), load_group(other)
    refuse_interested(by, *(each.id for each in (*here, *there)))
    if applied_verdicts.are_in_one_group(claim.id, other.id):
        return False
    if len(here) + len(there) > MAX_GROUP_SIZE:
        raise TooManyClaims(f"There would be {len(here) + len(there)}.")
    refuse_differing(here, there)
    few, many = sorted((here, there), key=len)
    group = (
        session.scalar(select(ClaimGroupMember.group_id).filter_by(claim_id=many[0].id)) or uuid7()
    )
    for each in (*few, *(many if len(many) == 1 else ())):
        _join(each, group, by=by, reason=reason, same_as=other if each in here else claim)
    return True


def lock_claims(*claims: UUID) -> None:
    """Hold claims, and all groups. The order is always the same, so that none waits for another
    that waits for it.
    """
    for id in sorted(claims):
        lock_claim(id)
    _lock_groups()


def _lock_groups() -> None:
    """SQLite's writers take turns by themselves."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(GROUPS_LOCK_KEY)))


def load_group(claim: Claim) -> Sequence[Claim]:
    """A claim and those that say the same, oldest first."""
    group = select(ClaimGroupMember.group_id).filter_by(claim_id=claim.id).scalar_subquery()
    members = select(Claim).join(ClaimGroupMember, ClaimGroupMember.claim_id == Claim.id)
    found = session.scalars(
        members.where(ClaimGroupMember.group_id == group).order_by(Claim.id)
    ).all()
    return found or [claim]


def refuse_differing(here: Iterable[Claim], there: Iterable[Claim]) -> None:
    """Raises `StatementsDiffer`, with the first differences."""
    if found := [
        difference
        for pair in _distinct_pairs(here, there)
        for difference in _decisive_differences(*pair)
    ]:
        first = found[0]
        words = f"“{first['here'] or ''}” in one, “{first['there'] or ''}” in the other"
        raise StatementsDiffer(f"They differ: {first['what']}, {words}.", differences=found[:20])


def _distinct_pairs(here: Iterable[Claim], there: Iterable[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Each with each, of those that are worded alike only one."""
    ours, theirs = (
        {(claim.statement, claim.language): claim for claim in claims}.values()
        for claims in (here, there)
    )
    yield from ((one, other) for one in ours for other in theirs)


def _decisive_differences(one: Claim, other: Claim) -> list[dict[str, Any]]:
    written_in = (detection.detect_language(each.statement, each.language) for each in (one, other))
    found = find_differences(
        one.statement, other.statement, **dict(zip(("language", "other"), written_in, strict=True))
    )
    return [
        {"claims": [one.id, other.id], "what": each.kind, "here": each.here, "there": each.there}
        for each in found
        if each.kind in DECISIVE_DIFFERENCES
    ]


def _join(claim: Claim, group: UUID, *, by: Contributor, reason: str, same_as: Claim) -> None:
    member = session.get(ClaimGroupMember, claim.id, populate_existing=True)
    before = member and member.group_id
    if member is None:
        session.add(
            ClaimGroupMember(claim_id=claim.id, group_id=group, judged=judged_fields(claim))
        )
    else:
        member.group_id = group
    session.flush()
    audit_log.record_action(
        AuditAction.STATEMENT_JOINED,
        claim_id=claim.id,
        subject_id=group,
        by_id=by.id,
        same_as=str(same_as.id),
        reason=reason,
        **({"before": str(before)} if before else {}),
    )


def leave_group(claim: Claim, *, by: Contributor, reason: str) -> None:
    """Take back that a claim says the same as others. What was applied to it, or from it, falls.
    Raises `InterestDeclared`, `StandsAlone`.
    """
    lock_claims(claim.id)
    refuse_interested(by, *(each.id for each in load_group(claim)))
    member = session.get(ClaimGroupMember, claim.id, populate_existing=True)
    if member is None:
        raise StandsAlone("There is nothing to part it from.")
    _leave(member, because=reason, by=by)
    reassessment.update_assessment(claim)


def leave_group_when_edited(claim: Claim) -> None:
    """It was said of other words."""
    if (member := _locked_membership(claim)) is None:
        return
    if member.judged != judged_fields(claim):
        _leave(member, because="the claim was edited", by=None)


def leave_group_when_withdrawn(claim: Claim) -> None:
    """Nothing is said by it any more, and what it waited for is another thing."""
    if (member := _locked_membership(claim)) is not None:
        _leave(member, because="the claim was withdrawn", by=None)
    reassessment.update_assessment(claim)


def _locked_membership(claim: Claim) -> ClaimGroupMember | None:
    """A held claim's place in a group, held as well. Most claims have none."""
    if session.get(ClaimGroupMember, claim.id) is None:
        return None
    _lock_groups()
    return session.get(ClaimGroupMember, claim.id, populate_existing=True)


def _leave(member: ClaimGroupMember, *, because: str, by: Contributor | None) -> None:
    """A claim leaves its group. Whoever would be left alone leaves it, too."""
    others = select(ClaimGroupMember).filter_by(group_id=member.group_id)
    rest = session.scalars(others.where(ClaimGroupMember.claim_id != member.claim_id)).all()
    _delete_membership(member, because=because, by=by)
    if len(rest) == 1:
        _delete_membership(rest[0], because="no other claim is left", by=by)
        enqueue("verdict.reassess", claim_id=rest[0].claim_id)


def _delete_membership(member: ClaimGroupMember, *, because: str, by: Contributor | None) -> None:
    session.delete(member)
    session.flush()
    audit_log.record_action(
        AuditAction.STATEMENT_LEFT,
        claim_id=member.claim_id,
        subject_id=member.group_id,
        by_id=by.id if by else None,
        reason=because,
    )
    applied_verdicts.enqueue_reassessment_of_applied(member.claim_id)


def select_group_entries(claim_id: UUID) -> Any:
    """Selects all that was ever said of a claim and others that say the same."""
    return select(AuditEntry).where(
        AuditEntry.claim_id == claim_id, AuditEntry.action.in_(GROUP_ACTIONS)
    )
