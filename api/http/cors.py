"""Who may read may do so from a browser too: CORS, as the Fetch standard has it.

Reading is open to anybody, so any site's scripts may read, and ask by a POST that only reads;
what writes stays closed to them. Cookies and keys are never let through.
https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

OPEN = ("/v1/", "/v1alpha1/", "/openapi.json")
READ = [
    *{
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "ETag, Link, RateLimit, RateLimit-Policy, Retry-After",
    }.items()
]
PREFLIGHT = [
    *{
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }.items()
]


def init_app(app: Flask) -> None:
    """Let browsers see the answers to what reads, and tell them beforehand that they may ask."""

    @app.after_request
    def let_read(response: Response) -> Response:
        if not request.path.startswith(OPEN):
            return response
        asked = request.headers.get("Access-Control-Request-Method")
        if request.method == "OPTIONS" and asked:
            endpoint = _endpoint(app, asked)
            if endpoint and _reads(app, asked, endpoint):
                response.headers.extend([*PREFLIGHT, ("Access-Control-Allow-Methods", asked)])
        elif _reads(app, request.method, request.endpoint):
            response.headers.extend(READ)
        return response


def _endpoint(app: Flask, method: str) -> str | None:
    """What another method would have led to at the same address."""
    try:
        adapter = app.url_map.bind_to_environ(request.environ)
        endpoint: str = adapter.match(method=method)[0]
    except HTTPException:
        return None
    return endpoint


def _reads(app: Flask, method: str, endpoint: str | None) -> bool:
    if method == "POST":
        return getattr(app.view_functions.get(endpoint or ""), "reads", False)
    return method in {"GET", "HEAD"}
