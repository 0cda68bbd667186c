"""The short way for what is asked most: a GET whose answer needs nothing of the request but its
address. Flask, its routing, its request and its response stay out of it, which together take
longer than the question to the database.

What was answered before is answered again while it is true (`remembered`). Else, where the address
says nothing but an id, the route's own view is asked. Whatever is not plain (a key, a condition
other than If-None-Match) and whatever goes wrong is answered the usual way.
"""

import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from werkzeug.http import generate_etag, parse_etags

from api.database import replicas
from api.database.session import transaction
from api.http.exchange import Exchange
from api.http.json_provider import JSON
from api.http.remembered import Address, Answer, Keep, Remembered

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


#: Headers that go with a body, and not without it.
OF_THE_BODY = ("Content-Type", "Content-Length")

Start = Callable[[str, list[tuple[str, str]]], Any]
Usual = Callable[[], Iterable[bytes]]


class Stop(NamedTuple):
    """A route of the short way: its rule with one id in it, and what makes the answer's body."""

    rule: str
    pattern: re.Pattern[str]
    body: Callable[[UUID], bytes]


class Express:
    """The routes that have a short way."""

    def __init__(self) -> None:
        self.rules: set[str] = set()
        self.stops: list[Stop] = []
        self.remembered = Remembered()
        #: When everything is to go the usual way.
        self.closed = False

    def add(self, rule: str, body: Callable[[UUID], bytes] | None = None) -> None:
        """Remember what a route answers. `body` makes it where one id is all that is asked."""
        self.rules.add(rule)
        if body is not None:
            before, _, after = rule.partition("<uuid:")
            pattern = re.escape(before) + ID + re.escape(after.partition(">")[2])
            self.stops.append(Stop(rule, re.compile(pattern), body))

    def serve(
        self, app: "Flask", exchange: Exchange, start: Start, usual: Usual
    ) -> Iterable[bytes]:
        """Answer a request, the usual way where it must."""
        if self.closed or exchange.refusal or not _is_plain(exchange.environ):
            return usual()
        address = Address(exchange.path, exchange.environ.get("QUERY_STRING", ""))
        if answer := self._short(app, address):
            return _send(answer, exchange, start)
        with self.remembered.making(address) as keep:
            return self._watched(exchange, usual(), keep)

    def _short(self, app: "Flask", address: Address) -> Answer | None:
        # What goes wrong is the usual way's business.
        with suppress(Exception):
            known = self.remembered.find(address)
            if known and replicas.still(app, known.holds):
                return known.answer
            if not address.query:
                with app.app_context(), transaction(reads=True):
                    return self._made(address)
        return None

    def _made(self, address: Address) -> Answer | None:
        for stop in self.stops:
            if id := stop.pattern.fullmatch(address.path):
                with self.remembered.making(address) as keep:
                    body = replicas.read(partial(stop.body, UUID(id[1])))
                    headers = [
                        ("Content-Type", JSON.mimetype),
                        ("Content-Length", str(len(body))),
                        ("ETag", f'"{generate_etag(body)}"'),
                    ]
                    keep(answer := Answer(stop.rule, headers, body))
                    return answer
        return None

    def _watched(self, exchange: Exchange, sent: Iterable[bytes], keep: Keep) -> Iterable[bytes]:
        """What went the usual way, remembered if it may be."""
        if exchange.rule not in self.rules or exchange.status != 200:
            return sent
        body = b"".join(sent)
        sent.close()  # type: ignore[attr-defined]
        keep(Answer(exchange.rule, exchange.made, body))
        return [body]


def _send(answer: Answer, exchange: Exchange, start: Start) -> Iterable[bytes]:
    exchange.rule = answer.rule
    if _has(exchange.environ.get("HTTP_IF_NONE_MATCH"), dict(answer.headers)["ETag"]):
        start("304 NOT MODIFIED", [each for each in answer.headers if each[0] not in OF_THE_BODY])
        return [b""]
    start("200 OK", answer.headers.copy())
    return [answer.body]


def _is_plain(environ: "WSGIEnvironment") -> bool:
    return (
        environ["REQUEST_METHOD"] == "GET"
        and not environ.get("SCRIPT_NAME")
        and UNUSUAL.isdisjoint(environ)
        and bool(HOST.fullmatch(environ.get("HTTP_HOST", "")))
    )


def _has(asked: str | None, etag: str) -> bool:
    """Whether a client that sends this If-None-Match has the answer already."""
    return asked == etag or bool(asked and parse_etags(asked).contains_weak(etag[1:-1]))
