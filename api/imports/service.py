"""Reviews by others come in as claims, each with evidence from the publisher that reviewed it.

Never as a verdict of ours. The claim's article is the claim as its reviewer words it; the
evidence's quote is these words too, so that its examination finds whether the publisher's page
is about this claim; its stance is the publisher's rating, read by a table.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from api.articles import service as articles
from api.claims import service as claims
from api.claims.models import Claim
from api.config.settings import Settings
from api.contributors.models import Contributor
from api.database.session import get_or_404, now, session, transaction
from api.errors import Problem
from api.evidence import service as evidence
from api.evidence.enums import EvidenceKind, Stance
from api.imports import ratings
from api.imports.files import MalformedItem
from api.imports.models import Import, ImportedReview, ImportRefusal, ImportState
from api.imports.ratings import RatingMeaning
from api.imports.reviews import PublishedReview, UnusableReview, find_reviews, parse_review
from api.jobs.queue import enqueue
from api.sources.service import get_or_create_source, parse_domain, registrable_domain
from api.sources.url_validation import validate_url

#: Items that one transaction stores, and the seconds after it in which others can write: SQLite
#: looks only every tenth of a second whether it can.
BATCH_SIZE = 50
PAUSE_SECONDS = 0.03


def create_import(
    *,
    by: Contributor,
    url: str | None = None,
    content_sha256: str | None = None,
    content_type: str | None = None,
) -> Import:
    """An import; a worker does it if it is of a page or a stored file. Raises `AddressRefused`."""
    if url:
        validate_url(url, at="#/url")
    begun = Import(by_id=by.id, url=url, content_sha256=content_sha256, content_type=content_type)
    session.add(begun)
    session.flush()
    if url or content_sha256:
        enqueue("feeds.import", import_id=begun.id)
    return begun


def import_items(
    import_id: UUID, numbered: Iterable[tuple[int, Any]], *, page: str | None = None
) -> Iterator[int]:
    """Store the reviews of the items that are not yet, a batch at a time; yield the number of the
    last item of each batch.

    Reviews found on a `page` must be its publisher's, and their evidence is examined at once;
    that of a file's, when somebody asks.
    """
    waiting = iter(numbered)
    while batch := list(islice(waiting, BATCH_SIZE)):
        with transaction():
            under_way = get_or_404(Import, import_id, lock=True)
            left = [each for each in batch if each[0] > under_way.items]
            if left and under_way.state is ImportState.RUNNING:
                ImportBatch(under_way, page).store(left)
        yield batch[-1][0]
        time.sleep(PAUSE_SECONDS)


def finish_import(import_id: UUID, failure: str | None = None) -> None:
    """End an import that is running: as done or, with a `failure` in words, as failed."""
    with transaction():
        ended = get_or_404(Import, import_id, lock=True)
        if ended.state is ImportState.RUNNING:
            ended.state = ImportState.FAILED if failure else ImportState.DONE
            ended.reason, ended.finished_at = failure, now()


class ImportBatch:
    """Some items of an import, which one transaction stores."""

    def __init__(self, under_way: Import, page: str | None) -> None:
        settings: Settings = current_app.extensions["settings"]
        self._import, self._page = under_way, page
        self._by = get_or_404(Contributor, under_way.by_id)
        self._table = ratings.load_table(settings.ratings_file)
        self._own_host = urlsplit(settings.public_url).hostname

    def store(self, items: Sequence[tuple[int, Any]]) -> None:
        """Costs two queries, and a fixed number for each review that is new."""
        found = [each for number, item in items for each in self._reviews(number, item)]
        known = _load_known_ratings([review.fingerprint for _, review in found])
        made = _load_claims([review.claim_key for _, review in found])
        for number, review in found:
            if review.fingerprint not in known:
                if self._add(number, review, made):
                    known[review.fingerprint] = review.rating
            elif known[review.fingerprint] == review.rating:
                self._import.known += 1
            else:
                self._refuse(number, _refuse_changed_rating(review, known[review.fingerprint]))
        self._import.items = items[-1][0]

    def _reviews(self, number: int, item: Any) -> Iterator[tuple[int, PublishedReview]]:
        """The reviews in an item that can be taken in; what cannot is noted."""
        if isinstance(item, MalformedItem):
            self._refuse(number, UnusableReview("malformed", item.words))
            return
        nodes = list(find_reviews(item))
        if not nodes:
            self._refuse(number, UnusableReview("no-review", "There is no ClaimReview in it."))
        for node in nodes:
            try:
                review = _addressed(parse_review(node, page=self._page))
                self._refuse_unfit_publisher(review)
            except UnusableReview as why:
                self._refuse(number, why)
            else:
                yield number, review

    def _refuse_unfit_publisher(self, review: PublishedReview) -> None:
        """Raise `UnusableReview` for a review of another publisher than the page's, or of ours."""
        if self._page and registrable_domain(self._page) != registrable_domain(review.url):
            words = "The page speaks of a review at another publisher's."
            raise UnusableReview("another-publisher", words, url=review.url)
        if self._own_host and urlsplit(review.url).hostname == self._own_host:
            raise UnusableReview("own-review", "It is a review of ours.", url=review.url)

    def _add(self, number: int, review: PublishedReview, made: dict[str, UUID]) -> bool:
        try:
            with session.begin_nested():
                added = self._store_review(review, made.get(review.claim_key))
        except Problem as refusal:
            self._refuse(number, UnusableReview(refusal.slug, str(refusal), url=review.url))
            return False
        except IntegrityError:  # another import takes in the same at this moment
            self._import.known += 1
            return False
        made[review.claim_key] = added.claim_id
        self._import.added += 1
        self._import.unmapped += added.reading is RatingMeaning.UNMAPPED
        return True

    def _store_review(self, review: PublishedReview, claim_id: UUID | None) -> ImportedReview:
        """Raises what submitting evidence does."""
        publisher = registrable_domain(review.url)
        reading = ratings.interpret_rating(review.rating, publisher=publisher, table=self._table)
        claim = claims.lock_open_claim(claim_id) if claim_id else self._create_claim(review)
        submit = (
            evidence.submit_evidence
            if self._page
            else partial(evidence.create_evidence, state_reason=evidence.WAITING_REASON)
        )
        item = submit(
            claim,
            submitted_by=self._by,
            source_url=review.url,
            quote=review.claim,
            stance=Stance.CONTEXT if reading is RatingMeaning.UNMAPPED else Stance(reading),
            kind=EvidenceKind.SECONDARY,
            note=_note(review, reading),
            published_at=review.published_at,
            interests=None,
        )
        session.flush()  # the row below refers to the evidence by its id alone
        added = ImportedReview(
            import_id=self._import.id,
            evidence_id=item.id,
            claim_id=claim.id,
            fingerprint=review.fingerprint,
            claim_key=review.claim_key,
            rating=review.rating,
            reading=reading,
        )
        session.add(added)
        session.flush()
        return added

    def _create_claim(self, review: PublishedReview) -> Claim:
        article = articles.add_article(
            added_by=self._by,
            text=review.claim,
            url=None,
            title=review.claim[:200],
            author=review.claimant,
            published_at=review.said_on,
            modified_at=None,
            language=review.language,
            retells=[],
            publisher=get_or_create_source(review.appeared_at) if review.appeared_at else None,
        )
        return claims.create_claim(
            article,
            added_by=self._by,
            quote=review.claim,
            claimant=review.claimant,
            claimant_domains=[],
            said_on=review.said_on,
            language=review.language,
            tags=[],
        )

    def _refuse(self, number: int, why: UnusableReview) -> None:
        self._import.refused += 1
        refusal = {"item": number, "url": why.url, "code": why.code, "reason": str(why)}
        session.add(ImportRefusal(import_id=self._import.id, **refusal))


def _addressed(review: PublishedReview) -> PublishedReview:
    """The review, whose own address has a host; where its claim appeared is left out unless that
    has one. Raises `UnusableReview`.
    """
    if not parse_domain(review.url):
        raise UnusableReview(
            "address-refused", "Its address has no proper host name.", url=review.url
        )
    if review.appeared_at and not parse_domain(review.appeared_at):
        return replace(review, appeared_at=None)
    return review


def _load_known_ratings(fingerprints: Sequence[str]) -> dict[str, str | None]:
    """The ratings with which these reviews were taken in, as far as they were."""
    columns = select(ImportedReview.fingerprint, ImportedReview.rating)
    rows = session.execute(columns.where(ImportedReview.fingerprint.in_(fingerprints)))
    return {row.fingerprint: row.rating for row in rows}


def _load_claims(keys: Sequence[str]) -> dict[str, UUID]:
    """The claims that earlier reviews made of the same words, if they are in use."""
    columns = select(ImportedReview.claim_key, ImportedReview.claim_id)
    rows = columns.join(Claim, Claim.id == ImportedReview.claim_id)
    used = rows.where(ImportedReview.claim_key.in_(keys), Claim.withdrawn_at.is_(None))
    return {row.claim_key: row.claim_id for row in session.execute(used)}


def _refuse_changed_rating(review: PublishedReview, before: str | None) -> UnusableReview:
    words = f"It was taken in with the rating {before!r}, and has {review.rating!r} now."
    return UnusableReview("rating-changed", words, url=review.url)


def _note(review: PublishedReview, reading: RatingMeaning) -> str:
    whose = review.publisher or registrable_domain(review.url)
    if review.rating is None:
        return f"Imported. {whose} gives no rating in words (unmapped)."
    rated = f"Imported. {whose} rates it “{review.rating}”"
    if reading is RatingMeaning.UNMAPPED:
        return f"{rated}, which is not in the table of this publisher's ratings (unmapped)."
    return f"{rated}, which is read as: {reading}."
