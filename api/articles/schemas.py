from marshmallow import Schema
from marshmallow.fields import UUID, AwareDateTime, List, String
from marshmallow.validate import Length, Regexp

from api.fields import Address, PageQuery, PartialDate, Text

LANGUAGE_TAG = Regexp(r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$", error="Is no language tag (BCP 47).")
LONGEST_TEXT = 500_000


class ArticleSubmission(Schema):
    text = Text(most=LONGEST_TEXT, required=True)
    title = Text(most=500, required=True)
    url = Address(load_default=None)
    author = Text(most=300, load_default=None)
    published_at = PartialDate(load_default=None)
    modified_at = PartialDate(load_default=None)
    language = String(validate=LANGUAGE_TAG, load_default=None)
    retells = List(
        Text(most=200),
        validate=Length(max=20),
        load_default=list,
        metadata={"description": "names of the broadcast or event that the article reports on"},
    )


class ArticleQuery(PageQuery):
    url = Address()


class ArticleView(Schema):
    id = UUID()
    url = String(allow_none=True)
    title = String()
    author = String(allow_none=True)
    published_at = String(allow_none=True)
    modified_at = String(allow_none=True)
    language = String(allow_none=True)
    retells = List(String())
    text_sha256 = String()
    retrieved_at = AwareDateTime()
    created_at = AwareDateTime()
