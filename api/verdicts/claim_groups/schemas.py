"""Input and output of groups of claims that say the same."""

from marshmallow import Schema
from marshmallow.fields import UUID, Nested, String

from api.claims.matching.schemas import MatchedClaimView
from api.http.fields import Text, View, page_of, with_json_schema


@with_json_schema(
    examples=[
        {
            "claim_id": "01930000-0000-7000-8000-000000000001",
            "reason": "The same day of the same opening, in another paper.",
        }
    ]
)
class ClaimGroupSubmission(Schema):
    claim_id = UUID(required=True, metadata={"description": "the other claim"})
    reason = Text(most=2_000, required=True)


@with_json_schema(examples=[{"reason": "It is about another bridge."}])
class ClaimGroupDeparture(Schema):
    reason = Text(most=2_000, required=True)


@with_json_schema(
    examples=[
        {
            "verdict": "01930000-0000-7000-8000-000000000001",
            "reasons": "Both articles quote the same sentence of the same speech.",
        }
    ]
)
class AppliedVerdictSubmission(Schema):
    verdict = UUID(
        required=True,
        metadata={"description": "the newest on a claim that says the same, given on evidence"},
    )
    reasons = Text(
        most=5_000, required=True, metadata={"description": "why it holds for this claim, too"}
    )
    exception = Text(
        most=2_000,
        load_default=None,
        metadata={"description": "why one person may decide on what they submitted"},
    )


class ArticleOfView(View):
    id = UUID()
    title = String()
    url = String(allow_none=True)
    published_at = String(allow_none=True)


class AppearanceView(View):
    claim = Nested(MatchedClaimView)
    article = Nested(ArticleOfView)


class AppearancesView(page_of(AppearanceView)):  # type: ignore[misc]
    first = Nested(
        AppearanceView,
        allow_none=True,
        metadata={"description": "in the article that was published first, where dates are known"},
    )
    latest = Nested(AppearanceView, allow_none=True)
