"""Find an article's claims again in its newest edition. A worker's job."""

from uuid import UUID

from sqlalchemy import String, cast, select, update
from sqlalchemy.orm import selectinload, undefer

from api import audit_log
from api.articles.models import Article
from api.audit_log import AuditAction
from api.claims.anchors import Anchor, QuoteAmbiguous, QuoteNotFound, locate_anchor
from api.claims.models import Claim
from api.claims.search import indexing
from api.database.session import get_or_404, session, transaction
from api.jobs.queue import enqueue

#: Prefix of the fingerprint of a claim that has no place in the newest edition.
UNPLACED_PREFIX = "nowhere "


def reanchor_claims(article_id: str) -> None:
    """Give each claim its place in the new text, by its words and those around it; where they
    are gone, store since which edition. Verdicts on the claim stay.
    """
    with transaction():
        article = get_or_404(Article, UUID(article_id), undefer(Article.text), lock=True)
        open = {"article_id": article.id, "withdrawn_at": None}
        is_behind = Claim.edition < article.edition
        # One may come to stand where another stood, so none has a place while they are looked for.
        nowhere = update(Claim).filter_by(**open).where(is_behind)
        session.execute(nowhere.values(fingerprint=UNPLACED_PREFIX + cast(Claim.id, String)))
        taken = set(session.scalars(select(Claim.fingerprint).filter_by(**open)))
        behind = select(Claim).filter_by(**open).where(is_behind).order_by(Claim.id)
        for claim in session.scalars(behind.options(selectinload(Claim.labels))):
            _reanchor_claim(claim, article, taken)
        enqueue("lines.redraw_of_article", article_id=article.id)


def _reanchor_claim(claim: Claim, article: Article, taken: set[str]) -> None:
    anchor = _find_anchor(claim, article.text)
    if (
        anchor is None
        or claim.compute_fingerprint(anchor.start, anchor.end, claim.statement) in taken
    ):
        if claim.gone_since is None:
            claim.gone_since = article.edition
            _record(AuditAction.CLAIM_GONE, claim, edition=article.edition)
        return
    claim.edition, claim.gone_since = article.edition, None
    claim.start, claim.end, claim.exact = anchor.start, anchor.end, anchor.exact
    claim.prefix, claim.suffix = anchor.prefix, anchor.suffix
    claim.fingerprint = claim.compute_fingerprint(anchor.start, anchor.end, claim.statement)
    taken.add(claim.fingerprint)
    indexing.index_claim(claim)
    _record(AuditAction.CLAIM_MOVED, claim, edition=article.edition, start=anchor.start)


def _find_anchor(claim: Claim, text: str) -> Anchor | None:
    try:
        return locate_anchor(text, claim.exact, prefix=claim.prefix, suffix=claim.suffix)
    except (QuoteNotFound, QuoteAmbiguous):
        return None


def _record(action: AuditAction, claim: Claim, **details: int) -> None:
    audit_log.record_action(action, claim_id=claim.id, subject_id=claim.id, by_id=None, **details)
