"""When the source of which item is asked for again, and in whose turn."""

from collections.abc import Iterator
from datetime import timedelta

from flask import current_app
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from api.claims.service import refuse_withdrawn
from api.config.settings import Settings
from api.contributors.models import Contributor
from api.database.session import now, session
from api.errors import Conflict
from api.evidence.examination.outcomes import Terms
from api.evidence.models import Evidence, Watch
from api.jobs.leases import update_next_due
from api.sources import host_leases
from api.sources.models import Host

#: Work that was begun and lost is begun anew after this.
LOST_AFTER = timedelta(days=1)


class NothingToRecheck(Conflict):
    """Only evidence whose quote was found is checked again, as long as it is neither retracted
    nor rejected.
    """

    title = "There is nothing to re-check"


def terms() -> Terms:
    settings: Settings = current_app.extensions["settings"]
    return Terms(
        days=settings.recheck_days,
        attempts=settings.recheck_attempts,
        backoff=timedelta(seconds=settings.recheck_backoff),
    )


def begin(evidence: Evidence) -> None:
    """Have the source of an item asked for again from now on: its quote has been found."""
    host = host_leases.lock_host(host_leases.normalise_host(evidence.source_url))
    due_at = now() + terms().to_date(0)
    session.add(Watch(evidence_id=evidence.id, host=host.name, due_at=due_at))
    settle(host)


def ask(evidence: Evidence, *, by: Contributor) -> Watch:
    """Have the source asked for as soon as its host may be. `evidence` comes with its claim.
    Raises `ClaimIsWithdrawn`, `NothingToRecheck`.
    """
    refuse_withdrawn(evidence.claim)
    if not evidence.holds:
        raise NothingToRecheck("Its quote was not found, or it was retracted or rejected.")
    watch = session.get_one(Watch, evidence.id)
    host = host_leases.lock_host(watch.host)
    watch.due_at = max(min(watch.due_at, now()), host.free_at)
    watch.asked_by_id = by.id
    settle(host)
    return watch


def due(host: Host) -> Watch | None:
    """What is due longest at a host that is held, with its evidence and snapshot. Its date, and
    that of evidence that is not asked for (any more), is moved on.
    """
    moment = now()
    for watch in _overdue(host):
        if watch.evidence.stands and watch.evidence.claim.withdrawn_at is None:
            watch.due_at = moment + LOST_AFTER
            return watch
        watch.due_at = moment + terms().to_date(watch.dates)
    return None


def _overdue(host: Host) -> Iterator[Watch]:
    overdue = select(Watch).where(Watch.host == host.name, Watch.due_at <= now())
    evidence = joinedload(Watch.evidence)
    in_full = (evidence.joinedload(Evidence.claim), evidence.joinedload(Evidence.snapshot))
    yield from session.scalars(overdue.order_by(Watch.due_at).limit(20).options(*in_full))


def settle(host: Host) -> None:
    """Set when a host that is held is to be asked next, by what is due there and its rest."""
    session.flush()
    earliest = session.scalar(select(func.min(Watch.due_at)).where(Watch.host == host.name))
    update_next_due(host, earliest)
