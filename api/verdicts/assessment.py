"""What a claim's evidence amounts to, from its rows; and where that is kept."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload
from uuid6 import uuid7

from api.claims.enums import Status
from api.claims.models import Claim
from api.database.session import now, session
from api.evidence.enums import Kind, State
from api.evidence.models import Evidence
from api.verdicts import policy as rule
from api.verdicts.models import ReviewReason, Standing, Verdict
from api.verdicts.policy import Assessment, Item, Policy, Requirement
from api.verdicts.replies.models import Appeal, AppealState


def policy() -> Policy:
    settings = current_app.extensions["settings"]
    return Policy(confirm_lines=settings.confirm_lines, dispute_lines=settings.dispute_lines)


def evidence_of(claim_id: UUID) -> Sequence[Evidence]:
    """All the evidence on a claim with its snapshots' digests, oldest first."""
    rows = select(Evidence).filter_by(claim_id=claim_id).order_by(Evidence.id)
    return session.scalars(rows.options(joinedload(Evidence.snapshot))).all()


def as_items(evidence: Sequence[Evidence]) -> list[Item]:
    """The rows as the rule sees them."""
    return [
        Item(
            id=str(row.id),
            stance=row.stance,
            holds=row.holds,
            primary=row.kind is Kind.PRIMARY,
            line=row.line,
            line_reasons=tuple(row.line_reasons or ()),
            outside=row.outside is not False,
            inside_because=row.inside_because,
        )
        for row in evidence
    ]


def in_words(need: Requirement) -> dict[str, Any]:
    return {"code": need.code, "words": need.words, "evidence": list(need.items)}


def keep_standing(claim: Claim, items: Sequence[Evidence], verdict: Verdict | None) -> None:
    """Store what the evidence amounts to, where the status and the review queue are read."""
    amounts_to = rule.assess(as_items(items), policy())
    reasons = _review_reasons(amounts_to, items, verdict) + _appeals(claim.id)
    if claim.withdrawn_at is not None and verdict is None:  # nobody can decide on it any more
        reasons = [each for each in reasons if each is ReviewReason.APPEAL_OPEN]
    before = session.get(Standing, claim.id)
    waits = before and before.queue_id
    # What an applied status needs is met where it was decided.
    unmet = () if verdict and verdict.cites else amounts_to.unmet
    session.merge(
        Standing(
            claim_id=claim.id,
            would_be=amounts_to.would_be,
            supporting_lines=amounts_to.supporting_lines,
            disputing_lines=amounts_to.disputing_lines,
            unmet=[in_words(need) for need in unmet],
            review_reasons=reasons,
            queue_id=(waits or uuid7()) if reasons else None,
            queued_at=(before.queued_at if before and waits else now()) if reasons else None,
            stand_in=_is_stand_in(items, verdict),
        )
    )
    session.flush()


def _is_stand_in(items: Sequence[Evidence], verdict: Verdict | None) -> bool:
    """Something that the status rests on, here or where it was decided, is a stand-in's word."""
    own = any(i.counts and i.snapshot and i.snapshot.stand_in for i in items)
    return own or bool(verdict and verdict.cites and verdict.cites["stand_in"])


def _review_reasons(
    assessment: Assessment, items: Sequence[Evidence], verdict: Verdict | None
) -> list[ReviewReason]:
    reasons = []
    if verdict is None:
        if assessment.would_be is not Status.UNVERIFIED:
            reasons.append(ReviewReason.UNDECIDED)
    elif verdict.decided_by_id is None:
        reasons.append(ReviewReason.VERDICT_WITHDRAWN)
    elif not _is_what_was_seen(assessment, verdict):
        reasons.append(ReviewReason.EVIDENCE_CHANGED)
    if verdict and verdict.is_contested:
        reasons.append(ReviewReason.OPINIONS_DIFFER)
    if any(item.stands and item.state is State.QUOTE_ABSENT for item in items):
        reasons.append(ReviewReason.QUOTE_ABSENT)
    if any(item.counts and _went_stale_unseen(item, verdict) for item in items):
        reasons.append(ReviewReason.EVIDENCE_STALE)
    return reasons


def _is_what_was_seen(assessment: Assessment, verdict: Verdict) -> bool:
    """The same items count as when it was given, in as many lines."""
    lines = ("supporting_lines", "disputing_lines")
    return set(assessment.counted) == set(verdict.counted) and all(
        getattr(assessment, name) == verdict.attested[name] for name in lines
    )


def _went_stale_unseen(item: Evidence, verdict: Verdict | None) -> bool:
    """Nobody has judged the item, or decided on its claim, since it went stale."""
    decided_at = verdict.decided_at if verdict and verdict.decided_by_id else None
    seen_at = [moment for moment in (item.reviewed_at, decided_at) if moment]
    return (
        item.stale_since is not None and max(seen_at, default=item.stale_since) <= item.stale_since
    )


def _appeals(claim_id: UUID) -> list[ReviewReason]:
    """What people have against the status, and nobody has dealt with."""
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
