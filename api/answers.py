"""JSON going out: orjson as Flask's provider."""

from typing import Any

import orjson
from flask import Response, jsonify
from flask.json.provider import JSONProvider


class JSON(JSONProvider):
    """Quicker than the standard library's, and it refuses NaN and endless nesting."""

    mimetype = "application/json"

    def dumps(self, obj: Any, **_: Any) -> str:
        return orjson.dumps(obj, option=orjson.OPT_NON_STR_KEYS).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        return orjson.loads(s)


def ld_json(document: dict[str, Any], *, media_type: str = "application/ld+json") -> Response:
    """Linked data (JSON-LD 1.1)."""
    response = jsonify(document)
    response.content_type = media_type
    return response
