"""Claims and verdicts in schema.org's terms: Claim, ClaimReview, DataFeed. Pure.

https://schema.org/ClaimReview, with what Google documents as required and recommended
(https://developers.google.com/search/docs/appearance/structured-data/factcheck). What is not
known is left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.claims.enums import Status
from api.publishing.json_documents import JsonLd, drop_empty
from api.timestamps import format_rfc3339

CONTEXT = "https://schema.org"
BEST, WORST = 5, 1


@dataclass(frozen=True, kw_only=True)
class PublisherInfo:
    """Who publishes the reviews; `url` and `licence` are addresses."""

    name: str
    url: str
    licence: str


@dataclass(frozen=True, kw_only=True)
class ReviewedArticle:
    """The article that a claim is quoted from; `retells` names the works that it reports on."""

    url: str | None
    title: str
    published_at: str | None
    language: str | None
    publisher: str | None
    retells: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class ReviewedClaim:
    """A claim: the words quoted (`exact`) and what they state; `url` is the address of its page."""

    id: str
    url: str
    statement: str
    exact: str
    claimant: str | None
    said_on: str | None
    language: str | None
    article: ReviewedArticle


@dataclass(frozen=True, kw_only=True)
class Citation:
    """An item of evidence that a verdict rests on; `archived_at` is where its page is kept."""

    url: str
    quote: str
    publisher: str
    published_at: str | None
    archived_at: str | None


@dataclass(frozen=True, kw_only=True)
class CitedClaim:
    """A claim that says the same and was decided on evidence; `url` is the address of its page."""

    url: str
    statement: str


@dataclass(frozen=True, kw_only=True)
class StatusRevision:
    """A decision that replaced one by which the claim was confirmed or disputed."""

    before: Status
    after: Status
    reasons: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PublishedDecision:
    """The verdict in force. `supporting_lines` counts the groups of sources that supported the
    claim when it was given; `by_exception` is the exception that it rests on, if any, in words;
    `first_at` is the moment of the claim's first verdict; `decided_as` is the claim whose verdict
    it applies.
    """

    status: Status
    supporting_lines: int
    finding: str | None
    by_exception: str | None
    reasons: str
    first_at: datetime
    at: datetime
    citations: Sequence[Citation]
    changes: Sequence[StatusRevision]
    decided_as: CitedClaim | None = None


def build_claim(claim: ReviewedClaim) -> JsonLd:
    """A Claim that no review is published of: `@context`, `identifier`, `url`, and the keys of
    schema.org's Claim that `_build_claim` fills.
    """
    return {"@context": CONTEXT, "identifier": claim.id, "url": claim.url} | _build_claim(claim)


def build_claimreview(
    claim: ReviewedClaim, decision: PublishedDecision, house: PublisherInfo
) -> JsonLd:
    """The ClaimReview of a claim: `claimReviewed`, `author`, `datePublished`, `dateModified`,
    `reviewRating`, `reviewBody`, `itemReviewed` (a Claim), `citation` (Quotations), `isBasedOn`
    (the ClaimReview whose verdict it applies), `correction` and `sdLicense`.
    """
    author = {"@type": "Organization", "name": house.name, "url": house.url}
    return drop_empty(
        {
            "@context": CONTEXT,
            "@type": "ClaimReview",
            "identifier": claim.id,
            "url": claim.url,
            "claimReviewed": claim.statement,
            "inLanguage": claim.language,
            "author": author,
            "datePublished": format_rfc3339(decision.first_at, "seconds"),
            "dateModified": format_rfc3339(decision.at, "seconds"),
            "reviewRating": build_rating(
                decision.status, decision.supporting_lines, _explain_rating(decision)
            ),
            "reviewBody": decision.reasons,
            "itemReviewed": _build_claim(claim),
            "citation": [_build_citation(each) for each in decision.citations],
            "isBasedOn": decision.decided_as and _build_cited_claim(decision.decided_as),
            "correction": [_build_correction(each) for each in decision.changes],
            "sdLicense": house.licence,
        }
    )


def _explain_rating(decision: PublishedDecision) -> str | None:
    """The reviewer's label, and the exception: a rating is never shown without it."""
    return ". ".join(filter(None, (decision.finding, decision.by_exception))) or None


def build_rating(status: Status, supporting_lines: int, explanation: str | None) -> JsonLd:
    """Numbers only for the ends of the scale. A claim that is contested or unverified is not half
    true, which is what readers take the middle of the scale for.
    """
    if status is Status.CONFIRMED:
        word, value = "Confirmed", BEST
    elif status is Status.DISPUTED and not supporting_lines:
        word, value = "Refuted", WORST
    else:
        word, value = ("Contested" if status is Status.DISPUTED else "Unverified"), None
    scale = {"ratingValue": value, "bestRating": BEST, "worstRating": WORST}
    words = {"@type": "Rating", "alternateName": word, "ratingExplanation": explanation}
    return drop_empty(words | (scale if value else {}))


def build_datafeed(
    reviews: Iterable[tuple[JsonLd, datetime | None]], house: PublisherInfo, *, url: str
) -> JsonLd:
    """Reviews as Data Commons' fact-check feed has them, each with the moment that it was taken
    back, if it was.
    """
    return {
        "@context": CONTEXT,
        "@type": "DataFeed",
        "name": f"Fact checks by {house.name}",
        "url": url,
        "sdLicense": house.licence,
        "dataFeedElement": [build_feed_item(review, deleted_at) for review, deleted_at in reviews],
    }


def build_feed_item(review: JsonLd, deleted_at: datetime | None) -> JsonLd:
    review = {name: value for name, value in review.items() if name != "@context"}
    return drop_empty(
        {
            "@type": "DataFeedItem",
            "dateCreated": review.get("datePublished"),
            "dateModified": review.get("dateModified"),
            "dateDeleted": deleted_at and format_rfc3339(deleted_at, "seconds"),
            "item": [review],
        }
    )


def _build_claim(claim: ReviewedClaim) -> JsonLd:
    work = claim.article
    article = drop_empty(
        {
            "@type": "Article",
            "url": work.url,
            "headline": work.title,
            "datePublished": work.published_at,
            "inLanguage": work.language,
            "publisher": work.publisher and {"@type": "Organization", "name": work.publisher},
        }
    )
    return drop_empty(
        {
            "@type": "Claim",
            "name": claim.statement,
            "text": claim.exact,
            "author": claim.claimant and {"@type": _claimant_type(claim), "name": claim.claimant},
            "datePublished": claim.said_on,
            "appearance": article,
            "firstAppearance": _build_retold_work(work) or article,
        }
    )


def _claimant_type(claim: ReviewedClaim) -> str:
    """`Organization` where the claimant is the publisher or a retold work, else `Person`."""
    houses = (claim.article.publisher, *claim.article.retells)
    return "Organization" if claim.claimant in houses else "Person"


def _build_retold_work(work: ReviewedArticle) -> JsonLd:
    """The work that the article retells, by its names; {} where it retells none."""
    if not work.retells:
        return {}
    name, *others = work.retells
    return drop_empty({"@type": "CreativeWork", "name": name, "alternateName": others})


def _build_citation(item: Citation) -> JsonLd:
    return drop_empty(
        {
            "@type": "Quotation",
            "text": item.quote,
            "url": item.url,
            "publisher": {"@type": "Organization", "name": item.publisher},
            "datePublished": item.published_at,
            "archivedAt": item.archived_at,
        }
    )


def _build_cited_claim(claim: CitedClaim) -> JsonLd:
    return {"@type": "ClaimReview", "url": claim.url, "claimReviewed": claim.statement}


def _build_correction(change: StatusRevision) -> JsonLd:
    return {
        "@type": "CorrectionComment",
        "text": f"Changed from {change.before} to {change.after}. {change.reasons}",
        "dateCreated": format_rfc3339(change.at, "seconds"),
    }
