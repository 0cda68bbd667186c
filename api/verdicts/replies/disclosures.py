"""What readers should know beside the evidence: whether the claimant was asked, and what ties a
reviewer to the claim.
"""

from datetime import datetime, timedelta
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from api import audit_log
from api.audit_log import AuditAction
from api.claims.models import Claim
from api.claims.service import refuse_withdrawn
from api.contributors.models import Contributor
from api.database.session import now, session
from api.errors import Forbidden, Invalid
from api.evidence.service import lock_claim
from api.verdicts.replies.models import ContactAttempt, ContactOutcome, Interest


class InterestDeclared(Forbidden):
    """Whoever has declared an interest in a claim decides neither on it nor on an appeal."""

    title = "You have an interest in this claim"


class NotYetAsked(Invalid):
    """What is on record has happened: `asked_at` lies ahead."""

    title = "This date is still to come"


class UnfitReply(Invalid):
    """Whoever answered said something, and whoever did not, nothing."""

    title = "The reply and the outcome contradict one another"


def record_contact_attempt(
    claim: Claim,
    *,
    by: Contributor,
    asked: str,
    asked_at: str,
    outcome: ContactOutcome,
    reply: str | None,
) -> ContactAttempt:
    """Put on record that the claimant was asked.

    Raises `ClaimIsWithdrawn`, `NotYetAsked`, `UnfitReply`.
    """
    refuse_withdrawn(claim)
    if _is_to_come(asked_at):
        raise NotYetAsked("Say when they were asked.", at="#/asked_at")
    if (outcome is ContactOutcome.ANSWERED and not reply) or (
        outcome is ContactOutcome.NO_ANSWER and reply
    ):
        raise UnfitReply("Give a reply if they answered, and only then.", at="#/reply")
    attempt = ContactAttempt(
        claim_id=claim.id,
        asked=asked,
        asked_at=asked_at,
        outcome=outcome,
        reply=reply,
        recorded_by=by,
    )
    session.add(attempt)
    _append_audit_entry(AuditAction.CLAIMANT_ASKED, attempt, by)
    return attempt


def _is_to_come(date: str) -> bool:
    """Whether a `PartialDate` lies ahead, wherever on Earth it was written."""
    if len(date) > len("2026-03-02"):
        return datetime.fromisoformat(date.upper()) > now()
    foremost = now() + timedelta(hours=14)  # the most that a zone is ahead of UTC
    return date > foremost.date().isoformat()[: len(date)]


def declare_interest(claim: Claim, *, by: Contributor, interest: str) -> Interest:
    """Say what ties oneself to a claim. It cannot be taken back. Raises `ClaimIsWithdrawn`."""
    lock_claim(claim.id)
    refuse_withdrawn(claim)
    declared = Interest(claim_id=claim.id, interest=interest, declared_by=by)
    session.add(declared)
    _append_audit_entry(AuditAction.INTEREST_DECLARED, declared, by)
    return declared


def refuse_interested(person: Contributor, *claims: UUID) -> None:
    """Raises `InterestDeclared` for one of these claims, unless the house has one person only."""
    theirs = select(Interest.id).filter_by(declared_by_id=person.id).limit(1)
    theirs = theirs.where(Interest.claim_id.in_(claims))
    if not current_app.extensions["settings"].one_person and session.scalar(theirs):
        raise InterestDeclared("Have a reviewer decide who has none.")


def _append_audit_entry(
    action: AuditAction, row: ContactAttempt | Interest, by: Contributor
) -> None:
    session.flush()
    audit_log.record_action(action, claim_id=row.claim_id, subject_id=row.id, by_id=by.id)
