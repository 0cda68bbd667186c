"""Articles: the text, with every claim in its place."""

from typing import Any
from uuid import UUID

from flask import render_template, request
from marshmallow import Schema, fields
from marshmallow.validate import Range
from sqlalchemy import and_, func, select
from sqlalchemy.orm import undefer

from api.articles.models import Article, IngestState
from api.claims.enums import Status
from api.claims.models import Claim
from api.database.session import get_or_404, session
from api.http.fields import PageQuery
from api.http.pagination import list_page
from api.sources.models import Source
from api.verdicts.models import ClaimAssessment, Verdict, newest_verdict_number
from api.web import highlights
from api.web.highlights import ClaimSpan
from api.web.pages import PageRoutes, load_input

routes = PageRoutes()

#: Claims that one page of a text shows; the rest are in the list of claims.
MAX_CLAIMS = 40
PAGE_SIZE = 30


class PartQuery(Schema):
    """Which part of a long text: by its number, or by a claim that stands in it."""

    part = fields.Integer(load_default=None, validate=Range(1, 10_000))
    claim = fields.UUID(load_default=None)


@routes.page("/articles")
def articles() -> Any:
    """The articles that can be read here, newest first."""
    ready = select(Article).filter_by(state=IngestState.READY)
    asked = load_input(PageQuery(only=["cursor"]))
    found = list_page(ready, Article.id, newest_first=True, limit=PAGE_SIZE, **asked)
    return render_template("web/articles.html", **found, counts=_count_by_status(found["items"]))


def _count_by_status(shown: list[Article]) -> dict[UUID, dict[str, int]]:
    """For each article, how many of its claims have each status."""
    rows = select(Claim.article_id, Claim.status, func.count()).where(
        Claim.article_id.in_([each.id for each in shown]), Claim.withdrawn_at.is_(None)
    )
    counts: dict[UUID, dict[str, int]] = {each.id: dict.fromkeys(Status, 0) for each in shown}
    for article_id, status, count in session.execute(rows.group_by(Claim.article_id, Claim.status)):
        counts[article_id][status] = count
    return counts


@routes.page("/articles/<uuid:article_id>")
def article(article_id: UUID) -> Any:
    """An article's text with its claims, a part at a time where it is long."""
    found = get_or_404(Article, article_id, undefer(Article.text))
    spans = highlights.split_parts(found.text)
    number = _part_index(spans, **load_input(PartQuery()))
    start, end = spans[number]
    within = _claims_within(found, start, end)
    rows = within[:MAX_CLAIMS]
    passages = [ClaimSpan(str(c.id), c.start, c.end) for c, *_ in rows]
    return render_template(
        "web/article.html",
        article=found,
        source=session.get(Source, found.source_id) if found.source_id else None,
        counts=_count_by_status([found])[found.id],
        rows=rows,
        more_claims=len(within) > MAX_CLAIMS,
        known={str(claim.id): (n, claim, finding) for n, (claim, finding, _) in enumerate(rows, 1)},
        gone=session.scalars(
            _claims_of(found).where(Claim.gone_since.is_not(None)).limit(20)
        ).all(),
        paragraphs=highlights.split_paragraphs(found.text, passages, start=start, end=end),
        part=number + 1,
        parts=len(spans),
        path=request.path,
    )


def _part_index(spans: list[tuple[int, int]], *, part: int | None, claim: UUID | None) -> int:
    if claim is not None and (meant := session.get(Claim, claim)) is not None:
        return highlights.find_part(spans, meant.start)
    return min(part or 1, len(spans)) - 1


def _claims_of(article: Article) -> Any:
    return select(Claim).where(Claim.article_id == article.id, Claim.withdrawn_at.is_(None))


def _claims_within(article: Article, start: int, end: int) -> list[Any]:
    """The claims that stand in a part of the present text, with the newest verdict's finding and
    what their evidence amounts to.
    """
    newest = and_(Verdict.claim_id == Claim.id, Verdict.number == newest_verdict_number(Claim.id))
    rows = (
        _claims_of(article)
        .add_columns(Verdict.finding, ClaimAssessment)
        .outerjoin_from(Claim, Verdict, newest)
        .outerjoin(ClaimAssessment, ClaimAssessment.claim_id == Claim.id)
        .where(Claim.gone_since.is_(None), Claim.edition == article.edition)
        .where(Claim.start < end, Claim.end > start)
        .order_by(Claim.start, Claim.end)
        .limit(MAX_CLAIMS + 1)
    )
    return list(session.execute(rows).all())
