"""When the source of an item is fetched again, and which item of a host is next."""

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
from api.evidence.examination.outcomes import RecheckPolicy
from api.evidence.models import Evidence, RecheckSchedule
from api.jobs.leases import update_next_due
from api.sources import host_leases
from api.sources.models import Host

#: A recheck that was begun, and whose worker died, is done after this.
LOST_RECHECK_DELAY = timedelta(days=1)


class NothingToRecheck(Conflict):
    """Only evidence whose quote was found is checked again, as long as it is neither retracted
    nor rejected.
    """

    title = "There is nothing to re-check"


def recheck_policy() -> RecheckPolicy:
    """The policy that the settings give."""
    settings: Settings = current_app.extensions["settings"]
    return RecheckPolicy(
        days=settings.recheck_days,
        attempts=settings.recheck_attempts,
        backoff=timedelta(seconds=settings.recheck_backoff),
    )


def start_schedule(evidence: Evidence) -> None:
    """Schedule the rechecks of an item whose quote has been found."""
    host = host_leases.lock_host(host_leases.normalise_host(evidence.source_url))
    due_at = now() + recheck_policy().delay_after(0)
    session.add(RecheckSchedule(evidence_id=evidence.id, host=host.name, due_at=due_at))
    update_next_due_of_host(host)


def request_recheck(evidence: Evidence, *, by: Contributor) -> RecheckSchedule:
    """Recheck an item as soon as its host may be asked. `evidence` comes with its claim.
    Raises `ClaimIsWithdrawn`, `NothingToRecheck`.
    """
    refuse_withdrawn(evidence.claim)
    if not evidence.verified:
        raise NothingToRecheck("Its quote was not found, or it was retracted or rejected.")
    schedule = session.get_one(RecheckSchedule, evidence.id)
    host = host_leases.lock_host(schedule.host)
    schedule.due_at = max(min(schedule.due_at, now()), host.free_at)
    schedule.asked_by_id = by.id
    update_next_due_of_host(host)
    return schedule


def take_next_due(host: Host) -> RecheckSchedule | None:
    """The schedule that is due longest at a host that is locked, with its evidence and snapshot.

    Its date is moved on, and so are the dates of evidence that is not active (any more).
    """
    moment = now()
    for schedule in _overdue_schedules(host):
        if schedule.evidence.active and schedule.evidence.claim.withdrawn_at is None:
            schedule.due_at = moment + LOST_RECHECK_DELAY
            return schedule
        schedule.due_at = moment + recheck_policy().delay_after(schedule.dates)
    return None


def _overdue_schedules(host: Host) -> Iterator[RecheckSchedule]:
    overdue = select(RecheckSchedule).where(
        RecheckSchedule.host == host.name, RecheckSchedule.due_at <= now()
    )
    evidence = joinedload(RecheckSchedule.evidence)
    in_full = (evidence.joinedload(Evidence.claim), evidence.joinedload(Evidence.snapshot))
    yield from session.scalars(overdue.order_by(RecheckSchedule.due_at).limit(20).options(*in_full))


def update_next_due_of_host(host: Host) -> None:
    """Set when a host that is locked is due next: by its schedules, but after its rest."""
    session.flush()
    earliest = session.scalar(
        select(func.min(RecheckSchedule.due_at)).where(RecheckSchedule.host == host.name)
    )
    update_next_due(host, earliest)
