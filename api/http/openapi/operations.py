"""What each operation takes and answers besides its own shapes, told from its route's flags."""

from typing import Any, NamedTuple

from apispec import BasePlugin
from werkzeug.routing import Rule

from api import errors
from api.auth.permissions import PUBLIC, ROLE_PERMISSIONS, Permission
from api.database.replicas import POSITION
from api.http import problems
from api.http.fields import PageQuery
from api.http.idempotency import KEY
from api.http.read_after import HEADER

PROBLEM = "application/problem+json"

#: How a request is refused: the problem's type, when it is given, and its headers.
REFUSALS = {
    400: ("BadRequest", "The body is not JSON."),
    401: ("Unauthenticated", "No key, or one that is no good.", "WWW-Authenticate"),
    403: ("Forbidden", "Not with the role, or not by the person, that the key stands for."),
    404: ("NotFound", "There is nothing at this address."),
    409: ("Conflict", "It contradicts what is stored, or was done before.", "Retry-After"),
    412: ("PreconditionFailed", "The resource was changed: If-Match is not its ETag now."),
    413: ("ContentTooLarge", "The body is larger than this installation takes."),
    415: ("UnsupportedMediaType", "The body does not come as application/json."),
    422: ("Invalid", "It is well-formed but not acceptable; `errors` says where and why."),
    428: ("PreconditionRequired", "Send If-Match with the ETag that you fetched."),
    429: ("TooManyRequests", "Too many requests for now.", "Retry-After"),
    503: ("Unavailable", "No answer just now, and nothing was stored.", "Retry-After"),
}

#: The rest: another method (405), which belongs to no operation, and our own mistakes (500).
DEFAULT_RESPONSE = "Refused"
KEY_REQUIRED: dict[str, list[str]] = {"key": []}


def _header(description: str, *, required: bool = False, **schema: Any) -> dict[str, Any]:
    return {"description": description, "required": required, "schema": schema}


ANSWER_HEADERS = {
    "ETag": _header("What If-Match and If-None-Match take.", required=True, type="string"),
    "Location": _header("What was made.", required=True, type="string", format="uri-reference"),
    "Link": _header('The next page, rel="next" (RFC 8288); not on the last.', type="string"),
    "Idempotent-Replayed": _header("This was answered before.", type="string", const="true"),
    HEADER: _header(
        "Send it with a request that reads, and the answer is not older than this. Only where there"
        " are replicas.",
        type="string",
        pattern=f"^{POSITION.pattern}$",
    ),
    "RateLimit": _header("What is left of each limit, for how many seconds.", type="string"),
    "RateLimit-Policy": _header("Each limit, in so many seconds.", type="string"),
    "Retry-After": _header("How many seconds to wait.", type="integer", minimum=1),
    "WWW-Authenticate": _header("How to say who you are.", required=True, type="string"),
}
REQUEST_HEADERS = {
    "IfNoneMatch": _header("The ETag of what you have; 304 if it is still that.", type="string")
    | {"name": "If-None-Match"},
    "IfMatch": _header("The ETag that you fetched.", required=True, type="string")
    | {"name": "If-Match"},
    "IfMatchAtWill": _header("The ETag of what you mean to act on.", type="string")
    | {"name": "If-Match"},
    "IdempotencyKey": _header(
        "Sent again with the same key within 24 hours, the request is not done again.",
        type="string",
        pattern=f"^{KEY.pattern}$",
    )
    | {"name": "Idempotency-Key"},
    "ReadAfter": _header(
        "What the answer to a write said: the answer is not older than that. Without it, and where"
        " there are replicas, it may be some seconds old.",
        type="string",
    )
    | {"name": HEADER},
}


#: The one operation that no schema is needed for.
OPENAPI_OPERATION: dict[str, Any] = {
    "operationId": "openapi",
    "summary": "The API in OpenAPI 3.1.",
    "tags": ["documentation"],
    "security": [],
    "responses": {
        200: {"description": "OK", "content": {"application/json": {"schema": {"type": "object"}}}},
        "default": DEFAULT_RESPONSE,
    },
}


#: The name of a route's flags in what `Blueprint.doc` keeps of an operation.
ROUTE = "x-route"


class Route(NamedTuple):
    """What a route says of itself, as far as the document depends on it."""

    permission: Permission
    #: Whether it reads even by POST.
    reads: bool
    #: Whether the answer to a write says the ETag. The answer to a GET always does.
    etag: bool
    #: Whether the view compares If-Match with an ETag. A POST may then come without it.
    if_match: bool
    #: With what status a request is refused that is well-formed but not acceptable.
    invalid_status: int


def register_components(spec: Any, problem: Any) -> None:
    """Enter among the document's components what the operations share."""
    for name, header in ANSWER_HEADERS.items():
        spec.components.header(name, header)
    for name, parameter in REQUEST_HEADERS.items():
        spec.components.parameter(name, "header", parameter)
    spec.components.response("NotModified", _response("You have it already.", ["ETag"]))
    titles = {kind.__name__: kind.title for kind in errors.problem_classes()}
    for status, (name, description, *headers) in REFUSALS.items():
        example = {
            "type": f"/problems/{errors.kebab_case(name)}",
            "title": titles.get(name) or problems.PLAIN[status],
            "status": status,
            "detail": description,
        }
        content = {PROBLEM: {"schema": problem, "example": example}}
        spec.components.response(name, _response(description, headers) | {"content": content})
    content = {PROBLEM: {"schema": problem}}
    spec.components.response(
        DEFAULT_RESPONSE, _response("Another refusal.", []) | {"content": content}
    )


def _response(description: str, headers: list[str]) -> dict[str, Any]:
    return {"description": description, "headers": {name: name for name in headers}}


class RoutePlugin(BasePlugin):
    """Completes each operation with all that its route's flags imply."""

    def operation_helper(
        self, path: str | None = None, operations: dict[str, Any] | None = None, **given: Any
    ) -> None:
        rule: Rule = given["rule"]
        for method, operation in (operations or {}).items():
            if route := operation.pop(ROUTE, None):
                operation |= _complete_operation(operation, route, method, rule)


def _complete_operation(
    doc: dict[str, Any], route: Route, method: str, rule: Rule
) -> dict[str, Any]:
    queries = [each["schema"] for each in doc.get("parameters", ())]
    has_pages = any(issubclass(query, PageQuery) for query in queries)
    # The others are names of answers that flask-smorest takes for granted.
    answers: dict[int, Any] = {
        status: each for status, each in doc["responses"].items() if isinstance(each, dict)
    }
    for status, answer in answers.items():
        headers = _headers(route, method, status, has_pages=has_pages)
        answer |= _response(answer["description"], headers)
    if method == "get":
        answers[304] = "NotModified"
    if body := doc.get("requestBody"):
        (content,) = body["content"].values()
        if content["schema"]:  # else the body is taken in as it is
            # No body is read as an empty one.
            body["required"] = bool(content["schema"]().validate({}))
    refused = {
        route.invalid_status if status == 422 else status: REFUSALS[status][0]
        for status in _refusals(
            route,
            method,
            of_a_resource=bool(rule.arguments),
            has_query=bool(queries),
            has_body=bool(body),
        )
    }
    completed = {
        # Public: a view that is renamed keeps it by `blp.doc(operationId="...")`.
        "operationId": doc.get("operationId") or rule.endpoint.rpartition(".")[2],
        "security": [{}, KEY_REQUIRED] if route.permission in PUBLIC else [KEY_REQUIRED],
        "parameters": [*doc.get("parameters", ()), *_parameters(route, method)],
        "responses": dict(sorted((answers | refused).items())) | {"default": DEFAULT_RESPONSE},
    }
    if route.permission not in PUBLIC:
        words = [doc.get("description", ""), _describe_roles(route.permission)]
        completed["description"] = "\n\n".join(filter(None, words))
    return completed


def _parameters(route: Route, method: str) -> list[str]:
    given = {
        "IfNoneMatch": method == "get",
        "IfMatch": route.if_match and method != "post",
        "IfMatchAtWill": route.if_match and method == "post",
        "IdempotencyKey": method == "post" and not route.reads,
        "ReadAfter": method == "get" or route.reads,
    }
    return [name for name, is_given in given.items() if is_given]


def _headers(route: Route, method: str, status: int, *, has_pages: bool) -> list[str]:
    sent = {
        "Location": status in {201, 202},
        "ETag": method == "get" or route.etag,
        "Link": has_pages,
        "Idempotent-Replayed": method == "post" and not route.reads,
        HEADER: method != "get" and not route.reads,
        "RateLimit": True,
        "RateLimit-Policy": True,
    }
    return [name for name, is_sent in sent.items() if is_sent]


def _refusals(
    route: Route, method: str, *, of_a_resource: bool, has_query: bool, has_body: bool
) -> list[int]:
    writes = method != "get"
    possible = {
        400: has_body,
        401: True,  # to read as well: whoever sends a key is told when it is no good
        403: route.permission not in PUBLIC,
        404: of_a_resource,
        409: writes and not route.reads,
        412: route.if_match,
        413: writes,
        415: has_body,
        422: has_body or has_query or method in {"get", "post"},
        428: route.if_match and method != "post",
        429: True,
        503: True,
    }
    return [status for status, is_possible in possible.items() if is_possible]


def _describe_roles(permission: Permission) -> str:
    roles = [role.value for role, granted in ROLE_PERMISSIONS.items() if permission in granted]
    return f"Needs the key of: {', '.join(roles)}."
