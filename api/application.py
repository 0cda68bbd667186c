"""Flask without what an API has no use for, which a small answer would cost as much as itself."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin

from api.answers import JSON


class NoSessions(SessionInterface):
    """Nothing is kept between requests, and no cookie is read or set."""

    nothing = SecureCookieSession()

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        return self.nothing

    def is_null_session(self, obj: object) -> bool:
        return True


class Application(Flask):
    """Flask with JSON by orjson, no sessions, and views that are plain functions."""

    json_provider_class = JSON
    session_interface = NoSessions()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function: none of ours is a coroutine, and asking costs more than most of them."""
        return func
