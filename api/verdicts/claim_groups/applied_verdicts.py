"""Verdicts that rest on another, which was given on evidence, on a claim that says the same."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from api.claims.models import Claim
from api.database.session import session
from api.evidence.independence import service as independence
from api.evidence.models import Evidence
from api.jobs.queue import enqueue
from api.verdicts import policy as rule
from api.verdicts.assessment import assessed_items, load_evidence, thresholds
from api.verdicts.claim_groups.models import ClaimGroupMember
from api.verdicts.models import Verdict, newest_verdict_number
from api.verdicts.policy import AssessedItem, Requirement, RequirementCode


def are_in_one_group(one: UUID, other: UUID) -> bool:
    """Whether a reviewer said that these claims say the same."""
    groups = select(ClaimGroupMember.group_id).where(ClaimGroupMember.claim_id.in_((one, other)))
    found = session.scalars(groups).all()
    return len(found) == 2 and found[0] == found[1]


def enqueue_reassessment_of_applied(claim_id: UUID) -> None:
    """Have the claims assessed whose newest verdict rests on one of this claim's: something has
    come of it, and the transaction in progress holds this claim only.
    """
    for id in _claims_applying(claim_id):
        enqueue("verdict.reassess", claim_id=id)


def _claims_applying(claim_id: UUID) -> Sequence[UUID]:
    cited = aliased(Verdict)
    resting = select(Verdict.claim_id).join(cited, cited.id == Verdict.applied_verdict_id)
    resting = resting.where(cited.claim_id == claim_id)
    return session.scalars(
        resting.where(Verdict.number == newest_verdict_number(Verdict.claim_id))
    ).all()


def requirements_to_cite(
    cited: Verdict, claim: Claim, evidence: Sequence[Evidence]
) -> tuple[Requirement, ...]:
    """What a verdict on another claim, which has this evidence, needs to be given now, and to be
    given on this claim: its lines are drawn for this one, so that nobody vouches for themselves
    here either.
    """
    items = _items_for_claim(claim, assessed_items(evidence), of=cited.claim_id)
    return tuple(
        need
        for rests_on, exception in cited.bases
        for need in rule.requirements_for(
            cited.status,
            items,
            [item for item in items if item.id in rests_on],
            thresholds(),
            exception=exception,
        )
    )


def _items_for_claim(
    claim: Claim, items: Sequence[AssessedItem], *, of: UUID
) -> list[AssessedItem]:
    known = {item.id: item for item in items}
    for line in independence.groups_for_claim(claim, of=of):
        for member in line.members:
            known[str(member.id)] = known[str(member.id)]._replace(
                group_number=line.number,
                group_reasons=line.reasons,
                independent=member.not_independent_reason is None,
                not_independent_reason=member.not_independent_reason,
            )
    return list(known.values())


def withdrawal_reason(verdict: Verdict, claim: Claim) -> str | None:
    """In words, why a verdict that applies another does not hold any more; None if it does."""
    cited = session.get_one(Verdict, verdict.applied_verdict_id)
    if gone := citation_withdrawal_reason(cited, claim):
        return gone
    missing = [
        each
        for each in requirements_to_cite(cited, claim, load_evidence(cited.claim_id))
        if not each.met
    ]
    if fallen := [each.words for each in missing if each.code is not RequirementCode.NOT_DISPUTED]:
        return f"claim {cited.claim_id}, as which it was decided, {'; '.join(fallen)}"
    return None


def citation_withdrawal_reason(cited: Verdict, claim: Claim) -> str | None:
    """In words, why a verdict on another claim is none for this one any more, whatever the
    evidence; None if it is.
    """
    there = session.get_one(Claim, cited.claim_id)
    name = f"claim {there.id}"
    if there.withdrawn_at is not None:
        return f"{name}, as which it was decided, was withdrawn"
    if not are_in_one_group(claim.id, there.id):
        return f"{name}, as which it was decided, is not said to be the same any more"
    later = select(Verdict.status).filter_by(claim_id=there.id)
    later = later.where(Verdict.number > cited.number).order_by(Verdict.number.desc())
    if (status := session.scalar(later.limit(1))) is not None:
        return f"verdict {cited.number} on {name}, which it applied, was followed by {status}"
    return None
