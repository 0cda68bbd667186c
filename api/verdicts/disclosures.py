"""What readers should know beside the evidence: whether the claimant was asked, and what ties a
reviewer to the claim.
"""

from uuid import UUID

from flask import current_app
from sqlalchemy import select

from api import ledger
from api.claims.models import Claim
from api.claims.service import refuse_withdrawn
from api.contributors.models import Contributor
from api.db import session
from api.errors import Forbidden
from api.evidence.service import hold
from api.ledger import Happening
from api.verdicts.reply_models import ContactAttempt, Interest, Outcome


class InterestDeclared(Forbidden):
    """Whoever has declared an interest in a claim decides neither on it nor on an appeal."""

    title = "You have an interest in this claim"


def note_attempt(
    claim: Claim,
    *,
    by: Contributor,
    asked: str,
    asked_at: str,
    outcome: Outcome,
    reply: str | None,
) -> ContactAttempt:
    """Put on record that the claimant was asked. Raises `ClaimIsWithdrawn`."""
    refuse_withdrawn(claim)
    attempt = ContactAttempt(
        claim_id=claim.id,
        asked=asked,
        asked_at=asked_at,
        outcome=outcome,
        reply=reply,
        recorded_by=by,
    )
    session.add(attempt)
    _record(Happening.CLAIMANT_ASKED, attempt, by)
    return attempt


def declare(claim: Claim, *, by: Contributor, interest: str) -> Interest:
    """Say what ties oneself to a claim. It cannot be taken back. Raises `ClaimIsWithdrawn`."""
    hold(claim.id)
    refuse_withdrawn(claim)
    declared = Interest(claim_id=claim.id, interest=interest, declared_by=by)
    session.add(declared)
    _record(Happening.INTEREST_DECLARED, declared, by)
    return declared


def refuse_interested(claim_id: UUID, person: Contributor) -> None:
    """Raises `InterestDeclared`, unless the house has one person only."""
    theirs = select(Interest.id).filter_by(claim_id=claim_id, declared_by_id=person.id).limit(1)
    if not current_app.extensions["settings"].one_person and session.scalar(theirs):
        raise InterestDeclared("Have a reviewer decide who has none.")


def _record(what: Happening, row: ContactAttempt | Interest, by: Contributor) -> None:
    session.flush()
    ledger.record(what, claim_id=row.claim_id, subject_id=row.id, by_id=by.id)
