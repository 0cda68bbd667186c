"""Do the verdicts that apply others say what those say, and are groups what the audit log says?"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import aliased

from api.audit_log import AuditAction, AuditEntry
from api.database.session import session
from api.verdicts.claim_groups.models import ClaimGroupMember
from api.verdicts.claim_groups.service import GROUP_ACTIONS
from api.verdicts.models import Verdict
from api.verdicts.record import applied_verdict_record


def find_faults() -> Iterator[str]:
    """What is wrong, in words that begin with the row's name."""
    yield from _citations()
    yield from _members()


def _citations() -> Iterator[str]:
    cited = aliased(Verdict)
    applied = select(Verdict, cited).outerjoin(cited, cited.id == Verdict.applied_verdict_id)
    applied = applied.where(Verdict.applied_verdict_id.is_not(None)).order_by(Verdict.id)
    for verdict, ground in session.execute(applied.execution_options(yield_per=200)):
        if (fault := _citation_fault(verdict, ground)) is not None:
            yield f"claim {verdict.claim_id}, verdict {verdict.number}: {fault}"


def _citation_fault(verdict: Verdict, ground: Verdict | None) -> str | None:
    if ground is None:
        return "the verdict that it applies is missing"
    if verdict.attested_record.get("cites") != applied_verdict_record(ground):
        return "the verdict that it applies is not what it attests"
    if verdict.status is not ground.status:
        return f"it applies a verdict that says {ground.status}"
    if ground.attested_record.get("cites") or ground.decided_by_id is None:
        return "it applies a verdict that nobody gave on evidence"
    return None


def _members() -> Iterator[str]:
    """Where a claim's group is not the last that the audit log says of it."""
    later: Any = aliased(AuditEntry)
    after = select(later.id).where(
        later.claim_id == AuditEntry.claim_id, later.action.in_(GROUP_ACTIONS)
    )
    last = select(AuditEntry.claim_id, AuditEntry.subject_id, AuditEntry.action).where(
        AuditEntry.action.in_(GROUP_ACTIONS)
    )
    last = last.where(~after.where(later.id > AuditEntry.id).exists())
    told = {
        claim: group
        for claim, group, what in session.execute(last)
        if what == AuditAction.STATEMENT_JOINED
    }
    groups = dict(
        session.execute(select(ClaimGroupMember.claim_id, ClaimGroupMember.group_id)).all()
    )
    for claim in sorted(told.keys() | groups.keys()):
        if told.get(claim) != groups.get(claim):
            yield f"claim {claim}: the claims that say the same are not those of the audit log"
