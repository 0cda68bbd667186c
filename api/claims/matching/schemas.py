"""Input and output of the search for claims that say the same as a text."""

from marshmallow import Schema
from marshmallow.fields import UUID, Boolean, Enum, Float, Integer, List, Nested, String
from marshmallow.validate import Range

from api.claims.enums import Status
from api.claims.matching.service import Relation
from api.claims.schemas import ClaimView
from api.http.fields import LanguageTag, Moment, Text, View, with_json_schema
from api.language.comparison.word_changes import DifferenceKind


class MatchQuery(Schema):
    limit = Integer(
        load_default=5,
        validate=Range(1, 20),
        metadata={"description": "claims at most; of each sentence of a long text, eight at most"},
    )


@with_json_schema(
    examples=[{"text": "The bridge opened in March 1932. It cost 5 million.", "language": "en"}]
)
class MatchSubmission(MatchQuery):
    text = Text(
        most=50_000,
        required=True,
        metadata={"description": "a sentence, a paragraph or an article; 50 sentences are read"},
    )
    language = LanguageTag(load_default=None)


class DifferenceView(View):
    what = Enum(DifferenceKind, by_value=True, attribute="kind")
    here = String(allow_none=True, metadata={"description": "what the text says"})
    there = String(allow_none=True, metadata={"description": "what the claim says"})


class MatchedClaimView(View):
    id = UUID()
    article_id = UUID()
    statement = String()
    claimant = String(allow_none=True)
    said_on = String(allow_none=True)
    language = String(allow_none=True)
    status = Enum(Status, by_value=True)
    status_since = Moment()


class MatchView(View):
    claim = Nested(MatchedClaimView)
    score = Float(metadata={"description": "how near it is, 0 to 1"})
    relation = Enum(
        Relation,
        by_value=True,
        metadata={
            "description": "`same` claim; `similar_but_differs`: in a figure, a name, a negation "
            "or the like, so that its status says nothing about this text; or `related`"
        },
    )
    applies = Boolean(metadata={"description": "the claim's status speaks of this text, too"})
    shared = List(String(), metadata={"description": "the words that both have"})
    meaning = Float(
        allow_none=True,
        metadata={"description": "how near in meaning, up to 1; null where no model is set"},
    )
    differences = List(Nested(DifferenceView))


class MatchedSentenceView(View):
    text = String()
    start = Integer(metadata={"description": "in code points of the text"})
    end = Integer()
    matches = List(Nested(MatchView))


class MatchesView(View):
    language = String(allow_none=True)
    left_out = Integer(metadata={"description": "sentences that were not read"})
    items = List(Nested(MatchedSentenceView))


class SimilarView(View):
    items = List(Nested(MatchView))


class MadeClaimView(ClaimView):
    matches = List(
        Nested(MatchView), metadata={"description": "claims that say the same, or nearly"}
    )
