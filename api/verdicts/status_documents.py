"""The answer to "what is known about this claim", stored with its ETag where it changes.

Every transaction that changes a row which the answer tells of stores it anew before it commits, so
that reading it is one look-up by key.
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

#: Counted up when the answer gets another form.
FORMAT = 2
#: Documents that are made together.
BATCH = 100
#: Rows of a claim that its status tells of.
TOLD_OF = (ClaimAssessment, Verdict, Correction, ContactAttempt, Interest)

VIEW = StatusView()


class StatusAnswer(NamedTuple):
    """An answer: JSON, and its ETag."""

    body: bytes
    etag: str


def init_app(app: Flask) -> None:
    """Have every transaction that writes store the documents that it changes."""
    event.listen(WritingSession, "after_flush", note_changes)
    app.extensions["before_commit"].append(store_changed)


def basis() -> str:
    """What documents are made by now."""
    confirm, dispute = (
        assessment.thresholds().confirm_groups,
        assessment.thresholds().dispute_groups,
    )
    return f"format {FORMAT}, {confirm} and {dispute} groups"


def find(claim_id: UUID) -> StatusAnswer:
    """The answer about a claim; made on the spot where none is stored. Raises `NotFound`."""
    if (stored := read_row(_READ, claim_id, basis())) is not None:
        return StatusAnswer(*stored)
    return _document(status.status_of(claim_id))


_READ = "SELECT body, etag FROM status_documents WHERE claim_id = ? AND basis = ?"


def find_many(claim_ids: Collection[UUID]) -> dict[UUID, bytes]:
    """The answers about those of the claims that there are, by their ids."""
    stored = select(StatusDocument.claim_id, StatusDocument.body).where(
        StatusDocument.claim_id.in_(claim_ids), StatusDocument.basis == basis()
    )
    found = {row.claim_id: row.body for row in session.execute(stored)}
    missing = [id for id in claim_ids if id not in found]
    return found | {id: each.body for id, each in _made(missing).items()}


def _made(claim_ids: Collection[UUID]) -> dict[UUID, StatusAnswer]:
    """The documents of those of the claims that there are, as the transaction in progress sees
    them.
    """
    if not claim_ids:
        return {}
    rows = session.execute(
        _STATUSES, {"claims": claim_ids}, execution_options={"populate_existing": True}
    )
    return {row.Claim.id: _document(status.status_of_row(row)) for row in rows}


_STATUSES = status.select_statuses().where(Claim.id.in_(bindparam("claims", expanding=True)))


def _document(known: dict[str, Any]) -> StatusAnswer:
    body = encode(VIEW.dump(known))
    return StatusAnswer(body, generate_etag(body))


def note_changes(opened: Session, _context: UOWTransaction) -> None:
    """Remember which claims, and whose, have a flush change what their documents say."""
    claims: set[UUID] = opened.info.setdefault("changed_claims", set())
    people: set[UUID] = opened.info.setdefault("changed_people", set())
    for row in chain(opened.new, opened.dirty, opened.deleted):
        if isinstance(row, Claim):
            claims.add(row.id)
        elif isinstance(row, TOLD_OF):
            claims.add(row.claim_id)
        elif isinstance(row, Contributor) and row not in opened.new and _is_renamed(row):
            people.add(row.id)


def _is_renamed(person: Contributor) -> bool:
    return any(get_history(person, name).has_changes() for name in ("name", "role"))


def store_changed(opened: Session) -> None:
    """Store the documents of the claims that the transaction changed: what it does last."""
    opened.flush()
    claims: set[UUID] = opened.info.pop("changed_claims", set())
    if people := opened.info.pop("changed_people", set()):
        claims |= _decided_by(people)
    ids = sorted(claims)
    for start in range(0, len(ids), BATCH):
        store(ids[start : start + BATCH])


def _decided_by(people: Collection[UUID]) -> set[UUID]:
    """The claims whose newest verdict tells of one of these people."""
    theirs = select(Verdict.claim_id).outerjoin(Opinion, Opinion.id == Verdict.opinion_id)
    theirs = theirs.where(or_(Verdict.decided_by_id.in_(people), Opinion.given_by_id.in_(people)))
    return set(
        session.scalars(theirs.where(Verdict.number == newest_verdict_number(Verdict.claim_id)))
    )


def store(claim_ids: Collection[UUID]) -> None:
    """Store what is so now. Whoever changes one of the claims at the same time waits, and then
    sees what this transaction changed.
    """
    locked = select(StatusDocument.claim_id).where(StatusDocument.claim_id.in_(claim_ids))
    session.execute(locked.order_by(StatusDocument.claim_id).with_for_update())
    rows = [
        {"claim_id": id, "basis": basis(), "body": each.body, "etag": each.etag}
        for id, each in _made(claim_ids).items()
    ]
    if rows:
        on_sqlite = session.get_bind().dialect.name == "sqlite"
        insert = (sqlite.insert if on_sqlite else postgresql.insert)(StatusDocument)
        new = {name: insert.excluded[name] for name in ("basis", "body", "etag")}
        upsert = insert.on_conflict_do_update(index_elements=["claim_id"], set_=new)
        session.execute(upsert, rows)


def backfill() -> Iterator[int]:
    """Store the documents that are missing or were made otherwise. Gives how many it has done
    after each transaction; begun again, it goes on.
    """
    last = UUID(int=0)
    while True:
        with transaction():
            behind = _behind(Claim.id).where(Claim.id > last).order_by(Claim.id).limit(BATCH)
            if found := session.scalars(behind).all():
                store(found)
        if not found:
            return
        last = found[-1]
        yield len(found)


def count_missing() -> int:
    """How many documents `backfill` has to store. Reads them all."""
    return session.scalar(_behind(func.count())) or 0


def _behind(what: Any) -> Select[Any]:
    made = and_(StatusDocument.claim_id == Claim.id, StatusDocument.basis == basis())
    claims = select(what).select_from(Claim).outerjoin(StatusDocument, made)
    return claims.where(StatusDocument.claim_id.is_(None))


def faults() -> Iterator[str]:
    """Stored documents that say something else than is so, in words."""
    last = UUID(int=0)
    stored = select(StatusDocument).where(StatusDocument.basis == basis())
    while True:
        after = stored.where(StatusDocument.claim_id > last).order_by(StatusDocument.claim_id)
        documents = session.scalars(after.limit(BATCH)).all()
        if not documents:
            return
        made = _made([each.claim_id for each in documents])
        for each in documents:
            if made.get(each.claim_id) != (each.body, each.etag):
                yield f"claim {each.claim_id}: its stored status is not what it is"
        last = documents[-1].claim_id
