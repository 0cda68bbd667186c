"""Assess a claim's evidence from its rows, and store the assessment."""

from collections.abc import Sequence
from uuid import UUID

from flask import current_app
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload
from uuid6 import uuid7

from api.claims.enums import Status
from api.claims.models import Claim
from api.database.session import now, session
from api.evidence.enums import EvidenceKind, EvidenceState
from api.evidence.models import Evidence
from api.verdicts import policy as rule
from api.verdicts.models import ClaimAssessment, ReviewReason, Verdict
from api.verdicts.policy import AssessedItem, Assessment, Policy
from api.verdicts.replies.models import Appeal, AppealState


def thresholds() -> Policy:
    """The thresholds that the settings give."""
    settings = current_app.extensions["settings"]
    return Policy(settings.confirm_groups, settings.dispute_groups)


def load_evidence(claim_id: UUID) -> Sequence[Evidence]:
    """All the evidence on a claim with its snapshots, oldest first."""
    rows = select(Evidence).filter_by(claim_id=claim_id).order_by(Evidence.id)
    return session.scalars(rows.options(joinedload(Evidence.snapshot))).all()


def assessed_items(evidence: Sequence[Evidence]) -> list[AssessedItem]:
    """The rows as the policy looks at them."""
    return [
        AssessedItem(
            id=str(row.id),
            stance=row.stance,
            verified=row.verified,
            primary=row.kind is EvidenceKind.PRIMARY,
            group_number=row.group_number,
            group_reasons=tuple(row.group_reasons or ()),
            independent=row.independent is not False,
            not_independent_reason=row.not_independent_reason,
        )
        for row in evidence
    ]


def save_assessment(claim: Claim, items: Sequence[Evidence], verdict: Verdict | None) -> None:
    """Store what the evidence allows, given the newest verdict: for the status and the review
    queue.
    """
    assessed = rule.assess(assessed_items(items), thresholds())
    reasons = _review_reasons(assessed, items, verdict) + _appeal_reasons(claim.id)
    if claim.withdrawn_at is not None and verdict is None:  # nobody can decide on it any more
        reasons = [each for each in reasons if each is ReviewReason.APPEAL_OPEN]
    before = session.get(ClaimAssessment, claim.id)
    waits = before and before.queue_id
    # What an applied status needs is met where it was decided.
    unmet = () if verdict and verdict.applied_verdict else assessed.unmet
    session.merge(
        ClaimAssessment(
            claim_id=claim.id,
            supported_status=assessed.supported_status,
            supporting_groups=assessed.supporting_groups,
            disputing_groups=assessed.disputing_groups,
            unmet=[need.as_dict() for need in unmet],
            review_reasons=reasons,
            queue_id=(waits or uuid7()) if reasons else None,
            queued_at=(before.queued_at if before and waits else now()) if reasons else None,
            stand_in=_is_stand_in(items, verdict),
        )
    )
    session.flush()


def _is_stand_in(items: Sequence[Evidence], verdict: Verdict | None) -> bool:
    """Whether an item that the status rests on was read from a stand-in, on this claim or on the
    one whose verdict is applied.
    """
    own = any(i.counted and i.snapshot and i.snapshot.stand_in for i in items)
    return own or bool(verdict and verdict.applied_verdict and verdict.applied_verdict["stand_in"])


def _review_reasons(
    assessment: Assessment, items: Sequence[Evidence], verdict: Verdict | None
) -> list[ReviewReason]:
    reasons = []
    if verdict is None:
        if assessment.supported_status is not Status.UNVERIFIED:
            reasons.append(ReviewReason.UNDECIDED)
    elif verdict.decided_by_id is None:
        reasons.append(ReviewReason.VERDICT_WITHDRAWN)
    elif not _is_as_decided_on(assessment, verdict):
        reasons.append(ReviewReason.EVIDENCE_CHANGED)
    if verdict and verdict.is_contested:
        reasons.append(ReviewReason.OPINIONS_DIFFER)
    if any(item.active and item.state is EvidenceState.QUOTE_ABSENT for item in items):
        reasons.append(ReviewReason.QUOTE_ABSENT)
    if any(item.counted and _went_stale_unseen(item, verdict) for item in items):
        reasons.append(ReviewReason.EVIDENCE_STALE)
    return reasons


def _is_as_decided_on(assessment: Assessment, verdict: Verdict) -> bool:
    """Whether the same items count as when the verdict was given, in as many groups."""
    record = verdict.attested_record
    groups = (assessment.supporting_groups, assessment.disputing_groups)
    then = (record["supporting_lines"], record["disputing_lines"])
    return set(assessment.counted) == set(verdict.counted) and groups == then


def _went_stale_unseen(item: Evidence, verdict: Verdict | None) -> bool:
    """Whether nobody has reviewed the item, or decided on its claim, since it went stale."""
    decided_at = verdict.decided_at if verdict and verdict.decided_by_id else None
    seen_at = [moment for moment in (item.reviewed_at, decided_at) if moment]
    return (
        item.stale_since is not None and max(seen_at, default=item.stale_since) <= item.stale_since
    )


def _appeal_reasons(claim_id: UUID) -> list[ReviewReason]:
    """Reasons that open appeals give, and upheld ones that no verdict has followed."""
    since = select(Verdict.id).where(
        Verdict.claim_id == Appeal.claim_id,
        Verdict.decided_by_id.is_not(None),
        Verdict.decided_at > Appeal.answered_at,
    )
    undecided = and_(Appeal.state == AppealState.UPHELD, ~since.exists())
    waiting = or_(Appeal.state == AppealState.OPEN, undecided)
    states = session.scalars(select(Appeal.state).filter_by(claim_id=claim_id).where(waiting))
    arisen = {
        AppealState.OPEN: ReviewReason.APPEAL_OPEN,
        AppealState.UPHELD: ReviewReason.APPEAL_UPHELD,
    }
    return sorted({arisen[state] for state in states})
