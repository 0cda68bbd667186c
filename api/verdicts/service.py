"""How a claim comes to its status: the only code that appends a verdict."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select
from uuid6 import uuid7

from api import audit_log
from api.audit_log import AuditAction
from api.claims.enums import Status
from api.claims.models import Claim
from api.claims.service import refuse_withdrawn
from api.contributors.models import Contributor
from api.database.session import now, session
from api.errors import Conflict, Invalid
from api.evidence.models import Evidence
from api.evidence.service import OwnEvidence, lock_claim
from api.verdicts import hash_chain, opinions
from api.verdicts import policy as rule
from api.verdicts.assessment import (
    assessed_items,
    load_evidence,
    save_assessment,
    thresholds,
)
from api.verdicts.claim_groups import applied_verdicts
from api.verdicts.models import Opinion, Verdict
from api.verdicts.opinions import OpinionWaits
from api.verdicts.policy import Requirement
from api.verdicts.record import VerdictDecision, build_record
from api.verdicts.replies.disclosures import refuse_interested
from api.verdicts.transparency_log import service as log


class RequirementsUnmet(Conflict):
    """The evidence does not carry this status. `unmet` lists what is missing, each with a code
    that stays the same and words for a person.
    """

    title = "The evidence does not carry this status"


class NewerVerdict(Conflict):
    """Somebody else decided on the claim while you did: `verdict` is theirs. Look at it first."""

    title = "Somebody else has just decided"


class KnownVerdict(NamedTuple):
    """The newest verdict that whoever decides can have seen: its number (0 where there is none),
    and the moment at which they asked for their own.
    """

    number: int
    asked_at: datetime


class ExceptionUnneeded(Invalid):
    """A verdict that needs no exception has none: what is published as one has to be one."""

    title = "No exception is needed for this"


class EvidenceDoesNotCount(Invalid):
    """A verdict rests on evidence of its own claim and, to confirm or dispute, on evidence
    that counts: its quote was found, and it is neither retracted nor rejected.
    """

    title = "A verdict cannot rest on this evidence"


def give_verdict(
    claim: Claim,
    *,
    decided_by: Contributor,
    status: Status,
    reasons: str,
    evidence: list[UUID],
    finding: str | None,
    exception: str | None,
    known: KnownVerdict,
) -> Verdict | Opinion:
    """A person's decision, who knows the claim's verdicts so far; an opinion, where the verdict
    takes two.

    Raises `ClaimIsWithdrawn`, `InterestDeclared`, `NewerVerdict`, `EvidenceDoesNotCount`,
    `OwnEvidence`, `RequirementsUnmet`, `ExceptionUnneeded`, `OpinionWaits`.
    """
    lock_claim(claim.id)
    # What was decided on a claim before it was withdrawn can still be taken back.
    if not (claim.is_decided and status is Status.UNVERIFIED):
        refuse_withdrawn(claim)
    refuse_interested(decided_by, claim.id)
    refuse_newer(claim, known)
    items = load_evidence(claim.id)
    cited = _cited_evidence(items, evidence, status)
    own = [item for item in cited if item.submitted_by_id == decided_by.id]
    if own and not current_app.extensions["settings"].one_person:
        raise OwnEvidence("Have another reviewer decide on what you submitted.")
    judged = assessed_items(items), assessed_items(cited), thresholds()
    needs = rule.requirements_for(status, *judged, exception=exception, own=assessed_items(own))
    refuse_unmet(needs, exception)
    decision = VerdictDecision(
        status=status,
        finding=finding,
        reasons=reasons,
        exception=exception,
        cited_evidence=frozenset(item.id for item in cited),
        decided_by=decided_by,
    )
    return append_or_wait(claim, items, decision)


def append_or_wait(
    claim: Claim, items: Sequence[Evidence], decision: VerdictDecision
) -> Verdict | Opinion:
    """Let a decision that nothing forbids be the verdict or, where that takes two, wait for
    another's. The claim is held. Raises `OpinionWaits`.
    """
    if current_app.extensions["settings"].second_opinion:
        return _decide_by_two(claim, items, decision)
    return append_verdict(claim, items, decision)


def _decide_by_two(
    claim: Claim, items: Sequence[Evidence], decision: VerdictDecision
) -> Verdict | Opinion:
    """`confirmed` and `disputed` take two, neither having seen the other's choice.

    `unverified` takes one. Given upon another's opinion it is how two differ: on one basis the
    gate is never open for both `confirmed` and `disputed`. Whoever would apply a verdict agrees
    only with whoever would apply the same one.
    """
    newest = latest_verdict(claim.id)
    waiting = opinions.find_waiting_opinions(claim, items, newest)
    cites_id = decision.applied_verdict.id if decision.applied_verdict else None
    if decision.status is not Status.UNVERIFIED:
        waiting = [each for each in waiting if each.applied_verdict_id == cites_id]
    first = next((each for each in waiting if each.given_by is not decision.decided_by), None)
    if first or decision.status is Status.UNVERIFIED:
        return append_verdict(claim, items, decision._replace(opinion=first))
    if waiting:
        raise OpinionWaits("You gave it on this evidence.", opinion=str(waiting[0].id))
    return opinions.save_opinion(
        claim, decision, opinions.opinion_basis(claim, items, newest, cites_id)
    )


def find_known_verdict(claim_id: UUID, asked_at: datetime) -> KnownVerdict:
    """What can be known of the claim's verdicts at a request that came at `asked_at`. To be called
    before the claim is locked: nobody has seen what another commits while they wait for the lock.
    """
    newest = select(func.max(Verdict.number)).filter_by(claim_id=claim_id)
    return KnownVerdict(session.scalar(newest) or 0, asked_at)


def refuse_newer(claim: Claim, known: KnownVerdict) -> None:
    """Refuse who waited for the claim's lock, or on SQLite for their turn to write, while another
    decided: they have not seen that decision. Raises `NewerVerdict`.
    """
    newest = latest_verdict(claim.id)
    if newest is None:
        return
    # A moment to come is of a verdict that was given before the clock was put back.
    meanwhile = known.asked_at < newest.decided_at <= now()
    if meanwhile or newest.number > known.number:
        detail = f"Verdict {newest.number} says {newest.status}."
        raise NewerVerdict(detail, verdict=str(newest.id))


def _cited_evidence(items: Sequence[Evidence], ids: list[UUID], status: Status) -> list[Evidence]:
    known = {item.id: item for item in items}
    for place, id in enumerate(ids):
        if id not in known:
            raise EvidenceDoesNotCount(
                "It is not evidence on this claim.", at=f"#/evidence/{place}"
            )
        if status is not Status.UNVERIFIED and not known[id].counted:
            raise EvidenceDoesNotCount("It does not count.", at=f"#/evidence/{place}")
    return [known[id] for id in dict.fromkeys(ids)]


def refuse_unmet(needs: Sequence[Requirement], exception: str | None) -> None:
    """Raises `RequirementsUnmet`, `ExceptionUnneeded`."""
    if unmet := [need.as_dict() for need in needs if not need.met]:
        raise RequirementsUnmet("; ".join(need["words"] for need in unmet) + ".", unmet=unmet)
    if exception and not any(need.code in rule.EXCEPTION_CODES for need in needs):
        raise ExceptionUnneeded("Leave it out: the evidence carries this alone.", at="#/exception")


def append_verdict(claim: Claim, items: Sequence[Evidence], decision: VerdictDecision) -> Verdict:
    """Add a verdict to the claim's chain and make it the claim's status."""
    last, decided_at = latest_verdict(claim.id), now()
    link = last.link if last else None
    record = build_record(claim, items, decision, last=link, decided_at=decided_at)
    text = hash_chain.canonical_json(record)
    verdict = Verdict(
        id=_next_verdict_id(last),
        claim_id=claim.id,
        record=text,
        hash=hash_chain.sha256_hex(text),
        previous_hash=record["previous"],
        decided_by=decision.decided_by,
        opinion=decision.opinion,
        applied_verdict_id=decision.applied_verdict.id if decision.applied_verdict else None,
        decided_at=decided_at,
        number=record["number"],
        status=record["status"],
        finding=record["finding"],
        reasons=record["reasons"],
        exception=record["exception"],
        one_person=record["one_person"],
    )
    session.add(verdict)
    if claim.status is not decision.status:
        claim.status, claim.status_since = decision.status, decided_at
    claim.status_exception, claim.status_one_person = verdict.exception, verdict.one_person
    session.flush()
    save_assessment(claim, items, verdict)
    _append_audit_entry(verdict)
    log.queue_verdict(verdict)
    if last:  # else there was nothing that anybody could have applied
        applied_verdicts.enqueue_reassessment_of_applied(claim.id)
    return verdict


def _next_verdict_id(last: Verdict | None) -> UUID:
    """An id that sorts after the last one's, also where another machine's clock is ahead: a
    claim's verdicts are read in the order of their ids.
    """
    return max(uuid7(), UUID(int=last.id.int + 1)) if last else uuid7()


def latest_verdict(claim_id: UUID) -> Verdict | None:
    newest_first = select(Verdict).filter_by(claim_id=claim_id).order_by(Verdict.number.desc())
    return session.scalar(newest_first.limit(1))


def _append_audit_entry(verdict: Verdict) -> None:
    person = verdict.decided_by
    audit_log.record_action(
        AuditAction.VERDICT_GIVEN if person else AuditAction.VERDICT_WITHDRAWN,
        claim_id=verdict.claim_id,
        subject_id=verdict.id,
        by_id=person.id if person else None,
        status=verdict.status,
        number=verdict.number,
        **({"cites": verdict.applied_verdict["claim"]} if verdict.applied_verdict else {}),
    )
