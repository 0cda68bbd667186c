"""Requests coming in, read strictly: bodies by RFC 8259, nothing that no schema knows."""

import json
from functools import cache
from typing import Any, NoReturn

from flask import Request, request
from marshmallow import RAISE, Schema
from webargs.core import is_json, missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType


class Parser(FlaskParser):
    """Reads requests strictly: what is not known is refused, what is not JSON is said to be."""

    DEFAULT_UNKNOWN_BY_LOCATION = {  # noqa: RUF012
        **FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION,
        "query": RAISE,
        "json": RAISE,
    }

    def parse(self, argmap: Any, *args: Any, **options: Any) -> Any:
        """What the request says; an empty query says the same each time."""
        if options["location"] == "query" and not request.query_string:
            return dict(said_by_nothing(argmap))
        return super().parse(_made(argmap), *args, **options)

    def _raw_load_json(self, req: Request) -> Any:
        if not is_json(req.mimetype):
            if not req.get_data(cache=True):
                return missing
            raise UnsupportedMediaType("Send JSON, as application/json.")
        return parse_json(req.get_data(cache=True))


@cache
def _made(schema: type[Schema]) -> Schema:
    return schema()


@cache
def said_by_nothing(query: type[Schema]) -> dict[str, Any]:
    """What an empty query says."""
    said: dict[str, Any] = _made(query).load({})
    return said


def parse_json(body: bytes) -> Any:
    """JSON as RFC 8259 has it: no NaN, no key twice. Raises `BadRequest`."""
    try:
        return json.loads(body, object_pairs_hook=_unique, parse_constant=_refuse)
    except RecursionError:
        raise BadRequest("The JSON is nested too deeply.") from None
    except ValueError as error:
        raise BadRequest(f"The body is not JSON: {error}.") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("a key stands twice in one object")
    if any("\ud800" <= character <= "\udfff" for key in found for character in key):
        raise ValueError("a key holds a lone surrogate, which is no character")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
