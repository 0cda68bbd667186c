"""Routes of pages and forms: each names its permission and is one transaction."""

import gzip
from collections.abc import Callable, Mapping, Sequence
from functools import partial, wraps
from typing import Any, NamedTuple

from flask import Blueprint, Response, current_app, g, make_response, redirect, request, url_for
from marshmallow import EXCLUDE, Schema, ValidationError
from marshmallow.fields import Boolean, List

from api.auth import permissions
from api.auth.permissions import Permission
from api.database.session import now, transaction
from api.errors import Conflict, Invalid, NotFound, Problem, Unauthenticated
from api.http import read_after
from api.http.problems import flatten
from api.web import web_sessions

ViewFunction = Callable[..., Any]

#: Scripts and styles are files of ours, none stands in a page. Pico draws its icons from data:.
SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class InvalidFields(Invalid):
    """What was filled in cannot be taken as it stands: `fields` says what is wrong where."""

    title = "Some of it cannot be taken as it stands"
    slug = "misfilled"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("; ".join(fields.values()))
        self.fields = fields


class StaleForm(Conflict):
    """What the form was filled in on has changed since. It is shown as it is now; look at it and
    send the form again.
    """

    title = "It has changed meanwhile"
    slug = "outdated"

    def __init__(self) -> None:
        super().__init__("Look at it as it is now, and send the form again.")


class RefusedForm(NamedTuple):
    """A form that is shown again: where it was sent, what is wrong, by field ("" for the whole)."""

    action: str
    title: str
    errors: Mapping[str, str]

    @classmethod
    def from_problem(cls, problem: Problem) -> "RefusedForm":
        field = problem.at.removeprefix("#/").partition("/")[0]
        errors = problem.fields if isinstance(problem, InvalidFields) else {field: str(problem)}
        return cls(request.path, problem.title, errors)


class _Route(NamedTuple):
    """What `Blueprint.add_url_rule` is given."""

    rule: str
    view: ViewFunction
    methods: Sequence[str]


class PageRoutes:
    """The pages of a module and the forms that are sent from them. They are served once
    `register` has added them to a blueprint.
    """

    def __init__(self) -> None:
        self._routes: list[_Route] = []

    def register(self, blueprint: Blueprint) -> None:
        """Add the pages and forms, in the order in which the module defines them. Each endpoint
        is called by its view's name.
        """
        for route in self._routes:
            blueprint.add_url_rule(route.rule, view_func=route.view, methods=route.methods)

    def page(
        self, rule: str, *, permission: Permission = Permission.READ
    ) -> Callable[[ViewFunction], ViewFunction]:
        """Define a page to look at. Who may not see it but might is asked to sign in."""

        def decorator(view: ViewFunction) -> ViewFunction:
            @wraps(view)
            def serve(**address: Any) -> Response:
                return _serve_page(view, permission, address)

            serve.permission = permission  # type: ignore[attr-defined]
            self._routes.append(_Route(rule, serve, ("GET",)))
            return serve

        return decorator

    def form(
        self, rule: str, *, permission: Permission, shape: type[Schema], on: ViewFunction
    ) -> Callable[[ViewFunction], ViewFunction]:
        """Define what a form does, which stands `on` a page of the same parameters. What is
        refused is said on that page, with all that was filled in still there.
        """

        def decorator(act: ViewFunction) -> ViewFunction:
            @wraps(act)
            def submit(**address: Any) -> Response:
                g.asked_at = now()
                try:
                    with transaction():
                        web_sessions.load_current_user()
                        permissions.require_permission(permission)
                        web_sessions.refuse_foreign_form()
                        answer = make_response(act(load_input(shape()), **address))
                    return read_after.set_cookie(_set_cache_headers(answer))
                except (Unauthenticated, NotFound, web_sessions.ForeignForm):
                    raise
                except Problem as refusal:
                    g.refused = RefusedForm.from_problem(refusal)
                    status = refusal.status
                page = _serve_page(on.__wrapped__, on.permission, address)  # type: ignore[attr-defined]
                page.status_code = status if page.status_code == 200 else page.status_code
                return page

            submit.permission = permission  # type: ignore[attr-defined]
            self._routes.append(_Route(rule, submit, ("POST",)))
            return submit

        return decorator


def _serve_page(view: ViewFunction, permission: Permission, address: dict[str, Any]) -> Response:
    with transaction(reads=True):
        web_sessions.load_current_user()
        try:
            permissions.require_permission(permission)
        except Unauthenticated:
            return redirect(url_for("web.sign_in", next=request.full_path.rstrip("?")))  # type: ignore[return-value]
        render = partial(view, **address)
        # Who is signed in, or just sent a form, sees what is so now.
        is_reader = g.current_user is None and request.method != "POST"
        response = make_response(read_after.read_page(render) if is_reader else render())
    return _set_cache_headers(response)


def _set_cache_headers(response: Response) -> Response:
    """Let caches store what everybody may see, and revalidate it by its ETag; nothing else."""
    response.vary.add("Cookie")
    if g.current_user or request.method == "POST":
        response.cache_control.no_store = True
        return response
    # Without a public address of ours, a page has the one that it was asked for at.
    if current_app.extensions["settings"].public_url:
        response.cache_control.public = True
    else:
        response.cache_control.private = True
    response.cache_control.no_cache = True
    if response.status_code == 200:
        _compress(response)
        response.add_etag()
        response.make_conditional(request)
    return response


def _compress(response: Response) -> None:
    """Compress a page for readers. It holds no secret that its length could tell (BREACH): what has
    a session's token is never compressed. Either representation has an ETag of its own.
    """
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"


def load_input(shape: Schema) -> dict[str, Any]:
    """The query of the page's address or, where a form is sent, its fields, loaded by the schema.
    An empty field counts as absent. Raises `InvalidFields`.
    """
    values = request.form if request.method == "POST" else request.args
    given: dict[str, Any] = {}
    for name, field in shape.fields.items():
        if isinstance(field, List):
            given[name] = values.getlist(name)
        elif isinstance(field, Boolean):
            given[name] = values.get(name) == "true"
        elif (text := values.get(name, "").replace("\r\n", "\n").strip()) != "":
            given[name] = text
    try:
        loaded: dict[str, Any] = shape.load(given, unknown=EXCLUDE)
        return loaded
    except ValidationError as error:
        found = flatten("json", error.messages)
        fields = {e["pointer"].removeprefix("#/").partition("/")[0]: e["detail"] for e in found}
        raise InvalidFields(fields) from None
