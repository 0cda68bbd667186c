"""Ask for the sources of evidence again, and note what has become of them. Runs in the worker.

A quote that was found once is proved by the snapshot it was found in. When the source has lost
it, or is gone, the item is stale from then on: it counts as before, and its claim waits for a
reviewer. The verdict stands until that person decides, since a publisher who takes a page down
should not thereby take down what is known.
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
from api.evidence.enums import Outcome
from api.evidence.examination import examine, schedule
from api.evidence.examination.examine import Finding
from api.evidence.examination.outcomes import Answer, Course, Page, onward, outcome_of
from api.evidence.models import Evidence, Recheck, Watch
from api.jobs.leases import acquire_lease, hand_out_due, release_lease
from api.jobs.queue import enqueue
from api.outbound.client import FetchPolicy, FetchResponse, Refused, Unreachable, fetch
from api.sources import host_leases
from api.sources.extraction.result import Unreadable, extract_document
from api.sources.models import Host, Snapshot
from api.sources.snapshots import service as snapshots
from api.sources.snapshots.blob_store import BytesUnavailable

#: Hosts that one sweep hands out: few, since people wait for examinations in the same queue.
AT_ONCE = 2
#: What a lease allows for the page to be read and stored.
READING_SECONDS = 60


class Turn(NamedTuple):
    """An item's turn at its host, which is leased for it, and the page its quote was found in."""

    watch: Watch
    evidence: Evidence
    before: Snapshot
    lease: datetime


class Seen(NamedTuple):
    """What came of asking: the outcome with what is kept of it, and the rest the host wants."""

    outcome: Outcome
    status: int | None = None
    reason: str | None = None
    rest: timedelta = timedelta()
    finding: Finding | None = None


def sweep() -> None:
    """Promise a job for each host that is due. A periodic task; several workers
    hand out different hosts.
    """
    with transaction():
        for host in hand_out_due(Host, limit=AT_ONCE):
            enqueue("evidence.recheck", host=host.name)


def recheck(host: str) -> None:
    """Ask a host for the page that is due longest there, if it may be asked now."""
    settings: Settings = current_app.extensions["settings"]
    with transaction():
        turn = _take_turn(host, settings)
    if turn is not None:
        seen = _look(turn, settings)  # seconds pass: no transaction is open
        with transaction():
            service.hold(turn.evidence.claim_id)
            _note(turn, seen, settings)


def _take_turn(name: str, settings: Settings) -> Turn | None:
    host = host_leases.lock_host(name)
    lease = acquire_lease(host, seconds=2 * settings.fetch_seconds + READING_SECONDS)
    watch = schedule.due(host) if lease else None
    if lease and not watch:
        release_lease(host, lease)
    schedule.settle(host)
    if not lease or not watch:
        return None
    before = cast(Snapshot, watch.evidence.snapshot)  # only what was found is watched
    return Turn(watch, watch.evidence, before, lease)


def _look(turn: Turn, settings: Settings) -> Seen:
    status = None
    try:
        fetched, conditional = _ask(turn, settings.fetch_policy())
        if (status := fetched.status) != 200:
            return _see_no_page(turn, fetched, conditional)
        return _see_page(turn, fetched)
    except (Refused, Unreachable, Unreadable, BytesUnavailable) as failure:
        reason = str(failure)
    except SQLAlchemyError:
        raise  # says nothing about the source
    except Exception:
        current_app.logger.exception("evidence %s could not be re-checked", turn.evidence.id)
        reason = "It could not be checked again. The fault is ours, not the source's."
    return Seen(_outcome(turn, Answer(status)), status, reason)


def _ask(turn: Turn, policy: FetchPolicy) -> tuple[FetchResponse, bool]:
    """Fetch the page, and only if it has changed unless it is a person who asks. That a page has
    not changed since is to be believed of the page itself, not of one it redirects to by now.
    """
    url = turn.evidence.source_url
    conditions = _conditions(turn.before) if turn.watch.asked_by_id is None else {}
    fetched = fetch(url, policy, headers=conditions)
    if fetched.status == 304 and fetched.final_url != turn.before.final_url:
        return fetch(url, policy), False
    return fetched, bool(conditions)


def _conditions(before: Snapshot) -> dict[str, str]:
    """The header fields that ask for a page if it has changed (RFC 9110, 13.1.2 and 13.1.3)."""
    fields = {name.lower(): value for name, value in before.headers}
    asked_by = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
    found = {name: fields.get(field, "") for name, field in asked_by.items()}
    return {name: value for name, value in found.items() if value and _is_plain(value)}


def _is_plain(value: str) -> bool:
    return value.isascii() and value.isprintable() and value == value.strip()


def _see_no_page(turn: Turn, fetched: FetchResponse, conditional: bool) -> Seen:
    outcome = _outcome(turn, Answer(fetched.status, conditional))
    if outcome is Outcome.UNCHANGED:
        return Seen(outcome, fetched.status)
    rest = None
    if fetched.status in {429, 503}:
        rest = host_leases.parse_retry_after(fetched.header("Retry-After"), now())
    reason = f"The source answered with status {fetched.status}."
    return Seen(outcome, fetched.status, reason, rest or timedelta())


def _see_page(turn: Turn, fetched: FetchResponse) -> Seen:
    """Raises `Unreadable`, `BytesUnavailable`."""
    reading = extract_document(fetched.body, fetched.content_type, url=fetched.final_url)
    search = examine.look_for(turn.evidence, reading.text)
    has_quote = bool(search.hits)
    page = Page(_digest(fetched.body), _digest(reading.text.encode()), has_quote)
    outcome = _outcome(turn, Answer(200, page=page))
    if outcome is Outcome.UNCHANGED:
        return Seen(outcome, 200)
    reason = None if has_quote else "The source was read; the quote is not in it any more."
    finding = examine.keep(turn.evidence, fetched, reading, search)
    return Seen(outcome, 200, reason, finding=finding)


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def _outcome(turn: Turn, answer: Answer) -> Outcome:
    known = Page(turn.before.sha256, turn.before.text_sha256)
    return outcome_of(answer, known, _course(turn.evidence, turn.watch), now())


def _course(evidence: Evidence, watch: Watch) -> Course:
    return Course(watch.dates, watch.failures, watch.missing_since, evidence.stale_since)


def _note(turn: Turn, seen: Seen, settings: Settings) -> None:
    """Keep what came of it, set the next date, and let the host rest."""
    host = host_leases.lock_host(turn.watch.host)
    evidence = get_or_404(Evidence, turn.evidence.id)
    watch = session.get_one(Watch, evidence.id)
    onwards, watch.due_at = onward(_course(evidence, watch), seen.outcome, now(), schedule.terms())
    watch.dates, watch.failures = onwards.dates, onwards.failures
    watch.missing_since = onwards.missing_since
    _record(evidence.id, seen, asked_by_id=watch.asked_by_id)
    watch.asked_by_id = None
    _bear(evidence, seen, stale_since=onwards.stale_since)
    rest = max(seen.rest, timedelta(seconds=settings.host_delay))
    release_lease(host, turn.lease, rest=rest)
    schedule.settle(host)


def _record(evidence_id: UUID, seen: Seen, *, asked_by_id: UUID | None) -> None:
    snapshot = snapshots.save_snapshot(seen.finding.snapshot) if seen.finding else None
    session.add(
        Recheck(
            evidence_id=evidence_id,
            outcome=seen.outcome,
            status=seen.status,
            reason=seen.reason,
            snapshot_id=snapshot.id if snapshot else None,
            asked_by_id=asked_by_id,
        )
    )


def _bear(evidence: Evidence, seen: Seen, *, stale_since: datetime | None) -> None:
    """Let the item show the page that has its quote now, and whether it is stale."""
    found = seen.finding if seen.finding and seen.finding.hit else None
    if found:
        examine.place(evidence, found)
    if stale_since != evidence.stale_since:
        evidence.stale_since = stale_since
        what = AuditAction.EVIDENCE_STALE if stale_since else AuditAction.EVIDENCE_CURRENT
        service.record(what, evidence, by=None, outcome=seen.outcome, reason=seen.reason)
    elif not found:
        return
    service.tell(evidence)
