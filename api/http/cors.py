"""Who may read may do so from a browser too: CORS, as the Fetch standard has it.

Reading is open to anybody, so any site's scripts may read, and ask by a POST that only reads;
what writes stays closed to them. Cookies and keys are never let through.
https://fetch.spec.whatwg.org/#http-cors-protocol
"""

from flask import Flask
from werkzeug.exceptions import HTTPException

from api.observability.request_context import RequestContext, on_leaving

OPEN = ("/v1/", "/v1alpha1/", "/openapi.json")
READ = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, RateLimit, RateLimit-Policy, Retry-After",
}.items()
PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}.items()


def init_app(app: Flask) -> None:
    """Let browsers see the answers to what reads, and tell them beforehand that they may ask."""

    def let_read(context: RequestContext) -> None:
        if not context.path.startswith(OPEN):
            return
        asked = context.environ.get("HTTP_ACCESS_CONTROL_REQUEST_METHOD")
        if context.method == "OPTIONS" and asked:
            endpoint = _endpoint(app, context, asked)
            if endpoint and _reads(app, asked, endpoint):
                context.headers += [*PREFLIGHT, ("Access-Control-Allow-Methods", asked)]
        elif _reads(app, context.method, context.endpoint):
            context.headers += READ

    on_leaving(app, let_read)


def _endpoint(app: Flask, context: RequestContext, method: str) -> str | None:
    """What another method would have led to at the same address."""
    try:
        adapter = app.url_map.bind_to_environ(context.environ)
        endpoint: str = adapter.match(method=method)[0]
    except HTTPException:
        return None
    return endpoint


def _reads(app: Flask, method: str, endpoint: str | None) -> bool:
    if method == "POST":
        return getattr(app.view_functions.get(endpoint or ""), "reads", False)
    return method in {"GET", "HEAD"}
