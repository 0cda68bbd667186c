"""Pages: each names its permission, is one transaction, and knows who looks at it."""

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
from api.web import visits

View = Callable[..., Any]

#: Scripts and styles are files of ours, none stands in a page. Pico draws its icons from data:.
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Misfilled(Invalid):
    """What was filled in cannot be taken as it stands: `fields` says what is wrong where."""

    title = "Some of it cannot be taken as it stands"

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__("; ".join(fields.values()))
        self.fields = fields


class Outdated(Conflict):
    """What the form was filled in on has changed since. It is shown as it is now; look at it and
    send the form again.
    """

    title = "It has changed meanwhile"

    def __init__(self) -> None:
        super().__init__("Look at it as it is now, and send the form again.")


class Refused(NamedTuple):
    """A form that is shown again: where it was sent, what is wrong, by field ("" for the whole)."""

    action: str
    title: str
    errors: Mapping[str, str]

    @classmethod
    def because_of(cls, problem: Problem) -> "Refused":
        field = problem.at.removeprefix("#/").partition("/")[0]
        errors = problem.fields if isinstance(problem, Misfilled) else {field: str(problem)}
        return cls(request.path, problem.title, errors)


class _Route(NamedTuple):
    """What `Blueprint.add_url_rule` is given."""

    rule: str
    view: View
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
    ) -> Callable[[View], View]:
        """Define a page to look at. Who may not see it but might is asked to sign in."""

        def decorator(view: View) -> View:
            @wraps(view)
            def shown(**address: Any) -> Response:
                return _show(view, permission, address)

            shown.permission = permission  # type: ignore[attr-defined]
            self._routes.append(_Route(rule, shown, ("GET",)))
            return shown

        return decorator

    def form(
        self, rule: str, *, permission: Permission, shape: type[Schema], on: View
    ) -> Callable[[View], View]:
        """Define what a form does, which stands `on` a page of the same parameters. What is
        refused is said on that page, with all that was filled in still there.
        """

        def decorator(act: View) -> View:
            @wraps(act)
            def done(**address: Any) -> Response:
                g.asked_at = now()
                try:
                    with transaction():
                        visits.resume()
                        permissions.require_permission(permission)
                        visits.refuse_foreign_form()
                        answer = make_response(act(asked_for(shape()), **address))
                    return read_after.set_cookie(_for_this_reader(answer))
                except (Unauthenticated, NotFound, visits.ForeignForm):
                    raise
                except Problem as refusal:
                    g.refused = Refused.because_of(refusal)
                    status = refusal.status
                page = _show(on.__wrapped__, on.permission, address)  # type: ignore[attr-defined]
                page.status_code = status if page.status_code == 200 else page.status_code
                return page

            done.permission = permission  # type: ignore[attr-defined]
            self._routes.append(_Route(rule, done, ("POST",)))
            return done

        return decorator


def _show(view: View, permission: Permission, address: dict[str, Any]) -> Response:
    with transaction(reads=True):
        visits.resume()
        try:
            permissions.require_permission(permission)
        except Unauthenticated:
            return redirect(url_for("web.sign_in", next=request.full_path.rstrip("?")))  # type: ignore[return-value]
        shown = partial(view, **address)
        # Who is signed in, or just sent a form, sees what is so now.
        is_reader = g.visitor is None and request.method != "POST"
        response = make_response(read_after.read_page(shown) if is_reader else shown())
    return _for_this_reader(response)


def _for_this_reader(response: Response) -> Response:
    """Pages for everybody may be kept and asked for again by their ETag; others are not kept."""
    response.vary.add("Cookie")
    if g.visitor or request.method == "POST":
        response.cache_control.no_store = True
        return response
    # Without a public address of ours, a page has the one that it was asked for at.
    if current_app.extensions["settings"].public_url:
        response.cache_control.public = True
    else:
        response.cache_control.private = True
    response.cache_control.no_cache = True
    if response.status_code == 200:
        _pack(response)
        response.add_etag()
        response.make_conditional(request)
    return response


def _pack(response: Response) -> None:
    """Compress a page for readers. It holds no secret that its length could tell (BREACH): what has
    a visit's token is never packed. Packed or not, each form of a page has an ETag of its own.
    """
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"] > 0:
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"


def asked_for(shape: Schema) -> dict[str, Any]:
    """What the page's address asks for or, where a form is sent, what it says. What is left empty
    is not said. Raises `Misfilled`.
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
        raise Misfilled(fields) from None
