"""Claims and verdicts in schema.org's terms: Claim, ClaimReview, DataFeed. Pure.

https://schema.org/ClaimReview, with what Google documents as required and recommended
(https://developers.google.com/search/docs/appearance/structured-data/factcheck). What is not
known is left out.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from api.claims.enums import Status
from api.publishing.json_documents import Document, drop_empty
from api.timestamps import format_rfc3339

CONTEXT = "https://schema.org"
BEST, WORST = 5, 1


@dataclass(frozen=True, kw_only=True)
class House:
    """Who reviews, and on what terms others may use it (addresses)."""

    name: str
    url: str
    licence: str


@dataclass(frozen=True, kw_only=True)
class Work:
    """The article that a claim stands in; `retells` is what that reports on second hand."""

    url: str | None
    title: str
    published_at: str | None
    language: str | None
    publisher: str | None
    retells: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A claim: its own words, and what they state; `url` is the address of its page."""

    id: str
    url: str
    statement: str
    exact: str
    claimant: str | None
    said_on: str | None
    language: str | None
    article: Work


@dataclass(frozen=True, kw_only=True)
class Citation:
    """An item of evidence that a verdict rests on; `archived_at` is where its page is kept."""

    url: str
    quote: str
    publisher: str
    published_at: str | None
    archived_at: str | None


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The claim that says the same, and was decided on evidence; `url` is that of its page."""

    url: str
    statement: str


@dataclass(frozen=True, kw_only=True)
class Change:
    """One decision took the place of another that had found the claim confirmed or disputed."""

    before: Status
    after: Status
    reasons: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The verdict that stands, and how it came to stand. `supporting_lines` are those that
    counted when it was given, `by_exception` the exception that it rests on, if any, in words.
    `decided_as` is the claim whose verdict it applies.
    """

    status: Status
    supporting_lines: int
    finding: str | None
    by_exception: str | None
    reasons: str
    first_at: datetime
    at: datetime
    citations: Sequence[Citation]
    changes: Sequence[Change]
    decided_as: Ground | None = None


def claim_alone(claim: Statement) -> Document:
    """A claim that no review is published of."""
    return {"@context": CONTEXT, "identifier": claim.id, "url": claim.url} | _claim(claim)


def claimreview(claim: Statement, decision: Decision, house: House) -> Document:
    """A claim with the decision on it."""
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
            "reviewRating": rating(
                decision.status, decision.supporting_lines, _explained(decision)
            ),
            "reviewBody": decision.reasons,
            "itemReviewed": _claim(claim),
            "citation": [_citation(each) for each in decision.citations],
            "isBasedOn": decision.decided_as and _ground(decision.decided_as),
            "correction": [_correction(each) for each in decision.changes],
            "sdLicense": house.licence,
        }
    )


def _explained(decision: Decision) -> str | None:
    """The reviewer's label, and the exception: a rating is never shown without it."""
    return ". ".join(filter(None, (decision.finding, decision.by_exception))) or None


def rating(status: Status, supporting_lines: int, explanation: str | None) -> Document:
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


def datafeed(
    reviews: Iterable[tuple[Document, datetime | None]], house: House, *, url: str
) -> Document:
    """Reviews as Data Commons' fact-check feed has them, each with the moment that it was taken
    back, if it was.
    """
    return {
        "@context": CONTEXT,
        "@type": "DataFeed",
        "name": f"Fact checks by {house.name}",
        "url": url,
        "sdLicense": house.licence,
        "dataFeedElement": [feed_item(review, deleted_at) for review, deleted_at in reviews],
    }


def feed_item(review: Document, deleted_at: datetime | None) -> Document:
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


def _claim(claim: Statement) -> Document:
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
            "author": claim.claimant and {"@type": _kind(claim), "name": claim.claimant},
            "datePublished": claim.said_on,
            "appearance": article,
            "firstAppearance": _retold(work) or article,
        }
    )


def _kind(claim: Statement) -> str:
    """What sort of claimant it is, as far as is known: a broadcast or a publisher is no person."""
    houses = (claim.article.publisher, *claim.article.retells)
    return "Organization" if claim.claimant in houses else "Person"


def _retold(work: Work) -> Document:
    """What the article retells, by its names. The article itself is the first known otherwise."""
    if not work.retells:
        return {}
    name, *others = work.retells
    return drop_empty({"@type": "CreativeWork", "name": name, "alternateName": others})


def _citation(item: Citation) -> Document:
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


def _ground(claim: Ground) -> Document:
    return {"@type": "ClaimReview", "url": claim.url, "claimReviewed": claim.statement}


def _correction(change: Change) -> Document:
    return {
        "@type": "CorrectionComment",
        "text": f"Changed from {change.before} to {change.after}. {change.reasons}",
        "dateCreated": format_rfc3339(change.at, "seconds"),
    }
