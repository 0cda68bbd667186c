"""Claims that say the same: where a statement has appeared, and a reviewer's word on it."""

import re
from typing import Any, TypedDict
from uuid import UUID

from flask import current_app, g, redirect, render_template, request, url_for
from marshmallow import Schema, fields
from sqlalchemy import select

from api.auth.permissions import Permission, caller
from api.claims.enums import Status
from api.claims.matching import service as matching
from api.claims.models import Claim
from api.database.session import get_or_404, session
from api.http.fields import Text
from api.verdicts import assessment_view, service
from api.verdicts.claim_groups import appearances, apply_verdict
from api.verdicts.claim_groups import service as statements
from api.verdicts.claim_groups.schemas import AppliedVerdictSubmission
from api.verdicts.models import Opinion, Verdict, newest_verdict_number
from api.web.pages import InvalidFields, PageRoutes, StaleForm

routes = PageRoutes()

#: Of a group, what a claim's page shows; and the similar claims to choose from.
MAX_MEMBERS, MAX_SIMILAR = 12, 8

_ID = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class ClaimAddress(fields.UUID):
    """A claim, by its id or by an address that has the id in it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        found = _ID.search(str(value))
        return super()._deserialize(found[0] if found else value, attr, data, **kwargs)


class SameClaimForm(Schema):
    """`ClaimGroupSubmission`, as it is filled in: one of those shown, or another."""

    claim_id = fields.UUID(load_default=None)
    address = ClaimAddress(load_default=None)
    reason = Text(most=2_000, required=True)


class PartingForm(Schema):
    """`ClaimGroupDeparture`, on a page that asks for other reasons, too."""

    parting_reason = Text(most=2_000, required=True)


class ClaimGroupContext(TypedDict):
    """A claim's group for its page: a page of appearances (None where the claim is alone), how many
    of them to show, and the claim whose verdict was applied to it.
    """

    appearances: appearances.AppearancesPage | None
    most_appearances: int
    decided_as: Claim | None


def load_claim_group(claim: Claim, verdict: Verdict | None) -> ClaimGroupContext:
    """Where the claim's statement has appeared, and the claim whose verdict decides it."""
    found = appearances.list_appearances(claim, limit=statements.MAX_GROUP_SIZE)
    cites = verdict.applied_verdict if verdict else None
    return {
        "appearances": found if len(found["items"]) > 1 else None,
        "most_appearances": MAX_MEMBERS,
        "decided_as": get_or_404(Claim, UUID(cites["claim"])) if cites else None,
    }


@routes.page("/desk/<uuid:claim_id>/same", permission=Permission.GROUP_CLAIMS)
def same(claim_id: UUID) -> Any:
    """The claims that say the same, and those that may, with the forms to say so."""
    claim = get_or_404(Claim, claim_id)
    found = appearances.find_appearances(claim)
    members = {each["claim"].id for each in found}
    similar = matching.find_similar(claim, limit=MAX_SIMILAR)
    return render_template(
        "web/same.html",
        claim=claim,
        members=[each for each in found if each["claim"] is not claim],
        verdicts=_find_applicable_verdicts(members - {claim.id}),
        similar=[each for each in similar if each.claim.id not in members],
        matter=statements.DECISIVE_DIFFERENCES,
        seen=assessment_view.assessment_etag(claim),
        one_person=current_app.extensions["settings"].one_person,
    )


def _find_applicable_verdicts(claims: set[UUID]) -> dict[UUID, Verdict]:
    """Of these claims, the verdicts that stand on evidence and say something, by claim."""
    standing = select(Verdict).where(
        Verdict.claim_id.in_(claims),
        Verdict.number == newest_verdict_number(Verdict.claim_id),
        Verdict.status != Status.UNVERIFIED,
        Verdict.applied_verdict_id.is_(None),
    )
    return {verdict.claim_id: verdict for verdict in session.scalars(standing)}


@routes.form(
    "/desk/<uuid:claim_id>/same", permission=Permission.GROUP_CLAIMS, shape=SameClaimForm, on=same
)
def confirm_same(filled_in: dict[str, Any], claim_id: UUID) -> Any:
    """Say that another claim says the same."""
    other = filled_in["claim_id"] or filled_in["address"]
    if other is None:
        raise InvalidFields({"address": "Choose a claim, or give the address of one."})
    claim = get_or_404(Claim, claim_id)
    statements.join_groups(claim, other, by=caller(), reason=filled_in["reason"])
    return redirect(url_for("web.same", claim_id=claim_id), 303)


@routes.form(
    "/desk/<uuid:claim_id>/same/parting",
    permission=Permission.GROUP_CLAIMS,
    shape=PartingForm,
    on=same,
)
def part(filled_in: dict[str, Any], claim_id: UUID) -> Any:
    """Take the claim out of its group."""
    claim = get_or_404(Claim, claim_id)
    statements.leave_group(claim, by=caller(), reason=filled_in["parting_reason"])
    return redirect(url_for("web.same", claim_id=claim_id), 303)


@routes.form(
    "/desk/<uuid:claim_id>/same/verdict",
    permission=Permission.DECIDE,
    shape=AppliedVerdictSubmission,
    on=same,
)
def apply_status(filled_in: dict[str, Any], claim_id: UUID) -> Any:
    """Decide on the claim as another was decided, on what the reviewer saw."""
    known = service.find_known_verdict(claim_id, g.asked_at)
    claim, cited = apply_verdict.lock_claim_and_verdict(claim_id, filled_in.pop("verdict"))
    if request.form.get("seen") != assessment_view.assessment_etag(claim):
        raise StaleForm()
    given = apply_verdict.apply_verdict(claim, cited, decided_by=caller(), known=known, **filled_in)
    waits = isinstance(given, Opinion)
    return redirect(url_for("web.decide" if waits else "web.claim", claim_id=claim_id), 303)
