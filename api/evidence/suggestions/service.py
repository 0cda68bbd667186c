"""What models have suggested about items of evidence, as it is shown to people."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from api.claims.models import Claim
from api.database.session import session
from api.evidence.examination import excerpts
from api.evidence.models import Evidence
from api.evidence.suggestions.models import Suggestion
from api.evidence.suggestions.stances import Question, warning

#: Of an item's suggestions so many are shown.
MOST = 20


def question(claim: Claim, evidence: Evidence, passage: str) -> Question:
    """What is asked about an item of a claim's evidence."""
    return Question(
        claim=claim.statement,
        claimant=claim.claimant,
        said_on=claim.said_on,
        quote=evidence.quote,
        passage=passage,
    )


def on(evidence: Evidence, passage: str) -> list[Suggestion]:
    """The suggestions on an item that comes with its claim, newest first."""
    rows = select(Suggestion).filter_by(evidence_id=evidence.id)
    newest = session.scalars(rows.order_by(Suggestion.id.desc()).limit(MOST))
    asked = question(evidence.claim, evidence, passage)
    return [_beside(each, asked) for each in newest]


def newest(claim: Claim, items: Collection[Evidence]) -> dict[UUID, Suggestion]:
    """The newest suggestion on each of a claim's items that has one."""
    other = aliased(Suggestion)
    last = select(other.id).where(other.evidence_id == Evidence.id)
    last = last.order_by(other.id.desc()).limit(1)
    rows = select(Suggestion).join(Evidence, Suggestion.id == last.scalar_subquery())
    rows = rows.where(Evidence.id.in_([item.id for item in items]))
    found = {each.evidence_id: each for each in session.scalars(rows)}
    suggested_on = [item for item in items if item.id in found]
    texts = excerpts.load_excerpts(suggested_on) if suggested_on else {}
    return {
        item.id: _beside(found[item.id], question(claim, item, texts.get(item.id, item.quote)))
        for item in suggested_on
    }


def _beside(suggestion: Suggestion, asked: Question) -> Suggestion:
    """With what is to be known of it: what speaks against it, and whether it is of other words
    than those that stand there now.
    """
    suggestion.warning = warning(suggestion.stance, asked)
    suggestion.outdated = suggestion.text_sha256 != asked.sha256
    return suggestion
