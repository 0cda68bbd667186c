"""Have an archive partner keep what was read, too. Runs in the worker; off without a key."""

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
from api.sources.models import ArchiveState, Archiving, Snapshot
from api.sources.snapshots.wayback import Copy, Never, NotNow, Wayback

#: A copy made this near to the snapshot will do.
RECENT = timedelta(days=1)
#: About an hour in all, which is as long as the partner remembers a job.
BACKOFF = Backoff((30,), tries=8)


class Outcome(NamedTuple):
    """What one try came to; while it is `ASKED` another follows, after `wait` seconds or more."""

    state: ArchiveState
    reason: str | None = None
    job_id: str | None = None
    copy: Copy | None = None
    wait: int = 0


def ask(snapshot: Snapshot) -> None:
    """Promise to have the page archived, if there is a partner."""
    if _partner() is not None:
        session.add(Archiving(snapshot_id=snapshot.id))
        enqueue("snapshot.archive", snapshot_id=snapshot.id)


def archive(snapshot_id: str) -> None:
    """Take the next step towards a copy: look for one, ask for one, or see how that goes."""
    of_snapshot = select(Archiving).filter_by(snapshot_id=UUID(snapshot_id))
    with transaction(reads=True):
        archiving = session.scalars(of_snapshot.options(joinedload(Archiving.snapshot))).one()
    partner = _partner()
    if archiving.state is not ArchiveState.ASKED or partner is None:
        return
    outcome = _step(archiving, partner)  # seconds pass: no transaction is open
    with transaction():
        _note(get_or_404(Archiving, archiving.id, lock=True), outcome)


def _step(archiving: Archiving, partner: Wayback) -> Outcome:
    page, job_id = archiving.snapshot, archiving.job_id
    try:
        if job_id is not None:
            copy = partner.made_by(job_id, page.final_url)
        elif (copy := _recent_copy(page, partner)) is None:
            job_id = partner.save(page.final_url, unless_within=RECENT)
    except NotNow as refusal:
        kept = None if refusal.anew else job_id
        return Outcome(ArchiveState.ASKED, str(refusal), kept, wait=refusal.wait)
    except Never as refusal:
        return Outcome(ArchiveState.FAILED, str(refusal), job_id)
    if copy is None:
        return Outcome(ArchiveState.ASKED, "The archive is at it.", job_id)
    return Outcome(ArchiveState.ARCHIVED, None, job_id, copy)


def _recent_copy(page: Snapshot, partner: Wayback) -> Copy | None:
    copy = partner.nearest(page.final_url, page.retrieved_at)
    near = copy is not None and abs(copy.captured_at - page.retrieved_at) <= RECENT
    return copy if near else None


def _note(archiving: Archiving, outcome: Outcome) -> None:
    if archiving.state is not ArchiveState.ASKED:
        return  # the job ran twice
    archiving.attempts += 1
    archiving.tried_at = now()
    archiving.state, archiving.reason = outcome.state, outcome.reason
    archiving.job_id = outcome.job_id
    if outcome.copy:
        archiving.url, archiving.captured_at = outcome.copy.url, outcome.copy.captured_at
    elif outcome.state is ArchiveState.ASKED and BACKOFF.is_over(archiving.attempts):
        archiving.state = ArchiveState.FAILED
    elif outcome.state is ArchiveState.ASKED:
        wait = BACKOFF.wait(archiving.attempts, asked=outcome.wait)
        enqueue("snapshot.archive", after=wait, snapshot_id=archiving.snapshot_id)


def _partner() -> Wayback | None:
    settings: Settings = current_app.extensions["settings"]
    if not settings.archive_key:
        return None
    return Wayback(
        url=settings.archive_url.rstrip("/"),
        lookup_url=settings.archive_lookup_url,
        key=settings.archive_key,
        secret=settings.archive_secret,
        policy=settings.fetch_policy(),
    )
