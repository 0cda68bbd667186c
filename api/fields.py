"""The shapes that requests and answers are made of, beyond what marshmallow has."""

import re
from datetime import date, datetime
from typing import Any

from marshmallow import Schema, ValidationError
from marshmallow.fields import URL, Integer, List, Nested, String
from marshmallow.validate import Length, Range

PRINTABLE = r"^[^\x00]*[^\x00\s][^\x00]*$"


class Text(String):
    """Valid Unicode without NUL, not blank, of a stated length in code points."""

    def __init__(self, *, most: int, least: int = 1, **options: Any) -> None:
        metadata = {"pattern": PRINTABLE} | options.pop("metadata", {})
        super().__init__(validate=Length(min=least, max=most), metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if "\0" in text:
            raise ValidationError("Holds a NUL character.")
        if any("\ud800" <= character <= "\udfff" for character in text):
            raise ValidationError("Holds a lone surrogate, which is no character.")
        if not text.strip():
            raise ValidationError("Is blank.")
        return text


class Address(URL):
    """An http or https address of at most 2,000 bytes (what an index entry can hold)."""

    MOST = 2_000

    def __init__(self, **options: Any) -> None:
        super().__init__(schemes={"http", "https"}, validate=Length(max=self.MOST), **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        url: str = super()._deserialize(value, attr, data, **kwargs)
        if len(url.encode(errors="replace")) > self.MOST:
            raise ValidationError(f"Longer than {self.MOST} bytes.")
        return url


PARTIAL_DATE = re.compile(r"(\d{4})(-\d\d(-\d\d)?)?")


class PartialDate(String):
    """A date as precisely as it is known (EDTF level 0): a year, a month, a day, or a moment
    with its zone (RFC 3339). Kept as it was given: precision is never invented.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"examples": ["2020-05", "2020-10-18"]}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if not is_partial_date(text):
            raise ValidationError("Is no date such as 2020, 2020-05, 2020-05-31 or a full moment.")
        return text


def is_partial_date(text: str) -> bool:
    try:
        if PARTIAL_DATE.fullmatch(text):
            return bool(date.fromisoformat(text + "-01-01"[len(text) - 4 :]))
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


class PageQuery(Schema):
    """How much of a list to answer with, and from where."""

    limit = Integer(load_default=50, validate=Range(1, 100))
    cursor = Text(most=500, metadata={"description": "`next_cursor` of the page before"})


def page_of(view: type[Schema]) -> type[Schema]:
    """The schema of one page of a list."""
    fields: dict[str, Any] = {
        "items": List(Nested(view), required=True),
        "next_cursor": String(required=True, allow_none=True),
    }
    return Schema.from_dict(fields, name=view.__name__.removesuffix("View") + "Page")
