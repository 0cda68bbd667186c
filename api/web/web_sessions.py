"""Web sessions: somebody signed in on the pages with an API key. The API does not use them."""

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

SESSION_LIFETIME = timedelta(hours=12)


class WebSession(Base):
    """A browser in which somebody signed in, by the SHA-256 of the token in its cookie. It ends by
    signing out, after twelve hours, or with the API key that it was begun with.
    """

    __tablename__ = "web_sessions"

    digest: Mapped[str] = mapped_column(primary_key=True)
    key_id: Mapped[UUID] = mapped_column(ForeignKey("api_keys.id"), index=True)
    begun_at: Mapped[datetime] = mapped_column(default=now)
    ends_at: Mapped[datetime] = mapped_column(index=True)


class CurrentUser(NamedTuple):
    """Who is signed in. `form_token` stands in each form. It is computed from the cookie, which no
    page of another site can read.
    """

    id: UUID
    name: str
    role: Role
    form_token: str


class SignInKeyRefused(Invalid):
    """The API key that was typed to sign in is unknown, expired or revoked."""

    title = "This key does not open the door"
    slug = "key-refused"


class ForeignForm(Forbidden):
    """The form was not sent from a page of ours, or from one of an earlier visit. Go back, load
    the page again and send it once more.
    """

    title = "The form is not from here"


def begin_session(api_key: str) -> str:
    """Store a session for the owner of an API key; return the token for its cookie.
    Raises `SignInKeyRefused`.
    """
    key = keys.find_valid_key(api_key)
    if key is None:
        raise SignInKeyRefused("This key is unknown, expired or revoked.", at="#/key")
    keys.record_use(key)
    moment = now()
    session.execute(delete(WebSession).where(WebSession.ends_at <= moment))
    token = secrets.token_urlsafe(32)
    session.add(
        WebSession(digest=_hash_token(token), key_id=key.id, ends_at=moment + SESSION_LIFETIME)
    )
    return token


def end_session() -> None:
    """Delete the session of the request's cookie, if there is one."""
    session.execute(delete(WebSession).where(WebSession.digest == _hash_token(_read_token())))


def load_current_user() -> None:
    """Set `g.caller` (a `Contributor`, as for the API) and `g.current_user` (a `CurrentUser`) by
    the request's cookie; None where nobody is signed in.
    """
    g.caller = g.current_user = None
    if token := _read_token():
        active = (WebSession.digest == _hash_token(token), WebSession.ends_at > now())
        key = session.scalar(
            keys.VALID_KEYS.join(WebSession, WebSession.key_id == ApiKey.id).where(*active)
        )
        if key is not None:
            g.caller = key.contributor
            g.current_user = CurrentUser(
                id=g.caller.id,
                name=g.caller.name,
                role=g.caller.role,
                form_token=_hash_token(f"form {token}"),
            )


def refuse_foreign_form() -> None:
    """Raise `ForeignForm` unless the browser says that our own page sent it, and the form has the
    session's token (there is none before signing in). Programs, which say nothing, are not tricked.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site not in {None, "same-origin", "none"}:
        raise ForeignForm("Another site sent it.")
    if site is None and origin is not None and not _is_own_origin(origin):
        raise ForeignForm("Another site sent it.")
    sent = request.form.get("form_token", "")
    if g.current_user and not compare_digest(sent.encode(), g.current_user.form_token.encode()):
        raise ForeignForm("Load the page again and send it once more.")


def _is_own_origin(origin: str) -> bool:
    try:
        return urlsplit(origin).netloc == request.host
    except ValueError:  # a host in brackets that is no IPv6 address
        return False


def set_cookie(response: Response, token: str) -> Response:
    """Not for scripts, not for forms of other sites, and over TLS only where that is used."""
    response.set_cookie(
        _cookie_name(),
        token,
        max_age=SESSION_LIFETIME,
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


def clear_cookie(response: Response) -> Response:
    response.delete_cookie(_cookie_name(), secure=request.is_secure, httponly=True, samesite="Lax")
    return response


def _cookie_name() -> str:
    # With this prefix browsers take it from this very host alone (RFC 6265bis).
    return "__Host-visit" if request.is_secure else "visit"


def _read_token() -> str:
    return request.cookies.get(_cookie_name(), "")


def _hash_token(token: str) -> str:
    # 256 random bits cannot be guessed from a plain hash.
    return sha256(token.encode()).hexdigest()
