"""Output of snapshots, the stored copies of sources."""

from typing import Any

from marshmallow.fields import (
    UUID,
    AwareDateTime,
    Boolean,
    Enum,
    Integer,
    List,
    Nested,
    String,
)

from api.http.blueprints import build_address
from api.http.fields import View
from api.sources.models import ArchiveState


class SnapshotLink(String):
    """The address of one of the snapshot's own resources."""

    def __init__(self, endpoint: str, **options: Any) -> None:
        super().__init__(**options)
        self.endpoint = f"snapshots.{endpoint}"

    def get_value(self, obj: Any, attr: str, accessor: Any = None, default: Any = None) -> str:
        return build_address(self.endpoint, snapshot_id=obj.id)


class SnapshotView(View):
    """A snapshot in short, as evidence is shown with it."""

    id = UUID()
    final_url = String()
    status = Integer()
    content_type = String()
    retrieved_at = AwareDateTime()
    sha256 = String(metadata={"description": "of the bytes, without their content coding"})
    text_sha256 = String()
    byte_length = Integer()
    stand_in = Boolean(
        metadata={"description": "read from a stand-in page, not from the address itself"}
    )
    url = SnapshotLink("get_snapshot")
    text_url = SnapshotLink("get_snapshot_text")
    content_url = SnapshotLink("get_snapshot_content")
    warc_url = SnapshotLink("get_snapshot_warc")


class RedirectView(View):
    url = String()
    status = Integer()


class ArchivingView(View):
    state = Enum(ArchiveState, by_value=True)
    reason = String(allow_none=True, metadata={"description": "why there is no copy, or not yet"})
    url = String(allow_none=True, metadata={"description": "where the archive shows its copy"})
    captured_at = AwareDateTime(
        allow_none=True, metadata={"description": "when the archive read the page"}
    )
    job_id = String(
        allow_none=True, metadata={"description": "the archive's; a copy it had already has none"}
    )
    attempts = Integer()
    tried_at = AwareDateTime(allow_none=True)
    created_at = AwareDateTime()


class FullSnapshotView(SnapshotView):
    """All that is known of a snapshot but its text and its bytes."""

    requested_url = String()
    redirects = List(Nested(RedirectView), attribute="hops")
    http_version = String(allow_none=True)
    reason = String(allow_none=True)
    headers = List(
        List(String()), metadata={"description": "header lines in order: name and value"}
    )
    payload_sha256 = String(
        allow_none=True,
        metadata={"description": "of the bytes as they were transferred; null if not kept"},
    )
    archive = Nested(
        ArchivingView,
        attribute="archiving",
        allow_none=True,
        metadata={"description": "the archive partner's copy; null if it was not asked"},
    )
