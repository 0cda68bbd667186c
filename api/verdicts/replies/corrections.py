"""Corrections: what was published and was wrong, said in public and for good."""

from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from api import audit_log
from api.audit_log import AuditAction
from api.claims.models import Claim
from api.contributors.models import Contributor
from api.database.session import session
from api.errors import Invalid
from api.verdicts.models import Verdict
from api.verdicts.replies.models import Correction

#: How mistakes are corrected, for everybody to read.
CORRECTIONS_POLICY = Path(__file__).with_name("corrections-policy.txt").read_text("utf-8")

#: All corrections, with who made them.
CORRECTIONS_WITH_AUTHORS = select(Correction).options(joinedload(Correction.corrected_by))


class VerdictOfAnotherClaim(Invalid):
    """A correction names a verdict on its own claim."""

    title = "Not a verdict on this claim"


def make_correction(
    claim: Claim, *, by: Contributor, wrong: str, right: str, reason: str, verdict: UUID | None
) -> Correction:
    """Put on record what was wrong and what is right, also on a claim that is withdrawn.
    Raises `VerdictOfAnotherClaim`.
    """
    of_this_claim = select(Verdict.id).filter_by(id=verdict, claim_id=claim.id)
    if verdict is not None and session.scalar(of_this_claim) is None:
        raise VerdictOfAnotherClaim("Name a verdict on this claim, or none.", at="#/verdict")
    correction = Correction(
        claim_id=claim.id,
        verdict_id=verdict,
        wrong=wrong,
        right=right,
        reason=reason,
        corrected_by=by,
    )
    session.add(correction)
    session.flush()
    audit_log.record_action(
        AuditAction.CORRECTION_MADE, claim_id=claim.id, subject_id=correction.id, by_id=by.id
    )
    return correction
