"""Create, edit and withdraw claims."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypedDict, Unpack
from uuid import UUID

from flask import Flask, current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import flag_modified

from api import audit_log
from api.articles.models import Article
from api.audit_log import AuditAction
from api.auth.roles import Role
from api.claims.anchors import locate_anchor
from api.claims.models import Claim, ClaimTag
from api.claims.search import indexing
from api.contributors.models import Contributor
from api.database.session import get_or_404, now, session
from api.errors import Conflict, Forbidden

Consequence = Callable[[Claim], None]


class Consequences(NamedTuple):
    """What later domains do when a claim is edited or withdrawn, in this order and in the same
    transaction, such as withdrawing a verdict on the claim as it was.
    """

    of_edit: Sequence[Consequence]
    of_withdrawal: Sequence[Consequence]


def init_app(app: Flask, consequences: Consequences) -> None:
    """Set the consequences of the application."""
    app.extensions["claim_consequences"] = consequences


class ClaimChanges(TypedDict, total=False):
    """The columns of a claim that an edit may change."""

    statement: str
    claimant: str | None
    claimant_domains: list[str]
    said_on: str | None
    language: str | None


class ClaimExists(Conflict):
    """The article's passage is a claim already, with the same statement."""

    title = "This claim has been made"


class ClaimIsWithdrawn(Conflict):
    """A withdrawn claim stays readable, but nothing can be added to it."""

    title = "The claim has been withdrawn"


class NotYours(Forbidden):
    """A contributor may change only what they themselves brought in; a reviewer, anything."""

    title = "Somebody else brought this in"


class ClaimIsDecided(Forbidden):
    """Whoever made a claim may withdraw it, or change what is said of it but for its tags, until
    somebody has decided on it; from then on only a reviewer may: what was published about it
    stays, and open to appeal.
    """

    title = "The claim has been decided on"


def create_claim(
    article: Article,
    *,
    added_by: Contributor,
    quote: str,
    prefix: str = "",
    suffix: str = "",
    statement: str | None = None,
    language: str | None,
    tags: list[str],
    **known: Any,
) -> Claim:
    """Create a claim of an article from a quote, and index it.

    `prefix` and `suffix` decide between several places of the quote; `statement` is the quote, and
    `language` the article's, unless given; `known` are the columns `claimant`, `claimant_domains`
    and `said_on`. Raises `QuoteNotFound`, `QuoteAmbiguous`, `ClaimExists`.
    """
    place = locate_anchor(article.text, quote, prefix=prefix, suffix=suffix)
    statement = statement or place.exact
    fingerprint = Claim.compute_fingerprint(place.start, place.end, statement)
    same = dict(article_id=article.id, fingerprint=fingerprint, withdrawn_at=None)
    if existing := session.scalar(select(Claim).filter_by(**same)):
        raise ClaimExists("It stands in the article once.", claim=str(existing.id))
    claim = Claim(
        **same,
        **place.columns(),
        **known,
        created_at=(moment := now()),
        status_since=moment,
        edition=article.edition,
        statement=statement,
        language=language or article.language,
        labels=[ClaimTag(tag=tag) for tag in dict.fromkeys(tags)],
        added_by_id=added_by.id,
    )
    session.add(claim)
    indexing.index_claim(claim)
    _record(AuditAction.CLAIM_MADE, claim, by=added_by)
    return claim


def edit_claim(
    claim: Claim, *, by: Contributor, tags: list[str] | None = None, **changes: Unpack[ClaimChanges]
) -> Claim:
    """Change the columns of a claim that `changes` names, and its tags; quote and place stay.

    A verdict that was given on other words falls with them: both are committed or neither.
    Raises `ClaimIsWithdrawn`, `NotYours`, `ClaimIsDecided`.
    """
    _refuse_unless_open(claim, by)
    before = {name: getattr(claim, name) for name in changes}
    if before != changes:
        _refuse_decided(claim, by)
    after: dict[str, object] = {**changes}
    for name, value in changes.items():
        setattr(claim, name, value)
    if claim.gone_since is None:
        claim.fingerprint = Claim.compute_fingerprint(claim.start, claim.end, claim.statement)
    if tags is not None:
        before["tags"], after["tags"] = claim.tags, sorted(set(tags))
        existing = {label.tag: label for label in claim.labels}
        claim.labels = [existing.get(tag) or ClaimTag(tag=tag) for tag in dict.fromkeys(tags)]
        flag_modified(claim, "statement")  # a change of tags is a change of the claim
    indexing.index_claim(claim)
    _record(AuditAction.CLAIM_EDITED, claim, by=by, before=before, after=after)
    for consequence in _consequences().of_edit:
        consequence(claim)
    return claim


def withdraw_claim(claim: Claim, *, by: Contributor, reason: str) -> Claim:
    """Withdraw a claim. It stays readable, with the reason.

    Raises `ClaimIsWithdrawn`, `NotYours`, `ClaimIsDecided`.
    """
    _refuse_unless_open(claim, by)
    _refuse_decided(claim, by)
    claim.withdrawn_at, claim.withdrawn_reason = now(), reason
    _record(AuditAction.CLAIM_WITHDRAWN, claim, by=by, reason=reason)
    for consequence in _consequences().of_withdrawal:
        consequence(claim)
    return claim


def _consequences() -> Consequences:
    found: Consequences = current_app.extensions["claim_consequences"]
    return found


def _refuse_unless_open(claim: Claim, by: Contributor) -> None:
    if by.role is Role.CONTRIBUTOR and claim.added_by_id != by.id:
        raise NotYours("Ask whoever made the claim, or a reviewer.")
    refuse_withdrawn(claim)


def _refuse_decided(claim: Claim, by: Contributor) -> None:
    if by.role is Role.CONTRIBUTOR and claim.is_decided:
        raise ClaimIsDecided("Ask a reviewer to do it.")


def lock_open_claim(claim_id: UUID) -> Claim:
    """Return a claim, locked against edits and its withdrawal until the end of the transaction.

    Raises `NotFound`, `ClaimIsWithdrawn`.
    """
    claim = get_or_404(Claim, claim_id, share=True)
    refuse_withdrawn(claim)
    return claim


def refuse_withdrawn(claim: Claim) -> None:
    """Raise `ClaimIsWithdrawn` if the claim is."""
    if claim.withdrawn_at is not None:
        raise ClaimIsWithdrawn(f"It was withdrawn: {claim.withdrawn_reason}")


def _record(action: AuditAction, claim: Claim, *, by: Contributor, **details: Any) -> None:
    audit_log.record_action(action, claim_id=claim.id, subject_id=claim.id, by_id=by.id, **details)


#: Loads a claim's tags with it, as its views need them.
WITH_TAGS = joinedload(Claim.labels)
