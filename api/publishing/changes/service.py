"""All that happens in public, as one list to follow: the audit log in the order of its commits."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from api.audit_log import AuditEntry, ChangePosition
from api.database.session import session

#: The actions in the audit log that are published.
PUBLISHED_ACTIONS = frozenset(
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
EVENT_TYPES = sorted(words.replace(" ", ".") for words in PUBLISHED_ACTIONS)


class Event(NamedTuple):
    """A published entry of the audit log; `id` is the entry's, here and in webhooks."""

    position: int
    id: UUID
    type: str
    at: datetime
    claim: UUID
    subject: UUID
    by: UUID | None
    details: dict[str, Any]

    @classmethod
    def from_entry(cls, position: int, entry: AuditEntry) -> "Event":
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


class ChangePage(NamedTuple):
    """The events at some positions of the list in a row; `end` is the last of these positions, and
    `more` says that there are positions after it.
    """

    events: list[Event]
    end: int
    more: bool

    @property
    def next_cursor(self) -> str:
        return str(self.end)


def list_changes(position: int, *, limit: int) -> ChangePage:
    """The events at the `limit` positions after `position`: one index range, wherever it begins.
    An entry that is not published has a position too, so there may be fewer events, or none.
    """
    next_ones = select(ChangePosition.position, AuditEntry).join(
        AuditEntry, AuditEntry.id == ChangePosition.entry_id
    )
    onward = next_ones.where(ChangePosition.position > position).order_by(ChangePosition.position)
    found = session.execute(onward.limit(limit + 1)).all()
    taken = found[:limit]
    return ChangePage(
        events=[
            Event.from_entry(place, entry)
            for place, entry in taken
            if entry.action in PUBLISHED_ACTIONS
        ],
        end=taken[-1].position if taken else position,
        more=len(found) > len(taken),
    )


def last_position() -> int:
    """The last position in the list of changes; 0 while it is empty."""
    return session.scalar(select(func.max(ChangePosition.position))) or 0
