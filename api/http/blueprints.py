"""Blueprints whose every route names its permission and is one transaction; ETags."""

import re
from collections.abc import Callable, Sequence
from functools import cache, partial, wraps
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import UUID

import flask_smorest
from flask import Response, current_app, g, make_response, request
from flask_smorest.utils import resolve_schema_instance, unpack_tuple_response
from marshmallow import Schema

from api.auth import permissions
from api.database.session import now, session, transaction
from api.errors import PreconditionFailed, PreconditionRequired
from api.http import idempotency, read_after
from api.http.json_provider import JSON, encode
from api.http.negotiation import Decorator, View, add_representation, choose_representation
from api.http.openapi import operations
from api.http.request_parser import Parser

#: What every database's integers hold; a larger number in an address leads nowhere.
MAX_INTEGER = 2**31 - 1

#: What takes in a long body, and gives its digest.
StreamBody = Callable[[], str]


class Blueprint(flask_smorest.Blueprint):
    """A group of routes under /v1. The OpenAPI document lists them under the `tag`, which is the
    name of the group or of another one.
    """

    ARGUMENTS_PARSER = Parser()

    def __init__(
        self, name: str, import_name: str, *, tag: str | None = None, **options: Any
    ) -> None:
        super().__init__(name, import_name, **options)
        self.tag = tag or name

    if TYPE_CHECKING:  # flask-smorest has no types

        def doc(self, **kwargs: Any) -> Decorator: ...

        def alt_response(self, status: int, **options: Any) -> Decorator: ...

    def arguments(
        self, schema: type[Schema], *, location: str = "json", **options: Any
    ) -> Decorator:
        """Read a part of the request by a schema, for the view's first parameter."""
        reading: Decorator = super().arguments(schema, location=location, **options)
        return reading

    def representation(self, endpoint: str, media_type: str) -> Decorator:
        """Let a view answer in the place of another route's, too, by `add_representation`."""

        def decorator(view: View) -> View:
            self.record(lambda state: add_representation(state.app, endpoint, media_type, view))
            return view

        return decorator

    def response(self, status: int, schema: Any = None, **options: Any) -> Decorator:
        """Document what a view answers with, and answer with it, as the schema would dump it."""
        document: Decorator = super().response(status, schema, **options)
        shape = resolve_schema_instance(schema)

        def decorator(view: View) -> View:
            @wraps(view)
            def answered(*args: Any, **kwargs: Any) -> Response:
                answer, code, headers = unpack_tuple_response(view(*args, **kwargs))
                if not isinstance(answer, Response):
                    shown = shape.dump(answer) if isinstance(shape, Schema) else answer
                    answer = Response(encode(shown), code or status, mimetype=JSON.mimetype)
                elif code:
                    answer.status_code = code
                if headers:
                    answer.headers.update(headers)
                return answer

            return document(answered)

        return decorator

    def route(
        self,
        rule: str,
        *,
        permission: permissions.Permission,
        methods: Sequence[str] = ("GET",),
        reads: bool = False,
        no_replay: bool = False,
        own_transactions: bool = False,
        stream_body: StreamBody | None = None,
        etag: bool = False,
        if_match: bool = False,
        invalid_status: int = 422,
        **options: Any,
    ) -> Decorator:
        """Register a view. `permission` has no default: forgetting it fails at import.

        The view's answer to a POST is kept for its Idempotency-Key, but for `no_replay`, or if the
        POST only `reads`. A view with `own_transactions` (GET only) opens them itself, since it
        waits for more than the database. `stream_body` takes in a long body before; its digest is
        `g.received`. The rest is for the OpenAPI document.
        """
        rule = rule.replace("<int:", f"<int(max={MAX_INTEGER}):")
        register: Decorator = super().route(rule, methods=list(methods), tags=[self.tag], **options)
        route = operations.Route(permission, reads, etag, if_match, invalid_status)

        def decorator(view: View) -> View:
            @wraps(view)
            def guarded(*args: Any, **kwargs: Any) -> Response:
                g.asked_at = now()  # before anything that may have to wait for its turn
                answer = partial(choose_representation(view), *args, **kwargs)
                return _answer_request(answer, route, stream_body, own_transactions, no_replay)

            guarded.permission, guarded.reads = permission, reads  # type: ignore[attr-defined]
            return register(self.doc(**{operations.ROUTE: route})(guarded))

        return decorator


IF_NONE_MATCH = "HTTP_IF_NONE_MATCH"
#: A request with none of these wants the answer as it is.
CONDITIONS = (IF_NONE_MATCH, "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")


def _answer_request(
    answer: View,
    route: operations.Route,
    stream_body: StreamBody | None,
    own_transactions: bool,
    no_replay: bool,
) -> Response:
    """What a view answers whom its permission lets in, in the one transaction of the route."""
    _stream_body(stream_body, route.permission)
    method = request.method
    reads = route.reads or method in {"GET", "HEAD"}
    if not reads:
        permissions.require_key(route.permission)
        if stream_body is None:
            request.get_data()  # before the transaction: who sends slowly keeps nobody waiting
    if reads and "HTTP_IF_MATCH" not in request.environ:
        answer = partial(read_after.answer_after_write, answer)
    with transaction(reads=reads):
        permissions.authorize(route.permission, reads=reads)
        if method == "POST" and not reads:
            return idempotency.run_idempotent(lambda: set_etag(answer()), no_replay=no_replay)
        if not own_transactions:
            return set_etag(answer())
    return set_etag(answer())


def _stream_body(stream_body: StreamBody | None, permission: permissions.Permission) -> None:
    """Take in a body that is too long for memory or for a transaction, from who may send it."""
    if stream_body is not None:
        with transaction(reads=True):
            permissions.authorize(permission, reads=True)
        g.received = stream_body()


def set_etag(answer: Any) -> Response:
    """Give the answer its ETag: the one that was set for it or, failing that, its body's digest.

    A client that has it already gets 304 (RFC 9110, section 13).
    """
    response = make_response(answer)
    environ = request.environ
    is_found = environ["REQUEST_METHOD"] == "GET" and response.status_code == 200
    if etag := g.pop("etag", None):
        response.set_etag(etag)
    elif is_found:
        response.add_etag()
    asked = [name for name in CONDITIONS if name in environ]
    if asked == [IF_NONE_MATCH] and is_found:
        # The usual case, of which `make_conditional` makes much.
        if request.if_none_match.contains_weak(response.get_etag()[0] or ""):
            response.status_code = 304
    elif asked:
        response.make_conditional(request)
    if response.status_code == 412:
        raise PreconditionFailed("Fetch it again: this is not its ETag now.", at="If-Match")
    return response


def build_address(endpoint: str, **ids: UUID) -> str:
    """The address of what an endpoint answers about, also where there is no request."""
    return _address_pattern(endpoint) % ids


@cache
def _address_pattern(endpoint: str) -> str:
    (rule,) = current_app.url_map.iter_rules(endpoint)
    return re.sub(r"<(?:[^>]+:)?(\w+)>", r"%(\1)s", rule.rule)


Answer = TypeVar("Answer")


def with_etag(answer: Answer, etag: str) -> Answer:
    """The answer, whose ETag this is to be."""
    g.etag = etag
    return answer


def with_version_etag(row: Answer) -> Answer:
    """The row, after what was done to it has reached the database; its version is the ETag, with
    those of the rows that it is shown with (`related_rows_in_etag`).
    """
    if request.method != "GET":
        session.flush()
    return with_etag(row, etag_of(row))


def etag_of(row: Any) -> str:
    rows = (row, *getattr(row, "related_rows_in_etag", ()))
    return f"{row.id.hex[-12:]}." + ".".join(str(each.version) for each in rows)


def require_if_match(row: Answer) -> Answer:
    """The row, if the caller's If-Match is its ETag: nobody overwrites what they have not seen.

    Raises as `check_if_match` does.
    """
    check_if_match(etag_of(row))
    return row


def check_if_match(etag: str) -> None:
    """Hold the caller's If-Match against an ETag. A POST appends to what is there, so that it may
    bring the header and need not.

    Raises `PreconditionRequired` without the header, `PreconditionFailed` with an old one.
    """
    if "If-Match" not in request.headers:
        if request.method != "POST":
            raise PreconditionRequired("Send If-Match with the ETag you fetched.", at="If-Match")
    elif not request.if_match.contains(etag):
        raise PreconditionFailed("Fetch it again: this is not its ETag now.", at="If-Match")
