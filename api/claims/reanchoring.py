"""Find an article's claims again in its newest edition. Runs in the worker."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload, undefer

from api import jobs, ledger
from api.articles.models import Article
from api.claims import indexing
from api.claims.anchors import Anchor, QuoteAmbiguous, QuoteNotFound, anchor
from api.claims.models import Claim
from api.db import get_or_404, session, transaction
from api.ledger import Happening

#: Begins the fingerprint of a claim that has no place in the newest edition.
NOWHERE = "nowhere"


@jobs.handles("claims.reanchor")
def reanchor(article_id: str) -> None:
    """Give each claim its place in the new text, by its words and those around it; where they
    stand no more, say since which edition. What was decided on the claim stays.
    """
    with transaction():
        article = get_or_404(Article, UUID(article_id), undefer(Article.text), lock=True)
        claims = select(Claim).filter_by(article_id=article.id, withdrawn_at=None)
        behind = claims.where(Claim.edition < article.edition).order_by(Claim.id)
        moving = session.scalars(behind.options(selectinload(Claim.labels))).all()
        for claim in moving:  # one may come to stand where another stood
            claim.fingerprint = f"{NOWHERE} {claim.id}"
        session.flush()
        taken = set(session.scalars(claims.with_only_columns(Claim.fingerprint)))
        for claim in moving:
            _look_again(claim, article, taken)
        jobs.enqueue("lines.redraw_of_article", article_id=article.id)


def _look_again(claim: Claim, article: Article, taken: set[str]) -> None:
    place = _place(claim, article.text)
    if place is None or claim.made_of(place.start, place.end, claim.statement) in taken:
        if claim.gone_since is None:
            claim.gone_since = article.edition
            _record(Happening.CLAIM_GONE, claim, edition=article.edition)
        return
    claim.edition, claim.gone_since = article.edition, None
    claim.start, claim.end, claim.exact = place.start, place.end, place.exact
    claim.prefix, claim.suffix = place.prefix, place.suffix
    claim.fingerprint = claim.made_of(place.start, place.end, claim.statement)
    taken.add(claim.fingerprint)
    indexing.index(claim)
    _record(Happening.CLAIM_MOVED, claim, edition=article.edition, start=place.start)


def _place(claim: Claim, text: str) -> Anchor | None:
    try:
        return anchor(text, claim.exact, prefix=claim.prefix, suffix=claim.suffix)
    except (QuoteNotFound, QuoteAmbiguous):
        return None


def _record(what: Happening, claim: Claim, **details: int) -> None:
    ledger.record(what, claim_id=claim.id, subject_id=claim.id, by_id=None, **details)
