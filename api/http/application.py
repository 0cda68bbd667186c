"""Flask without what an API has no use for, which a small answer would cost as much as itself."""

from collections.abc import Callable, Iterable
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from flask import Flask, Request, request
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from werkzeug.routing import Rule

from api.http.exchange import KEY, Exchange, Step
from api.http.express import Express
from api.http.json_provider import JSON

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

#: Nothing that is sent is taken for another kind of thing than it says it is.
NO_GUESSING = ("X-Content-Type-Options", "nosniff")


class NoSessions(SessionInterface):
    """Nothing is kept between requests, and no cookie is read or set."""

    nothing = SecureCookieSession()

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        return self.nothing

    def is_null_session(self, obj: object) -> bool:
        return True


class Route(Rule):
    """A rule that compiles what writes its addresses when one is first written. For all of them
    that takes a sixteenth of a start, and most are never written.
    """

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        compiled = cache(partial(super()._compile_builder, append_unknown))
        return lambda *itself, **values: compiled()(*itself, **values)


class Application(Flask):
    """Flask with JSON by orjson, no sessions, views that are plain functions, and steps that each
    request takes when it arrives and each answer when it leaves. `express` answers what needs
    nothing of Flask.
    """

    json_provider_class = JSON
    url_rule_class = Route
    session_interface = NoSessions()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.arriving: list[Step] = []
        self.leaving: list[Step] = []
        self.express = Express()
        self.before_request(_take)

    def wsgi_app(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        exchange = environ[KEY] = Exchange(environ)
        for step in self.arriving:
            step(exchange)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            exchange.status, exchange.headers = int(status[:3]), headers
            exchange.made = headers.copy()
            headers.append(NO_GUESSING)
            for step in self.leaving:
                step(exchange)
            return start_response(status, headers, *error)

        return self.express.serve(self, exchange, start, partial(super().wsgi_app, environ, start))

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function: none of ours is a coroutine, and asking costs more than most of them."""
        return func


def in_hand() -> Exchange:
    """The exchange of the request in hand."""
    found: Exchange = request.environ[KEY]
    return found


def _take() -> None:
    """What Flask has found out about the request; raises what was decided before."""
    exchange = in_hand()
    exchange.endpoint = request.endpoint
    exchange.rule = request.url_rule.rule if request.url_rule else None
    if exchange.refusal:
        raise exchange.refusal
