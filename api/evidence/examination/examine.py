"""Fetch a source, keep what it said, and look for the quote in it. Runs in the worker."""

from typing import Any, NamedTuple
from uuid import UUID

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from api.audit_log import AuditAction
from api.claims.models import Claim
from api.config.settings import Settings
from api.database.session import get_or_404, now, transaction
from api.evidence import service
from api.evidence.enums import State
from api.evidence.examination import schedule
from api.evidence.examination.findings import findings
from api.evidence.independence import service as independence
from api.evidence.independence.features import OriginFeatures
from api.evidence.models import Evidence
from api.evidence.suggestion_hooks import suggestion_hooks
from api.jobs.backoff import Backoff
from api.jobs.queue import enqueue
from api.language.quotes import Hit, QuoteSearch, find_quote
from api.observability import metrics
from api.outbound.client import FetchResponse, Refused, Unreachable, fetch
from api.sources.extraction.result import ExtractedDocument, Unreadable, extract_document
from api.sources.models import Snapshot
from api.sources.service import get_or_create_publisher
from api.sources.snapshots import service as snapshots
from api.sources.snapshots.blob_store import BytesUnavailable

#: Longest time between two tries to store what was fetched.
LONGEST_WAIT = 3_600


class Unanswered(Exception):
    """The source answered, but not with the page."""


class Unexamined(Exception):
    """The examination came to an end that nobody foresaw."""


class Finding(NamedTuple):
    """What was kept of what the source said, and where in it the quote is, if it is."""

    snapshot: Snapshot
    hit: Hit | None
    traits: OriginFeatures | None
    findings: dict[str, Any]


def examine(evidence_id: str, unstored: str = "0") -> None:
    """Examine one item. What it says is only looked at when the page was really read: a failed
    fetch is "source_unavailable", never "quote_absent". `unstored` counts the times that the page
    was read and could not be stored.
    """
    with transaction(reads=True):
        evidence = get_or_404(Evidence, UUID(evidence_id))
    if not evidence.is_due:
        return
    finding = _look(evidence)  # seconds pass, and nobody who writes is kept waiting
    with transaction():
        service.hold(evidence.claim_id)
        held = get_or_404(Evidence, evidence.id)
        if held.attempts != evidence.attempts or not held.is_due:
            return  # somebody took it back meanwhile, or another worker examined it too
        if isinstance(finding, Finding):
            _note_finding(held, finding)
        elif isinstance(finding, BytesUnavailable):
            _note_unstored(held, finding, int(unstored))
        else:
            _note_failure(held, finding)
    metrics.EXAMINATIONS.labels(held.state).inc()


def _look(evidence: Evidence) -> Finding | Exception:
    try:
        fetched = _fetch(evidence.source_url)
        reading = extract_document(fetched.body, fetched.content_type, url=fetched.final_url)
        return keep(evidence, fetched, reading, look_for(evidence, reading.text))
    except (Refused, Unreachable, Unanswered, Unreadable, BytesUnavailable) as failure:
        return failure
    except SQLAlchemyError:
        raise  # says nothing about the source
    except Exception:
        current_app.logger.exception("evidence %s could not be examined", evidence.id)
        return Unexamined("It could not be examined. The fault is ours, not the source's.")


def keep(
    evidence: Evidence, fetched: FetchResponse, reading: ExtractedDocument, search: QuoteSearch
) -> Finding:
    """Keep what a source said, and where in it the quote is. Raises `BytesUnavailable`."""
    hit = search.hits[0] if search.hits else None
    with transaction(reads=True):
        claim = get_or_404(Claim, evidence.claim_id)
        traits = independence.origin_features(reading, hit, claim) if hit else None
    beside = findings(search, reading.text, quote=evidence.quote, statement=claim.statement)
    return Finding(snapshots.create_snapshot(fetched, reading), hit, traits, beside)


def _fetch(url: str) -> FetchResponse:
    settings: Settings = current_app.extensions["settings"]
    fetched = fetch(url, settings.fetch_policy())
    if fetched.status != 200:
        raise Unanswered(f"The source answered with status {fetched.status}.")
    return fetched


def look_for(evidence: Evidence, text: str) -> QuoteSearch:
    return find_quote(evidence.quote, text, prefix=evidence.prefix, suffix=evidence.suffix)


def _note_failure(evidence: Evidence, failure: Exception) -> None:
    """Keep the evidence, say why its source could not be read, and try again later."""
    backoff = _backoff()
    evidence.attempts += 1
    _conclude(evidence, State.SOURCE_UNAVAILABLE, str(failure))
    if not isinstance(failure, Refused) and not backoff.is_over(evidence.attempts):
        wait = backoff.wait(evidence.attempts)
        enqueue("evidence.examine", after=wait, evidence_id=evidence.id)


def _note_unstored(evidence: Evidence, failure: BytesUnavailable, before: int) -> None:
    """The source answered and we could not keep what it said: a finding without its proof is
    none, and the source is not to blame. So the item is pending and the try does not count; there
    are others until it succeeds, ever further apart for the source's sake.
    """
    unstored = before + 1
    _conclude(evidence, State.PENDING, f"{failure} It will be examined again.")
    wait = _backoff()._replace(longest=LONGEST_WAIT).wait(unstored)
    enqueue("evidence.examine", after=wait, evidence_id=evidence.id, unstored=unstored)


def _backoff() -> Backoff:
    settings: Settings = current_app.extensions["settings"]
    return Backoff((settings.examination_backoff,), tries=settings.examination_attempts)


def _note_finding(evidence: Evidence, finding: Finding) -> None:
    evidence.attempts += 1
    snapshots.save_snapshot(finding.snapshot)
    if finding.hit:
        schedule.begin(evidence)  # holds the host: before the publisher, as a re-check does
    place(evidence, finding)
    if finding.hit:
        _conclude(evidence, State.QUOTE_VERIFIED, None)
    else:
        _conclude(evidence, State.QUOTE_ABSENT, "The source was read; the quote is not in it.")


def place(evidence: Evidence, finding: Finding) -> None:
    """Say on which page the quote stands, where, and what of that page decides its line: its
    publisher is that of the page that was read, wherever the submitted address led.
    """
    evidence.snapshot, evidence.findings = finding.snapshot, finding.findings
    evidence.source = get_or_create_publisher(finding.snapshot.final_url)
    if hit := finding.hit:
        evidence.found_start, evidence.found_end = hit.start, hit.end
        evidence.found_level, evidence.traits = hit.level, finding.traits
        suggestion_hooks().request(evidence)


def _conclude(evidence: Evidence, state: State, reason: str | None) -> None:
    evidence.state, evidence.state_reason, evidence.examined_at = state, reason, now()
    service.record(
        AuditAction.EVIDENCE_EXAMINED,
        evidence,
        by=None,
        state=state,
        reason=reason,
        attempt=evidence.attempts,
    )
    service.tell(evidence)
