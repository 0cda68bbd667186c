"""All that happens in public, as one list to follow: the ledger in the order of its commits."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from api.audit_log import AuditEntry, ChangePosition
from api.database.session import session

#: What of the ledger is told, in its words. What is not named here stays where it is.
PUBLISHED = frozenset(
    {
        "claim made",
        "claim edited",
        "claim withdrawn",
        "claim moved",
        "claim gone",
        "evidence submitted",
        "evidence examined",
        "evidence retracted",
        "evidence accepted",
        "evidence rejected",
        "evidence stale",
        "evidence current",
        "lines ruled",
        "lines redrawn",
        "verdict given",
        "verdict withdrawn",
        "correction made",
        "appeal made",
        "appeal answered",
        "claimant asked",
        "interest declared",
        "statement joined",
        "statement left",
    }
)
#: The same as types of events: `verdict.given`.
TYPES = sorted(words.replace(" ", ".") for words in PUBLISHED)


class Event(NamedTuple):
    """A published happening. `id` is its entry's in the ledger, the same wherever it is told."""

    position: int
    id: UUID
    type: str
    at: datetime
    claim: UUID
    subject: UUID
    by: UUID | None
    details: dict[str, Any]

    @classmethod
    def of(cls, position: int, entry: AuditEntry) -> "Event":
        return cls(
            position=position,
            id=entry.id,
            type=entry.action.replace(" ", "."),
            at=entry.created_at,
            claim=entry.claim_id,
            subject=entry.subject_id,
            by=entry.by_id,
            details=entry.details,
        )


class Stretch(NamedTuple):
    """The events in a stretch of the list, the position it ends at, and whether it is not the
    last.
    """

    events: list[Event]
    end: int
    more: bool

    @property
    def next_cursor(self) -> str:
        return str(self.end)


def after(position: int, *, limit: int) -> Stretch:
    """What stands in the next `limit` positions: one index range, wherever it begins. What is
    not published takes a position too, so there may be fewer events, or none.
    """
    next_ones = select(ChangePosition.position, AuditEntry).join(
        AuditEntry, AuditEntry.id == ChangePosition.entry_id
    )
    onward = next_ones.where(ChangePosition.position > position).order_by(ChangePosition.position)
    found = session.execute(onward.limit(limit + 1)).all()
    taken = found[:limit]
    return Stretch(
        events=[Event.of(place, entry) for place, entry in taken if entry.action in PUBLISHED],
        end=taken[-1].position if taken else position,
        more=len(found) > len(taken),
    )


def head() -> int:
    """The last position there is."""
    return session.scalar(select(func.max(ChangePosition.position))) or 0
