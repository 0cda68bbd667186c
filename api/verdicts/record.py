"""What a verdict attests, as one record: everything it was decided on, and no personal data."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask import current_app
from sqlalchemy import select

from api.articles.models import Edition
from api.claims.enums import Status
from api.claims.models import Claim
from api.contributors.models import Contributor
from api.database.session import session
from api.evidence.models import Evidence
from api.sources.models import Snapshot
from api.timestamps import format_rfc3339
from api.verdicts import assessment, hash_chain
from api.verdicts import policy as rule
from api.verdicts.hash_chain import ChainLink
from api.verdicts.models import Opinion, Verdict
from api.verdicts.record_format import (
    AppliedVerdictRecord,
    ClaimRecord,
    EvidenceRecord,
    JudgedFields,
    OpinionRecord,
    SnapshotRecord,
    VerdictRecord,
)


class VerdictDecision(NamedTuple):
    """What is decided on a claim, on which evidence (ids), by whom (None: by the policy), upon
    which opinion of another, and as which verdict on another claim.
    """

    status: Status
    reasons: str
    finding: str | None = None
    exception: str | None = None
    cited_evidence: frozenset[UUID] = frozenset()
    decided_by: Contributor | None = None
    opinion: Opinion | None = None
    applied_verdict: Verdict | None = None


def build_record(
    claim: Claim,
    items: Sequence[Evidence],
    decision: VerdictDecision,
    *,
    last: ChainLink | None,
    decided_at: datetime,
) -> VerdictRecord:
    """The record of a decision that follows the `last` verdict, ready for canonical JSON."""
    policy, applied = assessment.thresholds(), decision.applied_verdict
    amounts_to = rule.assess(assessment.assessed_items(items), policy)
    return {
        "format": hash_chain.RECORD_FORMAT,
        "number": last.number + 1 if last else 1,
        "previous": last.hash if last else None,
        "claim": claim_record(claim, _text_sha256(claim)),
        "status": decision.status,
        "finding": decision.finding,
        "reasons": decision.reasons,
        "exception": decision.exception,
        "supporting_lines": amounts_to.supporting_groups,
        "disputing_lines": amounts_to.disputing_groups,
        "unmet": [need.as_dict() for need in amounts_to.unmet],
        "evidence": [
            evidence_record(item, cited=item.id in decision.cited_evidence) for item in items
        ],
        "policy": policy.as_dict(),
        "one_person": current_app.extensions["settings"].one_person
        or bool(applied and applied.one_person),
        "decided_by": person_record(decision.decided_by),
        "opinion": opinion_record(decision.opinion) if decision.opinion else None,
        "cites": applied_verdict_record(applied) if applied else None,
        "decided_at": format_moment(decided_at),
    }


def _text_sha256(claim: Claim) -> str:
    """Of the article's edition that the claim's place is in."""
    edition = {"article_id": claim.article_id, "number": claim.edition}
    return session.scalars(select(Edition.text_sha256).filter_by(**edition)).one()


def judged_fields(claim: Claim) -> JudgedFields:
    """What of a claim a verdict judges, by the names that records and stored digests have for it.
    Where it stands in the article is not among it.
    """
    return {"statement": claim.statement, "claimant": claim.claimant, "said_on": claim.said_on}


def claim_record(claim: Claim, text_sha256: str) -> ClaimRecord:
    """What a verdict says about: the claim's words, their place in a text, and whose they are."""
    return {
        "id": str(claim.id),
        "article": {"id": str(claim.article_id), "text_sha256": text_sha256},
        "edition": claim.edition,
        "exact": claim.exact,
        "prefix": claim.prefix,
        "suffix": claim.suffix,
        "start": claim.start,
        "end": claim.end,
        **judged_fields(claim),
    }


def evidence_record(item: Evidence, *, cited: bool) -> EvidenceRecord:
    """An item as it counted, and by its digests what was read."""
    return {
        "id": str(item.id),
        "source_url": item.source_url,
        "quote": item.quote,
        "stance": item.stance,
        "kind": item.kind,
        "state": item.state,
        "review": item.review,
        "counts": item.counted,
        "cited": cited,
        "line": item.group_number,
        "outside": item.independent,
        "snapshot": snapshot_record(item.snapshot) if item.snapshot else None,
    }


def snapshot_record(snapshot: Snapshot) -> SnapshotRecord:
    """A stored copy of a source, by its digests."""
    return {
        "id": str(snapshot.id),
        "sha256": snapshot.sha256,
        "text_sha256": snapshot.text_sha256,
        "retrieved_at": format_moment(snapshot.retrieved_at),
        "stand_in": snapshot.stand_in,
    }


def opinion_record(opinion: Opinion) -> OpinionRecord:
    """What the first of two reviewers would have decided."""
    return {
        "id": str(opinion.id),
        "status": opinion.status,
        "finding": opinion.finding,
        "reasons": opinion.reasons,
        "exception": opinion.exception,
        "evidence": opinion.evidence,
        "given_by": person_record(opinion.given_by),
        "given_at": format_moment(opinion.created_at),
        "cites": str(opinion.applied_verdict_id) if opinion.applied_verdict_id else None,
    }


def applied_verdict_record(verdict: Verdict) -> AppliedVerdictRecord:
    """A verdict that another applies to its own claim: by its hash, with what it rests on."""
    record = verdict.attested_record
    pages = [item["snapshot"] for item in record["evidence"] if item["counts"]]
    return {
        "claim": record["claim"]["id"],
        "verdict": str(verdict.id),
        "number": record["number"],
        "hash": verdict.hash,
        "supporting_lines": record["supporting_lines"],
        "disputing_lines": record["disputing_lines"],
        "stand_in": any(page and page["stand_in"] for page in pages),
    }


def person_record(person: Contributor | None) -> dict[str, str]:
    """The commitment to a person, which nobody can make again once the salt is erased."""
    if person is None:
        return {"policy": str(rule.POLICY_VERSION)}
    return {"commitment": hash_chain.commit_to_person(salt=person.salt, person=str(person.id))}


def describe_decider(person: Contributor | None) -> str:
    """Who decided, as far as it can still be told: a record's commitment, "policy" or "erased"."""
    if person is None:
        return "policy"
    return "erased" if person.erased_at else person_record(person)["commitment"]


def format_moment(when: datetime) -> str:
    """RFC 3339 in UTC, always with microseconds, so that a moment has one spelling."""
    return format_rfc3339(when, "microseconds")
