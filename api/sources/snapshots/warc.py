"""Write a fetch as a WARC file (WARC 1.1, ISO 28500:2017): what was asked and what was answered.

Written here rather than by warcio, whose writer changes header values that are not ASCII; the
tests read it with warcio.
"""

import gzip
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from uuid import UUID, uuid5

from api.timestamps import format_rfc3339

CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"


def build_warc_file(
    *,
    id: UUID,
    url: str,
    retrieved_at: datetime,
    request: bytes,
    status_line: str,
    headers: Sequence[Sequence[str]],
    payload: bytes,
    about: Mapping[str, str],
) -> bytes:
    """Return the file's bytes, each record compressed by itself; equal input gives equal bytes.

    `retrieved_at` is in UTC. `headers` are the answer's header lines, `payload` its body with
    its content coding and without its transfer coding. `about` says more of the file as a whole.
    """
    info, answer, question = (f"<urn:uuid:{uuid5(id, name)}>" for name in RECORD_TYPES)
    date = format_rfc3339(retrieved_at, "microseconds")
    exchange = {"WARC-Target-URI": url, "WARC-Warcinfo-ID": info}
    about = {"software": "Claimledger", "conformsTo": CONFORMS_TO, **about}
    return (
        _record("warcinfo", info, date, _fields(about))
        + _record(
            "response",
            answer,
            date,
            _answer_head(status_line, headers, len(payload)) + payload,
            exchange | {"WARC-Payload-Digest": _digest(payload)},
        )
        + _record("request", question, date, request, exchange | {"WARC-Concurrent-To": answer})
    )


RECORD_TYPES = {
    "warcinfo": "application/warc-fields",
    "response": "application/http; msgtype=response",
    "request": "application/http; msgtype=request",
}


def _record(
    type: str, id: str, date: str, block: bytes, more: Mapping[str, str] | None = None
) -> bytes:
    fields = {
        "WARC-Type": type,
        "WARC-Record-ID": id,
        "WARC-Date": date,
        **(more or {}),
        "WARC-Block-Digest": _digest(block),
        "Content-Type": RECORD_TYPES[type],
        "Content-Length": str(len(block)),
    }
    record = b"WARC/1.1\r\n" + _fields(fields) + b"\r\n" + block + b"\r\n\r\n"
    return gzip.compress(record, compresslevel=6, mtime=0)


def _fields(fields: Mapping[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()


def _answer_head(status_line: str, headers: Sequence[Sequence[str]], length: int) -> bytes:
    """The answer's head, byte by byte but for the fields that would not be true of the payload
    any more: the transfer coding is off, and a length given beside one does not count.
    """
    lines = [status_line]
    for name, value in headers:
        untrue = name.lower() == "transfer-encoding" or (
            name.lower() == "content-length" and value != str(length)
        )
        lines.append(f"{'X-Orig-' if untrue else ''}{name}: {value}")
    return "".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1")


def _digest(content: bytes) -> str:
    return f"sha256:{sha256(content).hexdigest()}"
