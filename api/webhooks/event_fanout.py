"""Go through the list of changes and promise each event to those who asked for it.

The list is the queue: an event stands in it once the transaction that caused it is committed,
and only then. So that transaction pays nothing for those who are told, none is lost by a crash,
and none is told of what was rolled back.
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
from api.webhooks.models import Announcing, Delivery, Subscription

#: Positions that are gone through in one transaction, and how many of those in one sweep.
STEP = 100
STEPS = 20


class About(NamedTuple):
    """What subscriptions choose events by, of the claim that one is about."""

    tags: Sequence[str]
    publisher: str | None
    status: str


def sweep() -> None:
    """Announce what is new. A periodic task."""
    for _ in range(STEPS):
        if not _announce():
            return


def _announce() -> bool:
    """Take one step; whether there is more to announce. Of several workers one does it."""
    with transaction(reads=True):
        if session.get_one(Announcing, 1).position >= changes.head():
            return False
    with transaction():
        only_row = select(Announcing).with_for_update(skip_locked=True)
        if (progress := session.scalar(only_row)) is None:
            return False
        stretch = changes.after(progress.position, limit=STEP)
        _promise(stretch.events)
        progress.position = stretch.end
        return stretch.more


def _promise(events: Sequence[Event]) -> None:
    """Costs a look at each subscription for each event, a row for each message, and a job for each
    subscription that is to be sent any.
    """
    enabled = select(Subscription).where(Subscription.disabled_at.is_(None))
    active = enabled.join(Subscription.owner).where(Contributor.active)
    subscriptions = session.scalars(active.order_by(Subscription.id)).all()
    about = _about({event.claim for event in events}) if subscriptions else {}
    for subscription in subscriptions:
        wanted = [event for event in events if wants(subscription, event, about[event.claim])]
        if wanted and (box := outbox.hold(subscription.id)) is not None:
            outbox.put(box, [_message(subscription, event) for event in wanted])


def _about(claims: set[UUID]) -> dict[UUID, About]:
    rows = (
        select(Claim, Source.domain)
        .join(Article, Article.id == Claim.article_id)
        .outerjoin(Source, Source.id == Article.source_id)
        .where(Claim.id.in_(claims))
        .options(selectinload(Claim.labels))
    )
    return {
        claim.id: About(claim.tags, domain, claim.status) for claim, domain in session.execute(rows)
    }


def wants(subscription: Subscription, event: Event, about: About) -> bool:
    """Whether an event is of a type, and on a claim, that a subscription asks for. A verdict is
    taken by the status it gave, anything else by the status the claim has now.
    """
    status = event.details.get("status", about.status)
    return (
        event.position > subscription.after
        and (not subscription.types or event.type in subscription.types)
        and subscription.tag in {None, *about.tags}
        and subscription.publisher in {None, about.publisher}
        and subscription.status in {None, status}
    )


def _message(subscription: Subscription, event: Event) -> Delivery:
    data = {name: getattr(event, name) for name in ("id", "claim", "subject", "by", "details")}
    return outbox.message(subscription, id=event.id, type=event.type, at=event.at, data=data)
