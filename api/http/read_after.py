"""Read-After: who has written reads what they wrote, be it from a replica.

The answer to a write says the position in the primary's log (WAL) up to which all is written; who
sends it with a read is answered from there or later. Forms on the pages do so by a cookie.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, request

from api.database import replicas
from api.errors import Invalid

HEADER = "Read-After"
COOKIE, COOKIE_SECONDS = "read-after", 60


def init_app(app: Flask) -> None:
    @app.after_request
    def add_header(response: Response) -> Response:
        view = app.view_functions.get(request.endpoint or "")
        wrote = request.method != "GET" and getattr(view, "reads", None) is False
        # Whoever is told to fetch it again (409, 412) is to get what stands in the way.
        wrote &= response.status_code < 400 or response.status_code in {409, 412}
        if wrote and (position := replicas.written_position()):
            response.headers[HEADER] = position
        return response


def answer_after_write(view: Callable[[], Any]) -> Any:
    """What a view answers, as the request's header wants it. Raises `Invalid` for a header that is
    no position, where there is a replica.
    """
    position = request.headers.get(HEADER, "")
    if position and not replicas.POSITION.fullmatch(position) and replicas.current():
        raise Invalid("Send what the answer to your write said.", at=HEADER)
    return replicas.read_from_replica(view, position)


def read_page(view: Callable[[], Any]) -> Any:
    """What a page's view answers, after what the browser sent by its last form."""
    position = request.cookies.get(COOKIE, "")
    return replicas.read_from_replica(
        view, position if replicas.POSITION.fullmatch(position) else ""
    )


def set_cookie(response: Response) -> Response:
    """Have a browser read what its form wrote, on the pages that it looks at next."""
    if position := replicas.written_position():
        response.set_cookie(
            COOKIE,
            position,
            max_age=COOKIE_SECONDS,
            secure=request.is_secure,
            httponly=True,
            samesite="Lax",
        )
    return response
