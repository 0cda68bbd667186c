"""Appeals: anybody's word against what is said of a claim, and a reviewer's public answer."""

from flask import current_app

from api import audit_log
from api.audit_log import AuditAction
from api.claims.models import Claim
from api.claims.service import refuse_withdrawn
from api.contributors.models import Contributor
from api.database.session import get_or_404, now, session
from api.errors import Conflict, Forbidden, Invalid
from api.evidence.service import lock_claim
from api.verdicts.assessment import load_evidence, save_assessment
from api.verdicts.models import Verdict
from api.verdicts.opinions import find_deciders
from api.verdicts.replies.disclosures import refuse_interested
from api.verdicts.replies.models import Appeal, AppealContact, AppealState
from api.verdicts.service import latest_verdict


class ContactMadePublic(Invalid):
    """The text of an appeal and the answer to it are public; the contact is not, and so it must
    not stand in them.
    """

    title = "This would make the contact public"


class AppealIsAnswered(Conflict):
    """An appeal is answered once. Whoever has something new to say makes another."""

    title = "The appeal has been answered"


class OwnVerdict(Forbidden):
    """Nobody answers an appeal against a verdict that they gave, that two gave with them, or that
    applies one of theirs.
    """

    title = "You gave the verdict yourself"


def make_appeal(claim: Claim, *, text: str, contact: str) -> Appeal:
    """Raises `ClaimIsWithdrawn`, `ContactMadePublic`."""
    lock_claim(claim.id)
    if not claim.is_decided:  # else what was decided is still to be read
        refuse_withdrawn(claim)
    _refuse_contact(contact, text, at="#/text")
    newest = latest_verdict(claim.id)
    appeal = Appeal(
        claim_id=claim.id, verdict_id=newest.id if newest else None, text=text, answered_by=None
    )
    session.add(appeal)
    session.flush()
    session.add(AppealContact(appeal_id=appeal.id, contact=contact))
    audit_log.record_action(
        AuditAction.APPEAL_MADE, claim_id=claim.id, subject_id=appeal.id, by_id=None
    )
    save_assessment(claim, load_evidence(claim.id), newest)
    return appeal


def answer_appeal(appeal: Appeal, *, by: Contributor, upheld: bool, answer: str) -> Appeal:
    """Uphold or decline an appeal, in public. Raises `AppealIsAnswered`,
    `InterestDeclared`, `OwnVerdict`, `ContactMadePublic`.
    """
    lock_claim(appeal.claim_id)
    if appeal.state is not AppealState.OPEN:
        raise AppealIsAnswered(f"It was {appeal.state}: {appeal.answer}")
    refuse_interested(by, appeal.claim_id)
    newest = latest_verdict(appeal.claim_id)
    _refuse_own_verdict(appeal, newest, by)
    _refuse_contact(get_contact(appeal).contact, answer, at="#/answer")
    appeal.state = AppealState.UPHELD if upheld else AppealState.DECLINED
    appeal.answer = answer
    appeal.answered_by, appeal.answered_at = by, now()
    appeal.one_person = current_app.extensions["settings"].one_person
    session.flush()
    audit_log.record_action(
        AuditAction.APPEAL_ANSWERED,
        claim_id=appeal.claim_id,
        subject_id=appeal.id,
        by_id=by.id,
        decision=appeal.state,
    )
    claim = get_or_404(Claim, appeal.claim_id)
    save_assessment(claim, load_evidence(claim.id), newest)
    return appeal


def get_contact(appeal: Appeal) -> AppealContact:
    return session.get_one(AppealContact, appeal.id)


def erase_contact(appeal: Appeal) -> Appeal:
    """Forget how the appellant can be reached, for good. The appeal stays."""
    get_contact(appeal).contact = None
    return appeal


def _refuse_contact(contact: str | None, text: str, *, at: str) -> None:
    if contact and contact.strip().casefold() in text.casefold():
        raise ContactMadePublic("Leave the contact out: this text is public.", at=at)


def _refuse_own_verdict(appeal: Appeal, newest: Verdict | None, by: Contributor) -> None:
    """Neither the verdict that was appealed against nor the one that stands now."""
    if current_app.extensions["settings"].one_person:
        return
    appealed = session.get(Verdict, appeal.verdict_id) if appeal.verdict_id else None
    if any(verdict and by.id in find_deciders(verdict) for verdict in (appealed, newest)):
        raise OwnVerdict("Have a reviewer answer who did not give it.")
