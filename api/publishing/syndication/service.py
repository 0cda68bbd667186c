"""The newest status changes and corrections, for readers."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import aliased, selectinload

from api.articles.models import Article
from api.audit_log import AuditAction, AuditEntry
from api.claims.enums import Status
from api.claims.models import Claim, ClaimTag
from api.database.session import session
from api.publishing import documents
from api.publishing.syndication.items import CorrectionNews, FeedItem, StatusChange
from api.sources.models import Source
from api.verdicts.models import Verdict
from api.verdicts.replies.models import Correction

#: The actions of the audit log that feeds have items of.
VERDICT_ACTIONS = (AuditAction.VERDICT_GIVEN, AuditAction.VERDICT_WITHDRAWN)
SYNDICATED_ACTIONS = (*VERDICT_ACTIONS, AuditAction.CORRECTION_MADE)

#: The verdict before one, and the status that it changed.
PreviousVerdict = aliased(Verdict)
STATUS_BEFORE = func.coalesce(PreviousVerdict.status, Status.UNVERIFIED)


class NewsFilter(NamedTuple):
    """Which items a reader wants: on claims with a tag, in articles of a publisher (a domain), that
    came to a status. None: any.
    """

    tag: str | None = None
    publisher: str | None = None
    status: Status | None = None


def newest_items(selection: NewsFilter, *, limit: int) -> list[FeedItem]:
    """The newest `limit` items.

    Each kind is read from its newest entry backwards until there are enough: what is selected
    rarely costs as much as the claims with its tag, or all entries of these kinds.
    """
    rows = [
        row
        for what in SYNDICATED_ACTIONS
        for row in session.execute(_select_entries(what, selection).limit(limit))
    ]
    rows.sort(key=lambda row: row.AuditEntry.id, reverse=True)
    return [_to_item(row) for row in rows[:limit]]


def _select_entries(
    what: AuditAction, selection: NewsFilter
) -> Select[AuditEntry, Claim, Article, Verdict, Correction, Status]:
    rows = (
        select(AuditEntry, Claim, Article, Verdict, Correction, STATUS_BEFORE.label("before"))
        .join(Claim, Claim.id == AuditEntry.claim_id)
        .join(Article, Article.id == Claim.article_id)
        .outerjoin(Verdict, Verdict.id == AuditEntry.subject_id)
        .outerjoin(Correction, Correction.id == AuditEntry.subject_id)
        .outerjoin(
            PreviousVerdict,
            and_(
                PreviousVerdict.claim_id == Verdict.claim_id,
                PreviousVerdict.number == Verdict.number - 1,
            ),
        )
        .options(selectinload(Claim.labels))
        .where(AuditEntry.action == what, *_conditions(selection))
        .order_by(AuditEntry.id.desc())
    )
    return rows.where(Verdict.status != STATUS_BEFORE) if what in VERDICT_ACTIONS else rows


def _conditions(selection: NewsFilter) -> Iterator[ColumnElement[bool]]:
    if selection.tag is not None:
        tagged = select(ClaimTag.claim_id).where(ClaimTag.tag == selection.tag)
        yield Claim.id.in_(tagged)
    if selection.publisher is not None:
        published = select(Source.id).where(Source.domain == selection.publisher)
        yield Article.source_id.in_(published)
    if selection.status is not None:
        status = func.coalesce(Verdict.status, Claim.status)  # a correction has no verdict
        yield status == selection.status


def _to_item(row: Any) -> FeedItem:
    entry: AuditEntry = row.AuditEntry
    claim: Claim = row.Claim
    news: StatusChange | CorrectionNews
    if (made := row.Correction) is not None:
        words, claimant = claim.statement, claim.claimant
        news = CorrectionNews(wrong=made.wrong, right=made.right, reason=made.reason)
    else:
        judged = row.Verdict.attested_record["claim"]
        words, claimant = judged["statement"], judged["claimant"]
        news = _to_status_change(row.Verdict, row.before)
    return FeedItem(
        id=entry.id,
        at=entry.created_at,
        title=news.title(words),
        text=news.text(words, claimant),
        url=documents.claim_page_url(claim.id),
        about=row.Article.canonical_url or row.Article.url,
        language=claim.language,
        tags=claim.tags,
    )


def _to_status_change(verdict: Verdict, before: Status) -> StatusChange:
    return StatusChange(
        before=before,
        status=verdict.status,
        finding=verdict.finding,
        reasons=verdict.reasons,
        exception=verdict.exception,
        one_person=verdict.one_person,
        withdrawn=verdict.decided_by_id is None,
    )
