"""What can be refused: the classes of problem (RFC 9457) that services raise."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar


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


def problem_classes() -> Iterator[type[Problem]]:
    """Every kind of problem that is defined, for the documentation."""
    waiting = [Problem]
    while waiting:
        kind = waiting.pop()
        yield kind
        waiting += kind.__subclasses__()
