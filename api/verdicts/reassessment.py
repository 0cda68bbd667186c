"""What a claim's evidence amounts to, drawn anew when it or the verdict has changed.

The system may withdraw a verdict whose evidence falls away; only a person may give one. New
evidence against a standing verdict withdraws nothing (anybody could make it), it asks for review.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from api.claims.enums import Status
from api.claims.models import Claim
from api.database.session import get_or_404, transaction
from api.evidence.enums import EvidenceState, Stance
from api.evidence.models import Evidence
from api.verdicts import assessment, policy, service
from api.verdicts.claim_groups import applied_verdicts
from api.verdicts.models import Verdict
from api.verdicts.policy import RequirementCode
from api.verdicts.record import VerdictDecision, judged_fields


def reassess_claim(claim_id: str) -> None:
    """Do it later, for evidence that has changed."""
    with transaction():
        update_assessment(get_or_404(Claim, UUID(claim_id), lock=True))


def update_assessment(claim: Claim) -> None:
    """Withdraw the verdict if it holds no longer, and keep the claim's standing. The claim is
    locked by the transaction in progress.
    """
    items = assessment.load_evidence(claim.id)
    verdict = service.latest_verdict(claim.id)
    if verdict and (fallen := withdrawal_reason(verdict, claim, items)):
        withdrawal = VerdictDecision(status=Status.UNVERIFIED, reasons=f"Withdrawn: {fallen}.")
        verdict = service.append_verdict(claim, items, withdrawal)
    elif verdict:
        applied_verdicts.enqueue_reassessment_of_applied(claim.id)
    assessment.save_assessment(claim, items, verdict)


def withdrawal_reason(verdict: Verdict, claim: Claim, items: Sequence[Evidence]) -> str | None:
    """In words, why a verdict does not hold any more; None if it does. `unverified` needs no
    evidence, but a person's may come with a finding, which is on the words that they saw.
    """
    if verdict.decided_by_id is None:
        return None
    judged: Mapping[str, object] = verdict.attested_record["claim"]
    if any(judged[name] != value for name, value in judged_fields(claim).items()):
        return "the claim was edited after the verdict"
    if verdict.status is Status.UNVERIFIED:
        return None
    if verdict.applied_verdict_id is not None:
        return applied_verdicts.withdrawal_reason(verdict, claim)
    grounds = (
        (cited, _single_group_exception(verdict, cited, why)) for cited, why in verdict.bases
    )
    fallen = (_basis_failure(verdict.status, *ground, items) for ground in grounds)
    return next(filter(None, fallen), None)


def _single_group_exception(
    verdict: Verdict, cited: list[str], exception: str | None
) -> str | None:
    """The exception, if it was made for a single line, not for whose evidence it was."""
    support = [
        item for item in verdict.attested_record["evidence"] if item["stance"] == Stance.SUPPORTS
    ]
    lines = {item["line"] for item in support if item["id"] in cited}
    return exception if len(lines) == 1 else None


def _basis_failure(
    status: Status, cited: list[str], exception: str | None, items: Sequence[Evidence]
) -> str | None:
    """Of a verdict that took two reviewers, what either rests on has to carry it."""
    rested_on = [item for item in items if str(item.id) in cited]
    judged = assessment.assessed_items(rested_on)
    needs = policy.requirements_for(
        status, judged, judged, assessment.thresholds(), exception=exception
    )
    missing = [
        need.words
        for need in needs
        if not need.met and need.code is not RequirementCode.NOT_DISPUTED
    ]
    if not missing:
        return None
    return "; ".join([*(_item_failure(item) for item in rested_on if not item.counted), *missing])


def _item_failure(item: Evidence) -> str:
    if item.retracted_at is not None:
        what = f"was retracted ({item.retraction_reason})"
    elif not item.active:
        what = f"was rejected ({item.review_reason})"
    else:
        what = {
            EvidenceState.QUOTE_ABSENT: "no longer has the quote",
            EvidenceState.SOURCE_UNAVAILABLE: "is unavailable",
        }.get(item.state, "does not count")
    return f"the evidence from {item.source_url} {what}"
