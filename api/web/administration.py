"""Administration: contributors and their keys, publishers and their owners."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from marshmallow import Schema, fields
from sqlalchemy import select

from api.auth.permissions import Permission, caller
from api.auth.roles import Role
from api.contributors import keys, service
from api.contributors.models import ApiKey, Contributor
from api.contributors.schemas import ContributorChange, ContributorSubmission
from api.database.session import get_or_404, session
from api.errors import NotFound
from api.http.blueprints import etag_of
from api.http.fields import PageQuery
from api.http.pagination import list_page
from api.sources.models import Source, SourceKind
from api.sources.schemas import SourceChange, SourceQuery
from api.sources.service import update_source
from api.web.pages import PageRoutes, StaleForm, load_input

routes = PageRoutes()

PAGE_SIZE = 40
MAX_KEYS = 50


class KeyForm(Schema):
    """Until the end of which day a key opens the door, in UTC."""

    last_day = fields.Date(load_default=None)


class RevocationForm(Schema):
    """Which key ends."""

    key_id = fields.UUID(required=True)


@routes.page("/contributors", permission=Permission.ADMINISTER)
def contributors() -> Any:
    """Everybody who may or once might write, and the form to enrol somebody."""
    asked = load_input(PageQuery(only=["cursor"]))
    found = list_page(select(Contributor), Contributor.id, limit=PAGE_SIZE, **asked)
    return render_template("web/contributors.html", **found, roles=list(Role))


@routes.form(
    "/contributors",
    permission=Permission.ADMINISTER,
    shape=ContributorSubmission,
    on=contributors,
)
def enrol(filled_in: dict[str, Any]) -> Any:
    """Enrol somebody."""
    person = service.enrol_contributor(**filled_in)
    return redirect(url_for("web.contributor", contributor_id=person.id), 303)


@routes.page("/contributors/<uuid:contributor_id>", permission=Permission.ADMINISTER)
def contributor(contributor_id: UUID) -> Any:
    """Somebody's role and keys."""
    return _render_contributor(contributor_id, issued=None)


def _render_contributor(contributor_id: UUID, *, issued: str | None) -> str:
    person = get_or_404(Contributor, contributor_id)
    rows = select(ApiKey).filter_by(contributor_id=person.id).order_by(ApiKey.id.desc())
    return render_template(
        "web/contributor.html",
        person=person,
        keys=session.scalars(rows.limit(MAX_KEYS)).all(),
        roles=list(Role),
        seen=etag_of(person),
        issued=issued,
    )


@routes.form(
    "/contributors/<uuid:contributor_id>",
    permission=Permission.ADMINISTER,
    shape=ContributorChange,
    on=contributor,
)
def change(filled_in: dict[str, Any], contributor_id: UUID) -> Any:
    """Give another role, end or restore access."""
    person = get_or_404(Contributor, contributor_id)
    _refuse_stale_form(person)
    service.update_contributor(person, by=caller(), **filled_in)
    return redirect(url_for("web.contributor", contributor_id=person.id), 303)


@routes.form(
    "/contributors/<uuid:contributor_id>/keys",
    permission=Permission.ADMINISTER,
    shape=KeyForm,
    on=contributor,
)
def issue(filled_in: dict[str, Any], contributor_id: UUID) -> Any:
    """Issue a key, and show it this once."""
    person = get_or_404(Contributor, contributor_id)
    day = filled_in["last_day"]
    expires_at = day and datetime.combine(day, time.max, UTC)
    _, key = keys.issue_key(person, expires_at=expires_at)
    return _render_contributor(person.id, issued=key)


@routes.form(
    "/contributors/<uuid:contributor_id>/revocation",
    permission=Permission.ADMINISTER,
    shape=RevocationForm,
    on=contributor,
)
def revoke(filled_in: dict[str, Any], contributor_id: UUID) -> Any:
    """End a key now, and the web sessions that were begun with it."""
    key = get_or_404(ApiKey, filled_in["key_id"], lock=True)
    if key.contributor_id != contributor_id:
        raise NotFound("That is not one of their keys.")
    keys.revoke_key(key)
    return redirect(url_for("web.contributor", contributor_id=contributor_id), 303)


@routes.page("/sources")
def sources() -> Any:
    """The publishers that evidence came from, by domain or owner."""
    asked = load_input(SourceQuery(only=["domain", "owner", "cursor"]))
    wanted = {name: asked.pop(name) for name in ("domain", "owner") if name in asked}
    rows = select(Source).filter_by(**wanted)
    found = list_page(rows, Source.id, newest_first=True, limit=PAGE_SIZE, **asked)
    return render_template("web/sources.html", **found, asked=wanted)


@routes.page("/sources/<uuid:source_id>", permission=Permission.ADMINISTER)
def source(source_id: UUID) -> Any:
    """Who a publisher is, and the form to say it."""
    found = get_or_404(Source, source_id)
    return render_template(
        "web/source.html", source=found, kinds=list(SourceKind), seen=etag_of(found)
    )


@routes.form(
    "/sources/<uuid:source_id>",
    permission=Permission.ADMINISTER,
    shape=SourceChange,
    on=source,
)
def describe_source(filled_in: dict[str, Any], source_id: UUID) -> Any:
    """Say who a publisher is; the groups of evidence are computed anew by it."""
    found = get_or_404(Source, source_id)
    _refuse_stale_form(found)
    emptied = {name: None for name in ("owner", "interests") if name not in filled_in}
    update_source(found, **emptied | filled_in)
    return redirect(url_for("web.source", source_id=found.id), 303)


def _refuse_stale_form(row: Contributor | Source) -> None:
    """Nobody overwrites what they have not seen. Raises `StaleForm`."""
    if request.form.get("seen") != etag_of(row):
        raise StaleForm()
