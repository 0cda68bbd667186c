"""List the candidates of an article, and propose claims from them."""

from functools import lru_cache
from typing import TypedDict
from uuid import UUID

from sqlalchemy.orm import undefer

from api.articles.models import Article
from api.claims.anchors import CONTEXT_LENGTH
from api.claims.candidates.candidates import Candidate, find_candidates
from api.claims.candidates.checkworthiness import Reason, load_model
from api.database.session import get_or_404
from api.errors import Invalid
from api.language.numbers.quantities import Figure


class NoSuchCandidate(Invalid):
    """The candidate is not one of the article's newest edition. Fetch its candidates again."""

    title = "Not a candidate of this article"


class CandidateItem(TypedDict):
    """A candidate as an answer shows it; offsets in code points of the article's text."""

    id: str
    quote: str
    start: int
    end: int
    score: float
    reasons: tuple[Reason, ...]
    figures: tuple[Figure, ...]
    statement: str | None
    claimant: str | None
    said_on: str | None


class CandidateList(TypedDict):
    """The candidates of an article's edition whose score is at least `threshold` (0 to 1)."""

    article: UUID
    edition: int
    threshold: float
    items: list[CandidateItem]


class ProposedClaim(TypedDict):
    """What a candidate proposes for the claim that is made of it."""

    quote: str
    prefix: str
    suffix: str
    statement: str | None
    claimant: str | None
    said_on: str | None


def list_candidates(
    article: Article, *, threshold: float | None, in_text_order: bool
) -> CandidateList:
    """Return the candidates of an article, by score or in text order.

    `threshold` is the least score, by default the model's own. An edition's candidates are cached.
    """
    least = load_model().threshold if threshold is None else threshold
    cached = _cached_candidates(article.id, article.edition)
    found = [each for each in cached if each.score >= least]
    if not in_text_order:
        found.sort(key=lambda each: (-each.score, each.start))
    return {
        "article": article.id,
        "edition": article.edition,
        "threshold": least,
        "items": [_to_item(article, each) for each in found],
    }


def propose_claim(article: Article, candidate_id: str) -> ProposedClaim:
    """Return what a candidate proposes for a claim. Raises `NoSuchCandidate`."""
    for each in _cached_candidates(article.id, article.edition):
        if _candidate_id(article, each) == candidate_id:
            return {
                "quote": each.quote,
                "prefix": article.text[max(0, each.start - CONTEXT_LENGTH) : each.start],
                "suffix": article.text[each.end :][:CONTEXT_LENGTH],
                "statement": each.statement,
                "claimant": each.claimant,
                "said_on": article.published_at,
            }
    raise NoSuchCandidate("The article has changed, or it was never there.", at="#/candidate")


@lru_cache(maxsize=16)  # the candidates of a hostile text take some megabytes
def _cached_candidates(article_id: UUID, edition: int) -> tuple[Candidate, ...]:
    article = get_or_404(Article, article_id, undefer(Article.text))
    return tuple(find_candidates(article.text, article.language))


def _candidate_id(article: Article, candidate: Candidate) -> str:
    return f"{article.edition}.{candidate.start}.{candidate.end}"


def _to_item(article: Article, candidate: Candidate) -> CandidateItem:
    return {
        "id": _candidate_id(article, candidate),
        "quote": candidate.quote,
        "start": candidate.start,
        "end": candidate.end,
        "score": candidate.score,
        "reasons": candidate.reasons,
        "figures": candidate.figures,
        "statement": candidate.statement,
        "claimant": candidate.claimant,
        "said_on": article.published_at,
    }
