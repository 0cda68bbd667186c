"""The pages: the same services and queries as the API, for people. They work without scripts."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, g, render_template, request, url_for
from jinja2 import StrictUndefined

from api.auth.permissions import ROLE_PERMISSIONS, Permission
from api.http.openapi.operations import PROBLEM
from api.publishing import documents
from api.web import (
    administering,
    articles,
    assets,
    claims,
    contributing,
    deciding,
    front,
    replying,
    signing_in,
    statements,
    wording,
)
from api.web.pages import SECURITY

#: The modules of pages, in the order in which `register_pages` adds their routes.
PAGES = (
    front,
    articles,
    claims,
    signing_in,
    contributing,
    deciding,
    statements,
    replying,
    administering,
)


def init_app(app: Flask) -> None:
    """Serve the pages, and say problems as pages to whoever asked for one."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(wording.FILTERS)
    app.context_processor(_at_hand)
    register_pages(app)
    app.register_blueprint(assets.blp)
    app.after_request(_for_people)


def register_pages(app: Flask) -> None:
    """Serve every page; its endpoint is `web.` and the name of its view."""
    blueprint = Blueprint("web", __name__, template_folder="templates")
    for module in PAGES:
        module.routes.register(blueprint)
    app.register_blueprint(blueprint)


def _at_hand() -> dict[str, Any]:
    """What every template may use."""
    visitor = g.get("visitor")
    return {
        "t": wording.TEXTS,
        "asset": assets.address_of,
        "visitor": visitor,
        "refused": g.get("refused"),
        "absolute": lambda endpoint, **values: documents.base() + url_for(endpoint, **values),
        "with_cursor": _with_cursor,
        "may": lambda what: bool(visitor) and Permission[what] in ROLE_PERMISSIONS[visitor.role],
    }


def _with_cursor(cursor: str) -> str:
    """The address in hand, further on in its list."""
    return f"{request.path}?{urlencode({**request.args, 'cursor': cursor})}"


def _for_people(response: Response) -> Response:
    """A problem, where a person asked for a page, as a page; and what keeps pages safe."""
    if request.path.startswith("/v1"):
        return response
    if response.mimetype == PROBLEM and _wants_a_page():
        problem = response.get_json()
        response.set_data(render_template("web/problem.html", problem=problem))
        response.mimetype = "text/html"
        response.cache_control.no_store = True
    if response.mimetype == "text/html":
        for name, value in SECURITY.items():
            response.headers.setdefault(name, value)
    return response


def _wants_a_page() -> bool:
    return request.accept_mimetypes.best_match([PROBLEM, "text/html"]) == "text/html"
