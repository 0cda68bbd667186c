"""The short way for what is asked most: a GET whose answer needs nothing of the request but the ids
in its address. Flask, its routing, its request and its response stay out of it, which together take
longer than the question to the database.

The view is the route's own. Whatever is not plain (a query, a key, a condition other than
If-None-Match) and whatever goes wrong is answered the usual way.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from werkzeug.http import generate_etag, parse_etags

from api.answers import JSON
from api.exchange import Exchange

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment
    from flask import Flask

#: What makes a request one for the usual way.
UNUSUAL = {
    "HTTP_AUTHORIZATION",
    "HTTP_IF_MATCH",
    "HTTP_IF_MODIFIED_SINCE",
    "HTTP_IF_UNMODIFIED_SINCE",
    "HTTP_RANGE",
    "HTTP_READ_AFTER",
}
#: A host that needs no second look.
HOST = re.compile(r"[\w-]{1,63}(\.[\w-]{1,63})*(:[0-9]{1,5})?", re.ASCII)
ID = "([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})"


class Answer(NamedTuple):
    """What goes to the client."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes


class Stop(NamedTuple):
    """A route of the short way: its rule with one id in it, and what makes the answer's body."""

    rule: str
    pattern: re.Pattern[str]
    body: Callable[[UUID], bytes]


class Express:
    """The routes that have a short way."""

    def __init__(self) -> None:
        self.stops: list[Stop] = []
        #: When everything is to go the usual way.
        self.closed = False

    def add(self, rule: str, body: Callable[[UUID], bytes]) -> None:
        before, _, after = rule.partition("<uuid:")
        pattern = re.escape(before) + ID + re.escape(after.partition(">")[2])
        self.stops.append(Stop(rule, re.compile(pattern), body))

    def answer(self, app: "Flask", exchange: Exchange) -> Answer | None:
        """The answer to a request; None where it must go the usual way."""
        if self.closed or exchange.refusal or not _is_plain(exchange.environ):
            return None
        for stop in self.stops:
            if found := stop.pattern.fullmatch(exchange.path):
                return _answered(app, exchange, stop, UUID(found[1]))
        return None


def _is_plain(environ: "WSGIEnvironment") -> bool:
    return (
        environ["REQUEST_METHOD"] == "GET"
        and not environ.get("QUERY_STRING")
        and not environ.get("SCRIPT_NAME")
        and UNUSUAL.isdisjoint(environ)
        and bool(HOST.fullmatch(environ.get("HTTP_HOST", "")))
    )


def _answered(app: "Flask", exchange: Exchange, stop: Stop, id: UUID) -> Answer | None:
    try:
        with app.app_context():
            body = stop.body(id)
    except Exception:  # what it is told of is the usual way's business
        return None
    exchange.rule = stop.rule
    etag = f'"{generate_etag(body)}"'
    if not _has(exchange.environ.get("HTTP_IF_NONE_MATCH"), etag):
        length = ("Content-Length", str(len(body)))
        return Answer("200 OK", [("Content-Type", JSON.mimetype), length, ("ETag", etag)], body)
    return Answer("304 NOT MODIFIED", [("ETag", etag)], b"")


def _has(asked: str | None, etag: str) -> bool:
    """Whether a client that sends this If-None-Match has the answer already."""
    return asked == etag or bool(asked and parse_etags(asked).contains_weak(etag[1:-1]))
