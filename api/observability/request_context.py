"""What is known of the request in hand beside what it says: when it came, its id, its limits."""

import time
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, g

#: A client takes nothing for another kind of thing than it says it is.
NO_SNIFFING = ("X-Content-Type-Options", "nosniff")


@dataclass
class RequestContext:
    """It lasts from the first hook of a request to the last."""

    began: float = field(default_factory=time.perf_counter)
    request_id: str = ""
    #: What each limit leaves to the caller (`limits.Left`).
    limits: list[Any] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.began


def init_app(app: Flask) -> None:
    """Call it before all that registers hooks: those find `request_context` in place."""

    @app.before_request
    def begin() -> None:
        g.context = RequestContext()

    @app.after_request
    def end(response: Response) -> Response:
        response.headers.add(*NO_SNIFFING)
        return response


def request_context() -> RequestContext:
    """Of the request in hand."""
    found: RequestContext = g.context
    return found
