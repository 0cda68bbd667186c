"""Input and output of the look-up of others' reviews of a claim."""

from marshmallow import Schema
from marshmallow.fields import UUID, Boolean, Enum, Integer, List, Nested, String
from marshmallow.validate import Range

from api.factcheck_tools.lookup.service import Coverage
from api.http.fields import LanguageTag, Text, View


class RelatedQuery(Schema):
    query = Text(
        most=500, metadata={"description": "what to look for, if not the claim's statement"}
    )
    language = LanguageTag(load_default=None, metadata={"description": "of the reviews"})
    limit = Integer(load_default=10, validate=Range(1, 50))


class ReviewView(View):
    """A review by others, in their words. A rating is not read as a status."""

    provider = String()
    url = String(metadata={"description": "where it can be read, and submitted as evidence from"})
    claim = String(allow_none=True)
    claimant = String(allow_none=True)
    claimed_on = String(allow_none=True)
    publisher = String(allow_none=True)
    site = String(allow_none=True)
    title = String(allow_none=True)
    reviewed_on = String(allow_none=True)
    rating = String(allow_none=True)
    language = String(allow_none=True)


class AskedView(View):
    name = String()
    answered = Boolean()
    complete = Boolean()
    reason = String(allow_none=True, metadata={"description": "what is missing, and why"})


class RelatedView(View):
    claim = UUID()
    query = String()
    coverage = Enum(
        Coverage,
        by_value=True,
        metadata={"description": "`degraded`: not all that is there was seen; see `providers`"},
    )
    providers = List(Nested(AskedView))
    items = List(Nested(ReviewView))
