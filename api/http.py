"""Blueprints whose every route names its permission and is one transaction; pages and ETags."""

import base64
import hashlib
import json
import re
from collections.abc import Callable, Sequence
from functools import cache, wraps
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import flask_smorest
from flask import Response, after_this_request, current_app, g, request
from flask_smorest.utils import resolve_schema_instance, unpack_tuple_response
from marshmallow import Schema
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute

from api import db, idempotency, policy
from api.answers import JSON, encode, renderer
from api.documentation import operations
from api.errors import Invalid, PreconditionFailed, PreconditionRequired
from api.parsing import Parser

View = Callable[..., Any]
Decorator = Callable[[View], View]


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

        def alt_response(self, status: int, **options: Any) -> Decorator: ...

    def response(self, status: int, schema: Any = None, **options: Any) -> Decorator:
        """Document what a view answers with, and answer with it, as the schema would dump it."""
        document: Decorator = super().response(status, schema, **options)
        shape = resolve_schema_instance(schema)
        render = renderer(shape) if isinstance(shape, Schema) else None

        def decorator(view: View) -> View:
            @wraps(view)
            def answered(*args: Any, **kwargs: Any) -> Response:
                answer, code, headers = unpack_tuple_response(view(*args, **kwargs))
                if not isinstance(answer, Response):
                    body = encode(render(answer) if render else answer)
                    answer = Response(body, code or status, mimetype=JSON.mimetype)
                if headers:
                    answer.headers.update(headers)
                return answer

            answered._apidoc = document(view)._apidoc  # type: ignore[attr-defined]
            return answered

        return decorator

    def route(
        self,
        rule: str,
        *,
        permission: policy.Permission,
        methods: Sequence[str] = ("GET",),
        reads: bool = False,
        secret: bool = False,
        waits: bool = False,
        **options: Any,
    ) -> Decorator:
        """Register a view. `permission` has no default: forgetting it fails at import.

        The view's answer to a POST is kept for its Idempotency-Key, unless it is `secret`, or the
        POST only `reads` (a question too long for an address) and can be asked twice. A view
        that `waits` for more than the database (GET only) opens its transactions itself, so that
        none is open while it does.
        """
        rule = rule.replace("<int:", f"<int(max={LARGEST}):")
        register = super().route(rule, methods=list(methods), **options)

        def decorator(view: View) -> View:
            @wraps(view)
            def guarded(*args: Any, **kwargs: Any) -> Response:
                g.asked_at = db.now()  # before anything that may have to wait for its turn
                only_reads = reads or request.method in {"GET", "HEAD"}
                with db.transaction(reads=only_reads):
                    policy.guard(permission, reads=only_reads)
                    if not only_reads and request.method == "POST":
                        return idempotency.once(lambda: tag(view(*args, **kwargs)), secret=secret)
                    if not waits:
                        return tag(view(*args, **kwargs))
                return tag(view(*args, **kwargs))

            guarded.permission = permission  # type: ignore[attr-defined]
            guarded._apidoc["route"] = operations.Route.of(view, rule, permission, reads=reads)  # type: ignore[attr-defined]
            registered: View = register(guarded)
            return registered

        return decorator


IF_NONE_MATCH = "HTTP_IF_NONE_MATCH"
#: A request with none of these wants the answer as it is.
CONDITIONS = (IF_NONE_MATCH, "HTTP_IF_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")


def tag(response: Response) -> Response:
    """Give the answer its ETag: the one that was set for it or, failing that, its body's digest.

    A client that has it already gets 304 (RFC 9110, section 13).
    """
    if etag := g.pop("etag", None):
        response.set_etag(etag)
    elif request.method == "GET" and response.status_code == 200:
        response.add_etag()
    asked = [name for name in CONDITIONS if name in request.environ]
    if asked == [IF_NONE_MATCH] and response.status_code == 200 and request.method == "GET":
        # The usual case, of which `make_conditional` makes much.
        if request.if_none_match.contains_weak(response.get_etag()[0] or ""):
            response.status_code = 304
    elif asked:
        response.make_conditional(request)
    if response.status_code == 412:
        raise PreconditionFailed("Fetch it again: this is not its ETag now.", at="If-Match")
    return response


def address(endpoint: str, **ids: UUID) -> str:
    """The address of what an endpoint answers about. `url_for` finds it anew each time."""
    return request.script_root + _pattern(endpoint).format(**ids)


@cache
def _pattern(endpoint: str) -> str:
    (rule,) = current_app.url_map.iter_rules(endpoint)
    return re.sub(r"<(?:[^>]+:)?(\w+)>", r"{\1}", rule.rule)


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


class ForeignCursor(Invalid):
    """The cursor is not one that this list, with these filters, gave out."""

    title = "The cursor is of another list"


def page(
    rows: Select[Any],
    by: InstrumentedAttribute[Any],
    *,
    limit: int,
    cursor: str | None = None,
    newest_first: bool = False,
) -> dict[str, Any]:
    """One page of a list: `items`, and the `next_cursor` (None at the end) to go on with.

    Keyset paging over a time-ordered id: a page costs the same wherever it stands, and rows
    that come in meanwhile shift nothing.
    """
    if cursor is not None:
        last = place_of(cursor, UUID)
        rows = rows.where(by < last if newest_first else by > last)
    ordered = rows.order_by(by.desc() if newest_first else by).limit(limit + 1)
    found = list(db.session.scalars(ordered))
    items = found[:limit]
    return paged(items, None if len(found) == len(items) else getattr(items[-1], by.key).hex)


def paged(items: Sequence[Any], place: str | None) -> dict[str, Any]:
    """A page whose list goes on from a place (None: it ends here), as `place_of` will read it.

    The next page is also named by a Link header (RFC 8288).
    """
    if place is None:
        return {"items": items, "next_cursor": None}
    following = base64.urlsafe_b64encode(f"{_list_asked_for()}{place}".encode()).decode()
    after_this_request(lambda response: _link(response, following))
    return {"items": items, "next_cursor": following}


Place = TypeVar("Place")


def place_of(cursor: str, reader: Callable[[str], Place]) -> Place:
    """Where in the list asked for the cursor stands. `reader` raises `ValueError` for what is no
    place in it. Raises `ForeignCursor`.
    """
    try:
        text = base64.urlsafe_b64decode(cursor.encode()).decode()
        if text[:12] == _list_asked_for():
            return reader(text[12:])
    except ValueError:
        pass
    raise ForeignCursor("Use next_cursor of the same list with the same filters.", at="cursor")


def _list_asked_for() -> str:
    """What tells one list from another: its address and its filters."""
    asked = request.args.items(multi=True)
    filters = sorted(each for each in asked if each[0] not in {"cursor", "limit"})
    return hashlib.sha256(json.dumps([request.path, filters]).encode()).hexdigest()[:12]


def _link(response: Response, cursor: str) -> Response:
    asked = [each for each in request.args.items(multi=True) if each[0] != "cursor"]
    query = urlencode([*asked, ("cursor", cursor)])
    response.headers["Link"] = f'<{request.path}?{query}>; rel="next"'
    return response
