"""A request and its answer, as they pass the outermost layer: before Flask has seen the one, and
after it has made the other. What is done for all of them stands here, since it costs a fraction
of what it would as Flask's hooks.
"""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

#: Where the WSGI environment holds it.
KEY = "claimledger.exchange"


class Exchange:
    """What is known of a request, and of its answer when that leaves."""

    __slots__ = (
        "began",
        "endpoint",
        "environ",
        "headers",
        "limits",
        "made",
        "method",
        "path",
        "refusal",
        "request_id",
        "rule",
        "status",
    )

    def __init__(self, environ: "WSGIEnvironment") -> None:
        self.environ = environ
        self.began = time.perf_counter()
        self.method: str = environ["REQUEST_METHOD"]
        path: str = environ.get("PATH_INFO", "")
        #: As the client sent it, its percent-encoded bytes decoded as UTF-8.
        self.path = path if path.isascii() else path.encode("latin-1").decode(errors="replace")
        self.request_id = ""
        #: What each limit leaves to the caller.
        self.limits: list[Any] = []
        #: Why it is not to be answered, if it is not.
        self.refusal: Exception | None = None
        #: Where it led, when that is known: the pattern of the address, and Flask's name for it.
        self.rule: str | None = None
        self.endpoint: str | None = None
        #: Of the answer. Headers may be added to; `made` are those it came with.
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        self.made: list[tuple[str, str]] = []

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self.began


Step = Callable[[Exchange], None]
