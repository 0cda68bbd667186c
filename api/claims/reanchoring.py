"""Find an article's claims again in its newest edition. Runs in the worker."""

from uuid import UUID

from sqlalchemy import String, cast, select, update
from sqlalchemy.orm import selectinload, undefer

from api import audit_log
from api.articles.models import Article
from api.audit_log import AuditAction
from api.claims.anchors import Anchor, QuoteAmbiguous, QuoteNotFound, anchor
from api.claims.models import Claim
from api.claims.search import indexing
from api.database.session import get_or_404, session, transaction
from api.jobs.queue import enqueue

#: Begins the fingerprint of a claim that has no place in the newest edition.
NOWHERE = "nowhere "


def reanchor(article_id: str) -> None:
    """Give each claim its place in the new text, by its words and those around it; where they
    stand no more, say since which edition. What was decided on the claim stays.
    """
    with transaction():
        article = get_or_404(Article, UUID(article_id), undefer(Article.text), lock=True)
        open = {"article_id": article.id, "withdrawn_at": None}
        is_behind = Claim.edition < article.edition
        # One may come to stand where another stood, so none has a place while they are looked for.
        nowhere = update(Claim).filter_by(**open).where(is_behind)
        session.execute(nowhere.values(fingerprint=NOWHERE + cast(Claim.id, String)))
        taken = set(session.scalars(select(Claim.fingerprint).filter_by(**open)))
        behind = select(Claim).filter_by(**open).where(is_behind).order_by(Claim.id)
        for claim in session.scalars(behind.options(selectinload(Claim.labels))):
            _look_again(claim, article, taken)
        enqueue("lines.redraw_of_article", article_id=article.id)


def _look_again(claim: Claim, article: Article, taken: set[str]) -> None:
    place = _place(claim, article.text)
    if place is None or claim.made_of(place.start, place.end, claim.statement) in taken:
        if claim.gone_since is None:
            claim.gone_since = article.edition
            _record(AuditAction.CLAIM_GONE, claim, edition=article.edition)
        return
    claim.edition, claim.gone_since = article.edition, None
    claim.start, claim.end, claim.exact = place.start, place.end, place.exact
    claim.prefix, claim.suffix = place.prefix, place.suffix
    claim.fingerprint = claim.made_of(place.start, place.end, claim.statement)
    taken.add(claim.fingerprint)
    indexing.index(claim)
    _record(AuditAction.CLAIM_MOVED, claim, edition=article.edition, start=place.start)


def _place(claim: Claim, text: str) -> Anchor | None:
    try:
        return anchor(text, claim.exact, prefix=claim.prefix, suffix=claim.suffix)
    except (QuoteNotFound, QuoteAmbiguous):
        return None


def _record(action: AuditAction, claim: Claim, **details: int) -> None:
    audit_log.record_action(action, claim_id=claim.id, subject_id=claim.id, by_id=None, **details)
