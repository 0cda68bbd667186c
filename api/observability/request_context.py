"""What is known of a request beside what Flask knows, from its arrival until its answer leaves: its
id, its limits, its route. A WSGI middleware round Flask keeps it, and takes the steps that each
request and each answer goes through; as hooks of Flask they would take as long as a small answer.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import Flask, request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: Where the WSGI environment holds it.
KEY = "claimledger.request_context"
#: A client takes nothing for another kind of thing than it says it is.
NO_SNIFFING = ("X-Content-Type-Options", "nosniff")


@dataclass(slots=True)
class RequestContext:
    """A request, and its answer once that leaves."""

    environ: "WSGIEnvironment"
    method: str
    #: As the client sent it, its percent-encoded bytes decoded as UTF-8.
    path: str
    began: float = field(default_factory=time.perf_counter)
    request_id: str = ""
    #: What each limit leaves to the caller (`rate_limits.Left`).
    limits: list[Any] = field(default_factory=list)
    #: Why it is not to be answered, if it is not.
    refusal: Exception | None = None
    #: Where it led, when that is known: the pattern of the address, and Flask's name for it.
    rule: str | None = None
    endpoint: str | None = None
    #: Of the answer. Headers may be added to.
    status: int = 0
    headers: list[tuple[str, str]] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.began


Step = Callable[[RequestContext], None]


class Middleware:
    """Takes the steps of arriving requests before Flask sees them, and those of leaving answers."""

    def __init__(self, wsgi_app: "WSGIApplication") -> None:
        self.wsgi_app = wsgi_app
        self.arriving: list[Step] = []
        self.leaving: list[Step] = []

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if not path.isascii():
            path = path.encode("latin-1").decode(errors="replace")
        context = environ[KEY] = RequestContext(environ, environ["REQUEST_METHOD"], path)
        for step in self.arriving:
            step(context)

        def start(status: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            context.status, context.headers = int(status[:3]), headers
            headers.append(NO_SNIFFING)
            for step in self.leaving:
                step(context)
            return start_response(status, headers, *error)

        return self.wsgi_app(environ, start)


def init_app(app: Flask) -> None:
    app.extensions["middleware"] = middleware = Middleware(app.wsgi_app)
    app.wsgi_app = middleware  # type: ignore[method-assign]
    app.before_request(_take_over)


def on_arrival(app: Flask, step: Step) -> None:
    """Have a step taken for each request that arrives, after those that were added before."""
    app.extensions["middleware"].arriving.append(step)


def on_leaving(app: Flask, step: Step) -> None:
    """Have a step taken for each answer that leaves."""
    app.extensions["middleware"].leaving.append(step)


def request_context() -> RequestContext:
    """Of the request that Flask answers now."""
    found: RequestContext = request.environ[KEY]
    return found


def _take_over() -> None:
    """Note where Flask leads the request; raise what it was refused for before."""
    context = request_context()
    context.endpoint = request.endpoint
    context.rule = request.url_rule.rule if request.url_rule else None
    if context.refusal:
        raise context.refusal
