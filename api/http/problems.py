"""How a client is told of a refusal or a failure (RFC 9457)."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, current_app, jsonify, request
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InternalError,
    OperationalError,
    ProgrammingError,
)
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from api.database.failures import is_away, reason_of
from api.errors import Conflict, PreconditionFailed, Problem, Unavailable, kebab_case

#: The framework's own refusals. Spelt out, since libraries rename theirs and types must last.
PLAIN = {
    400: "Bad request",
    404: "Not found",
    405: "Method not allowed",
    408: "Request timeout",
    413: "Content too large",
    414: "Address too long",
    415: "Unsupported media type",
    422: "Invalid",
    431: "Header fields too large",
    500: "Internal error",
}


def register(app: Flask) -> None:
    app.register_error_handler(Problem, problem)
    app.register_error_handler(HTTPException, http)
    app.register_error_handler(IntegrityError, integrity)
    app.register_error_handler(StaleDataError, stale)
    app.register_error_handler(OperationalError, unavailable)
    app.register_error_handler(InternalError, unfit)
    app.register_error_handler(ProgrammingError, unfit)


def problem(error: Problem) -> Response:
    errors = [locate(error.at, str(error))] if error.at else []
    response = render(error.status, error.title, str(error), error.slug, errors, **error.members)
    response.headers.update(error.headers)
    return response


def http(error: HTTPException) -> Response:
    """Werkzeug's own refusals, and webargs' (whose messages ride in `data`), look the same."""
    status = error.code or 500
    title = PLAIN.get(status) or HTTPStatus(status).phrase
    messages = getattr(error, "data", {}).get("messages", {})
    errors = [located for where in messages.items() for located in flatten(*where)]
    detail = "See errors for what is wrong." if errors else (error.description or title)
    response = render(status, title, detail, kebab_case(title), errors)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            response.headers[name] = value
    return response


def integrity(error: IntegrityError) -> Response:
    """A uniqueness constraint decided a race; any other broken constraint is our own mistake."""
    cause: Any = error.orig
    code = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None)
    if code not in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505"}:
        current_app.logger.error("a constraint refused a write", exc_info=error)
        return render(500, PLAIN[500], "This is our mistake.", kebab_case(PLAIN[500]))
    return problem(Conflict("Somebody else was first."))


def stale(error: StaleDataError) -> Response:
    kind = PreconditionFailed if "If-Match" in request.headers else Conflict
    return problem(kind("Somebody else changed the resource at the same moment."))


def unfit(error: DBAPIError) -> Response:
    if not is_away(error):
        raise error
    if isinstance(error, ProgrammingError):  # it may be a mistake of ours, after all
        current_app.logger.error("the database does not know what is asked", exc_info=error)
    return unavailable(error)


def unavailable(error: DBAPIError) -> Response:
    # A line, not a traceback: while the database is away, every request comes here.
    current_app.logger.error("the database did not answer or took nothing: %s", reason_of(error))
    return problem(
        Unavailable("The database did not answer or took nothing.", headers={"Retry-After": "2"})
    )


def locate(at: str, detail: str) -> dict[str, str]:
    return {"pointer" if at.startswith("#") else "parameter": at, "detail": detail}


def flatten(location: str, messages: Any, path: str = "") -> Iterator[dict[str, str]]:
    """Marshmallow's nested messages as a flat list, each with a JSON pointer (RFC 6901)."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            step = str(key).replace("~", "~0").replace("/", "~1")
            yield from flatten(location, inner, path if key == "_schema" else f"{path}/{step}")
        return
    for message in messages if isinstance(messages, list) else [messages]:
        yield locate(f"#{path}" if location == "json" else path.lstrip("/"), str(message))


def render(
    status: int,
    title: str,
    detail: str,
    slug: str,
    errors: list[dict[str, str]] | None = None,
    **members: Any,
) -> Response:
    body = {"type": f"/problems/{slug}", "title": title, "status": status, "detail": detail}
    response = jsonify(body | members | ({"errors": errors} if errors else {}))
    response.status_code, response.mimetype = status, "application/problem+json"
    return response
