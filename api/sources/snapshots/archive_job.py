"""Have an archive partner archive pages that were read. A worker's job; off without a key."""

from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from api.config.settings import Settings
from api.database.session import get_or_404, now, session, transaction
from api.jobs.backoff import Backoff
from api.jobs.queue import enqueue
from api.sources.models import ArchiveRequest, ArchiveState, Snapshot
from api.sources.snapshots.wayback import (
    ArchivedCopy,
    ArchiveRefused,
    ArchiveUnavailable,
    WaybackClient,
)

#: A copy captured within this time of the snapshot is near enough.
MAX_COPY_DISTANCE = timedelta(days=1)
#: About an hour in all, which is as long as the partner remembers a job.
BACKOFF = Backoff((30,), tries=8)


class ArchiveAttempt(NamedTuple):
    """The result of one attempt; after `ASKED` another follows, `wait` seconds later or more."""

    state: ArchiveState
    reason: str | None = None
    job_id: str | None = None
    copy: ArchivedCopy | None = None
    wait: int = 0


def request_archiving(snapshot: Snapshot) -> None:
    """Enqueue the archiving of a snapshot's page, if a partner is configured."""
    if _partner() is not None:
        session.add(ArchiveRequest(snapshot_id=snapshot.id))
        enqueue("snapshot.archive", snapshot_id=snapshot.id)


def archive_snapshot(snapshot_id: str) -> None:
    """Take the next step towards a copy: find one, request one, or poll its job."""
    of_snapshot = select(ArchiveRequest).filter_by(snapshot_id=UUID(snapshot_id))
    with transaction(reads=True):
        archiving = session.scalars(of_snapshot.options(joinedload(ArchiveRequest.snapshot))).one()
    partner = _partner()
    if archiving.state is not ArchiveState.ASKED or partner is None:
        return
    attempt = _attempt(archiving, partner)  # seconds pass: no transaction is open
    with transaction():
        _record_attempt(get_or_404(ArchiveRequest, archiving.id, lock=True), attempt)


def _attempt(archiving: ArchiveRequest, partner: WaybackClient) -> ArchiveAttempt:
    page, job_id = archiving.snapshot, archiving.job_id
    try:
        if job_id is not None:
            copy = partner.fetch_result(job_id, page.final_url)
        elif (copy := _recent_copy(page, partner)) is None:
            job_id = partner.request_copy(page.final_url, unless_within=MAX_COPY_DISTANCE)
    except ArchiveUnavailable as refusal:
        reusable = None if refusal.restart else job_id
        return ArchiveAttempt(ArchiveState.ASKED, str(refusal), reusable, wait=refusal.wait)
    except ArchiveRefused as refusal:
        return ArchiveAttempt(ArchiveState.FAILED, str(refusal), job_id)
    if copy is None:
        return ArchiveAttempt(ArchiveState.ASKED, "The archive is at it.", job_id)
    return ArchiveAttempt(ArchiveState.ARCHIVED, None, job_id, copy)


def _recent_copy(page: Snapshot, partner: WaybackClient) -> ArchivedCopy | None:
    copy = partner.find_nearest(page.final_url, page.retrieved_at)
    near = copy is not None and abs(copy.captured_at - page.retrieved_at) <= MAX_COPY_DISTANCE
    return copy if near else None


def _record_attempt(archiving: ArchiveRequest, attempt: ArchiveAttempt) -> None:
    if archiving.state is not ArchiveState.ASKED:
        return  # the job ran twice
    archiving.attempts += 1
    archiving.tried_at = now()
    archiving.state, archiving.reason = attempt.state, attempt.reason
    archiving.job_id = attempt.job_id
    if attempt.copy:
        archiving.url, archiving.captured_at = attempt.copy.url, attempt.copy.captured_at
    elif attempt.state is ArchiveState.ASKED and BACKOFF.is_over(archiving.attempts):
        archiving.state = ArchiveState.FAILED
    elif attempt.state is ArchiveState.ASKED:
        wait = BACKOFF.wait(archiving.attempts, asked=attempt.wait)
        enqueue("snapshot.archive", after=wait, snapshot_id=archiving.snapshot_id)


def _partner() -> WaybackClient | None:
    settings: Settings = current_app.extensions["settings"]
    if not settings.archive_key:
        return None
    return WaybackClient(
        url=settings.archive_url.rstrip("/"),
        lookup_url=settings.archive_lookup_url,
        key=settings.archive_key,
        secret=settings.archive_secret,
        policy=settings.fetch_policy(),
    )
