"""Signing in with an API key, and out."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, make_response, redirect, render_template, request, url_for
from marshmallow import Schema

from api.auth.permissions import Permission
from api.http.fields import Text
from api.web import web_sessions
from api.web.pages import PageRoutes

routes = PageRoutes()


class SignInForm(Schema):
    key = Text(most=200, required=True)


@routes.page("/sign-in")
def sign_in() -> Any:
    """Ask for a key. Where to go afterwards rides along in `next`."""
    asked = request.form.get("next") or request.args.get("next") or ""
    return render_template("web/sign_in.html", next=_local_path(asked))


@routes.form("/sign-in", permission=Permission.READ, shape=SignInForm, on=sign_in)
def begin(filled_in: dict[str, Any]) -> Any:
    """Begin a visit."""
    if g.current_user:
        web_sessions.end_session()
    token = web_sessions.begin_session(filled_in["key"])
    onwards = make_response(redirect(_local_path(request.form.get("next", "")), 303))
    return web_sessions.set_cookie(onwards, token)


class EmptyForm(Schema):
    """A form that says it all by being sent."""


@routes.form("/sign-out", permission=Permission.READ, shape=EmptyForm, on=sign_in)
def sign_out(_: dict[str, Any]) -> Any:
    """End the visit, here and in the browser."""
    web_sessions.end_session()
    return web_sessions.clear_cookie(make_response(redirect(url_for("web.front_page"), 303)))


def _local_path(address: str) -> str:
    """The address of a page of this site: nobody is sent elsewhere by a link to sign in."""
    try:
        parts = urlsplit(address)
    except ValueError:  # a host in brackets that is no IPv6 address
        return url_for("web.front_page")
    ours = address.startswith("/") and not address.startswith(("//", "/\\")) and not parts.netloc
    visible = address.isprintable() and "\\" not in address
    if ours and visible and current_app.url_map.bind("").test(parts.path, "GET"):
        return address
    return url_for("web.front_page")
