"""Routes of sources and their owners."""

from typing import Any
from uuid import UUID

from sqlalchemy import select

from api.auth.permissions import Permission
from api.database.session import get_or_404
from api.http.blueprints import Blueprint, require_if_match, with_version_etag
from api.http.fields import page_of
from api.http.pagination import ResultPage, list_page
from api.sources import service
from api.sources.models import Source
from api.sources.schemas import SourceChange, SourceQuery, SourceView

blp = Blueprint("sources", __name__, description="Publishers, and who owns them")


@blp.route("/sources", permission=Permission.READ)
@blp.arguments(SourceQuery, location="query")
@blp.response(200, page_of(SourceView))
def list_sources(query: dict[str, Any]) -> ResultPage:
    """List publishers, in the order in which they were met, by domain or owner."""
    wanted = {name: query.pop(name) for name in ("domain", "owner") if name in query}
    return list_page(select(Source).filter_by(**wanted), Source.id, **query)


@blp.route("/sources/<uuid:source_id>", permission=Permission.READ)
@blp.response(200, SourceView)
def get_source(source_id: UUID) -> Source:
    """Fetch a publisher."""
    return with_version_etag(get_or_404(Source, source_id))


@blp.route(
    "/sources/<uuid:source_id>",
    methods=["PATCH"],
    permission=Permission.ADMINISTER,
    etag=True,
    if_match=True,
)
@blp.arguments(SourceChange)
@blp.response(200, SourceView)
def describe_source(change: dict[str, Any], source_id: UUID) -> Source:
    """Say who a publisher is. Needs If-Match.

    Publishers of one owner are one independent source, so the groups of the claims it bears on
    are drawn anew.
    """
    source = require_if_match(get_or_404(Source, source_id))
    return with_version_etag(service.update_source(source, **change))
