"""Fetch a source, keep what it said, and look for the quote in it. Runs in the worker."""

from hashlib import sha256
from uuid import UUID

from flask import current_app

from api import jobs
from api.claims.models import Claim
from api.config import Settings
from api.db import get_or_404, now, transaction
from api.evidence import grouping, schedule, service
from api.evidence.models import Evidence, State
from api.fetching import Fetched, Refused, Unreachable, fetch
from api.ledger import Happening
from api.quotes.finding import Hit, find
from api.sources.models import Snapshot
from api.sources.reading import Reading, Unreadable, read


class Unanswered(Exception):
    """The source answered, but not with the page."""


@jobs.handles("evidence.examine")
def examine(evidence_id: str) -> None:
    """Examine one item. What it says is only looked at when the page was really read: a failed
    fetch is "source_unavailable", never "quote_absent".
    """
    with transaction(reads=True):
        evidence = get_or_404(Evidence, UUID(evidence_id))
        due = evidence.stands and evidence.state in {State.PENDING, State.SOURCE_UNAVAILABLE}
    if not due:
        return
    settings: Settings = current_app.extensions["settings"]
    try:
        fetched = _fetch(evidence.source_url, settings)
        reading = read(fetched.body, fetched.content_type, url=fetched.final_url)
    except (Refused, Unreachable, Unanswered, Unreadable) as failure:
        with transaction():
            service.hold(evidence.claim_id)
            _note_failure(get_or_404(Evidence, evidence.id), failure, settings)
        return
    with transaction():
        service.hold(evidence.claim_id)
        _note_reading(get_or_404(Evidence, evidence.id), fetched, reading)


def _fetch(url: str, settings: Settings) -> Fetched:
    fetched = fetch(url, settings.door())  # seconds pass: no transaction is open
    if fetched.status != 200:
        raise Unanswered(f"The source answered with status {fetched.status}.")
    return fetched


def _note_failure(evidence: Evidence, failure: Exception, settings: Settings) -> None:
    """Keep the evidence, say why its source could not be read, and try again later: after
    `examination_backoff` seconds, then twice as long each time.
    """
    evidence.attempts += 1
    _conclude(evidence, State.SOURCE_UNAVAILABLE, str(failure))
    if not isinstance(failure, Refused) and evidence.attempts < settings.examination_attempts:
        wait = settings.examination_backoff * 2 ** (evidence.attempts - 1)
        jobs.enqueue("evidence.examine", after=wait, evidence_id=evidence.id)


def _note_reading(evidence: Evidence, fetched: Fetched, reading: Reading) -> None:
    evidence.attempts += 1
    evidence.snapshot = snapshot(fetched, reading)
    found = find(evidence.quote, reading.text, prefix=evidence.prefix, suffix=evidence.suffix)
    if found.hits:
        place(evidence, evidence.snapshot, reading, found.hits[0])
        _conclude(evidence, State.QUOTE_VERIFIED, None)
        schedule.begin(evidence)
    else:
        _conclude(evidence, State.QUOTE_ABSENT, "The source was read; the quote is not in it.")


def place(evidence: Evidence, page: Snapshot, reading: Reading, hit: Hit) -> None:
    """Say on which page the quote stands, where, and what of that page decides its line."""
    evidence.snapshot = page
    evidence.found_start, evidence.found_end = hit.start, hit.end
    evidence.found_level = hit.level
    claim = get_or_404(Claim, evidence.claim_id)
    evidence.traits = grouping.traits_of(reading, hit, claim)


def _conclude(evidence: Evidence, state: State, reason: str | None) -> None:
    evidence.state, evidence.state_reason, evidence.examined_at = state, reason, now()
    service.record(
        Happening.EVIDENCE_EXAMINED,
        evidence,
        by=None,
        state=state,
        reason=reason,
        attempt=evidence.attempts,
    )
    service.tell(evidence)


def snapshot(fetched: Fetched, reading: Reading) -> Snapshot:
    return Snapshot(
        requested_url=fetched.requested_url,
        final_url=fetched.final_url,
        redirects=list(fetched.redirects),
        status=fetched.status,
        content_type=fetched.content_type,
        headers=list(fetched.headers),
        retrieved_at=fetched.fetched_at,
        sha256=sha256(fetched.body).hexdigest(),
        byte_length=len(fetched.body),
        text=reading.text,
        text_sha256=sha256(reading.text.encode()).hexdigest(),
        stand_in=fetched.stand_in,
    )
