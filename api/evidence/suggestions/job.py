"""Have a model suggest what an item does to its claim. Runs in the worker; off unless the settings
name a model.
"""

from uuid import UUID

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from api.config.settings import Settings
from api.database.session import get_or_404, session, transaction
from api.evidence.examination import excerpts
from api.evidence.models import Evidence
from api.evidence.suggestion_outcomes import SuggestionOutcome
from api.evidence.suggestions import service as suggestions
from api.evidence.suggestions.client import LARGEST, ChatModel
from api.evidence.suggestions.models import Suggestion
from api.evidence.suggestions.stances import (
    NoSuggestion,
    Question,
    StanceProvider,
    StanceSuggestion,
)
from api.jobs.backoff import Backoff
from api.jobs.queue import enqueue
from api.observability import metrics
from api.outbound.client import policy_for_service

BACKOFF = Backoff((60,), tries=4)
#: A provider that wants to be left alone for longer is asked again after this all the same.
LONGEST_WAIT = 3_600


def provider() -> StanceProvider | None:
    """The one that the settings name, if any."""
    settings: Settings = current_app.extensions["settings"]
    if not (settings.stance_url and settings.stance_model):
        return None
    seconds = settings.stance_seconds
    policy = policy_for_service(
        settings.stance_url,
        ca_file=settings.fetch_ca_file or None,
        max_bytes=LARGEST,
        max_decoded_bytes=LARGEST,
        header_seconds=seconds,
        total_seconds=seconds,
    )
    url = settings.stance_url.rstrip("/")
    return ChatModel(url, settings.stance_model, settings.stance_key, policy)


def request_suggestion(evidence: Evidence) -> None:
    """Enqueue the job that asks about an item whose quote was found, if there is a provider."""
    if provider() is not None:
        enqueue("evidence.suggest", evidence_id=evidence.id)


def suggest(evidence_id: str, tries: str = "0") -> None:
    """Ask about one item, unless there is an answer to the same question."""
    asked, item = provider(), UUID(evidence_id)
    with transaction(reads=True):
        question = _question(item)
        known = asked and question and _is_answered(item, asked, question)
    if asked is None or question is None or known:
        return
    answer = _ask(asked, question)  # seconds pass: no transaction is open
    with transaction():
        get_or_404(Evidence, item, lock=True)
        if not _is_answered(item, asked, question):  # by another worker, meanwhile
            _note(item, asked, question, answer, tries=int(tries) + 1)


def _question(item: UUID) -> Question | None:
    """What is to be asked; None if the item does not hold, or its source is not at hand."""
    evidence = get_or_404(Evidence, item, joinedload(Evidence.claim))
    passage = excerpts.load_excerpts([evidence]).get(item)
    if not evidence.verified or passage is None:
        return None
    return suggestions.question(evidence.claim, evidence, passage)


def _is_answered(item: UUID, asked: StanceProvider, question: Question) -> bool:
    rows = select(Suggestion.id).filter_by(evidence_id=item, **_asked(asked, question))
    answered = rows.where(Suggestion.outcome != SuggestionOutcome.UNAVAILABLE)
    return session.scalar(answered.limit(1)) is not None


def _asked(asked: StanceProvider, question: Question) -> dict[str, str]:
    return {
        "provider": asked.name,
        "asked_model": asked.model,
        "prompt_sha256": asked.prompt_sha256,
        "text_sha256": question.sha256,
    }


def _ask(asked: StanceProvider, question: Question) -> StanceSuggestion | NoSuggestion:
    try:
        return asked.suggest(question)
    except NoSuggestion as none:
        return none


def _note(
    item: UUID,
    asked: StanceProvider,
    question: Question,
    answer: StanceSuggestion | NoSuggestion,
    *,
    tries: int,
) -> None:
    """Keep the answer, or ask again later; at the end keep that there is none."""
    said = Suggestion(evidence_id=item, model=answer.model, **_asked(asked, question))
    if isinstance(answer, StanceSuggestion):
        said.outcome, said.stance = SuggestionOutcome.SUGGESTED, answer.stance
        said.rationale = answer.rationale
    elif answer.again and not BACKOFF.is_over(tries):
        wait = BACKOFF.wait(tries, asked=min(answer.wait, LONGEST_WAIT))
        enqueue("evidence.suggest", after=wait, evidence_id=item, tries=tries)
        return
    else:
        said.outcome, said.reason = answer.outcome, str(answer)
    session.add(said)
    metrics.SUGGESTIONS.labels(said.outcome).inc()
