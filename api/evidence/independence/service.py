"""Group the evidence rows of a claim by origin, and store each row's group."""

from collections.abc import Collection
from functools import lru_cache
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload, undefer

from api.articles.models import Article
from api.claims.models import Claim
from api.database.session import get_or_404, session
from api.evidence.independence.features import DependentNames, OriginFeatures
from api.evidence.independence.groups import (
    ClaimOrigin,
    ItemOrigin,
    Ruling,
    SourceGroup,
    group_by_origin,
)
from api.evidence.independence.minhash import compute_signature
from api.evidence.independence.origins import find_passage_origins
from api.evidence.independence.wire_agencies import find_wire_agencies
from api.evidence.models import Evidence, GroupRuling
from api.language.quotes import Hit
from api.sources.extraction.result import ExtractedDocument
from api.sources.models import Snapshot, Source
from api.sources.service import registrable_domain


def origin_features(reading: ExtractedDocument, hit: Hit, claim: Claim) -> OriginFeatures:
    """The features of the passage at `hit` (code points of `reading.text`), for a claim."""
    features = _passage_features(reading.text, hit.start, hit.end, _dependent_names(claim))
    features["wires"] = sorted(find_wire_agencies(reading.text))
    features["signature"] = list(compute_signature(reading.main_text))
    return features


def recompute_groups(claim_id: UUID) -> None:
    """Number the groups of the claim's verified items, with the reasons for each; other items are
    in no group. Needs one query, and time that grows with the square of the claim's items.
    """
    claim = get_or_404(Claim, claim_id)
    rows = session.scalars(
        select(Evidence).filter_by(claim_id=claim.id).options(joinedload(Evidence.source))
    ).all()
    verified = {row.id: row for row in rows if row.verified}
    features = _current_features(verified.values(), claim)
    items = [_item_origin(row, features[row.id]) for row in verified.values()]
    groups = group_by_origin(items, _claim_origin(claim), _rulings(claim.id))
    for row in rows:  # after the queries, so that a row is written once and only if it changed
        row.group_number = row.group_reasons = row.independent = row.not_independent_reason = None
    for group in groups:
        for member in group.members:
            row = verified[member.id]
            row.origin_features = features[row.id]
            row.group_number, row.group_reasons = group.number, list(group.reasons)
            row.independent = member.not_independent_reason is None
            row.not_independent_reason = member.not_independent_reason
    session.flush()


def groups_for_claim(claim: Claim, *, of: UUID) -> tuple[SourceGroup, ...]:
    """Group the verified items of another claim (`of`) from this claim's viewpoint: a source that
    is independent there may be this claim's own publisher or claimant. Nothing is stored.
    """
    rows = select(Evidence).filter_by(claim_id=of).options(joinedload(Evidence.source))
    verified = [row for row in session.scalars(rows) if row.verified]
    features = _current_features(verified, claim)
    items = [_item_origin(row, features[row.id]) for row in verified]
    return group_by_origin(items, _claim_origin(claim), _rulings(of))


def _current_features(rows: Collection[Evidence], claim: Claim) -> dict[UUID, OriginFeatures]:
    """The features of items, by id, for the claim as it is now: another claimant may have been
    looked for when a page was read. Needs one query where that is so.
    """
    sought = _dependent_names(claim)
    features = {row.id: row.origin_features or OriginFeatures() for row in rows}
    if stale := [id for id, each in features.items() if each.get("sought") != sought]:
        passages = select(Evidence.id, Snapshot.text, Evidence.found_start, Evidence.found_end)
        passages = passages.join(Evidence.snapshot).where(Evidence.id.in_(stale))
        for row in session.execute(passages.execution_options(yield_per=10)):
            found = _passage_features(row.text, row.found_start, row.found_end, sought)
            features[row.id] = {**features[row.id], **found}
    return features


def _dependent_names(claim: Claim) -> DependentNames:
    """Names that no independent source of the claim rests on."""
    event = get_or_404(Article, claim.article_id).retells
    return {"event": [*event], "claimant": [*_claimant_names(claim)]}


def _passage_features(text: str, start: int, end: int, sought: DependentNames) -> OriginFeatures:
    event, claimant = sought["event"], sought["claimant"]
    found = find_passage_origins(text, start, end, event=event, claimant=claimant)
    return {"origins": [origin.name for origin in found], "sought": sought}


def _item_origin(row: Evidence, features: OriginFeatures) -> ItemOrigin:
    return ItemOrigin(
        id=row.id,
        domain=row.source.domain,
        owner=row.source.owner,
        submitted_domain=registrable_domain(row.source_url),
        wires=frozenset(features.get("wires", ())),
        origins=tuple(features.get("origins", ())),
        signature=tuple(features.get("signature", ())),
    )


def _rulings(claim_id: UUID) -> list[Ruling]:
    """Reviewers' rulings on the claim's groups, latest first."""
    rows = select(GroupRuling).filter_by(claim_id=claim_id).order_by(GroupRuling.id.desc())
    return [
        Ruling(decision=row.decision, item=row.item_id, other=row.other_id, reason=row.reason)
        for row in session.scalars(rows)
    ]


def _claim_origin(claim: Claim) -> ClaimOrigin:
    article = get_or_404(Article, claim.article_id)
    publisher = session.get(Source, article.source_id) if article.source_id else None
    wires, signature = _article_features(article.id, article.edition)
    return ClaimOrigin(
        domain=publisher.domain if publisher else None,
        owner=publisher.owner if publisher else None,
        wires=wires,
        signature=signature,
        event=tuple(article.retells),
        claimant=_claimant_names(claim),
        claimant_domains=frozenset(claim.claimant_domains),
    )


def _claimant_names(claim: Claim) -> tuple[str, ...]:
    return (claim.claimant,) if claim.claimant else ()


@lru_cache(maxsize=256)
def _article_features(article_id: UUID, edition: int) -> tuple[frozenset[str], tuple[int, ...]]:
    """The article's news agencies and signature, cached: an edition's text never changes."""
    text = get_or_404(Article, article_id, undefer(Article.text)).text
    return frozenset(find_wire_agencies(text)), compute_signature(text)
