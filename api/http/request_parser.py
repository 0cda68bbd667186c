"""Requests coming in, read strictly: bodies by RFC 8259, nothing that no schema knows."""

from functools import cache, lru_cache
from typing import Any

from flask import Request, request
from marshmallow import RAISE, Schema, ValidationError
from marshmallow.fields import List
from webargs.core import is_json, missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import UnsupportedMediaType

from api.http.strict_json import parse_json

#: Bytes of a query that is remembered.
SHORT = 300


class Parser(FlaskParser):
    """Reads requests strictly: what is not known is refused, what is not JSON is said to be."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
        "json": RAISE,
    }

    def parse(self, argmap: Any, *args: Any, **options: Any) -> Any:
        """What the request says. A short query is read once: it says the same each time."""
        if options["location"] == "query" and len(request.query_string) <= SHORT:
            return dict(_said(argmap, request.query_string))
        return super().parse(_made(argmap), *args, **options)

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        """A parameter that takes one value and has two says neither."""
        fields = {field.data_key or name: field for name, field in schema.fields.items()}
        for name, values in req.args.lists():
            if len(values) > 1 and not isinstance(fields.get(name), List):
                raise ValidationError({name: ["Is given more than once."]})
        return super().load_querystring(req, schema)

    def load_json(self, req: Request, schema: Schema) -> Any:
        """Refuse another type than JSON's, and what is no JSON."""
        if not is_json(req.mimetype):
            if not req.get_data(cache=True):
                return missing
            raise UnsupportedMediaType("Send JSON, as application/json.")
        return parse_json(req.get_data(cache=True))


_READER = Parser()


@cache
def _made(schema: type[Schema]) -> Schema:
    return schema()


@lru_cache(2_000)
def _said(query: type[Schema], _text: bytes) -> dict[str, Any]:
    """What the query of the request in hand, whose text it is, says."""
    said: dict[str, Any] = FlaskParser.parse(_READER, _made(query), location="query")
    return said
