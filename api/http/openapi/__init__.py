"""What the API says of itself: /openapi.json, /docs, and a page for each type of problem."""

from functools import cached_property
from inspect import getdoc
from pathlib import Path
from typing import Any

import flask_smorest
import marshmallow
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.openapi import OpenAPIConverter
from flask import Blueprint, Flask, Response, current_app, jsonify, send_from_directory
from flask_smorest.spec import FlaskPlugin
from marshmallow.fields import Dict, Integer, List, Nested, Raw, String
from werkzeug.exceptions import default_exceptions

from api import errors
from api.auth import permissions
from api.http.fields import component_name
from api.http.openapi import operations
from api.http.problems import PLAIN

ASSETS = Path(__file__).parent / "assets"

DESCRIPTION = """\
Claims that articles make, the evidence for and against them, and what is known: confirmed,
unverified or disputed, on what grounds, and since when. Reading is open; writing needs an API key.
Anybody may appeal; how mistakes are corrected is said at `/v1/policies/corrections`.
"""

blp = Blueprint("documentation", __name__)


class ProblemErrorSchema(marshmallow.Schema):
    """One thing that is wrong, and where: a JSON pointer into the body, or a parameter."""

    class Meta:
        unknown = marshmallow.EXCLUDE

    pointer = String()
    parameter = String()
    detail = String(required=True)


class ProblemSchema(marshmallow.Schema):
    """RFC 9457. `type` leads to what the problem means; some types have further members."""

    class Meta:
        unknown = marshmallow.EXCLUDE

    type = String(required=True, metadata={"format": "uri-reference"})
    title = String(required=True)
    status = Integer(required=True)
    detail = String(required=True)
    errors = List(Nested(ProblemErrorSchema))
    unmet = List(Dict(keys=String(), values=Raw()))


class Defaults(flask_smorest.Api):
    """What flask-smorest asks an Api for when it describes views. It is not set up with the
    application: its error handler would drop headers (405 without Allow).
    """

    DEFAULT_ERROR_RESPONSE_NAME = operations.DEFAULT_RESPONSE


class OpenAPIDocument:
    """The OpenAPI document of the blueprints that are registered by it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.blueprints: list[flask_smorest.Blueprint] = []

    def register_blueprint(self, blp: flask_smorest.Blueprint, **options: Any) -> None:
        """Register a blueprint with the application."""
        self.app.register_blueprint(blp, **options)
        self.blueprints.append(blp)

    @cached_property
    def content(self) -> dict[str, Any]:
        """The document, written when it is first asked for: that takes longer than all else that
        an application is made of.
        """
        spec = APISpec(
            title="Claimledger",
            version="v1",
            openapi_version="3.1.0",
            # Of routes first: it looks at schemas, which `Shapes` replaces by references.
            plugins=[FlaskPlugin(), operations.RoutePlugin(), SchemaPlugin(component_name)],
            info={"description": DESCRIPTION, "license": {"name": "Apache-2.0"}},
            components={"securitySchemes": {"key": {"type": "http", "scheme": "bearer"}}},
        )
        operations.register_components(spec, ProblemSchema)
        itself = next(self.app.url_map.iter_rules("documentation.openapi"))
        spec.path(rule=itself, operations={"get": operations.OPENAPI_OPERATION})
        defaults = Defaults()
        for blp in self.blueprints:
            blp.register_views_in_doc(defaults, self.app, spec, name=blp.name, parameters=None)
            if blp.description:  # the routes of the others have the tag of another blueprint
                spec.tag({"name": blp.name, "description": blp.description})
        written: dict[str, Any] = spec.to_dict()
        return written


class SchemaConverter(OpenAPIConverter):
    """Says of shapes what apispec, which writes the document, would leave out."""

    def schema2jsonschema(self, schema: Any) -> dict[str, Any]:
        """With what the schema was `documented` with."""
        found: dict[str, Any] = super().schema2jsonschema(schema)  # type: ignore[no-untyped-call]
        return found | getattr(schema, "json_schema", {})

    def enum2properties(self, field: Any, **others: Any) -> dict[str, Any]:
        """With the words' type."""
        found: dict[str, Any] = super().enum2properties(field, **others)
        return found | {"type": "string"} if found else found


class SchemaPlugin(MarshmallowPlugin):
    Converter = SchemaConverter


def init_app(app: Flask) -> OpenAPIDocument:
    """Serve the OpenAPI document; register the domains' blueprints on what is returned."""
    app.register_blueprint(blp)
    document = app.extensions["openapi"] = OpenAPIDocument(app)
    return document


@blp.get("/openapi.json")
def openapi() -> Response:
    """The API in OpenAPI 3.1."""
    document: OpenAPIDocument = current_app.extensions["openapi"]
    return jsonify(document.content)


@blp.get("/docs")
def docs() -> Response:
    """The API for people: Swagger UI, from our own assets."""
    response = send_from_directory(ASSETS, "index.html")
    # Swagger UI sets styles and draws its icons from data: addresses; scripts are ours alone.
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    return response


@blp.get("/docs/assets/<path:name>")
def asset(name: str) -> Response:
    return send_from_directory(ASSETS, name, max_age=86_400)


@blp.get("/problems/")
def problems() -> Response:
    """All the types of problem, with their meaning."""
    described = problem_descriptions()
    return _plain_text("\n\n".join(described[name] for name in sorted(described)))


@blp.get("/problems/<name>")
def problem(name: str) -> Response:
    """What one type of problem means."""
    if name not in problem_descriptions():
        raise errors.NotFound("There is no such type of problem.")
    return _plain_text(problem_descriptions()[name])


def problem_descriptions() -> dict[str, str]:
    """For each type's last part, what it means in words."""
    plain = {
        errors.kebab_case(title): f"{title} ({code})\n\n{default_exceptions[code].description}"
        for code, title in PLAIN.items()
    }
    ours = {
        kind.slug: f"{kind.title} ({kind.status})\n\n{getdoc(kind)}"
        for kind in errors.problem_classes()
    }
    return plain | ours


def _plain_text(text: str) -> Response:
    return Response(text + "\n", mimetype="text/plain")


def _make_public(*views: Any) -> None:
    for view in views:
        view.permission = permissions.Permission.READ


_make_public(openapi, docs, asset, problems, problem)
