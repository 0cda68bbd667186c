"""How a reviewer joins and splits groups of evidence."""

from uuid import UUID

from api import audit_log
from api.audit_log import AuditAction
from api.claims.models import Claim
from api.claims.service import refuse_withdrawn
from api.contributors.models import Contributor
from api.database.session import session
from api.errors import Invalid
from api.evidence import service
from api.evidence.enums import RulingDecision
from api.evidence.models import Evidence, GroupRuling


class NotOfThisClaim(Invalid):
    """A ruling is on two different items of evidence of the claim."""

    title = "Not two items of this claim"


def record_ruling(
    claim: Claim, *, by: Contributor, decision: RulingDecision, item: UUID, other: UUID, reason: str
) -> GroupRuling:
    """Join `item` to the group of `other`, or split it off. Raises `NotOfThisClaim`,
    `ClaimIsWithdrawn`, `OwnEvidence`.
    """
    refuse_withdrawn(claim)
    service.lock_claim(claim.id)
    for name, id in (("item", item), ("other", other)):
        row = session.get(Evidence, id)
        if row is None or row.claim_id != claim.id or item == other:
            raise NotOfThisClaim("Name two items of evidence of this claim.", at=f"#/{name}")
        service.refuse_own(row, by)
    ruling = GroupRuling(
        claim_id=claim.id,
        decision=decision,
        item_id=item,
        other_id=other,
        reason=reason,
        decided_by_id=by.id,
    )
    session.add(ruling)
    session.flush()
    audit_log.record_action(
        AuditAction.LINES_RULED,
        claim_id=claim.id,
        subject_id=ruling.id,
        by_id=by.id,
        decision=decision,
        item=str(item),
        other=str(other),
        reason=reason,
    )
    service.recompute_groups_and_enqueue_reassessment(claim.id)
    return ruling
