"""What could be checked in an article, and how a proposal becomes a claim."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy.orm import undefer

from api.articles.models import Article
from api.claims.anchors import CONTEXT_LENGTH
from api.claims.candidates.candidates import Candidate, candidates
from api.claims.candidates.checkworthiness import model
from api.database.session import get_or_404
from api.errors import Invalid


class NoSuchCandidate(Invalid):
    """The candidate is not one of the article's newest edition. Fetch its candidates again."""

    title = "Not a candidate of this article"


def of(article: Article, *, threshold: float | None, in_text_order: bool) -> dict[str, Any]:
    """The article's candidates from a score on (by default the model's own threshold), by score
    or in the order of the text. Remembered for an edition.
    """
    least = model().threshold if threshold is None else threshold
    found = [each for each in _candidates(article.id, article.edition) if each.score >= least]
    if not in_text_order:
        found.sort(key=lambda each: (-each.score, each.start))
    return {
        "article": article.id,
        "edition": article.edition,
        "threshold": least,
        "items": [_shown(article, each) for each in found],
    }


def accepted(article: Article, submission: dict[str, Any]) -> dict[str, Any]:
    """A submission of a claim, with what its candidate proposes where it says nothing itself.
    Raises `NoSuchCandidate`.
    """
    if "candidate" not in submission:
        return submission
    said = {name: value for name, value in submission.items() if name != "candidate"}
    for each in _candidates(article.id, article.edition):
        if _id(article, each) == submission["candidate"]:
            proposed = _shown(article, each)
            quoted = {
                "quote": each.quote,
                "prefix": article.text[max(0, each.start - CONTEXT_LENGTH) : each.start],
                "suffix": article.text[each.end :][:CONTEXT_LENGTH],
            }
            kept = {name: proposed[name] for name in ("statement", "claimant", "said_on")}
            return quoted | kept | said
    raise NoSuchCandidate("The article has changed, or it was never there.", at="#/candidate")


@lru_cache(maxsize=16)  # of a text made to have many, each is some megabytes
def _candidates(article_id: UUID, edition: int) -> tuple[Candidate, ...]:
    article = get_or_404(Article, article_id, undefer(Article.text))
    return tuple(candidates(article.text, article.language))


def _id(article: Article, candidate: Candidate) -> str:
    return f"{article.edition}.{candidate.start}.{candidate.end}"


def _shown(article: Article, candidate: Candidate) -> dict[str, Any]:
    return {
        "id": _id(article, candidate),
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
