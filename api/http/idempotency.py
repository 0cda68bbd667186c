"""A POST that is sent twice is done once: what was answered under an Idempotency-Key."""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from flask import Response, g, make_response, request
from sqlalchemy import JSON, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from api.auth import permissions
from api.database.session import Base, now, session, transaction
from api.errors import Conflict, Invalid

RETENTION = timedelta(hours=24)

#: What a key may be: up to 200 ASCII characters that can be seen.
KEY = re.compile(r"[!-~]([ -~]{0,198}[!-~])?")


class StoredAnswer(Base):
    """What a caller was answered under a key; kept for 24 hours."""

    __tablename__ = "idempotent_answers"

    caller: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    fingerprint: Mapped[str]
    status: Mapped[int]
    headers: Mapped[dict[str, str]] = mapped_column(JSON)
    body: Mapped[bytes | None]


class KeyReused(Invalid):
    """The Idempotency-Key was used before with another request. Use a new key for a new one."""

    title = "The idempotency key belongs to another request"


class StillRunning(Conflict):
    """The first request with this Idempotency-Key has not finished. Ask again in a moment."""

    title = "The first request is still running"


class ShownOnce(Conflict):
    """The request was done, and its answer is not kept: it held a secret that is shown only once,
    or somebody who has been erased since.
    """

    title = "The answer was shown once"


def run_idempotent(view: Callable[[], Response], *, no_replay: bool) -> Response:
    """What the view answers, or what it answered when the key was first used.

    The answer is stored in the view's own transaction, so there is never one without the other;
    a refusal is rolled back with the rest and not kept. Raises `KeyReused`, `StillRunning`,
    `ShownOnce`.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return view()
    if not KEY.fullmatch(key):
        raise Invalid("Send 1 to 200 visible ASCII characters.", at="Idempotency-Key")
    caller = permissions.caller_identity()
    _lock_key(caller, key)
    stored = session.get(StoredAnswer, (caller, key))
    if stored is not None and stored.created_at > now() - RETENTION:
        return _replay(stored)
    session.execute(
        delete(StoredAnswer).where(
            StoredAnswer.caller == caller, StoredAnswer.created_at <= now() - RETENTION
        )
    )
    response = view()
    _store_answer(caller, key, response, no_replay=no_replay)
    return response


def delete_expired() -> None:
    """Delete the answers that are kept no longer. A periodic task."""
    with transaction():
        session.execute(delete(StoredAnswer).where(StoredAnswer.created_at <= now() - RETENTION))


def erase_person(person: UUID) -> None:
    """Take away the kept answers that name somebody. What was done under their keys is not done
    again: it is answered as if it had held a secret.
    """
    kept = (
        select(StoredAnswer).where(StoredAnswer.body.is_not(None)).execution_options(yield_per=500)
    )
    for answer in session.scalars(kept):
        if str(person).encode() in (answer.body or b""):
            answer.body = None


def _lock_key(caller: str, key: str) -> None:
    """Make two requests with one key take turns. SQLite's writers do so by themselves."""
    if session.get_bind().dialect.name == "postgresql":
        lock = int.from_bytes(hashlib.sha256(f"{caller} {key}".encode()).digest()[:8], signed=True)
        if not session.scalar(select(func.pg_try_advisory_xact_lock(lock))):
            raise StillRunning("Ask again in a second.", headers={"Retry-After": "1"})


def _fingerprint() -> str:
    head = f"{request.method} {request.full_path}\n".encode()
    body = g.received.encode() if "received" in g else request.get_data(cache=True)
    return hashlib.sha256(head + body).hexdigest()


def _store_answer(caller: str, key: str, response: Response, *, no_replay: bool) -> None:
    kept = {k: v for k, v in response.headers.items() if k in {"Content-Type", "Location", "ETag"}}
    answer = StoredAnswer(
        caller=caller,
        key=key,
        fingerprint=_fingerprint(),
        status=response.status_code,
        headers=kept,
        body=None if no_replay else response.get_data(),
    )
    session.add(answer)


def _replay(stored: StoredAnswer) -> Response:
    if stored.fingerprint != _fingerprint():
        raise KeyReused("Use a new key for a new request.", at="Idempotency-Key")
    if stored.body is None:
        raise ShownOnce("Make a new one if you lost it.")
    response = make_response(stored.body, stored.status, stored.headers)
    response.headers["Idempotent-Replayed"] = "true"
    return response
