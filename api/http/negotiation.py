"""The same thing in other forms, at the same address: chosen by Accept (RFC 9110, section 12.1)."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, after_this_request, current_app, request

View = Callable[..., Any]
Decorator = Callable[[View], View]

#: Other views of a route's answer, by their media types, by the route's endpoint.
Representations = dict[str, dict[str, View]]


def add_representation(app: Flask, endpoint: str, media_type: str, view: View) -> None:
    """Let a view answer in the place of a route's, for whoever would rather have this media type.
    So a later domain can show what an earlier one holds.
    """
    found: Representations = app.extensions.setdefault("representations", {})
    found.setdefault(endpoint, {})[media_type] = view


def choose_representation(view: View) -> View:
    """The view, or the one that answers in the form that the request prefers to JSON."""
    found: Representations = current_app.extensions.get("representations", {})
    forms = found.get(request.endpoint or "")
    if forms is None:
        return view

    @after_this_request
    def vary(response: Response) -> Response:
        response.vary.add("Accept")
        return response

    json_first = ["application/json", *forms]
    return forms.get(request.accept_mimetypes.best_match(json_first) or "", view)
