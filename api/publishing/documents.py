"""Reviews as they are to be published, from their rows, many at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any
from uuid import UUID

from flask import current_app, has_request_context, request
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from api.articles.models import Article
from api.claims.enums import Status
from api.claims.models import Claim
from api.config.settings import Settings
from api.database.session import session
from api.evidence.models import Evidence
from api.publishing import exception_label
from api.publishing.claimreview import (
    Citation,
    CitedClaim,
    PublishedDecision,
    PublisherInfo,
    ReviewedArticle,
    ReviewedClaim,
    StatusRevision,
    build_claim,
    build_claimreview,
)
from api.publishing.json_documents import JsonLd
from api.sources.models import ArchiveState, Snapshot, Source
from api.verdicts.models import Verdict, newest_verdict_number


class NoPublicAddress(Exception):
    """Outside a request nobody but the setting PUBLIC_URL says where this installation is."""


def public_url() -> str:
    """The address that this installation is reached at, without a slash at the end.

    Raises `NoPublicAddress`.
    """
    settings: Settings = current_app.extensions["settings"]
    if settings.public_url:
        return settings.public_url.rstrip("/")
    if not has_request_context():
        raise NoPublicAddress("Set PUBLIC_URL to the address that this installation is reached at.")
    return request.url_root.rstrip("/")


def claim_page_url(claim_id: UUID) -> str:
    """The address of a claim's page."""
    return f"{public_url()}/claims/{claim_id}"


def publisher_info() -> PublisherInfo:
    settings: Settings = current_app.extensions["settings"]
    return PublisherInfo(
        name=settings.publisher_name, url=f"{public_url()}/", licence=settings.data_licence
    )


def build_documents(claims: Sequence[Claim]) -> list[JsonLd]:
    """Each claim's ClaimReview, or the claim alone where nobody has decided on it or it has been
    withdrawn. Six queries at most, however many they are.
    """
    works = _load_articles({claim.article_id for claim in claims})
    decisions = _load_decisions([claim.id for claim in claims if claim.withdrawn_at is None])
    publisher = publisher_info()
    return [
        build_claimreview(statement, decisions[claim.id], publisher)
        if claim.id in decisions
        else build_claim(statement)
        for claim in claims
        for statement in [_to_reviewed_claim(claim, works[claim.article_id])]
    ]


def _to_reviewed_claim(claim: Claim, article: ReviewedArticle) -> ReviewedClaim:
    same = ("statement", "exact", "claimant", "said_on", "language")
    copied = {name: getattr(claim, name) for name in same}
    return ReviewedClaim(id=str(claim.id), url=claim_page_url(claim.id), article=article, **copied)


def _load_articles(article_ids: set[UUID]) -> dict[UUID, ReviewedArticle]:
    articles = select(Article, Source).outerjoin(Source, Source.id == Article.source_id)
    return {
        article.id: ReviewedArticle(
            url=article.canonical_url or article.url,
            title=article.title,
            published_at=article.published_at,
            language=article.language,
            publisher=source.name if source else None,
            retells=tuple(article.retells),
        )
        for article, source in session.execute(articles.where(Article.id.in_(article_ids)))
    }


def _load_decisions(claim_ids: Sequence[UUID]) -> dict[UUID, PublishedDecision]:
    """The decisions in force on these claims, by claim, as far as there are any."""
    histories = _load_verdict_histories(claim_ids)
    newest = _load_newest_verdicts(claim_ids)
    cited = {UUID(id) for verdict in newest for id in verdict.cited_evidence}
    citations = {item.id: _to_citation(item) for item in _load_evidence(cited)}
    grounds = _load_cited_claims(
        {UUID(each.applied_verdict["claim"]) for each in newest if each.applied_verdict}
    )
    return {
        verdict.claim_id: PublishedDecision(
            status=verdict.status,
            supporting_lines=(verdict.applied_verdict or verdict.attested_record)[
                "supporting_lines"
            ],
            finding=verdict.finding,
            by_exception=exception_label.explain_exception(verdict.exception, verdict.one_person),
            reasons=verdict.reasons,
            first_at=histories[verdict.claim_id][0].decided_at,
            at=verdict.decided_at,
            citations=[citations[UUID(id)] for id in verdict.cited_evidence],
            changes=_find_revisions(histories[verdict.claim_id]),
            decided_as=grounds[UUID(verdict.applied_verdict["claim"])]
            if verdict.applied_verdict
            else None,
        )
        for verdict in newest
    }


def _load_cited_claims(ids: set[UUID]) -> dict[UUID, CitedClaim]:
    """The claims, as which others were decided."""
    if not ids:
        return {}
    found = session.execute(select(Claim.id, Claim.statement).where(Claim.id.in_(ids)))
    return {id: CitedClaim(url=claim_page_url(id), statement=statement) for id, statement in found}


def _load_newest_verdicts(claim_ids: Sequence[UUID]) -> Sequence[Verdict]:
    verdicts = select(Verdict).where(Verdict.claim_id.in_(claim_ids))
    return session.scalars(
        verdicts.where(Verdict.number == newest_verdict_number(Verdict.claim_id))
    ).all()


def _load_verdict_histories(claim_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Any]]:
    """All verdicts on each claim, oldest first, without the records that they attest."""
    columns = (Verdict.claim_id, Verdict.status, Verdict.reasons, Verdict.decided_at)
    verdicts = select(*columns).where(Verdict.claim_id.in_(claim_ids))
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in session.execute(verdicts.order_by(Verdict.claim_id, Verdict.number)):
        found[row.claim_id].append(row)
    return found


def _find_revisions(history: Sequence[Any]) -> list[StatusRevision]:
    """The decisions that replaced another than `unverified`, of verdicts in their order."""
    return [
        StatusRevision(before=old.status, after=new.status, reasons=new.reasons, at=new.decided_at)
        for old, new in pairwise(history)
        if old.status is not new.status and old.status is not Status.UNVERIFIED
    ]


def _load_evidence(ids: set[UUID]) -> Sequence[Evidence]:
    page = joinedload(Evidence.snapshot).joinedload(Snapshot.archiving)
    items = select(Evidence).where(Evidence.id.in_(ids))
    return session.scalars(items.options(joinedload(Evidence.source), page)).all()


def _to_citation(item: Evidence) -> Citation:
    return Citation(
        url=item.source_url,
        quote=item.quote,
        publisher=item.source.name,
        published_at=item.published_at,
        archived_at=_archive_url(item.snapshot),
    )


def _archive_url(snapshot: Snapshot | None) -> str | None:
    """The archive partner's copy of a page or, without one, ours."""
    if snapshot is None:
        return None
    copy = snapshot.archiving
    if copy is not None and copy.state is ArchiveState.ARCHIVED and copy.url:
        return copy.url
    return f"{public_url()}/v1/snapshots/{snapshot.id}"
