"""What a claim's evidence amounts to, from its rows; and where that is kept."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from api.claims.models import Claim, Status
from api.db import session
from api.evidence.models import Evidence, Kind
from api.verdicts import rule
from api.verdicts.models import Standing, Verdict
from api.verdicts.rule import Assessment, Item, Policy, Requirement


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
    """Store what the evidence amounts to, where the status is read."""
    assessment = rule.assess(as_items(items), policy())
    session.merge(
        Standing(
            claim_id=claim.id,
            would_be=assessment.would_be,
            supporting_lines=assessment.supporting_lines,
            disputing_lines=assessment.disputing_lines,
            unmet=[in_words(need) for need in assessment.unmet],
            needs_review=_needs_review(assessment, verdict),
            stand_in=any(i.counts and i.snapshot and i.snapshot.stand_in for i in items),
        )
    )
    session.flush()


def _needs_review(assessment: Assessment, verdict: Verdict | None) -> bool:
    """The evidence says more than the status: it is not what the last decision was taken on."""
    if verdict is None:
        return assessment.would_be is not Status.UNVERIFIED
    return verdict.decided_by_id is None or set(assessment.counted) != set(verdict.counted)
