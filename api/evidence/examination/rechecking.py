"""Fetch the sources of evidence again, and store what has changed. Runs in the worker.

The snapshot in which a quote was found goes on proving it. When the source loses the quote, or is
gone, the item becomes stale: it counts as before, and its claim enters the review queue. The
verdict stays until a reviewer decides, since a publisher who takes a page down should not thereby
take down what is known.
"""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import NamedTuple, cast
from uuid import UUID

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from api.audit_log import AuditAction
from api.config.settings import Settings
from api.database.session import get_or_404, now, session, transaction
from api.evidence import service
from api.evidence.enums import RecheckOutcome
from api.evidence.examination import examine, schedule
from api.evidence.examination.examine import Examination
from api.evidence.examination.outcomes import (
    PageDigests,
    RecheckState,
    SourceAnswer,
    classify_answer,
    next_state,
)
from api.evidence.models import Evidence, Recheck, RecheckSchedule
from api.jobs.leases import acquire_lease, hand_out_due, release_lease
from api.jobs.queue import enqueue
from api.outbound.client import FetchPolicy, FetchResponse, Refused, Unreachable, fetch
from api.sources import host_leases
from api.sources.extraction.result import Unreadable, extract_document
from api.sources.models import Host, Snapshot
from api.sources.snapshots import service as snapshots
from api.sources.snapshots.blob_store import BytesUnavailable

#: Hosts that one run of the periodic task hands out: few, since people wait for examinations in
#: the same queue.
MAX_HOSTS_PER_SWEEP = 2
#: What a lease allows for the page to be read and stored.
PROCESSING_SECONDS = 60


class LeasedRecheck(NamedTuple):
    """An item that is to be rechecked, the snapshot in which its quote was found, and the lease on
    its host: the moment at which it ends.
    """

    schedule_row: RecheckSchedule
    evidence: Evidence
    known_snapshot: Snapshot
    lease: datetime


class RecheckResult(NamedTuple):
    """The outcome of a recheck; the HTTP status, None where no answer came; why there is no page
    with the quote; how long the host wants to rest; and, of a page that has changed, its
    examination.
    """

    outcome: RecheckOutcome
    status: int | None = None
    reason: str | None = None
    rest: timedelta = timedelta()
    examination: Examination | None = None


def enqueue_due_rechecks() -> None:
    """Enqueue a job for each host that is due: a periodic task. Several workers hand out different
    hosts.
    """
    with transaction():
        for host in hand_out_due(Host, limit=MAX_HOSTS_PER_SWEEP):
            enqueue("evidence.recheck", host=host.name)


def recheck_host(host: str) -> None:
    """Fetch the page that is due longest at a host, unless the host rests or is leased: a job."""
    settings: Settings = current_app.extensions["settings"]
    with transaction():
        leased = _lease_next_recheck(host, settings)
    if leased is not None:
        result = _check_source(leased, settings)  # seconds pass: no transaction is open
        with transaction():
            service.lock_claim(leased.evidence.claim_id)
            _store_result(leased, result, settings)


def _lease_next_recheck(name: str, settings: Settings) -> LeasedRecheck | None:
    host = host_leases.lock_host(name)
    lease = acquire_lease(host, seconds=2 * settings.fetch_seconds + PROCESSING_SECONDS)
    schedule_row = schedule.take_next_due(host) if lease else None
    if lease and not schedule_row:
        release_lease(host, lease)
    schedule.update_next_due_of_host(host)
    if not lease or not schedule_row:
        return None
    # Only an item whose quote was found, in a snapshot, has a schedule.
    known_snapshot = cast(Snapshot, schedule_row.evidence.snapshot)
    return LeasedRecheck(schedule_row, schedule_row.evidence, known_snapshot, lease)


def _check_source(leased: LeasedRecheck, settings: Settings) -> RecheckResult:
    status = None
    try:
        fetched, conditional = _fetch_conditionally(leased, settings.fetch_policy())
        if (status := fetched.status) != 200:
            return _judge_failed_answer(leased, fetched, conditional)
        return _judge_page(leased, fetched)
    except (Refused, Unreachable, Unreadable, BytesUnavailable) as failure:
        reason = str(failure)
    except SQLAlchemyError:
        raise  # says nothing about the source
    except Exception:
        current_app.logger.exception("evidence %s could not be re-checked", leased.evidence.id)
        reason = "It could not be checked again. The fault is ours, not the source's."
    return RecheckResult(_classify(leased, SourceAnswer(status)), status, reason)


def _fetch_conditionally(leased: LeasedRecheck, policy: FetchPolicy) -> tuple[FetchResponse, bool]:
    """Fetch the page, if it has changed; without that condition where a person asked for it.

    Returns the answer and whether it is to a conditional request. A 304 is trusted only from the
    address that the known page came from, not from one that the address redirects to now.
    """
    url = leased.evidence.source_url
    conditions = (
        _conditional_headers(leased.known_snapshot)
        if leased.schedule_row.asked_by_id is None
        else {}
    )
    fetched = fetch(url, policy, headers=conditions)
    if fetched.status == 304 and fetched.final_url != leased.known_snapshot.final_url:
        return fetch(url, policy), False
    return fetched, bool(conditions)


def _conditional_headers(before: Snapshot) -> dict[str, str]:
    """The header fields that ask for a page if it has changed (RFC 9110, 13.1.2 and 13.1.3)."""
    fields = {name.lower(): value for name, value in before.headers}
    asked_by = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
    found = {name: fields.get(field, "") for name, field in asked_by.items()}
    return {name: value for name, value in found.items() if value and _is_plain(value)}


def _is_plain(value: str) -> bool:
    return value.isascii() and value.isprintable() and value == value.strip()


def _judge_failed_answer(
    leased: LeasedRecheck, fetched: FetchResponse, conditional: bool
) -> RecheckResult:
    outcome = _classify(leased, SourceAnswer(fetched.status, conditional))
    if outcome is RecheckOutcome.UNCHANGED:
        return RecheckResult(outcome, fetched.status)
    rest = None
    if fetched.status in {429, 503}:
        rest = host_leases.parse_retry_after(fetched.header("Retry-After"), now())
    reason = f"The source answered with status {fetched.status}."
    return RecheckResult(outcome, fetched.status, reason, rest or timedelta())


def _judge_page(leased: LeasedRecheck, fetched: FetchResponse) -> RecheckResult:
    """Raises `Unreadable`, `BytesUnavailable`."""
    reading = extract_document(fetched.body, fetched.content_type, url=fetched.final_url)
    search = examine.find_evidence_quote(leased.evidence, reading.text)
    has_quote = bool(search.hits)
    page = PageDigests(_sha256_hex(fetched.body), _sha256_hex(reading.text.encode()), has_quote)
    outcome = _classify(leased, SourceAnswer(200, page=page))
    if outcome is RecheckOutcome.UNCHANGED:
        return RecheckResult(outcome, 200)
    reason = None if has_quote else "The source was read; the quote is not in it any more."
    examination = examine.store_snapshot(leased.evidence, fetched, reading, search)
    return RecheckResult(outcome, 200, reason, examination=examination)


def _sha256_hex(content: bytes) -> str:
    return sha256(content).hexdigest()


def _classify(leased: LeasedRecheck, answer: SourceAnswer) -> RecheckOutcome:
    known = PageDigests(leased.known_snapshot.sha256, leased.known_snapshot.text_sha256)
    return classify_answer(
        answer, known, _recheck_state(leased.evidence, leased.schedule_row), now()
    )


def _recheck_state(evidence: Evidence, schedule_row: RecheckSchedule) -> RecheckState:
    return RecheckState(
        schedule_row.dates, schedule_row.failures, schedule_row.missing_since, evidence.stale_since
    )


def _store_result(leased: LeasedRecheck, result: RecheckResult, settings: Settings) -> None:
    """Store the result, set the next date, and let the host rest."""
    host = host_leases.lock_host(leased.schedule_row.host)
    evidence = get_or_404(Evidence, leased.evidence.id)
    schedule_row = session.get_one(RecheckSchedule, evidence.id)
    state, schedule_row.due_at = next_state(
        _recheck_state(evidence, schedule_row), result.outcome, now(), schedule.recheck_policy()
    )
    schedule_row.dates, schedule_row.failures = state.dates, state.failures
    schedule_row.missing_since = state.missing_since
    _add_recheck_row(evidence.id, result, asked_by_id=schedule_row.asked_by_id)
    schedule_row.asked_by_id = None
    _apply_recheck(evidence, result, stale_since=state.stale_since)
    rest = max(result.rest, timedelta(seconds=settings.host_delay))
    release_lease(host, leased.lease, rest=rest)
    schedule.update_next_due_of_host(host)


def _add_recheck_row(evidence_id: UUID, result: RecheckResult, *, asked_by_id: UUID | None) -> None:
    snapshot = snapshots.save_snapshot(result.examination.snapshot) if result.examination else None
    session.add(
        Recheck(
            evidence_id=evidence_id,
            outcome=result.outcome,
            status=result.status,
            reason=result.reason,
            snapshot_id=snapshot.id if snapshot else None,
            asked_by_id=asked_by_id,
        )
    )


def _apply_recheck(
    evidence: Evidence, result: RecheckResult, *, stale_since: datetime | None
) -> None:
    """Set the page in which the item has its quote now, and whether the item is stale."""
    found = result.examination if result.examination and result.examination.hit else None
    if found:
        examine.set_match(evidence, found)
    if stale_since != evidence.stale_since:
        evidence.stale_since = stale_since
        action = AuditAction.EVIDENCE_STALE if stale_since else AuditAction.EVIDENCE_CURRENT
        service.record_evidence_action(
            action, evidence, by=None, outcome=result.outcome, reason=result.reason
        )
    elif not found:
        return
    service.recompute_groups_and_enqueue_reassessment(evidence.claim_id)
