"""The shapes that requests and answers are made of, beyond what marshmallow has."""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, TypeVar

from marshmallow import EXCLUDE, Schema, ValidationError
from marshmallow.fields import AwareDateTime, Boolean, Field, Integer, Nested, String
from marshmallow.validate import Length, Range, Regexp


class View(Schema):
    """What is answered: every field is always there, and later versions may have more."""

    class Meta:
        unknown = EXCLUDE

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """As marshmallow finds it, by less of a search where it is a dictionary's key or an
        object's own attribute.
        """
        if "." in attr:
            return super().get_attribute(obj, attr, default)
        return obj.get(attr, default) if isinstance(obj, dict) else getattr(obj, attr, default)

    def on_bind_field(self, field_name: str, field_obj: Field[Any]) -> None:
        field_obj.required = True


Shape = TypeVar("Shape", bound=type[Schema])


def with_json_schema(**json_schema: Any) -> Callable[[Shape], Shape]:
    """Say in the OpenAPI document what the fields of a schema cannot: `examples` of the whole, and
    rules between fields (`anyOf`, `oneOf`).
    """

    def mark(schema: Shape) -> Shape:
        schema.json_schema = json_schema  # type: ignore[attr-defined]
        return schema

    return mark


def required_strings(*names: str, without: Sequence[str] = ()) -> dict[str, Any]:
    """A rule between fields, in JSON Schema: these are strings, those not there or null."""
    there = {name: {"type": "string"} for name in names}
    absent = {name: {"type": "null"} for name in without}
    return {"required": [*names], "properties": there | absent}


class FullMatch(Regexp):
    """The whole string has this form. (`Regexp` alone takes one with a line break after it.)"""

    def __call__(self, value: Any) -> Any:
        if not self.regex.fullmatch(value):
            raise ValidationError(self.error.format(input=value, regex=self.regex.pattern))
        return value


#: Something to see, and no NUL. The characters are spelt out, since the dialects of regular
#: expressions do not agree on what white space is.
VISIBLE = re.compile(
    r"[^\x00]*"
    r"[^\x00-\x20\x7f-\xa0\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
    r"[^\x00]*"
)
#: Half of a character, which cannot be written down.
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class Text(String):
    """Valid Unicode without NUL, not blank, of a stated length in code points."""

    def __init__(self, *, most: int, least: int = 1, **options: Any) -> None:
        metadata = {"pattern": f"^{VISIBLE.pattern}$"} | options.pop("metadata", {})
        super().__init__(validate=Length(min=least, max=most), metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if "\0" in text:
            raise ValidationError("Holds a NUL character.")
        if LONE_SURROGATE.search(text):
            raise ValidationError("Holds a lone surrogate, which is no character.")
        if not VISIBLE.fullmatch(text):
            raise ValidationError("Is blank.")
        return text


LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,6}")


class LanguageTag(String):
    """A language tag, as `language_tag` writes it."""

    def __init__(self, **options: Any) -> None:
        form = FullMatch(f"^{LANGUAGE.pattern}$", error="Is no language tag (BCP 47).")
        super().__init__(validate=form, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return language_tag(super()._deserialize(value, attr, data, **kwargs))


def language_tag(tag: str) -> str:
    """A tag in the letters that RFC 5646, section 2.1.1, recommends: zh-Hant-TW, en-GB."""
    language, *parts = tag.lower().split("-")
    letters = {2: str.upper, 4: str.title}
    return "-".join([language, *(letters.get(len(each), str.lower)(each) for each in parts)])


class Address(Text):
    """An http or https address of at most 2,000 bytes (what an index entry can hold).

    Not only a URI: people write addresses with characters that RFC 3986 would have encoded.
    """

    MOST = 2_000
    FORM = re.compile(
        r"[Hh][Tt][Tt][Pp][Ss]?://[^\x00-\x20\x7f-\xa0/?#]+([/?#][^\x00-\x20\x7f-\xa0]*)?"
    )

    TAKEN = FORM

    def __init__(self, **options: Any) -> None:
        metadata = {"pattern": f"^{self.FORM.pattern}$", "examples": ["https://example.org/page"]}
        super().__init__(most=self.MOST, metadata=metadata, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        url = super()._deserialize(value, attr, data, **kwargs)
        if not self.TAKEN.fullmatch(url):
            raise ValidationError("Is no http or https address.")
        if len(url.encode()) > self.MOST:
            raise ValidationError(f"Longer than {self.MOST} bytes.")
        return url


class OpenedAddress(Address):
    """An address that is to be opened. One of another scheme has no place here either, but it is
    left to the outbound client (`sources.url_validation`), which names the rule that it breaks.
    """

    TAKEN = re.compile(
        rf"{Address.FORM.pattern}|(?![Hh][Tt][Tt][Pp][Ss]?:)"
        r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20\x7f-\xa0]*"
    )


YEAR = r"(?!0000)[0-9]{4}"
MONTH = "(0[1-9]|1[0-2])"
MOMENT = re.compile(
    rf"{YEAR}-{MONTH}-[0-9]{{2}}[Tt][0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


class Moment(AwareDateTime):
    """A moment with its zone (RFC 3339); UTC from here on."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or not MOMENT.fullmatch(value):
            raise ValidationError("Is no moment with its zone, such as 2020-05-31T09:00:00Z.")
        moment: datetime = super()._deserialize(value, attr, data, **kwargs)
        try:
            return moment.astimezone(UTC)
        except OverflowError:
            raise ValidationError("Lies outside the calendar.") from None


class PartialDate(String):
    """A date as precisely as it is known (EDTF level 0): a year, a month, a day, or a moment
    with its zone (RFC 3339). Kept as it was given: precision is never invented.
    """

    def __init__(self, **options: Any) -> None:
        short = [{"pattern": f"^{YEAR}$"}, {"pattern": f"^{YEAR}-{MONTH}$"}]
        forms = [*short, {"format": "date"}, {"format": "date-time"}]
        super().__init__(
            metadata={"anyOf": forms, "examples": ["2020-05", "2020-10-18"]}, **options
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        if not is_partial_date(text):
            raise ValidationError("Is no date such as 2020, 2020-05, 2020-05-31 or a full moment.")
        return text


def is_partial_date(text: str) -> bool:
    try:
        if re.fullmatch("[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", text):
            return bool(date.fromisoformat(text + "-01-01"[len(text) - 4 :]))
        return bool(MOMENT.fullmatch(text) and datetime.fromisoformat(text.upper()))
    except ValueError:
        return False


class Flag(Boolean):
    """true or false; not "yes", and not 1."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class QueryFlag(Boolean):
    """The same in a query, where all is text."""

    truthy = {"true"}  # noqa: RUF012
    falsy = {"false"}  # noqa: RUF012


class PageQuery(Schema):
    """How much of a list to answer with, and from where."""

    limit = Integer(load_default=50, validate=Range(1, 100))
    cursor = String(
        validate=[FullMatch(r"^[A-Za-z0-9_=-]+$", error="Is no cursor."), Length(max=500)],
        metadata={"description": "`next_cursor` of the page before"},
    )


@cache
def page_of(view: type[Schema]) -> type[Schema]:
    """The schema of one page of a list."""
    fields: dict[str, Any] = {
        "items": Nested(view, many=True, required=True),
        "next_cursor": String(required=True, allow_none=True),
    }
    return View.from_dict(fields, name=component_name(view).removesuffix("View") + "Page")


def component_name(schema: type[Schema] | Schema) -> str:
    """What a schema is called among the OpenAPI document's components, which is public. It is the
    class's name without "Schema". A class that is renamed keeps it by `component_name = "..."`,
    which its subclasses do not inherit.
    """
    kind = schema if isinstance(schema, type) else type(schema)
    name: str = vars(kind).get("component_name") or kind.__name__.removesuffix("Schema")
    return name
