"""Routes of imports of others' reviews."""

from typing import Any, cast
from uuid import UUID

from flask import current_app, g, request, url_for
from sqlalchemy import select
from werkzeug.exceptions import UnsupportedMediaType

from api.auth.permissions import Permission, caller
from api.config.settings import Settings
from api.database.session import get_or_404
from api.http.blueprints import Blueprint
from api.http.fields import PageQuery, page_of
from api.http.pagination import list_page
from api.imports import service as imports
from api.imports.files import LD_JSON, NDJSON
from api.imports.models import Import, ImportRefusal
from api.imports.schemas import ImportSubmission, ImportView, RefusalView
from api.sources.snapshots import blob_store

blp = Blueprint("imports", __name__, description="Reviews by others, taken in as evidence")

KINDS = {"application/json": LD_JSON, LD_JSON: LD_JSON, NDJSON: NDJSON}


@blp.route("/imports", methods=["POST"], permission=Permission.IMPORT_REVIEWS)
@blp.arguments(ImportSubmission)
@blp.response(202, ImportView)
def import_page(submission: dict[str, Any]) -> Any:
    """Import the reviews of a page, or of a feed (JSON-LD or NDJSON) at an address.

    Each becomes a claim with evidence from the publisher that reviewed it; its stance is the
    rating's words, read by a table for each publisher, and `context` where that has none. A
    page speaks only for its own publisher, and its evidence is examined at once.
    """
    return _create_import(url=submission["url"])


def _receive() -> str:
    """Store the request's body in the blob store; return its SHA-256."""
    if request.mimetype not in KINDS:
        raise UnsupportedMediaType(f"Send {LD_JSON} or {NDJSON}.")
    settings: Settings = current_app.extensions["settings"]
    request.max_content_length = settings.max_import_bytes
    return blob_store.store_stream(cast(Any, request.stream))


@blp.route(
    "/imports/uploads",
    methods=["POST"],
    permission=Permission.IMPORT_REVIEWS,
    stream_body=_receive,
)
@blp.doc(requestBody={"required": True, "content": {LD_JSON: {"schema": {}}}})
@blp.response(202, ImportView)
def import_file() -> Any:
    """Import a file of reviews: a ClaimReview or a list, graph or DataFeed of them, or one in
    each line (application/x-ndjson).

    A file may be as long as the installation's `MAX_IMPORT_BYTES`. One that was sent before adds
    nothing. The evidence waits, `pending`, until somebody has it examined.
    """
    return _create_import(content_sha256=g.received, content_type=KINDS[request.mimetype])


def _create_import(**source: str) -> Any:
    begun = imports.create_import(by=caller(), **source)
    return begun, {"Location": url_for("imports.get_import", import_id=begun.id)}


@blp.route("/imports/<uuid:import_id>", permission=Permission.READ)
@blp.response(200, ImportView)
def get_import(import_id: UUID) -> Any:
    """See how far an import is, and what came of it."""
    return get_or_404(Import, import_id)


@blp.route("/imports/<uuid:import_id>/refusals", permission=Permission.READ)
@blp.arguments(PageQuery, location="query")
@blp.response(200, page_of(RefusalView))
def list_refusals(query: dict[str, Any], import_id: UUID) -> Any:
    """List what an import did not take in, and why, in the order of the file."""
    refusals = select(ImportRefusal).filter_by(import_id=get_or_404(Import, import_id).id)
    return list_page(refusals, ImportRefusal.id, **query)
