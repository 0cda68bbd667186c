"""Make a delivery of each new event for each subscription that it matches.

The list of changes is the queue: it has an event once the transaction that caused it is committed,
and only then. So that transaction pays nothing for subscriptions, a crash loses no event, and none
is sent of what was rolled back.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from api.articles.models import Article
from api.claims.models import Claim
from api.contributors.models import Contributor
from api.database.session import session, transaction
from api.publishing.changes import service as changes
from api.publishing.changes.service import Event
from api.sources.models import Source
from api.webhooks import outbox
from api.webhooks.models import Delivery, FanoutCursor, Subscription

#: Positions that one transaction reads, and such transactions in one run of the task.
BATCH_SIZE = 100
MAX_BATCHES = 20


class ClaimAttributes(NamedTuple):
    """The attributes of an event's claim that subscriptions filter by."""

    tags: Sequence[str]
    publisher: str | None
    status: str


def fan_out_events() -> None:
    """Make the deliveries of all new events. A periodic task."""
    for _ in range(MAX_BATCHES):
        if not _fan_out_batch():
            return


def _fan_out_batch() -> bool:
    """Make the deliveries of one batch; return whether there are more events. Of several workers
    one does it at a time.
    """
    with transaction(reads=True):
        if session.get_one(FanoutCursor, 1).position >= changes.last_position():
            return False
    with transaction():
        cursor_row = select(FanoutCursor).with_for_update(skip_locked=True)
        if (cursor := session.scalar(cursor_row)) is None:
            return False
        page = changes.list_changes(cursor.position, limit=BATCH_SIZE)
        _create_deliveries(page.events)
        cursor.position = page.end
        return page.more


def _create_deliveries(events: Sequence[Event]) -> None:
    """Costs a comparison for each subscription and event, a row for each delivery, and a job for
    each subscription that has any.
    """
    enabled = select(Subscription).where(Subscription.disabled_at.is_(None))
    active = enabled.join(Subscription.owner).where(Contributor.active)
    subscriptions = session.scalars(active.order_by(Subscription.id)).all()
    attributes = _load_claim_attributes({event.claim for event in events}) if subscriptions else {}
    for subscription in subscriptions:
        matching = [
            event
            for event in events
            if matches_subscription(subscription, event, attributes[event.claim])
        ]
        if matching and (box := outbox.lock_outbox(subscription.id)) is not None:
            outbox.queue_deliveries(
                box, [_build_delivery(subscription, event) for event in matching]
            )


def _load_claim_attributes(claims: set[UUID]) -> dict[UUID, ClaimAttributes]:
    rows = (
        select(Claim, Source.domain)
        .join(Article, Article.id == Claim.article_id)
        .outerjoin(Source, Source.id == Article.source_id)
        .where(Claim.id.in_(claims))
        .options(selectinload(Claim.labels))
    )
    return {
        claim.id: ClaimAttributes(claim.tags, domain, claim.status)
        for claim, domain in session.execute(rows)
    }


def matches_subscription(
    subscription: Subscription, event: Event, attributes: ClaimAttributes
) -> bool:
    """Whether an event passes a subscription's filters. A verdict is filtered by its
    own status, any other event by the claim's present one.
    """
    status = event.details.get("status", attributes.status)
    return (
        event.position > subscription.after
        and (not subscription.types or event.type in subscription.types)
        and subscription.tag in {None, *attributes.tags}
        and subscription.publisher in {None, attributes.publisher}
        and subscription.status in {None, status}
    )


def _build_delivery(subscription: Subscription, event: Event) -> Delivery:
    data = {name: getattr(event, name) for name in ("id", "claim", "subject", "by", "details")}
    return outbox.build_delivery(subscription, id=event.id, type=event.type, at=event.at, data=data)
