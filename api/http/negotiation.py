"""The same thing in other forms, at the same address: chosen by Accept (RFC 9110, section 12.1)."""

from collections.abc import Callable
from typing import Any

from flask import Response, after_this_request, request

View = Callable[..., Any]
Decorator = Callable[[View], View]

#: In what other forms a route's answer is to be had, by the route's endpoint and media type.
REPRESENTATIONS: dict[str, dict[str, View]] = {}


def representation(endpoint: str, media_type: str) -> Decorator:
    """Let a view answer in another's place whoever would rather have this media type. So a later
    domain can show what an earlier one holds.
    """

    def register(view: View) -> View:
        REPRESENTATIONS.setdefault(endpoint, {})[media_type] = view
        return view

    return register


def choose_representation(view: View) -> View:
    """The view, or the one that answers in the form that the request prefers to JSON."""
    forms = REPRESENTATIONS.get(request.endpoint or "")
    if forms is None:
        return view

    @after_this_request
    def vary(response: Response) -> Response:
        response.vary.add("Accept")
        return response

    json_first = ["application/json", *forms]
    return forms.get(request.accept_mimetypes.best_match(json_first) or "", view)
