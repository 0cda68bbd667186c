"""Input and output of the sentences of an article that may be claims."""

from marshmallow import Schema
from marshmallow.fields import UUID, Float, Integer, List, Nested, String
from marshmallow.validate import OneOf, Range

from api.http.fields import View


class CandidateQuery(Schema):
    threshold = Float(
        validate=Range(0, 1),
        metadata={"description": "the least score; by default the model's own"},
    )
    order = String(validate=OneOf(["score", "text"]), load_default="score")


class ReasonView(View):
    feature = String()
    shown_by = String(metadata={"description": "the words of the sentence that show it"})
    weight = Float(metadata={"description": "what it adds to the log-odds"})


class FigureView(View):
    """A figure of the text, normalised."""

    text = String()
    start = Integer()
    end = Integer()
    kind = String()
    value = String(allow_none=True, metadata={"description": "a decimal number, scale included"})
    high = String(allow_none=True, metadata={"description": "the upper end of an interval"})
    unit = String(allow_none=True)
    currency = String(allow_none=True)
    approx = String(allow_none=True)
    date = String(allow_none=True, metadata={"description": "EDTF, no more precise than the text"})


class CandidateView(View):
    id = String()
    quote = String()
    start = Integer()
    end = Integer()
    score = Float(metadata={"description": "how much it is worth checking, 0 to 1"})
    reasons = List(Nested(ReasonView))
    figures = List(Nested(FigureView))
    statement = String(allow_none=True)
    claimant = String(allow_none=True)
    said_on = String(allow_none=True)


class CandidatesView(View):
    article = UUID()
    edition = Integer()
    threshold = Float()
    items = List(Nested(CandidateView))
