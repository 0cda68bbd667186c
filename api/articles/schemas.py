"""Input and output of articles and their editions."""

from typing import Any

from marshmallow import Schema, ValidationError, validates_schema
from marshmallow.fields import UUID, AwareDateTime, Enum, Integer, List, Nested, String
from marshmallow.validate import Length

from api.articles.models import IngestState
from api.http.fields import (
    Address,
    LanguageTag,
    OpenedAddress,
    PageQuery,
    PartialDate,
    Text,
    View,
    required_strings,
    with_json_schema,
)

MAX_TEXT_LENGTH = 500_000
MAX_HTML_LENGTH = 2_000_000


@with_json_schema(
    examples=[
        {
            "title": "The bridge",
            "text": "The bridge was opened on 19 March 1932. It cost 4.2 million pounds.",
            "url": "https://www.example.org/bridge",
            "published_at": "2020-10-18",
            "language": "en",
        }
    ],
    anyOf=[
        required_strings("text", "title", without=["html"]),
        required_strings("html", without=["text"]),
        required_strings("url", without=["text", "html"]),
    ],
)
class ArticleSubmission(Schema):
    """Its `text`, or its `html`, or only the `url` that it is to be fetched from. What is said
    here goes before what is found on the page.
    """

    text = Text(most=MAX_TEXT_LENGTH, load_default=None)
    html = Text(most=MAX_HTML_LENGTH, load_default=None)
    url = OpenedAddress(load_default=None)
    title = Text(most=500, load_default=None)
    author = Text(most=300, load_default=None)
    published_at = PartialDate(load_default=None)
    modified_at = PartialDate(load_default=None)
    language = LanguageTag(load_default=None)
    retells = List(
        Text(most=200),
        validate=Length(max=20),
        load_default=list,
        metadata={"description": "names of the broadcast or event that the article reports on"},
    )

    @validates_schema
    def say_what_it_is(self, submission: dict[str, Any], **_: Any) -> None:
        if submission["text"] and submission["html"]:
            raise ValidationError("Send the text or the HTML, not both.", "html")
        if not (submission["text"] or submission["html"] or submission["url"]):
            raise ValidationError("Send the article's text, html or url.", "text")
        if submission["text"] and not submission["title"]:
            raise ValidationError("A text needs its title.", "title")


class ArticleQuery(PageQuery):
    url = Address()


class ArticleView(View):
    id = UUID()
    url = String(allow_none=True)
    canonical_url = String(allow_none=True)
    state = Enum(IngestState, by_value=True)
    state_reason = String(allow_none=True)
    same_as = UUID(
        allow_none=True, metadata={"description": "the article that it turned out to be"}
    )
    title = String()
    author = String(allow_none=True)
    published_at = String(allow_none=True)
    modified_at = String(allow_none=True)
    language = String(allow_none=True)
    retells = List(String())
    edition = Integer(metadata={"description": "how many texts it has had"})
    text_sha256 = String()
    retrieved_at = AwareDateTime()
    created_at = AwareDateTime()


class EditionView(View):
    number = Integer()
    title = String()
    modified_at = String(allow_none=True)
    retrieved_at = AwareDateTime()
    text_sha256 = String()


class ChangeView(View):
    before = String()
    after = String()
    start = Integer(metadata={"description": "in code points of the edition before"})
    new_start = Integer()


class DiffView(View):
    edition = Integer()
    before = Integer()
    changes = List(Nested(ChangeView))
