"""Visits: somebody signed in on the pages with an API key. The API knows nothing of them."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from flask import Response, g, request
from sqlalchemy import ForeignKey, delete
from sqlalchemy.orm import Mapped, mapped_column

from api.auth.roles import Role
from api.contributors import keys
from api.contributors.models import ApiKey
from api.database.session import Base, now, session
from api.errors import Forbidden, Invalid

LASTS = timedelta(hours=12)


class Visit(Base):
    """Somebody's browser, by the digest of the token that its cookie holds. It ends when it is
    ended, after twelve hours, or with the key that it was begun with.
    """

    __tablename__ = "visits"

    digest: Mapped[str] = mapped_column(primary_key=True)
    key_id: Mapped[UUID] = mapped_column(ForeignKey("api_keys.id"), index=True)
    begun_at: Mapped[datetime] = mapped_column(default=now)
    ends_at: Mapped[datetime] = mapped_column(index=True)


class Visitor(NamedTuple):
    """Who looks at the page. `form_token` stands in each form, and can be made only of the
    cookie, which no page of another site can read.
    """

    id: UUID
    name: str
    role: Role
    form_token: str


class KeyRefused(Invalid):
    """The API key that was typed to sign in is unknown, expired or revoked."""

    title = "This key does not open the door"


class ForeignForm(Forbidden):
    """The form was not sent from a page of ours, or from one of an earlier visit. Go back, load
    the page again and send it once more.
    """

    title = "The form is not from here"


def begin(api_key: str) -> str:
    """Begin a visit; its token is for the cookie. Raises `KeyRefused`."""
    key = keys.find_valid(api_key)
    if key is None:
        raise KeyRefused("This key is unknown, expired or revoked.", at="#/key")
    keys.note_use(key)
    moment = now()
    session.execute(delete(Visit).where(Visit.ends_at <= moment))
    token = secrets.token_urlsafe(32)
    session.add(Visit(digest=_digest(token), key_id=key.id, ends_at=moment + LASTS))
    return token


def end() -> None:
    session.execute(delete(Visit).where(Visit.digest == _digest(_token())))


def resume() -> None:
    """Find out who looks at the page: `g.caller`, as for the API, and `g.visitor` for the page
    itself; None for a reader who is not signed in.
    """
    g.caller = g.visitor = None
    if token := _token():
        going_on = (Visit.digest == _digest(token), Visit.ends_at > now())
        key = session.scalar(keys.VALID.join(Visit, Visit.key_id == ApiKey.id).where(*going_on))
        if key is not None:
            g.caller = key.contributor
            g.visitor = Visitor(
                id=g.caller.id,
                name=g.caller.name,
                role=g.caller.role,
                form_token=_digest(f"form {token}"),
            )


def refuse_foreign_form() -> None:
    """Raise `ForeignForm` unless the browser says that our own page sent it, and the form has the
    visit's token (there is none before signing in). Programs, which say nothing, are not tricked.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in {None, "same-origin", "none"}:
        raise ForeignForm("Another site sent it.")
    if site is None and origin is not None and not _is_ours(origin):
        raise ForeignForm("Another site sent it.")
    sent = request.form.get("form_token", "")
    if g.visitor and not compare_digest(sent.encode(), g.visitor.form_token.encode()):
        raise ForeignForm("Load the page again and send it once more.")


def _is_ours(origin: str) -> bool:
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:  # a host in brackets that is no IPv6 address
        return False


def set_cookie(response: Response, token: str) -> Response:
    """Not for scripts, not for forms of other sites, and over TLS only where that is used."""
    response.set_cookie(
        _cookie(),
        token,
        max_age=LASTS,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def clear_cookie(response: Response) -> Response:
    response.delete_cookie(_cookie(), secure=request.is_secure, httponly=True, samesite="Lax")
    return response


def _cookie() -> str:
    # With this prefix browsers take it from this very host alone (RFC 6265bis).
    return "__Host-visit" if request.is_secure else "visit"


def _token() -> str:
    return request.cookies.get(_cookie(), "")


def _digest(token: str) -> str:
    # 256 random bits cannot be guessed from a plain hash.
    return sha256(token.encode()).hexdigest()
