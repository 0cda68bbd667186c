"""Routes of contributors and their API keys."""

from typing import Any
from uuid import UUID

from flask import url_for
from sqlalchemy import select

from api.auth.permissions import Permission, caller
from api.contributors import keys, service
from api.contributors.models import ApiKey, Contributor
from api.contributors.schemas import (
    ApiKeySubmission,
    ApiKeyView,
    ContributorChange,
    ContributorSubmission,
    ContributorView,
    IssuedApiKeyView,
)
from api.database.session import get_or_404
from api.http.blueprints import Blueprint, require_if_match, with_version_etag
from api.http.fields import PageQuery, page_of
from api.http.pagination import list_page

blp = Blueprint("contributors", __name__, description="Who may write, and their keys")


@blp.route("/contributors", methods=["POST"], permission=Permission.ADMINISTER, etag=True)
@blp.arguments(ContributorSubmission)
@blp.response(201, ContributorView)
def enrol_contributor(submission: dict[str, Any]) -> Any:
    """Enrol a contributor, reviewer or admin."""
    contributor = with_version_etag(service.enrol_contributor(**submission))
    where = url_for("contributors.get_contributor", contributor_id=contributor.id)
    return contributor, {"Location": where}


@blp.route("/contributors", permission=Permission.ADMINISTER)
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_of(ContributorView))
def list_contributors(query: dict[str, Any]) -> Any:
    """List everybody who may or once might write, oldest first."""
    return list_page(select(Contributor), Contributor.id, **query)


@blp.route("/contributors/<uuid:contributor_id>", permission=Permission.ADMINISTER)
@blp.response(200, ContributorView)
def get_contributor(contributor_id: UUID) -> Any:
    """Fetch a contributor."""
    return with_version_etag(get_or_404(Contributor, contributor_id))


@blp.route(
    "/contributors/<uuid:contributor_id>",
    methods=["PATCH"],
    permission=Permission.ADMINISTER,
    etag=True,
    if_match=True,
)
@blp.arguments(ContributorChange)
@blp.response(200, ContributorView)
def change_contributor(change: dict[str, Any], contributor_id: UUID) -> Any:
    """Change a role, or end or restore access. Needs If-Match."""
    contributor = require_if_match(get_or_404(Contributor, contributor_id))
    return with_version_etag(service.update_contributor(contributor, by=caller(), **change))


@blp.route(
    "/contributors/<uuid:contributor_id>/erasure",
    methods=["POST"],
    permission=Permission.ADMINISTER,
    etag=True,
    if_match=True,
)
@blp.response(200, ContributorView)
def erase_contributor(contributor_id: UUID) -> Any:
    """Erase a person: name and salt are deleted and all access ends, for good.

    What they submitted and decided stays, without a name. The verdicts' records never held one,
    so that every chain and proof still verifies. Backups keep the name for as long as they last.
    """
    contributor = require_if_match(get_or_404(Contributor, contributor_id, lock=True))
    return with_version_etag(service.erase_contributor(contributor, by=caller()))


@blp.route(
    "/contributors/<uuid:contributor_id>/keys",
    methods=["POST"],
    permission=Permission.ADMINISTER,
    no_replay=True,
)
@blp.arguments(ApiKeySubmission)
@blp.response(201, IssuedApiKeyView)
def issue_key(submission: dict[str, Any], contributor_id: UUID) -> Any:
    """Issue an API key.

    The answer holds the key itself, this once: only its digest is stored.
    """
    row, key = keys.issue_key(get_or_404(Contributor, contributor_id), **submission)
    issued = {name: getattr(row, name) for name in ApiKeyView().fields} | {"key": key}
    where = url_for("contributors.get_key", key_id=row.id)
    return issued, {"Location": where, "Cache-Control": "no-store"}


@blp.route("/contributors/<uuid:contributor_id>/keys", permission=Permission.ADMINISTER)
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_of(ApiKeyView))
def list_keys(query: dict[str, Any], contributor_id: UUID) -> Any:
    """List somebody's keys by their prefixes, oldest first."""
    contributor = get_or_404(Contributor, contributor_id)
    return list_page(select(ApiKey).filter_by(contributor_id=contributor.id), ApiKey.id, **query)


@blp.route("/keys/<uuid:key_id>", permission=Permission.ADMINISTER)
@blp.response(200, ApiKeyView)
def get_key(key_id: UUID) -> Any:
    """Fetch what is known of an API key, which does not include the key."""
    return get_or_404(ApiKey, key_id)


@blp.route("/keys/<uuid:key_id>/revocation", methods=["POST"], permission=Permission.ADMINISTER)
@blp.response(200, ApiKeyView)
def revoke_key(key_id: UUID) -> Any:
    """Revoke an API key at once."""
    return keys.revoke_key(get_or_404(ApiKey, key_id, lock=True))
