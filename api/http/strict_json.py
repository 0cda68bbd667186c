"""JSON as RFC 8259 has it. Pure."""

import json
from typing import Any, NoReturn

from werkzeug.exceptions import BadRequest

from api.http.fields import LONE_SURROGATE


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
    if LONE_SURROGATE.search("".join(found)):
        raise ValueError("a key holds a lone surrogate, which is no character")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
