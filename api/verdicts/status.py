"""What is known about a claim now, and all that was ever decided on it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Label, Row, Select, and_, func, select
from sqlalchemy.orm import outerjoin

from api.audit_log import AuditAction, AuditEntry
from api.claims.enums import Status
from api.claims.models import Claim
from api.database.session import now, session
from api.errors import Invalid, NotFound
from api.evidence.models import Evidence, Recheck
from api.http.blueprints import build_address
from api.http.pagination import list_page
from api.verdicts import assessment, hash_chain, policy
from api.verdicts.models import (
    WITH_PEOPLE,
    ClaimAssessment,
    Verdict,
    newest_verdict_number,
)
from api.verdicts.replies.models import ContactAttempt, Correction, Interest
from api.verdicts.status_fields import (
    AssessmentFields,
    ChainFault,
    ClaimStatus,
    HistoryPage,
    VerdictFields,
)

#: What a status tells of what is on record beside the verdicts.
RECORDS_BESIDE: dict[str, tuple[Any, type[Correction | ContactAttempt | Interest]]] = {
    "corrected_at": (func.max(Correction.created_at), Correction),
    "contact_attempts": (func.count(), ContactAttempt),
    "interests": (func.count(), Interest),
}


def load_status(claim_id: UUID) -> ClaimStatus:
    """The status of a claim now, read in one query. Raises `NotFound`."""
    found = session.execute(select_statuses().where(Claim.id == claim_id)).first()
    if found is None:
        raise NotFound(f"There is no claim {claim_id}.")
    return build_status(found)


def select_statuses() -> Select[Any]:
    """Claims with what their evidence amounts to and their newest verdicts, where there are any,
    and what is on record beside them.
    """
    newest = and_(Verdict.claim_id == Claim.id, Verdict.number == newest_verdict_number(Claim.id))
    known = outerjoin(Claim, ClaimAssessment, ClaimAssessment.claim_id == Claim.id).outerjoin(
        Verdict, newest
    )
    return (
        select(Claim, ClaimAssessment, Verdict, *_select_records_beside(Claim.id))
        .select_from(known)
        .options(*WITH_PEOPLE)
    )


def build_status(row: Row[Any]) -> ClaimStatus:
    """The status that a row of `select_statuses` holds."""
    claim, verdict = row.Claim, row.Verdict
    return {
        "claim": claim.id,
        "statement": claim.statement,
        "status": claim.status,
        "since": claim.status_since,
        "at": None,
        "corrected_at": row.corrected_at,
        "contact_attempts": row.contact_attempts,
        "interests": row.interests,
        "withdrawn": claim.withdrawn_at is not None,
        "history": build_address("verdicts.get_history", claim_id=claim.id),
        **_current_assessment(row.ClaimAssessment),
        **_verdict_fields(verdict),
    }


class NotYetMade(NotFound):
    """At the moment that was asked for, the claim had not been made."""

    title = "There was no such claim then"


class NotYetPast(Invalid):
    """What will be known at a moment to come is not settled: ask for a past one, or for none."""

    title = "This moment is still to come"


def load_past_status(claim: Claim, moment: datetime) -> ClaimStatus:
    """What `load_status` would have answered at a past moment, from the verdict that stood then
    and the evidence it was given on. Raises `NotYetPast`, `NotYetMade`.
    """
    if moment > now():
        raise NotYetPast("Ask for a moment that is past.", at="at")
    if moment < claim.created_at:
        raise NotYetMade(f"It was made at {claim.created_at.isoformat()}.", at="at")
    verdicts = select(Verdict).filter_by(claim_id=claim.id).where(Verdict.decided_at <= moment)
    newest_first = verdicts.order_by(Verdict.number.desc()).options(*WITH_PEOPLE)
    verdict = session.scalar(newest_first.limit(1))
    beside = session.execute(select(*_select_records_beside(claim.id, until=moment))).one()
    return {
        "claim": claim.id,
        "statement": _statement_at(claim, moment, verdict),
        "status": verdict.status if verdict else Status.UNVERIFIED,
        "since": _since(claim, verdict),
        "at": moment,
        "corrected_at": beside.corrected_at,
        "contact_attempts": beside.contact_attempts,
        "interests": beside.interests,
        "withdrawn": claim.withdrawn_at is not None and claim.withdrawn_at <= moment,
        "history": build_address("verdicts.get_history", claim_id=claim.id),
        **_past_assessment(verdict),
        **_verdict_fields(verdict),
    }


def _select_records_beside(claim_id: Any, *, until: datetime | None = None) -> Iterator[Label[Any]]:
    """What is on record beside a claim's verdicts, until a moment if one is given, for a select."""
    for name, (what, record) in RECORDS_BESIDE.items():
        records = select(what).where(record.claim_id == claim_id)
        if until is not None:
            records = records.where(record.created_at <= until)
        yield records.correlate(Claim).scalar_subquery().label(name)


def _since(claim: Claim, verdict: Verdict | None) -> datetime:
    """When the status that a verdict gave began: the verdicts before it may have said the same."""
    if verdict is None:
        return claim.created_at
    chain_so_far = select(Verdict).filter_by(claim_id=claim.id)
    earlier = chain_so_far.where(Verdict.number < verdict.number)
    other = earlier.where(Verdict.status != verdict.status).order_by(Verdict.number.desc())
    last_other = session.scalar(other.limit(1))
    if last_other is None and verdict.status is Status.UNVERIFIED:
        return claim.created_at
    number = last_other.number + 1 if last_other else 1
    return session.scalars(chain_so_far.filter_by(number=number)).one().decided_at


def _statement_at(claim: Claim, moment: datetime, verdict: Verdict | None) -> str:
    """The words that stood then. A person's verdict falls with the words it was given on; on
    others, the next edit of the words says what they were before it.
    """
    if verdict is not None and verdict.decided_by_id is not None:
        judged: str = verdict.attested_record["claim"]["statement"]
        return judged
    before = AuditEntry.details["before"]["statement"].as_string()
    of_the_claim = select(before).where(AuditEntry.claim_id == claim.id)
    edits = of_the_claim.where(AuditEntry.action == AuditAction.CLAIM_EDITED)
    later = edits.where(AuditEntry.created_at > moment, before.is_not(None)).order_by(AuditEntry.id)
    return session.scalar(later.limit(1)) or claim.statement


def _past_assessment(verdict: Verdict | None) -> AssessmentFields:
    if verdict is None:  # the assessment of a past moment is stored with a verdict only
        return {
            "supporting_groups": None,
            "disputing_groups": None,
            "unmet": None,
            "needs_review": None,
            "stand_in": None,
        }
    record = verdict.attested_record
    pages = (item["snapshot"] for item in record["evidence"] if item["counts"])
    return {
        "supporting_groups": record["supporting_lines"],
        "disputing_groups": record["disputing_lines"],
        "unmet": [] if verdict.applied_verdict_id else record["unmet"],
        "needs_review": None,
        "stand_in": any(page and page["stand_in"] for page in pages)
        or bool(verdict.applied_verdict and verdict.applied_verdict["stand_in"]),
    }


def _current_assessment(current: ClaimAssessment | None) -> AssessmentFields:
    if current is None:  # nothing has been put forward yet
        nothing = policy.assess((), assessment.thresholds())
        return {
            "supporting_groups": 0,
            "disputing_groups": 0,
            "unmet": [need.as_dict() for need in nothing.unmet],
            "needs_review": False,
            "stand_in": False,
        }
    return {
        "supporting_groups": current.supporting_groups,
        "disputing_groups": current.disputing_groups,
        "unmet": current.unmet,
        "needs_review": current.needs_review,
        "stand_in": current.stand_in,
    }


def _verdict_fields(verdict: Verdict | None) -> VerdictFields:
    if verdict is None:
        return {
            "finding": None,
            "decided_by": None,
            "opinion": None,
            "exception": None,
            "one_person": False,
            "applied_verdict": None,
            "verdict": None,
        }
    return {
        "finding": verdict.finding,
        "decided_by": verdict.decided_by,
        "opinion": verdict.opinion,
        "exception": verdict.exception,
        "one_person": verdict.one_person,
        "applied_verdict": verdict.applied_verdict,
        "verdict": build_address("verdicts.get_verdict", verdict_id=verdict.id),
    }


def list_history(claim: Claim, **paging: Any) -> HistoryPage:
    """One page of a claim's verdicts, oldest first, each with what is wrong with its link."""
    verdicts = select(Verdict).filter_by(claim_id=claim.id)
    answer = list_page(verdicts.options(*WITH_PEOPLE), Verdict.id, **paging)
    items = answer["items"]
    before = None
    if items and items[0].number > 1:
        before = session.scalar(verdicts.filter_by(number=items[0].number - 1))
    links = (verdict.link for verdict in items)
    faults: list[ChainFault] = [
        {"number": link.number, "words": fault}
        for link, fault in hash_chain.find_faults(links, after=before.link if before else None)
    ]
    return {**answer, "intact": not faults, "faults": faults}


#: What is said about a claim, and changes nothing that a verdict attests.
ACTIONS_NOT_ATTESTED = (
    AuditAction.VERDICT_GIVEN,
    AuditAction.VERDICT_WITHDRAWN,
    AuditAction.APPEAL_MADE,
    AuditAction.APPEAL_ANSWERED,
    AuditAction.CORRECTION_MADE,
    AuditAction.CLAIMANT_ASKED,
    AuditAction.INTEREST_DECLARED,
    AuditAction.STATEMENT_JOINED,
    AuditAction.STATEMENT_LEFT,
)


class AuditEvent(NamedTuple):
    """Something that was done to a claim, or to an item of its evidence."""

    claim_id: UUID
    subject_id: UUID
    what: str
    at: datetime


def list_audit_events(claims: Sequence[UUID]) -> Iterator[AuditEvent]:
    """All actions on these claims and their evidence that can change what a verdict attests."""
    entries = select(
        AuditEntry.claim_id, AuditEntry.subject_id, AuditEntry.action, AuditEntry.created_at
    )
    entries = entries.where(
        AuditEntry.claim_id.in_(claims), AuditEntry.action.not_in(ACTIONS_NOT_ATTESTED)
    )
    rechecks = select(Evidence.claim_id, Evidence.id, Recheck.outcome, Recheck.created_at)
    rechecks = rechecks.join(Evidence, Evidence.id == Recheck.evidence_id)
    rechecks = rechecks.where(Evidence.claim_id.in_(claims))
    for rows in (entries.order_by(AuditEntry.id), rechecks.order_by(Recheck.id)):
        yield from (AuditEvent(*row) for row in session.execute(rows))
