"""The right of reply: appeals and their answers, and what a reviewer puts on record."""

from collections.abc import Sequence
from typing import Any, TypedDict, TypeVar
from uuid import UUID

from flask import redirect, render_template, url_for
from marshmallow import Schema, fields
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from api.auth.permissions import Permission, caller
from api.claims.models import Claim
from api.database.session import get_or_404, session
from api.http.fields import PageQuery, Text
from api.http.pagination import list_page
from api.verdicts.models import Verdict
from api.verdicts.replies import appeals, corrections, disclosures
from api.verdicts.replies.models import Appeal, AppealState, ContactAttempt, Correction, Interest
from api.verdicts.replies.schemas import (
    AppealSubmission,
    ContactAttemptSubmission,
    CorrectionSubmission,
    InterestSubmission,
)
from api.web.pages import PageRoutes, load_input

routes = PageRoutes()

RowT = TypeVar("RowT")

PAGE_SIZE = 20
#: What a claim's page shows of each kind of record; the API has all of them.
MAX_RECORDS = 10


class AnswerForm(Schema):
    """`AppealAnswer`, as two buttons say it."""

    decision = fields.Enum(AppealState, by_value=True, required=True)
    answer = Text(most=5_000, required=True)


class ClaimRecords(TypedDict):
    """The newest public records on a claim, of each kind the newest first."""

    corrections: Sequence[Correction]
    appeals: Sequence[Appeal]
    attempts: Sequence[ContactAttempt]
    interests: Sequence[Interest]


def load_records(claim: Claim) -> ClaimRecords:
    """What is on record beside a claim's evidence, at most `MAX_RECORDS` of each kind."""
    made = corrections.CORRECTIONS_WITH_AUTHORS.filter_by(claim_id=claim.id)
    return {
        "corrections": _load(made.order_by(Correction.id.desc())),
        "appeals": _load(_select_newest(Appeal, claim, Appeal.answered_by)),
        "attempts": _load(_select_newest(ContactAttempt, claim, ContactAttempt.recorded_by)),
        "interests": _load(_select_newest(Interest, claim, Interest.declared_by)),
    }


def _load(query: Select[RowT]) -> Sequence[RowT]:
    return session.scalars(query.limit(MAX_RECORDS)).all()


def _select_newest(model: Any, claim: Claim, person: Any) -> Any:
    rows = select(model).where(model.claim_id == claim.id).options(joinedload(person))
    return rows.order_by(model.id.desc())


@routes.page("/corrections")
def all_corrections() -> Any:
    """What was published and was wrong, newest first, and how that is corrected."""
    asked = load_input(PageQuery(only=["cursor"]))
    made = list_page(
        corrections.CORRECTIONS_WITH_AUTHORS,
        Correction.id,
        newest_first=True,
        limit=PAGE_SIZE,
        **asked,
    )
    ids = {correction.claim_id for correction in made["items"]}
    claims = {claim.id: claim for claim in session.scalars(select(Claim).where(Claim.id.in_(ids)))}
    return render_template(
        "web/corrections.html", **made, claims=claims, policy=corrections.CORRECTIONS_POLICY
    )


@routes.page("/claims/<uuid:claim_id>/appeal")
def appeal_form(claim_id: UUID) -> Any:
    """The form to appeal against what is said of a claim. It takes no key."""
    return render_template("web/appeal_form.html", claim=get_or_404(Claim, claim_id))


@routes.form(
    "/claims/<uuid:claim_id>/appeal",
    permission=Permission.APPEAL,
    shape=AppealSubmission,
    on=appeal_form,
)
def make_appeal(filled_in: dict[str, Any], claim_id: UUID) -> Any:
    """Make it."""
    made = appeals.make_appeal(get_or_404(Claim, claim_id), **filled_in)
    return redirect(url_for("web.appeal", appeal_id=made.id), 303)


@routes.page("/appeals/<uuid:appeal_id>")
def appeal(appeal_id: UUID) -> Any:
    """An appeal and its answer; who may, sees the contact, and answers."""
    found = get_or_404(Appeal, appeal_id, joinedload(Appeal.answered_by))
    return render_template(
        "web/appeal.html",
        appeal=found,
        claim=get_or_404(Claim, found.claim_id),
        contact=appeals.get_contact(found).contact,
    )


@routes.form(
    "/appeals/<uuid:appeal_id>",
    permission=Permission.ANSWER_APPEALS,
    shape=AnswerForm,
    on=appeal,
)
def answer_appeal(filled_in: dict[str, Any], appeal_id: UUID) -> Any:
    """Uphold or decline it, in public."""
    found = get_or_404(Appeal, appeal_id, joinedload(Appeal.answered_by), lock=True)
    upheld = filled_in["decision"] is AppealState.UPHELD
    appeals.answer_appeal(found, by=caller(), upheld=upheld, answer=filled_in["answer"])
    return redirect(url_for("web.appeal", appeal_id=appeal_id), 303)


@routes.page("/desk/<uuid:claim_id>/records", permission=Permission.KEEP_RECORDS)
def records(claim_id: UUID) -> Any:
    """The forms for what goes on record: a correction, that somebody was asked, an interest."""
    claim = get_or_404(Claim, claim_id)
    verdicts = select(Verdict).filter_by(claim_id=claim.id).order_by(Verdict.number.desc())
    shown = session.scalars(verdicts.limit(MAX_RECORDS)).all()
    return render_template("web/records.html", claim=claim, verdicts=shown)


@routes.form(
    "/desk/<uuid:claim_id>/records/correction",
    permission=Permission.KEEP_RECORDS,
    shape=CorrectionSubmission,
    on=records,
)
def correct(filled_in: dict[str, Any], claim_id: UUID) -> Any:
    """Correct in public what was said."""
    corrections.make_correction(get_or_404(Claim, claim_id), by=caller(), **filled_in)
    return redirect(url_for("web.claim", claim_id=claim_id), 303)


@routes.form(
    "/desk/<uuid:claim_id>/records/contact-attempt",
    permission=Permission.KEEP_RECORDS,
    shape=ContactAttemptSubmission,
    on=records,
)
def note_attempt(filled_in: dict[str, Any], claim_id: UUID) -> Any:
    """Record that the claimant was asked."""
    disclosures.record_contact_attempt(get_or_404(Claim, claim_id), by=caller(), **filled_in)
    return redirect(url_for("web.claim", claim_id=claim_id), 303)


@routes.form(
    "/desk/<uuid:claim_id>/records/interest",
    permission=Permission.KEEP_RECORDS,
    shape=InterestSubmission,
    on=records,
)
def declare(filled_in: dict[str, Any], claim_id: UUID) -> Any:
    """Declare what ties oneself to the claim."""
    disclosures.declare_interest(get_or_404(Claim, claim_id), by=caller(), **filled_in)
    return redirect(url_for("web.claim", claim_id=claim_id), 303)
