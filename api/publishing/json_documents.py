"""JSON-LD documents, in which what is not known is left out. Pure."""

from typing import Any

#: A JSON-LD object: its `@type` says which keys it has. The function that makes one names them.
JsonLd = dict[str, Any]


def drop_empty(document: JsonLd) -> JsonLd:
    """The document without the members that are None, "" or []."""
    return {name: value for name, value in document.items() if value not in (None, "", [])}
