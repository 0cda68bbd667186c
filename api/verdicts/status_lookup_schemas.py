"""Input and output of the look-up of many statuses at once."""

from marshmallow import Schema
from marshmallow.fields import UUID, List, Nested, String
from marshmallow.validate import Length

from api.http.fields import Address, Text, View, with_json_schema
from api.verdicts.schemas import StatusView

MOST = 100


@with_json_schema(
    examples=[
        {
            "claims": ["01930000-0000-7000-8000-000000000001"],
            "urls": ["https://news.example.com/bridge"],
            "texts": ["The bridge was opened on 19 March 1932"],
        }
    ]
)
class StatusLookup(Schema):
    claims = List(UUID(), load_default=list, validate=Length(max=MOST))
    urls = List(
        Address(),
        load_default=list,
        validate=Length(max=MOST),
        metadata={"description": "addresses of articles"},
    )
    texts = List(
        Text(most=2_000),
        load_default=list,
        validate=Length(max=MOST),
        metadata={"description": "quotations"},
    )


class StatusOfClaimView(View):
    asked = UUID()
    status = Nested(StatusView, allow_none=True, metadata={"description": "null: no such claim"})


class StatusesOfArticleView(View):
    asked = String()
    article = UUID(allow_none=True, metadata={"description": "null: no such article"})
    statuses = List(Nested(StatusView), metadata={"description": "in the order of the text"})


class StatusesOfTextView(View):
    asked = String()
    statuses = List(Nested(StatusView), metadata={"description": "newest claims first"})


class LookupView(View):
    claims = List(Nested(StatusOfClaimView))
    urls = List(Nested(StatusesOfArticleView))
    texts = List(Nested(StatusesOfTextView))
