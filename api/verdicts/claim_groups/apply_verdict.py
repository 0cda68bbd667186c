"""Applying a status: what was decided on a claim is decided on another that says the same.

A person does it, one claim at a time. The verdict cites the other, which was given on evidence
itself: nothing is applied from what was applied.
"""

from collections.abc import Sequence
from uuid import UUID

from flask import current_app

from api.claims.enums import Status
from api.claims.models import Claim
from api.claims.service import refuse_withdrawn
from api.contributors.models import Contributor
from api.database.session import get_or_404, session
from api.errors import Conflict, Forbidden, Invalid
from api.evidence.models import Evidence
from api.evidence.service import OwnEvidence
from api.verdicts import policy as rule
from api.verdicts import reassessment, service
from api.verdicts.assessment import assessed_items, load_evidence, thresholds
from api.verdicts.claim_groups import applied_verdicts
from api.verdicts.claim_groups import service as statements
from api.verdicts.models import Opinion, Verdict
from api.verdicts.record import VerdictDecision
from api.verdicts.replies.disclosures import refuse_interested
from api.verdicts.service import KnownVerdict


class NoSuchVerdict(Invalid):
    """`verdict` names the verdict that is to be applied."""

    title = "There is no such verdict"


class NotApplicable(Conflict):
    """A verdict can be applied that stands and says confirmed or disputed, that was given on
    evidence itself, and on a claim which a reviewer said to be the same. It needs to be one that
    could be given today, and whose evidence is from outside of this claim, too: `unmet` says what
    is missing.
    """

    title = "This verdict cannot be applied to the claim"


class OwnClaim(Forbidden):
    """Whoever brought in a claim does not apply to it what was decided on another."""

    title = "You brought in this claim yourself"


def lock_claim_and_verdict(claim_id: UUID, verdict_id: UUID) -> tuple[Claim, Verdict]:
    """A claim and the verdict that is to be applied to it, both claims held. Raises `NotFound`,
    `NoSuchVerdict`.
    """
    claim = get_or_404(Claim, claim_id)
    cited = session.get(Verdict, verdict_id)
    if cited is None:
        raise NoSuchVerdict("Name a verdict that there is.", at="#/verdict")
    statements.lock_claims(*{claim.id, cited.claim_id})
    return claim, cited


def apply_verdict(
    claim: Claim,
    cited: Verdict,
    *,
    decided_by: Contributor,
    reasons: str,
    exception: str | None,
    known: KnownVerdict,
) -> Verdict | Opinion:
    """A person's decision that what a verdict says of another claim holds for this one. Both are
    locked. `exception` is for one person in all roles.

    Raises `ClaimIsWithdrawn`, `InterestDeclared`, `NewerVerdict`, `NotApplicable`,
    `StatementsDiffer`, `OwnClaim`, `OwnEvidence`, `RequirementsUnmet`, `ExceptionUnneeded`,
    `OpinionWaits`.
    """
    refuse_withdrawn(claim)
    refuse_interested(decided_by, claim.id, cited.claim_id)
    service.refuse_newer(claim, known)
    there = session.get_one(Claim, cited.claim_id)
    items, theirs = load_evidence(claim.id), load_evidence(there.id)
    refuse_unless_applicable(cited, claim, there, theirs)
    statements.refuse_differing([claim], [there])
    own = _own_evidence(claim, [*items, *_cited_evidence(cited, theirs)], decided_by)
    judged = assessed_items(items), thresholds()
    needs = rule.requirements_to_apply(
        cited.status, *judged, exception=exception, own=assessed_items(own)
    )
    service.refuse_unmet(needs, exception)
    decision = VerdictDecision(
        status=cited.status,
        finding=cited.finding,
        reasons=reasons,
        exception=" ".join(filter(None, (cited.exception, exception))) or None,
        decided_by=decided_by,
        applied_verdict=cited,
    )
    return service.append_or_wait(claim, items, decision)


def refuse_unless_applicable(
    cited: Verdict, claim: Claim, there: Claim, evidence: Sequence[Evidence]
) -> None:
    """Raises `NotApplicable`, unless the verdict on the claim `there`, which has this evidence, can
    be applied to `claim`.
    """
    applied, newest = service.latest_verdict(claim.id), service.latest_verdict(there.id)
    if applied is not None and applied.applied_verdict_id == cited.id:
        raise NotApplicable("It has been applied already.")
    if newest is not cited or there.withdrawn_at is not None:
        raise NotApplicable("It does not stand.")
    if cited.status is Status.UNVERIFIED:
        raise NotApplicable("It says unverified, which nothing has to carry.")
    if cited.applied_verdict is not None:
        raise NotApplicable(
            f"It applies verdict {cited.applied_verdict['verdict']}: apply that one."
        )
    if not applied_verdicts.are_in_one_group(claim.id, there.id):
        raise NotApplicable("Nobody has said that the two claims say the same.")
    if fallen := reassessment.withdrawal_reason(cited, there, evidence):
        raise NotApplicable(f"It is about to be withdrawn: {fallen}.")
    if unmet := [
        need.as_dict()
        for need in applied_verdicts.requirements_to_cite(cited, claim, evidence)
        if not need.met
    ]:
        words = "; ".join(need["words"] for need in unmet)
        raise NotApplicable(f"For this claim it {words}.", unmet=unmet)


def _cited_evidence(cited: Verdict, evidence: Sequence[Evidence]) -> list[Evidence]:
    """What of its claim's evidence a verdict rests on."""
    rests_on = {id for ids, _ in cited.bases for id in ids}
    return [item for item in evidence if str(item.id) in rests_on]


def _own_evidence(claim: Claim, items: list[Evidence], person: Contributor) -> list[Evidence]:
    """What of all this somebody submitted, which they may where one person does it all. Raises
    `OwnClaim`, `OwnEvidence`.
    """
    own = [item for item in items if item.counted and item.submitted_by_id == person.id]
    if current_app.extensions["settings"].one_person:
        return own
    if claim.added_by_id == person.id:
        raise OwnClaim("Have another reviewer decide.")
    if own:
        raise OwnEvidence("Have another reviewer decide on what you submitted.")
    return own
