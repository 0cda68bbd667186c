"""Others' reviews of claims, for clients of Google's Fact Check Tools API."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import aliased

from api.claims.models import Claim
from api.database.session import session
from api.evidence.models import Evidence
from api.factcheck_tools import search_format
from api.imports.models import ImportedReview
from api.sources.models import Source


def has_imported_review(site: str | None, since: str | None = None) -> ColumnElement[bool]:
    """The condition that a review of the claim was imported: of the publisher at `site`, if one is
    given, and published on the day `since` (ISO 8601) or later.
    """
    found = exists().where(ImportedReview.claim_id == Claim.id, *_standing(Evidence))
    if site is not None:
        found = found.where(Evidence.source_id == _publisher_id(site))
    if since is not None:
        found = found.where(Evidence.published_at >= since)
    return found.correlate(Claim)


def select_newest_reviewed(site: str) -> Select[UUID, UUID]:
    """The claims that a publisher reviewed, each at the last of these reviews to come in, whose
    evidence is the place among them. It is read along an index, from any place on.
    """
    later, its_import = aliased(Evidence), aliased(ImportedReview)
    another = exists().where(
        its_import.claim_id == Claim.id,
        its_import.evidence_id == later.id,
        later.claim_id == Claim.id,
        later.source_id == Evidence.source_id,
        later.id > Evidence.id,
        *later.where_stands(),
    )
    found = select(Claim.id, Evidence.id).join(Evidence, Evidence.claim_id == Claim.id)
    found = found.join(ImportedReview, ImportedReview.claim_id == Claim.id)
    return found.where(*_standing(Evidence), Evidence.source_id == _publisher_id(site), ~another)


def load_imported_reviews(
    claim_ids: Sequence[UUID], site: str | None
) -> Mapping[UUID, Sequence[search_format.GoogleReview]]:
    """The imported reviews of each claim (`site`: those of the publisher there), in the order of
    their import. One query, however many claims there are.
    """
    columns = (Source.name, Source.domain, Evidence.source_url, Evidence.published_at)
    rows = select(Claim.id, *columns, ImportedReview.rating, Claim.language)
    rows = rows.select_from(Claim).join(ImportedReview, ImportedReview.claim_id == Claim.id)
    rows = rows.join(Evidence, Evidence.id == ImportedReview.evidence_id)
    rows = rows.join(Source, Source.id == Evidence.source_id)
    rows = rows.where(ImportedReview.claim_id.in_(claim_ids), *_standing(Evidence))
    if site is not None:
        rows = rows.where(Source.domain == site)
    found: dict[UUID, list[search_format.GoogleReview]] = defaultdict(list)
    for claim_id, name, domain, url, published_at, rating, language in session.execute(
        rows.order_by(Evidence.id)
    ):
        review = search_format.build_imported_review(
            name=name,
            domain=domain,
            url=url,
            published_at=published_at,
            rating=rating,
            language=language,
        )
        found[claim_id].append(review)
    return found


def _publisher_id(site: str) -> Any:
    return select(Source.id).where(Source.domain == site).scalar_subquery()


def _standing(evidence: type[Evidence]) -> tuple[ColumnElement[bool], ...]:
    """It is what an imported review became. The claim leads to both, by their indexes."""
    same = ImportedReview.evidence_id == evidence.id, evidence.claim_id == ImportedReview.claim_id
    return (*same, *evidence.where_stands())
