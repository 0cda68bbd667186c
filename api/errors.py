"""Everything that can go wrong, and how a client is told of it (RFC 9457)."""

import re
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from flask import Flask, Response, current_app, jsonify, request
from sqlalchemy.exc import (
    DBAPIError,
    IntegrityError,
    InternalError,
    OperationalError,
    ProgrammingError,
    SQLAlchemyError,
)
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from api.database.postgresql import READ_ONLY


def kebab_case(name: str) -> str:
    """A name in kebab case: "quote-not-found" of "QuoteNotFound", "not-found" of "Not found"."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|\W+", "-", name).lower()


class Problem(Exception):
    """A refusal the client can act on.

    Subclasses stand above the rule they guard; the class's name gives the problem's type, its
    docstring the documentation that the type leads to. `at` points to what was wrong in the
    request: a JSON pointer ("#/quote") or the name of a parameter or header.
    """

    status: ClassVar[int] = 400
    title: ClassVar[str] = "Bad request"
    slug: ClassVar[str] = "problem"

    def __init_subclass__(cls) -> None:
        """The last part of the problem's type is public: it is the class's name in kebab case. A
        class that is renamed keeps it by `slug = "..."`, which its subclasses do not inherit.
        """
        super().__init_subclass__()
        if "slug" not in vars(cls):
            cls.slug = kebab_case(cls.__name__)

    def __init__(
        self, detail: str, *, at: str = "", headers: Mapping[str, str] | None = None, **members: Any
    ) -> None:
        super().__init__(detail)
        self.at, self.headers, self.members = at, headers or {}, members


class Unauthenticated(Problem):
    """The request needs an API key: `Authorization: Bearer <key>`. It had none, or one that is
    unknown, expired or revoked.
    """

    status = 401
    title = "Authentication required"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, headers={"WWW-Authenticate": "Bearer"})


class Forbidden(Problem):
    """The caller is known, but the caller's role may not do this."""

    status = 403
    title = "Not permitted"


class NotFound(Problem):
    """There is nothing at this address, or nothing that the caller may see."""

    status = 404
    title = "Not found"


class Conflict(Problem):
    """The request contradicts what is stored now. Fetch the resource again and decide anew."""

    status = 409
    title = "Conflict with the present state"


class PreconditionFailed(Problem):
    """The resource was changed since you fetched it: your `If-Match` is not its ETag now."""

    status = 412
    title = "The resource has changed"


class PreconditionRequired(Problem):
    """Changing this resource needs `If-Match` with the ETag that you fetched it with."""

    status = 428
    title = "If-Match is required"


class Invalid(Problem):
    """The request is well-formed, but what it says is not acceptable; `errors` says where."""

    status = 422
    title = "Invalid"


class Unavailable(Problem):
    """The service cannot answer just now. Try again, a write under the same `Idempotency-Key`: if
    the connection to the database broke while it was being stored, it is not done twice.
    """

    status = 503
    title = "Temporarily unavailable"


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


def kinds() -> Iterator[type[Problem]]:
    """Every kind of problem that is defined, for the documentation."""
    waiting = [Problem]
    while waiting:
        kind = waiting.pop()
        yield kind
        waiting += kind.__subclasses__()


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


#: What PostgreSQL says (its SQLSTATEs) where it takes no writes, was not migrated to this version,
#: or gives our role no rights. SQLite has one error for all of these and for being away.
UNFIT = {READ_ONLY, "42P01", "42703", "3F000", "42501"}


def is_unfit(error: BaseException | None) -> bool:
    return getattr(error, "sqlstate", None) in UNFIT


def is_away(error: SQLAlchemyError) -> bool:
    """Whether the database does not answer, or cannot serve us as it is."""
    return isinstance(error, OperationalError) or is_unfit(getattr(error, "orig", None))


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


def reason_of(error: SQLAlchemyError) -> str:
    """What the driver said, in a line, without the statement."""
    return str(getattr(error, "orig", error)).partition("\n")[0]


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
