"""Routes of snapshots, the stored copies of sources."""

from uuid import UUID

from flask import Response
from sqlalchemy.orm import joinedload, undefer

from api.auth.permissions import Permission
from api.database.session import get_or_404, transaction
from api.http.blueprints import Blueprint
from api.sources.models import Snapshot
from api.sources.snapshots import service as snapshots
from api.sources.snapshots.schemas import FullSnapshotView

blp = Blueprint("snapshots", __name__, description="What sources said when they were read")

BYTES = {"type": "string", "format": "binary"}
ANY = "application/octet-stream"

#: A parameter that is only a part of its step of the path is not found by the documentation.
IN_THE_NAME = {
    "in": "path",
    "name": "snapshot_id",
    "required": True,
    "schema": {"type": "string", "format": "uuid"},
}


@blp.route("/snapshots/<uuid:snapshot_id>", permission=Permission.READ)
@blp.response(200, FullSnapshotView)
def get_snapshot(snapshot_id: UUID) -> Snapshot:
    """Fetch what is known of an answer that a source gave: when, how, and its digests."""
    return get_or_404(Snapshot, snapshot_id, joinedload(Snapshot.archiving))


@blp.route("/snapshots/<uuid:snapshot_id>/text", permission=Permission.READ)
@blp.response(200, {"type": "string"}, content_type="text/plain")
def get_snapshot_text(snapshot_id: UUID) -> Response:
    """Fetch the text as it was read, which evidence's `found_start` and `found_end` count code
    points in.
    """
    snapshot = get_or_404(Snapshot, snapshot_id, undefer(Snapshot.text))
    return _file(snapshot.text, "text/plain", f"{snapshot_id}.txt")


@blp.route(
    "/snapshots/<uuid:snapshot_id>/content", permission=Permission.READ, own_transactions=True
)
@blp.response(200, BYTES, content_type=ANY)
def get_snapshot_content(snapshot_id: UUID) -> Response:
    """Fetch the bytes that the source answered with, without their content coding.

    They are the source's and not to be trusted: they come as a file of no type.
    """
    with transaction(reads=True):
        snapshot = get_or_404(Snapshot, snapshot_id)
    return _file(snapshots.read_content(snapshot), ANY, f"{snapshot_id}.bin")


@blp.route(
    "/snapshots/<uuid:snapshot_id>.warc.gz",
    permission=Permission.READ,
    own_transactions=True,
    parameters=[IN_THE_NAME],
)
@blp.response(200, BYTES, content_type="application/gzip")
def get_snapshot_warc(snapshot_id: UUID) -> Response:
    """Fetch the request and the answer as a WARC file (ISO 28500), the format of web archives.

    Of a fetch with redirects it holds the last request, which the bytes answered.
    """
    with transaction(reads=True):
        snapshot = get_or_404(Snapshot, snapshot_id)
    return _file(snapshots.build_warc(snapshot), "application/gzip", f"{snapshot_id}.warc.gz")


def _file(content: str | bytes, mimetype: str, name: str) -> Response:
    """What came from outside, to be saved and never run by a browser."""
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
