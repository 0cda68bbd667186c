"""Input and output of claims."""

from typing import Any

from marshmallow import Schema, ValidationError, validates_schema
from marshmallow.fields import (
    UUID,
    AwareDateTime,
    Boolean,
    Enum,
    Float,
    Integer,
    List,
    Nested,
    String,
)
from marshmallow.validate import Length, OneOf

from api.claims.enums import Status
from api.http.fields import (
    FullMatch,
    LanguageTag,
    Moment,
    PageQuery,
    PartialDate,
    QueryFlag,
    Text,
    View,
    required_strings,
    with_json_schema,
)

DOMAIN = FullMatch(
    r"^([a-z0-9-]{1,63}\.)+[a-z0-9-]{2,63}$", error="Is no domain such as example.com."
)


def _tags(**options: Any) -> List[str]:
    return List(Text(most=60), validate=Length(max=20), **options)


def _domains(**options: Any) -> List[str]:
    return List(
        String(validate=[DOMAIN, Length(max=253)]),
        validate=Length(max=20),
        metadata={"description": "the claimant's own sites: they can not vouch for the claim"},
        **options,
    )


@with_json_schema(
    examples=[
        {
            "quote": "The bridge was opened on 19 March 1932",
            "claimant": "The Example Herald",
            "claimant_domains": ["example.org"],
            "said_on": "2020-10-18",
            "tags": ["bridges"],
        }
    ],
    oneOf=[required_strings("quote"), required_strings("candidate")],
)
class ClaimSubmission(Schema):
    """A quote of the article, or one of its candidates, whose proposals hold where nothing else
    is said.
    """

    quote = Text(
        most=2_000,
        metadata={"description": "the claim's words, exactly as the article has them"},
    )
    candidate = Text(most=60, metadata={"description": "the id of a candidate"})
    prefix = Text(
        most=500, metadata={"description": "the words right before, if it is there twice"}
    )
    suffix = Text(most=500, metadata={"description": "the words right after"})
    statement = Text(
        most=2_000, metadata={"description": "the claim in plain words, if the quote needs it"}
    )
    claimant = Text(most=300)
    claimant_domains = _domains(load_default=list)
    said_on = PartialDate()
    language = LanguageTag(load_default=None)
    tags = _tags(load_default=list)

    @validates_schema
    def say_which(self, submission: dict[str, Any], **_: Any) -> None:
        if ("quote" in submission) == ("candidate" in submission):
            raise ValidationError("Send a quote or a candidate's id, one of them.", "quote")


@with_json_schema(examples=[{"statement": "The bridge was opened in 1932", "tags": ["bridges"]}])
class ClaimChange(Schema):
    statement = Text(most=2_000)
    claimant = Text(most=300, allow_none=True)
    claimant_domains = _domains()
    said_on = PartialDate(allow_none=True)
    language = LanguageTag(allow_none=True)
    tags = _tags()


@with_json_schema(examples=[{"reason": "The article has corrected it."}])
class ClaimWithdrawal(Schema):
    reason = Text(most=2_000, required=True)


class ClaimQuery(PageQuery):
    q = Text(
        most=300,
        metadata={
            "description": "words that all stand in the claim, its claimant or its tags; "
            'in "quotation marks" those that stand in a row',
            "examples": ['"was opened" bridge'],
        },
    )
    status = Enum(Status, by_value=True)
    article = UUID()
    source = String(
        validate=[DOMAIN, Length(max=253)],
        metadata={"description": "the publisher of the claim's article, by its domain"},
    )
    claimant = Text(most=300, metadata={"description": "the claimant's whole name"})
    language = LanguageTag(metadata={"description": "a language tag; `en` is `en-GB`, too"})
    tag = Text(most=60)
    since = Moment(metadata={"description": "claims made at or after this moment"})
    until = Moment(metadata={"description": "claims made before this moment"})
    withdrawn = QueryFlag(load_default=False)


class ClaimView(View):
    id = UUID()
    article_id = UUID()
    exact = String()
    prefix = String()
    suffix = String()
    start = Integer(metadata={"description": "in code points of the article's text"})
    end = Integer()
    edition = Integer(metadata={"description": "of the article, that start and end are in"})
    gone_since = Integer(
        allow_none=True, metadata={"description": "the edition that has these words no more"}
    )
    statement = String()
    claimant = String(allow_none=True)
    claimant_domains = List(String())
    said_on = String(allow_none=True)
    language = String(allow_none=True)
    tags = List(String())
    status = Enum(Status, by_value=True)
    status_since = Moment()
    exception = String(
        allow_none=True,
        attribute="status_exception",
        metadata={"description": "the reason of the exception that the status rests on"},
    )
    one_person = Boolean(metadata={"description": "separated duties were switched off"})
    withdrawn_at = AwareDateTime(allow_none=True)
    withdrawn_reason = String(allow_none=True)
    created_at = AwareDateTime()


class HighlightView(View):
    start = Integer(metadata={"description": "in code points of the passage"})
    end = Integer()


class PassageView(View):
    """Words of the claim around what was found. Plain text, not HTML."""

    field = String(validate=OneOf(["statement", "exact"]))
    text = String()
    highlights = List(Nested(HighlightView))


class FoundView(View):
    score = Float(metadata={"description": "0 to 1, to compare within one answer"})
    passages = List(Nested(PassageView))


class ListedClaimView(ClaimView):
    found = Nested(
        FoundView, allow_none=True, metadata={"description": "what `q` found; null without `q`"}
    )
