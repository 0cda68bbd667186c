"""JSON documents of other people's vocabularies, in which what is not known is left out. Pure."""

from typing import Any

Document = dict[str, Any]


def drop_empty(document: Document) -> Document:
    """The document without the members that are None, "" or []."""
    return {name: value for name, value in document.items() if value not in (None, "", [])}
