"""How a snapshot is taken: the bytes go to the blob store, what is known of them into a row."""

import re
from hashlib import sha256

from api.database.session import session
from api.errors import NotFound
from api.outbound.client import FetchResponse, Unreachable, decode_content
from api.sources.extraction.result import Reading
from api.sources.models import Snapshot
from api.sources.snapshots import archive_job, blob_store
from api.sources.snapshots.warc import warc

# RFC 9110, 5.5: what carries such characters on replaces them. PostgreSQL cannot store NUL.
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def take(fetched: FetchResponse, reading: Reading) -> Snapshot:
    """Store an answer's bytes and describe it in a row, which `enter` puts into the database.

    Not for use while a transaction is open. Raises `BytesUnavailable`.
    """
    return Snapshot(
        requested_url=fetched.requested_url,
        final_url=fetched.final_url,
        redirects=list(fetched.redirects),
        request=fetched.request,
        http_version=fetched.http_version,
        status=fetched.status,
        reason=_clean(fetched.reason),
        content_type=_clean(fetched.content_type),
        headers=[(_clean(name), _clean(value)) for name, value in fetched.headers],
        retrieved_at=fetched.fetched_at,
        payload_sha256=blob_store.keep(fetched.payload),
        sha256=sha256(fetched.body).hexdigest(),
        byte_length=len(fetched.body),
        text=reading.text,
        text_sha256=sha256(reading.text.encode()).hexdigest(),
        stand_in=fetched.stand_in,
    )


def enter(snapshot: Snapshot) -> Snapshot:
    """Add a snapshot to the transaction in progress; the archive partner is asked after it."""
    session.add(snapshot)
    session.flush()  # the job needs snapshot.id
    archive_job.ask(snapshot)
    return snapshot


class BytesNotKept(NotFound):
    """The snapshot is from a time when bytes were not kept: there are its digest and its text."""

    title = "The snapshot's bytes were not kept"


def content_of(snapshot: Snapshot) -> bytes:
    """The answer's bytes without their content coding. Raises as `warc_of` does."""
    payload = _payload_of(snapshot)
    coding = next((v for n, v in snapshot.headers if n.lower() == "content-encoding"), "")
    return decode_content(payload, coding, snapshot.byte_length)


def warc_of(snapshot: Snapshot) -> bytes:
    """The exchange as a WARC file. Raises `BytesNotKept`, `BytesUnavailable`; not for use while a
    transaction is open.
    """
    stand_in = "Read from a stand-in page, not from the address itself."
    return warc(
        id=snapshot.id,
        url=snapshot.final_url,
        retrieved_at=snapshot.retrieved_at,
        request=snapshot.request or b"",
        status_line=f"{snapshot.http_version} {snapshot.status} {snapshot.reason}",
        headers=snapshot.headers,
        payload=_payload_of(snapshot),
        about={"description": stand_in} if snapshot.stand_in else {},
    )


def fault_of(snapshot: Snapshot) -> str | None:
    """What is wrong with a snapshot's bytes: they are not those of its digests, or cannot be had.
    None if they are. Not for use while a transaction is open. Raises `BytesUnavailable` where
    nobody can say, since there is no store.
    """
    if snapshot.payload_sha256 is not None:
        blob_store.reach()
    try:
        content = content_of(snapshot)
    except BytesNotKept:
        return None
    except (blob_store.BytesUnavailable, Unreachable) as error:
        return str(error)
    if sha256(content).hexdigest() != snapshot.sha256:
        return "its bytes are not what was fetched"
    return None


def _payload_of(snapshot: Snapshot) -> bytes:
    if snapshot.payload_sha256 is None:
        raise BytesNotKept("Only its digest and its text were kept.")
    return blob_store.read(snapshot.payload_sha256)


def _clean(value: str) -> str:
    return _CONTROL.sub(" ", value)
