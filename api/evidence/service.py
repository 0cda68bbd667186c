"""How evidence is submitted, retracted and reviewed."""

from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import Executable, bindparam, select, union
from sqlalchemy.orm import defer, joinedload
from uuid6 import uuid7

from api import audit_log
from api.articles.models import Article
from api.audit_log import AuditAction
from api.claims.models import Claim
from api.claims.service import NotYours, refuse_withdrawn
from api.contributors.models import Contributor
from api.database.session import get_or_404, now, session, transaction
from api.errors import Conflict, Forbidden, Invalid
from api.evidence.enums import EvidenceState, RejectionReason, ReviewDecision, Stance
from api.evidence.independence import service as independence
from api.evidence.models import Evidence
from api.http.pagination import ResultPage, list_page
from api.jobs.queue import enqueue
from api.sources.models import Snapshot, Source
from api.sources.service import get_or_create_source
from api.sources.url_validation import validate_url

#: What an item is shown with.
WITH_RELATED = (
    joinedload(Evidence.source),
    joinedload(Evidence.submitted_by),
    joinedload(Evidence.snapshot),
)
#: The same in a list, without what is not shown there.
WITH_RELATED_IN_LIST = (
    defer(Evidence.origin_features, raiseload=True),
    joinedload(Evidence.source).load_only(
        Source.domain, Source.name, Source.owner, Source.kind, raiseload=True
    ),
    joinedload(Evidence.submitted_by).load_only(Contributor.name, raiseload=True),
    joinedload(Evidence.snapshot).load_only(
        Snapshot.final_url,
        Snapshot.status,
        Snapshot.content_type,
        Snapshot.retrieved_at,
        Snapshot.sha256,
        Snapshot.text_sha256,
        Snapshot.byte_length,
        Snapshot.stand_in,
        raiseload=True,
    ),
)


def list_evidence(
    claim_id: UUID, *, limit: int, cursor: str | None = None, **wanted: EvidenceState | Stance
) -> ResultPage:
    """One page of the evidence on a claim, oldest first, in a `state` and of a `stance` if they
    are given. Raises `ForeignCursor`.
    """
    rows = select(Evidence).filter_by(claim_id=claim_id, **wanted).options(*WITH_RELATED_IN_LIST)
    return list_page(rows, Evidence.id, limit=limit, cursor=cursor)


#: Why an item that was brought with thousands of others is pending.
WAITING_REASON = "It is examined when somebody asks for it."


class AlreadySubmitted(Conflict):
    """The same quote of the same page has been submitted on this claim."""

    title = "This quote has been submitted before"


class NothingToExamine(Conflict):
    """The evidence has been examined already, or was taken back or rejected."""

    title = "There is nothing to examine"


class IsRetracted(Conflict):
    """The evidence has been taken back by its submitter; nothing more happens to it."""

    title = "The evidence is retracted"


class UnfitReason(Invalid):
    """Evidence is rejected for a reason from the list, and accepted without one."""

    title = "The reason does not go with the decision"


class OwnEvidence(Forbidden):
    """Nobody reviews the evidence, rules on its line, or gives a verdict on evidence, that they
    submitted.
    """

    title = "You submitted this evidence yourself"


def submit_evidence(claim: Claim, **item: Any) -> Evidence:
    """Create an item (see `create_evidence`), and enqueue its examination."""
    evidence = create_evidence(claim, **item)
    enqueue("evidence.examine", evidence_id=evidence.id)
    return evidence


def create_evidence(
    claim: Claim,
    *,
    submitted_by: Contributor,
    source_url: str,
    quote: str,
    prefix: str = "",
    suffix: str = "",
    **columns: Any,
) -> Evidence:
    """Add an item to a claim, and to the audit log. `columns` are the item's others: `stance`,
    `kind`, `note`, `published_at`, `interests`.

    The claim is locked by the transaction in progress (`claims.service.lock_open_claim`), so that
    nobody withdraws it meanwhile. Returns the item with all that it is shown with. Raises
    `ClaimIsWithdrawn`, `AddressRefused`, `AlreadySubmitted`.
    """
    refuse_withdrawn(claim)
    validate_url(source_url, at="#/source_url")
    source = get_or_create_source(source_url)
    evidence = Evidence(
        id=uuid7(),  # known before it is written, so that one flush writes its audit entry too
        claim_id=claim.id,
        fingerprint=_new_fingerprint(claim, source_url, quote),
        source_url=source_url,
        source=source,
        quote=quote,
        prefix=prefix,
        suffix=suffix,
        submitted_by=submitted_by,
        snapshot=None,
        **columns,
    )
    session.add(evidence)
    record_evidence_action(
        AuditAction.EVIDENCE_SUBMITTED, evidence, by=submitted_by, stance=evidence.stance
    )
    session.flush()  # the unit of work does not know what else will refer to the item
    return evidence


def request_examination(evidence: Evidence) -> Evidence:
    """Have an item examined that waits for it. `evidence` comes with its claim. Asking twice does
    no harm: the second job finds it examined.

    Raises `ClaimIsWithdrawn`, `NothingToExamine`.
    """
    refuse_withdrawn(evidence.claim)
    if not evidence.needs_examination:
        raise NothingToExamine(f"It is {evidence.state}.")
    evidence.state_reason = None
    enqueue("evidence.examine", evidence_id=evidence.id)
    return evidence


_SAME = (
    select(Evidence.id)
    .where(Evidence.claim_id == bindparam("claim"), Evidence.retracted_at.is_(None))
    .where(Evidence.fingerprint == bindparam("fingerprint"))
)


def _new_fingerprint(claim: Claim, source_url: str, quote: str) -> str:
    """What an item is told from others by. Raises `AlreadySubmitted`."""
    fingerprint = sha256(f"{source_url}\n{quote}".encode()).hexdigest()
    if existing := _find_same(claim, fingerprint):
        raise AlreadySubmitted("It is on this claim already.", evidence=str(existing))
    return fingerprint


def _find_same(claim: Claim, fingerprint: str) -> UUID | None:
    return session.scalar(_SAME, {"claim": claim.id, "fingerprint": fingerprint})


def retract_evidence(evidence: Evidence, *, by: Contributor, reason: str) -> Evidence:
    """Take back what one submitted. Raises `NotYours`, `IsRetracted`."""
    lock_claim(evidence.claim_id)
    if evidence.submitted_by_id != by.id:
        raise NotYours("Only its submitter can take it back; a reviewer can reject it.")
    _refuse_retracted(evidence)
    evidence.retracted_at, evidence.retraction_reason = now(), reason
    record_evidence_action(AuditAction.EVIDENCE_RETRACTED, evidence, by=by, reason=reason)
    recompute_groups_and_enqueue_reassessment(evidence.claim_id)
    return evidence


def review_evidence(
    evidence: Evidence,
    *,
    by: Contributor,
    decision: ReviewDecision,
    reason: RejectionReason | None = None,
    note: str | None = None,
) -> Evidence:
    """Accept or reject evidence. Raises `UnfitReason`, `IsRetracted`, `OwnEvidence`."""
    if (decision is ReviewDecision.REJECTED) != (reason is not None):
        raise UnfitReason("Give a reason to reject, and only then.", at="#/reason")
    lock_claim(evidence.claim_id)
    _refuse_retracted(evidence)
    refuse_own(evidence, by)
    evidence.review, evidence.review_reason, evidence.review_note = decision, reason, note
    evidence.reviewed_at = now()
    accepted = decision is ReviewDecision.ACCEPTED
    what = AuditAction.EVIDENCE_ACCEPTED if accepted else AuditAction.EVIDENCE_REJECTED
    record_evidence_action(what, evidence, by=by, reason=reason, note=note)
    recompute_groups_and_enqueue_reassessment(evidence.claim_id)
    if evidence.needs_examination:  # while it was rejected nobody examined it
        enqueue("evidence.examine", evidence_id=evidence.id)
    return evidence


def refuse_own(evidence: Evidence, by: Contributor) -> None:
    """Raises `OwnEvidence`."""
    if evidence.submitted_by_id == by.id and not current_app.extensions["settings"].one_person:
        raise OwnEvidence("Have another reviewer judge it.")


def _refuse_retracted(evidence: Evidence) -> None:
    if evidence.retracted_at is not None:
        raise IsRetracted(f"It was retracted: {evidence.retraction_reason}")


def lock_claim(claim_id: UUID) -> None:
    """Lock a claim, so that one transaction at a time changes what its groups and its assessment
    are computed from.

    The lock is always taken before an item is changed, so that no two transactions wait for one
    another. A claim that was loaded before is loaded again: another transaction may have changed
    it meanwhile.
    """
    session.refresh(get_or_404(Claim, claim_id), with_for_update={"of": Claim, "key_share": True})


def recompute_groups_and_enqueue_reassessment(claim_id: UUID) -> None:
    """Group the claim's items again, since an item has come to count or ceased to, and enqueue the
    claim's reassessment.
    """
    session.flush()
    independence.recompute_groups(claim_id)
    enqueue("verdict.reassess", claim_id=claim_id)


def recompute_groups_when_edited(claim: Claim) -> None:
    """Group the items again: the claimant and the claimant's domains decide what is independent."""
    independence.recompute_groups(claim.id)


_WITH_CLAIM = select(Evidence.claim_id).join(Claim, Claim.id == Evidence.claim_id)


def recompute_groups_of_publisher(source_id: str) -> None:
    """Group the items of every claim that has a publisher's page as evidence or as its article: a
    job. One transaction a claim.
    """
    publisher = UUID(source_id)
    as_evidence = select(Evidence.claim_id).where(Evidence.source_id == publisher)
    as_article = _WITH_CLAIM.join(Article, Article.id == Claim.article_id)
    as_article = as_article.where(Article.source_id == publisher)
    _recompute_each(union(as_evidence, as_article), publisher)


def recompute_groups_of_article(article_id: str) -> None:
    """Group the items of an article's claims: a job. An item may have its new edition's text."""
    article = UUID(article_id)
    _recompute_each(_WITH_CLAIM.where(Claim.article_id == article).distinct(), article)


def _recompute_each(claims: Executable, because_of: UUID) -> None:
    with transaction(reads=True):
        ids = list(session.scalars(claims))
    for claim_id in ids:
        with transaction():
            lock_claim(claim_id)
            audit_log.record_action(
                AuditAction.LINES_REDRAWN, claim_id=claim_id, subject_id=because_of, by_id=None
            )
            recompute_groups_and_enqueue_reassessment(claim_id)


def record_evidence_action(
    action: AuditAction, evidence: Evidence, *, by: Contributor | None, **details: Any
) -> None:
    audit_log.record_action(
        action,
        claim_id=evidence.claim_id,
        subject_id=evidence.id,
        by_id=by.id if by else None,
        **details,
    )
