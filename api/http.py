"""Blueprints whose every route names its permission and is one transaction; ETags."""

import json
from collections.abc import Callable, Sequence
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import flask_smorest
from flask import Request, Response, g, make_response, request
from marshmallow import RAISE, Schema
from webargs.core import is_json, missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from api import db, idempotency, policy
from api.documentation import operations
from api.errors import PreconditionFailed, PreconditionRequired
from api.negotiation import Decorator, View, in_the_form_wanted


class Parser(FlaskParser):
    """Reads requests strictly: what is not known is refused, what is not JSON is said to be."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
        "json": RAISE,
    }

    def _raw_load_json(self, req: Request) -> Any:
        if not is_json(req.mimetype):
            if not req.get_data(cache=True):
                return missing
            raise UnsupportedMediaType("Send JSON, as application/json.")
        return parse_json(req.get_data(cache=True))


def parse_json(body: bytes) -> Any:
    """JSON as RFC 8259 has it: no NaN, no key twice. Raises `BadRequest`."""
    try:
        return json.loads(body, object_pairs_hook=_unique, parse_constant=_refuse)
    except RecursionError:
        raise BadRequest("The JSON is nested too deeply.") from None
    except ValueError as error:
        raise BadRequest(f"The body is not JSON: {error}.") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice in one object")
    if any("\ud800" <= character <= "\udfff" for key in found for character in key):
        raise ValueError("a key holds a lone surrogate, which is no character")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


#: What every database's integers hold; a larger number in an address leads nowhere.
LARGEST = 2**31 - 1


class Blueprint(flask_smorest.Blueprint):
    """A group of routes under /v1."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._prepare_doc_cbks.append(operations.complete)

    if TYPE_CHECKING:  # flask-smorest has no types

        def arguments(self, schema: type[Schema], **options: Any) -> Decorator: ...

        def response(self, status: int, schema: Any = None, **options: Any) -> Decorator: ...

        def doc(self, **kwargs: Any) -> Decorator: ...

        def alt_response(self, status: int, **options: Any) -> Decorator: ...

    def route(
        self,
        rule: str,
        *,
        permission: policy.Permission,
        methods: Sequence[str] = ("GET",),
        reads: bool = False,
        secret: bool = False,
        waits: bool = False,
        receives: Callable[[], str] | None = None,
        **options: Any,
    ) -> Decorator:
        """Register a view. `permission` has no default: forgetting it fails at import.

        The view's answer to a POST is kept for its Idempotency-Key, unless it is `secret`, or the
        POST only `reads` (a question too long for an address) and can be asked twice. A view
        that `waits` for more than the database (GET only) opens its transactions itself, so that
        none is open while it does. `receives` takes a long body before; its digest is `g.received`.
        """
        rule = rule.replace("<int:", f"<int(max={LARGEST}):")
        register = super().route(rule, methods=list(methods), **options)

        def decorator(view: View) -> View:
            @wraps(view)
            def guarded(*args: Any, **kwargs: Any) -> Response:
                g.asked_at = db.now()  # before anything that may have to wait for its turn
                _receive(receives, permission)
                answer = partial(in_the_form_wanted(view), *args, **kwargs)
                only_reads = reads or request.method in {"GET", "HEAD"}
                return _done(answer, permission, reads=only_reads, secret=secret, waits=waits)

            guarded.permission = permission  # type: ignore[attr-defined]
            guarded._apidoc["route"] = operations.Route.of(view, rule, permission, reads=reads)  # type: ignore[attr-defined]
            registered: View = register(guarded)
            return registered

        return decorator


def _done(
    answer: View, permission: policy.Permission, *, reads: bool, secret: bool, waits: bool
) -> Response:
    """What a view answers whom its permission lets in, in the one transaction of the route."""
    with db.transaction(reads=reads):
        policy.guard(permission, reads=reads)
        if request.method == "POST" and not reads:
            return idempotency.once(lambda: tag(answer()), secret=secret)
        if not waits:
            return tag(answer())
    return tag(answer())


def _receive(receives: Callable[[], str] | None, permission: policy.Permission) -> None:
    """Take in a body that is too long for memory or for a transaction, from who may send it."""
    if receives is not None:
        with db.transaction():
            policy.guard(permission, reads=False)
        g.received = receives()


def tag(answer: Any) -> Response:
    """Give the answer its ETag: the one that was set for it or, failing that, its body's digest.

    A client that has it already gets 304 (RFC 9110, section 13).
    """
    response = make_response(answer)
    if etag := g.pop("etag", None):
        response.set_etag(etag)
    elif request.method == "GET" and response.status_code == 200:
        response.add_etag()
    response.make_conditional(request)
    if response.status_code == 412:
        raise PreconditionFailed("Fetch it again: this is not its ETag now.", at="If-Match")
    return response


Answer = TypeVar("Answer")


def tagged(answer: Answer, etag: str) -> Answer:
    """The answer, whose ETag this is to be."""
    g.etag = etag
    return answer


def versioned(row: Answer) -> Answer:
    """The row, after what was done to it has reached the database; its version is the ETag."""
    if request.method != "GET":
        db.session.flush()
    return tagged(row, etag_of(row))


def etag_of(row: Any) -> str:
    return f"{row.id.hex[-12:]}.{row.version}"


def matched(row: Answer) -> Answer:
    """The row, if the caller's If-Match is its ETag: nobody overwrites what they have not seen.

    Raises as `match` does.
    """
    match(etag_of(row))
    return row


def match(etag: str) -> None:
    """Hold the caller's If-Match against an ETag. A POST appends to what is there, so that it may
    bring the header and need not.

    Raises `PreconditionRequired` without the header, `PreconditionFailed` with an old one.
    """
    if "If-Match" not in request.headers:
        if request.method != "POST":
            raise PreconditionRequired("Send If-Match with the ETag you fetched.", at="If-Match")
    elif not request.if_match.contains(etag):
        raise PreconditionFailed("Fetch it again: this is not its ETag now.", at="If-Match")
