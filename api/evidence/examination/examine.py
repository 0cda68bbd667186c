"""Fetch a source, store a snapshot, and search it for the quote. Runs in the worker."""

from typing import NamedTuple
from uuid import UUID

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from api.audit_log import AuditAction
from api.claims.models import Claim
from api.config.settings import Settings
from api.database.session import get_or_404, now, transaction
from api.evidence import service
from api.evidence.enums import EvidenceState
from api.evidence.examination import schedule
from api.evidence.examination.findings import Findings, describe_findings
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
MAX_STORAGE_RETRY_SECONDS = 3_600


class UnexpectedStatus(Exception):
    """The source answered with another status than 200."""


class ExaminationFailed(Exception):
    """The examination failed through a fault of ours."""


class Examination(NamedTuple):
    """The snapshot of a source; the place of the quote in its text, None where it is absent; if it
    was found, the features that group the item; and what else a reviewer should see.
    """

    snapshot: Snapshot
    hit: Hit | None
    features: OriginFeatures | None
    findings: Findings


def examine_evidence(evidence_id: str, unstored: str = "0") -> None:
    """Examine one item: a job. A source that could not be fetched or read is "source_unavailable",
    never "quote_absent". `unstored` counts the times that it was read and could not be stored.
    """
    with transaction(reads=True):
        evidence = get_or_404(Evidence, UUID(evidence_id))
    if not evidence.needs_examination:
        return
    examined = _read_source(evidence)  # seconds pass: no transaction is open
    with transaction():
        service.lock_claim(evidence.claim_id)
        row = get_or_404(Evidence, evidence.id)
        if row.attempts != evidence.attempts or not row.needs_examination:
            return  # it was retracted meanwhile, or another worker examined it too
        if isinstance(examined, Examination):
            _store_examination(row, examined)
        elif isinstance(examined, BytesUnavailable):
            _retry_storage(row, examined, int(unstored))
        else:
            _store_failure(row, examined)
    metrics.EXAMINATIONS.labels(row.state).inc()


def _read_source(evidence: Evidence) -> Examination | Exception:
    try:
        fetched = _fetch_page(evidence.source_url)
        reading = extract_document(fetched.body, fetched.content_type, url=fetched.final_url)
        return store_snapshot(
            evidence, fetched, reading, find_evidence_quote(evidence, reading.text)
        )
    except (Refused, Unreachable, UnexpectedStatus, Unreadable, BytesUnavailable) as failure:
        return failure
    except SQLAlchemyError:
        raise  # says nothing about the source
    except Exception:
        current_app.logger.exception("evidence %s could not be examined", evidence.id)
        return ExaminationFailed("It could not be examined. The fault is ours, not the source's.")


def store_snapshot(
    evidence: Evidence, fetched: FetchResponse, reading: ExtractedDocument, search: QuoteSearch
) -> Examination:
    """Store the bytes and the text of a source. Its row is saved later, in the transaction that
    uses it. Raises `BytesUnavailable`.
    """
    hit = search.hits[0] if search.hits else None
    with transaction(reads=True):
        claim = get_or_404(Claim, evidence.claim_id)
        features = independence.origin_features(reading, hit, claim) if hit else None
    quote, statement = evidence.quote, claim.statement
    findings = describe_findings(search, reading.text, quote=quote, statement=statement)
    return Examination(snapshots.create_snapshot(fetched, reading), hit, features, findings)


def _fetch_page(url: str) -> FetchResponse:
    settings: Settings = current_app.extensions["settings"]
    fetched = fetch(url, settings.fetch_policy())
    if fetched.status != 200:
        raise UnexpectedStatus(f"The source answered with status {fetched.status}.")
    return fetched


def find_evidence_quote(evidence: Evidence, text: str) -> QuoteSearch:
    """Search a source's text for the quote of an item, between its prefix and suffix."""
    return find_quote(evidence.quote, text, prefix=evidence.prefix, suffix=evidence.suffix)


def _store_failure(evidence: Evidence, failure: Exception) -> None:
    """Say why the source could not be read, and try again later."""
    backoff = _backoff()
    evidence.attempts += 1
    _set_state(evidence, EvidenceState.SOURCE_UNAVAILABLE, str(failure))
    if not isinstance(failure, Refused) and not backoff.is_over(evidence.attempts):
        wait = backoff.wait(evidence.attempts)
        enqueue("evidence.examine", after=wait, evidence_id=evidence.id)


def _retry_storage(evidence: Evidence, failure: BytesUnavailable, before: int) -> None:
    """The source was read and its bytes could not be stored: a finding without its proof is none,
    and the source is not to blame. So the item stays pending, the try does not count, and others
    follow until one succeeds, with longer and longer waits to spare the source.
    """
    unstored = before + 1
    _set_state(evidence, EvidenceState.PENDING, f"{failure} It will be examined again.")
    wait = _backoff()._replace(longest=MAX_STORAGE_RETRY_SECONDS).wait(unstored)
    enqueue("evidence.examine", after=wait, evidence_id=evidence.id, unstored=unstored)


def _backoff() -> Backoff:
    settings: Settings = current_app.extensions["settings"]
    return Backoff((settings.examination_backoff,), tries=settings.examination_attempts)


def _store_examination(evidence: Evidence, examination: Examination) -> None:
    evidence.attempts += 1
    snapshots.save_snapshot(examination.snapshot)
    if examination.hit:
        schedule.start_schedule(evidence)  # locks the host before the publisher, as a recheck does
    set_match(evidence, examination)
    if examination.hit:
        _set_state(evidence, EvidenceState.QUOTE_VERIFIED, None)
    else:
        _set_state(
            evidence, EvidenceState.QUOTE_ABSENT, "The source was read; the quote is not in it."
        )


def set_match(evidence: Evidence, examination: Examination) -> None:
    """Set the page that has the item's quote, its place there, and the features that group it. The
    publisher is that of the page that was read, not of the submitted address.
    """
    evidence.snapshot, evidence.findings = examination.snapshot, examination.findings
    evidence.source = get_or_create_publisher(examination.snapshot.final_url)
    if hit := examination.hit:
        evidence.found_start, evidence.found_end = hit.start, hit.end
        evidence.found_level, evidence.origin_features = hit.level, examination.features
        suggestion_hooks().request(evidence)


def _set_state(evidence: Evidence, state: EvidenceState, reason: str | None) -> None:
    evidence.state, evidence.state_reason, evidence.examined_at = state, reason, now()
    service.record_evidence_action(
        AuditAction.EVIDENCE_EXAMINED,
        evidence,
        by=None,
        state=state,
        reason=reason,
        attempt=evidence.attempts,
    )
    service.recompute_groups_and_enqueue_reassessment(evidence.claim_id)
