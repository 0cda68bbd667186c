"""Input of the news feeds."""

from marshmallow import Schema
from marshmallow.fields import Enum, Integer
from marshmallow.validate import Range

from api.claims.enums import Status
from api.http.fields import Text


class NewsQuery(Schema):
    limit = Integer(load_default=50, validate=Range(1, 100))
    tag = Text(most=60, metadata={"description": "of claims that have this tag now"})
    publisher = Text(
        most=253,
        metadata={"description": "of claims in its articles: a domain, as `/v1/sources` has it"},
    )
    status = Enum(
        Status,
        by_value=True,
        metadata={"description": "changes to this status, corrections of claims that have it now"},
    )
