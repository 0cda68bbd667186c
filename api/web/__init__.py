"""The pages: the same services and queries as the API, for people. They work without scripts."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, g, render_template, request, url_for
from jinja2 import StrictUndefined

from api.auth.permissions import ROLE_PERMISSIONS, Permission
from api.http.openapi.operations import PROBLEM
from api.publishing import documents
from api.web import (
    administration,
    articles,
    assets,
    claim_groups,
    claims,
    contributions,
    home,
    interface_texts,
    replies,
    review_desk,
    sign_in,
)
from api.web.pages import SECURITY_HEADERS

#: The modules of pages, in the order in which `register_pages` adds their routes.
PAGES = (
    home,
    articles,
    claims,
    sign_in,
    contributions,
    review_desk,
    claim_groups,
    replies,
    administration,
)


def init_app(app: Flask) -> None:
    """Serve the pages, and say problems as pages to whoever asked for one."""
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(interface_texts.FILTERS)
    app.context_processor(_template_context)
    register_pages(app)
    app.register_blueprint(assets.blp)
    app.after_request(_render_problem_page)


def register_pages(app: Flask) -> None:
    """Serve every page; its endpoint is `web.` and the name of its view."""
    blueprint = Blueprint("web", __name__, template_folder="templates")
    for module in PAGES:
        module.routes.register(blueprint)
    app.register_blueprint(blueprint)


def _template_context() -> dict[str, Any]:
    """What every template may use."""
    user = g.get("current_user")
    return {
        "t": interface_texts.TEXTS,
        "asset": assets.asset_url,
        "current_user": user,
        "refused": g.get("refused"),
        "absolute": lambda endpoint, **values: documents.public_url() + url_for(endpoint, **values),
        "with_cursor": _with_cursor,
        "may": lambda what: bool(user) and Permission[what] in ROLE_PERMISSIONS[user.role],
    }


def _with_cursor(cursor: str) -> str:
    """The address in hand, further on in its list."""
    return f"{request.path}?{urlencode({**request.args, 'cursor': cursor})}"


def _render_problem_page(response: Response) -> Response:
    """A problem, where a person asked for a page, as a page; and what keeps pages safe."""
    if request.path.startswith("/v1"):
        return response
    if response.mimetype == PROBLEM and _wants_html():
        problem = response.get_json()
        response.set_data(render_template("web/problem.html", problem=problem))
        response.mimetype = "text/html"
        response.cache_control.no_store = True
    if response.mimetype == "text/html":
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
    return response


def _wants_html() -> bool:
    return request.accept_mimetypes.best_match([PROBLEM, "text/html"]) == "text/html"
