"""Input of the fact-check search that follows Google's Fact Check Tools API."""

from marshmallow import Schema
from marshmallow.fields import Boolean, Integer, List, Nested, String
from marshmallow.validate import Length, OneOf, Range

from api.http.fields import Text

INT32 = 2**31 - 1
#: As far as results can be skipped without a token: each costs as much as one that is shown.
MAX_OFFSET = 1_000

#: What Google takes for every method: nothing of it says what is looked for.
STANDARD_PARAMETERS = frozenset(
    {"key", "alt", "quotaUser", "prettyPrint", "fields", "$.xgafv", "callback"}
    | {"access_token", "oauth_token", "uploadType", "upload_protocol"}
)
IGNORED = {"description": "taken, and ignored"}


class FactCheckQuery(Schema):
    """Google's parameters, and those that Google has for every method."""

    query = Text(most=500, metadata={"description": "needed without a site filter"})
    language_code = String(
        data_key="languageCode",
        validate=Length(max=35),
        metadata={"description": "BCP 47; the region does not matter"},
    )
    site = Text(
        most=253,
        data_key="reviewPublisherSiteFilter",
        metadata={"description": "the site of the reviews' publisher"},
    )
    max_age_days = Integer(
        data_key="maxAgeDays",
        validate=Range(0, INT32),
        metadata={"description": "of the claim or the review, whichever is newer"},
    )
    page_size = Integer(data_key="pageSize", load_default=10, validate=Range(0, INT32))
    page_token = String(data_key="pageToken", load_default="", validate=Length(max=500))
    offset = Integer(
        load_default=0,
        validate=Range(0, MAX_OFFSET),
        metadata={"description": "results to skip, where there is no `pageToken`"},
    )
    key = String(metadata={"description": "taken, and not needed"})
    quota_user = String(data_key="quotaUser", metadata={"description": "taken, and not needed"})
    alt = String(validate=OneOf(["json"]))
    fields_ = String(
        data_key="fields", metadata={"description": "taken; the answer is always whole"}
    )
    xgafv = String(data_key="$.xgafv", metadata=IGNORED)
    callback = String(metadata=IGNORED)
    access_token = String(metadata=IGNORED)
    oauth_token = String(metadata=IGNORED)
    upload_type = String(data_key="uploadType", metadata=IGNORED)
    upload_protocol = String(metadata=IGNORED)
    pretty_print = Boolean(
        data_key="prettyPrint", metadata={"description": "taken; the answer is compact"}
    )


#: The names are Google's. What is not known is left out.
_Publisher = Schema.from_dict({"name": String(), "site": String()}, name="FactCheckPublisher")
_Review = Schema.from_dict(
    {
        "publisher": Nested(_Publisher),
        "url": String(),
        "title": String(),
        "reviewDate": String(),
        "textualRating": String(),
        "languageCode": String(),
    },
    name="FactCheckReview",
)
_Claim = Schema.from_dict(
    {
        "text": String(),
        "claimant": String(),
        "claimDate": String(),
        "claimReview": List(Nested(_Review)),
    },
    name="FactCheckedClaim",
)
FactChecks = Schema.from_dict(
    {"claims": List(Nested(_Claim)), "nextPageToken": String()}, name="FactChecks"
)
