"""Where a verdict takes two reviewers: the opinion that waits, unseen, for a second one."""

from collections.abc import Sequence
from typing import TypedDict
from uuid import UUID

from flask import current_app
from sqlalchemy import or_, select
from sqlalchemy.orm import aliased, contains_eager

from api.auth.roles import Role
from api.claims.models import Claim
from api.contributors.models import Contributor
from api.database.session import get_or_404, session
from api.errors import Conflict, NotFound
from api.evidence.models import Evidence
from api.verdicts import hash_chain
from api.verdicts.assessment import load_evidence, thresholds
from api.verdicts.claim_groups import applied_verdicts
from api.verdicts.models import Opinion, Verdict
from api.verdicts.record import VerdictDecision, judged_fields
from api.verdicts.replies.models import Interest


class OpinionWaits(Conflict):
    """You have given your opinion on the claim as it is, and another reviewer has not yet given
    theirs. `opinion` is yours.
    """

    title = "Your opinion waits for another reviewer's"


class OwnOpinion(TypedDict):
    """An opinion, whether it still waits for another reviewer's, and the id of the verdict that was
    given upon it, if any.
    """

    opinion: Opinion
    waits: bool
    verdict: UUID | None


def opinion_basis(
    claim: Claim, items: Sequence[Evidence], newest: Verdict | None, cites: UUID | None
) -> str:
    """The digest of what an opinion is given on: the newest verdict, all that opens or closes
    the gate, and the verdict that it would apply, if any. An item that does not count is not part
    of it: anybody could make opinions lapse.
    """
    lines: dict[int | None, str] = {}
    counted = [
        [
            str(item.id),
            item.stance,
            item.kind,
            # Its line by the first item in it: numbers change with items that do not count.
            lines.setdefault(item.group_number, str(item.id)),
            item.snapshot and item.snapshot.text_sha256,
        ]
        for item in items
        if item.counted
    ]
    basis = {
        "claim": judged_fields(claim),
        "evidence": counted,
        "policy": thresholds().as_dict(),
        "verdict": newest and newest.hash,
        **({"cites": str(cites)} if cites else {}),
    }
    return hash_chain.sha256_hex(hash_chain.canonical_json(basis))


def save_opinion(claim: Claim, decision: VerdictDecision, basis: str) -> Opinion:
    """Store an opinion. Nothing else changes: no entry in the audit log, no job."""
    opinion = Opinion(
        claim_id=claim.id,
        status=decision.status,
        finding=decision.finding,
        reasons=decision.reasons,
        exception=decision.exception,
        evidence=sorted(str(id) for id in decision.cited_evidence),
        basis=basis,
        given_by=decision.decided_by,
        applied_verdict_id=decision.applied_verdict.id if decision.applied_verdict else None,
    )
    session.add(opinion)
    session.flush()
    return opinion


def find_waiting_opinions(
    claim: Claim, items: Sequence[Evidence], newest: Verdict | None
) -> list[Opinion]:
    """The opinions on what is there now whose givers may still decide, oldest first."""
    given = select(Opinion).filter_by(claim_id=claim.id).join(Opinion.given_by)
    given = given.where(Contributor.active, Contributor.role == Role.REVIEWER)
    if not current_app.extensions["settings"].one_person:
        cited = aliased(Verdict)
        given = given.outerjoin(cited, cited.id == Opinion.applied_verdict_id)
        concerned = or_(Interest.claim_id == claim.id, Interest.claim_id == cited.claim_id)
        theirs = concerned & (Interest.declared_by_id == Contributor.id)
        given = given.where(~select(Interest.id).where(theirs).exists())
    given = given.options(contains_eager(Opinion.given_by)).order_by(Opinion.id)
    found = session.scalars(given).all()
    bases = {
        id: opinion_basis(claim, items, newest, id)
        for id in {each.applied_verdict_id for each in found}
        if not (
            id and applied_verdicts.citation_withdrawal_reason(session.get_one(Verdict, id), claim)
        )
    }
    return [each for each in found if each.basis == bases.get(each.applied_verdict_id)]


def get_own_opinion(id: UUID, *, by: Contributor) -> OwnOpinion:
    """An opinion as its giver sees it, and nobody else. Raises `NotFound`."""
    opinion = session.scalar(select(Opinion).filter_by(id=id, given_by_id=by.id))
    if opinion is None:
        raise NotFound(f"There is no opinion {id}.")
    claim = get_or_404(Claim, opinion.claim_id)
    newest = session.scalar(
        select(Verdict).filter_by(claim_id=claim.id).order_by(Verdict.number.desc()).limit(1)
    )
    answered = session.scalar(select(Verdict.id).filter_by(opinion_id=id))
    return {
        "opinion": opinion,
        "waits": opinion in find_waiting_opinions(claim, load_evidence(claim.id), newest),
        "verdict": answered,
    }


def find_deciders(verdict: Verdict) -> set[UUID | None]:
    """Whose decision a verdict is: who gave it and, if it took two, who had agreed before; where
    it applies another, theirs who decided that one, too.
    """
    cited = (
        session.get_one(Verdict, verdict.applied_verdict_id) if verdict.applied_verdict_id else None
    )
    first = session.get(Opinion, verdict.opinion_id) if verdict.opinion_id else None
    agreed = first and first.status is verdict.status
    own = {verdict.decided_by_id} | ({first.given_by_id} if first and agreed else set())
    return own | (find_deciders(cited) if cited else set())
