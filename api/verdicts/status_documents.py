"""The stored JSON answer of a claim's status, with its ETag.

Every transaction that changes a row of that answer stores the document again before it commits, so
that reading a status is one look-up by key.
"""

from collections.abc import Collection, Iterator
from itertools import chain
from typing import Any, NamedTuple
from uuid import UUID

from flask import Flask
from sqlalchemy import Select, and_, bindparam, event, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, UOWTransaction
from sqlalchemy.orm.attributes import get_history
from werkzeug.http import generate_etag

from api.claims.models import Claim
from api.contributors.models import Contributor
from api.database.session import WritingSession, read_row, session, transaction
from api.http.json_provider import encode
from api.verdicts import assessment, status
from api.verdicts.models import (
    ClaimAssessment,
    Opinion,
    StatusDocument,
    Verdict,
    newest_verdict_number,
)
from api.verdicts.replies.models import ContactAttempt, Correction, Interest
from api.verdicts.schemas import StatusView
from api.verdicts.status_fields import ClaimStatus

#: Raise it when the answer gets another form: documents of another version are built again.
FORMAT_VERSION = 2
#: Claims whose documents are built and stored together.
BATCH_SIZE = 100
#: Models with a `claim_id` whose rows are part of the answer.
MODELS_IN_STATUS = (ClaimAssessment, Verdict, Correction, ContactAttempt, Interest)

STATUS_VIEW = StatusView()


class StatusAnswer(NamedTuple):
    """A claim's status as JSON, and its ETag without quotation marks."""

    body: bytes
    etag: str


def init_app(app: Flask) -> None:
    """Make every writing transaction store the documents of the claims that it changes."""
    event.listen(WritingSession, "after_flush", collect_changed_claims)
    app.extensions["before_commit"].append(store_changed_documents)


def describe_basis() -> str:
    """The version of the answer and the thresholds that a document depends on, as one text.
    A stored document with another basis is out of date.
    """
    policy = assessment.thresholds()
    groups = f"{policy.confirm_groups} and {policy.dispute_groups} groups"
    return f"format {FORMAT_VERSION}, {groups}"


def find_status_document(claim_id: UUID) -> StatusAnswer:
    """The status of a claim, built here if no current document is stored. Raises `NotFound`."""
    if (stored := read_row(_SELECT_STORED, claim_id, describe_basis())) is not None:
        return StatusAnswer(*stored)
    return _render_status(status.load_status(claim_id))


_SELECT_STORED = "SELECT body, etag FROM status_documents WHERE claim_id = ? AND basis = ?"


def find_status_documents(claim_ids: Collection[UUID]) -> dict[UUID, bytes]:
    """The JSON of the statuses of these claims, by claim id. An unknown claim has no entry."""
    stored = select(StatusDocument.claim_id, StatusDocument.body).where(
        StatusDocument.claim_id.in_(claim_ids), StatusDocument.basis == describe_basis()
    )
    found = {row.claim_id: row.body for row in session.execute(stored)}
    missing = [id for id in claim_ids if id not in found]
    return found | {id: each.body for id, each in _build_status_documents(missing).items()}


def _build_status_documents(claim_ids: Collection[UUID]) -> dict[UUID, StatusAnswer]:
    """The documents of these claims, by claim id, as the transaction in progress sees them. An
    unknown claim has no entry.
    """
    if not claim_ids:
        return {}
    rows = session.execute(
        _SELECT_STATUSES, {"claims": claim_ids}, execution_options={"populate_existing": True}
    )
    return {row.Claim.id: _render_status(status.build_status(row)) for row in rows}


_SELECT_STATUSES = status.select_statuses().where(Claim.id.in_(bindparam("claims", expanding=True)))


def _render_status(known: ClaimStatus) -> StatusAnswer:
    body = encode(STATUS_VIEW.dump(known))
    return StatusAnswer(body, generate_etag(body))


def collect_changed_claims(opened: Session, _context: UOWTransaction) -> None:
    """Collect in the session the ids of the claims whose rows a flush changes, and of the people
    whose name or role it changes.
    """
    claims: set[UUID] = opened.info.setdefault("changed_claims", set())
    people: set[UUID] = opened.info.setdefault("changed_people", set())
    for row in chain(opened.new, opened.dirty, opened.deleted):
        if isinstance(row, Claim):
            claims.add(row.id)
        elif isinstance(row, MODELS_IN_STATUS):
            claims.add(row.claim_id)
        elif isinstance(row, Contributor) and row not in opened.new and _is_renamed(row):
            people.add(row.id)


def _is_renamed(person: Contributor) -> bool:
    return any(get_history(person, name).has_changes() for name in ("name", "role"))


def store_changed_documents(opened: Session) -> None:
    """Store the documents of the claims that the transaction changed, right before its commit."""
    opened.flush()
    claims: set[UUID] = opened.info.pop("changed_claims", set())
    if people := opened.info.pop("changed_people", set()):
        claims |= _claims_decided_by(people)
    ids = sorted(claims)
    for start in range(0, len(ids), BATCH_SIZE):
        store_status_documents(ids[start : start + BATCH_SIZE])


def _claims_decided_by(people: Collection[UUID]) -> set[UUID]:
    """The ids of the claims whose newest verdict, or its opinion, one of these people gave."""
    theirs = select(Verdict.claim_id).outerjoin(Opinion, Opinion.id == Verdict.opinion_id)
    theirs = theirs.where(or_(Verdict.decided_by_id.in_(people), Opinion.given_by_id.in_(people)))
    return set(
        session.scalars(theirs.where(Verdict.number == newest_verdict_number(Verdict.claim_id)))
    )


def store_status_documents(claim_ids: Collection[UUID]) -> None:
    """Build the documents of these claims and store them. The stored rows are locked first:
    another transaction that changes one of the claims waits, and then sees this one's changes.
    """
    locked = select(StatusDocument.claim_id).where(StatusDocument.claim_id.in_(claim_ids))
    session.execute(locked.order_by(StatusDocument.claim_id).with_for_update())
    rows = [
        {"claim_id": id, "basis": describe_basis(), "body": each.body, "etag": each.etag}
        for id, each in _build_status_documents(claim_ids).items()
    ]
    if rows:
        on_sqlite = session.get_bind().dialect.name == "sqlite"
        insert = (sqlite.insert if on_sqlite else postgresql.insert)(StatusDocument)
        new = {name: insert.excluded[name] for name in ("basis", "body", "etag")}
        upsert = insert.on_conflict_do_update(index_elements=["claim_id"], set_=new)
        session.execute(upsert, rows)


def backfill() -> Iterator[int]:
    """Store the documents that are missing or have another basis. Yields after each transaction
    how many it stored. If it is interrupted, the next call does the rest.
    """
    last = UUID(int=0)
    while True:
        with transaction():
            missing = _select_missing(Claim.id).where(Claim.id > last).order_by(Claim.id)
            if found := session.scalars(missing.limit(BATCH_SIZE)).all():
                store_status_documents(found)
        if not found:
            return
        last = found[-1]
        yield len(found)


def count_missing() -> int:
    """Count the documents that `backfill` has to store. Reads all claims."""
    return session.scalar(_select_missing(func.count())) or 0


def _select_missing(what: Any) -> Select[Any]:
    made = and_(StatusDocument.claim_id == Claim.id, StatusDocument.basis == describe_basis())
    claims = select(what).select_from(Claim).outerjoin(StatusDocument, made)
    return claims.where(StatusDocument.claim_id.is_(None))


def find_faults() -> Iterator[str]:
    """Find the stored documents that differ from the status computed now, in words."""
    last = UUID(int=0)
    stored = select(StatusDocument).where(StatusDocument.basis == describe_basis())
    while True:
        after = stored.where(StatusDocument.claim_id > last).order_by(StatusDocument.claim_id)
        documents = session.scalars(after.limit(BATCH_SIZE)).all()
        if not documents:
            return
        made = _build_status_documents([each.claim_id for each in documents])
        for each in documents:
            if made.get(each.claim_id) != (each.body, each.etag):
                yield f"claim {each.claim_id}: its stored status is not what it is"
        last = documents[-1].claim_id
