"""Create snapshots: the bytes go to the blob store, their description into a row."""

import re
from hashlib import sha256

from api.database.session import session
from api.errors import NotFound
from api.outbound.client import FetchResponse, Unreachable, decode_content
from api.sources.extraction.result import ExtractedDocument
from api.sources.models import Snapshot
from api.sources.snapshots import archive_job, blob_store
from api.sources.snapshots.warc import build_warc_file

# RFC 9110, 5.5: what carries such characters on replaces them. PostgreSQL cannot store NUL.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def create_snapshot(fetched: FetchResponse, document: ExtractedDocument) -> Snapshot:
    """Store an answer's bytes and return its row, which `save_snapshot` adds to the database.

    Not for use while a transaction is open. Raises `BytesUnavailable`.
    """
    return Snapshot(
        requested_url=fetched.requested_url,
        final_url=fetched.final_url,
        redirects=list(fetched.redirects),
        request=fetched.request,
        http_version=fetched.http_version,
        status=fetched.status,
        reason=_replace_controls(fetched.reason),
        content_type=_replace_controls(fetched.content_type),
        headers=[
            (_replace_controls(name), _replace_controls(value)) for name, value in fetched.headers
        ],
        retrieved_at=fetched.fetched_at,
        payload_sha256=blob_store.store_bytes(fetched.payload),
        sha256=sha256(fetched.body).hexdigest(),
        byte_length=len(fetched.body),
        text=document.text,
        text_sha256=sha256(document.text.encode()).hexdigest(),
        stand_in=fetched.stand_in,
    )


def save_snapshot(snapshot: Snapshot) -> Snapshot:
    """Add a snapshot to the transaction in progress, and enqueue its archiving."""
    session.add(snapshot)
    session.flush()  # the job needs snapshot.id
    archive_job.request_archiving(snapshot)
    return snapshot


class BytesNotKept(NotFound):
    """The snapshot is from a time when bytes were not kept: there are its digest and its text."""

    title = "The snapshot's bytes were not kept"


def read_content(snapshot: Snapshot) -> bytes:
    """Return the answer's bytes without their content coding. Raises as `build_warc` does."""
    payload = _read_payload(snapshot)
    coding = next((v for n, v in snapshot.headers if n.lower() == "content-encoding"), "")
    return decode_content(payload, coding, snapshot.byte_length)


def build_warc(snapshot: Snapshot) -> bytes:
    """Return the exchange as a WARC file. Raises `BytesNotKept`, `BytesUnavailable`.

    Not for use while a transaction is open.
    """
    stand_in = "Read from a stand-in page, not from the address itself."
    return build_warc_file(
        id=snapshot.id,
        url=snapshot.final_url,
        retrieved_at=snapshot.retrieved_at,
        request=snapshot.request or b"",
        status_line=f"{snapshot.http_version} {snapshot.status} {snapshot.reason}",
        headers=snapshot.headers,
        payload=_read_payload(snapshot),
        about={"description": stand_in} if snapshot.stand_in else {},
    )


def find_snapshot_fault(snapshot: Snapshot) -> str | None:
    """Say what is wrong with a snapshot's bytes: other than its digest says, or unreadable.
    None if nothing is. Not for use while a transaction is open. Raises `BytesUnavailable` where
    nobody can say, since there is no store.
    """
    if snapshot.payload_sha256 is not None:
        blob_store.check_folder()
    try:
        content = read_content(snapshot)
    except BytesNotKept:
        return None
    except (blob_store.BytesUnavailable, Unreachable) as error:
        return str(error)
    if sha256(content).hexdigest() != snapshot.sha256:
        return "its bytes are not what was fetched"
    return None


def _read_payload(snapshot: Snapshot) -> bytes:
    if snapshot.payload_sha256 is None:
        raise BytesNotKept("Only its digest and its text were kept.")
    return blob_store.read_bytes(snapshot.payload_sha256)


def _replace_controls(value: str) -> str:
    return _CONTROL.sub(" ", value)
