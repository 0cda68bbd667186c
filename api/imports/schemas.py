"""Input and output of imports of others' reviews."""

from marshmallow import Schema
from marshmallow.fields import UUID, AwareDateTime, Enum, Integer, String

from api.http.fields import OpenedAddress, View, with_json_schema
from api.imports.models import ImportState


@with_json_schema(examples=[{"url": "https://www.example.org/fact-checks/bridge"}])
class ImportSubmission(Schema):
    """The address of a page with ClaimReview in its JSON-LD, or of a feed of them."""

    url = OpenedAddress(required=True)


class ImportView(View):
    id = UUID()
    created_at = AwareDateTime()
    by = UUID(attribute="by_id")
    url = String(allow_none=True)
    content_sha256 = String(allow_none=True, metadata={"description": "of the file"})
    state = Enum(ImportState, by_value=True)
    reason = String(allow_none=True, metadata={"description": "why it failed"})
    finished_at = AwareDateTime(allow_none=True)
    items = Integer(metadata={"description": "how many have been looked at"})
    added = Integer(metadata={"description": "reviews that are evidence now"})
    known = Integer(metadata={"description": "reviews that were taken in before"})
    refused = Integer(metadata={"description": "see `/imports/{id}/refusals`"})
    unmapped = Integer(
        metadata={"description": "of those added: with a rating that has no known meaning"}
    )


class RefusalView(View):
    item = Integer(metadata={"description": "its number in the file or page, from 1"})
    url = String(allow_none=True, metadata={"description": "the review's, if it is known"})
    code = String()
    reason = String()
