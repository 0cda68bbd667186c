"""What a claim's evidence allows, in full: its groups, and what each status needs."""

from collections.abc import Sequence
from hashlib import sha256
from typing import TypedDict
from uuid import UUID

from flask import current_app

from api.claims.enums import Status
from api.claims.models import Claim
from api.evidence.models import Evidence
from api.verdicts import policy as rule
from api.verdicts import service
from api.verdicts.assessment import assessed_items, load_evidence, thresholds
from api.verdicts.models import Verdict
from api.verdicts.policy import AssessedItem, UnmetRequirement
from api.verdicts.record import judged_fields
from api.verdicts.record_format import AppliedVerdictRecord


class MetRequirement(UnmetRequirement):
    """A requirement, and whether it is met."""

    met: bool


class IndependentGroup(TypedDict):
    """An independent source group: its number, whether one of its items is independent of the
    claim, why its items are one group, and their ids.
    """

    number: int
    independent: bool
    reasons: list[str] | None
    evidence: list[UUID]


class AssessmentAnswer(TypedDict):
    """What a claim's evidence allows; the keys are those of the public answer."""

    claim: UUID
    supported_status: Status
    supporting_groups: int
    disputing_groups: int
    confirmed_needs: list[MetRequirement]
    disputed_needs: list[MetRequirement]
    groups: list[IndependentGroup]
    policy: dict[str, int]
    needs_two_reviewers: bool
    newest_verdict: int
    applied_verdict: AppliedVerdictRecord | None


def build_assessment_view(claim: Claim) -> tuple[AssessmentAnswer, str]:
    """The assessment as it would gate a verdict that rests on all the claim's evidence, and its
    ETag.
    """
    rows, newest = load_evidence(claim.id), service.latest_verdict(claim.id)
    items, policy = assessed_items(rows), thresholds()
    assessed = rule.assess(items, policy)
    answer: AssessmentAnswer = {
        "claim": claim.id,
        "supported_status": assessed.supported_status,
        "supporting_groups": assessed.supporting_groups,
        "disputing_groups": assessed.disputing_groups,
        "confirmed_needs": _needs(Status.CONFIRMED, items),
        "disputed_needs": _needs(Status.DISPUTED, items),
        "groups": _groups(rows),
        "policy": {
            "confirm_groups": policy.confirm_groups,
            "dispute_groups": policy.dispute_groups,
            "version": policy.version,
        },
        "needs_two_reviewers": current_app.extensions["settings"].second_opinion,
        "newest_verdict": newest.number if newest else 0,
        "applied_verdict": newest.applied_verdict if newest else None,
    }
    return answer, _etag(claim, rows, newest)


def assessment_etag(claim: Claim) -> str:
    """The digest of what a reviewer sees before deciding: the version of each item, the newest
    verdict, what is judged of the claim, the thresholds.
    """
    return _etag(claim, load_evidence(claim.id), service.latest_verdict(claim.id))


def _etag(claim: Claim, rows: Sequence[Evidence], newest: Verdict | None) -> str:
    seen = [
        *(f"{row.id}.{row.version}" for row in rows),
        str([*judged_fields(claim).values()]),
        str(newest.number if newest else 0),
        str(thresholds().as_dict()),
        str(current_app.extensions["settings"].second_opinion),
    ]
    return sha256("\n".join(seen).encode()).hexdigest()[:24]


def _needs(status: Status, items: Sequence[AssessedItem]) -> list[MetRequirement]:
    needs = rule.requirements_for(status, items, items, thresholds())
    return [{**need.as_dict(), "met": need.met} for need in needs]


def _groups(rows: Sequence[Evidence]) -> list[IndependentGroup]:
    groups: dict[int, list[Evidence]] = {}
    for row in rows:
        if row.group_number is not None:
            groups.setdefault(row.group_number, []).append(row)
    return [
        {
            "number": number,
            "independent": any(row.independent for row in members),
            "reasons": members[0].group_reasons,
            "evidence": [row.id for row in members],
        }
        for number, members in sorted(groups.items())
    ]
