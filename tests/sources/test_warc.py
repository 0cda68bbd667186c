"""WARC files, as the format's reference implementation reads them."""

import gzip
from datetime import UTC, datetime, timedelta
from io import BytesIO
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from api.sources.snapshots.warc import build_warc_file

MOMENT = datetime(2026, 3, 19, 23, 59, 59, 120, tzinfo=UTC)
REQUEST = b"GET /a?b=1 HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\n\r\n"


def written(headers=(), payload=b"", **more):
    given = {
        "id": UUID(int=7),
        "url": "http://a.example/a?b=1",
        "retrieved_at": MOMENT,
        "request": REQUEST,
        "status_line": "HTTP/1.1 200 OK",
        "headers": headers,
        "payload": payload,
        "about": {},
    }
    return build_warc_file(**given | more)


def read(file):
    return [
        (record.rec_headers, record.http_headers, record.raw_stream.read())
        for record in ArchiveIterator(BytesIO(file), check_digests="raise")
    ]


# What HTTP allows in a name and a value (RFC 9110, 5.1 and 5.5), bytes beyond ASCII included.
names = st.from_regex(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,20}", fullmatch=True)
values = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=50)


@given(headers=st.lists(st.tuples(names, values.map(str.strip))), payload=st.binary(max_size=2_000))
def test_what_is_written_is_read_again(headers, payload):
    _, (fields, _, body), _ = read(file := written(headers, payload))
    assert body == payload
    lines = gzip.decompress(file).split(b"msgtype=response\r\n", 1)[1].split(b"\r\n")[3:]
    assert lines[: len(headers)] == [
        f"{'X-Orig-' if is_untrue(name, value, payload) else ''}{name}: {value}".encode("latin-1")
        for name, value in headers
    ]
    assert lines[len(headers)] == b""
    assert int(fields.get_header("Content-Length")) >= len(payload)


def is_untrue(name, value, payload):
    return name.lower() == "transfer-encoding" or (
        name.lower() == "content-length" and value != str(len(payload))
    )


@pytest.mark.parametrize(
    "headers, kept",
    [
        ([("Content-Length", "3")], [("Content-Length", "3")]),
        ([("content-length", "4")], [("X-Orig-content-length", "4")]),
        ([("Transfer-Encoding", "chunked")], [("X-Orig-Transfer-Encoding", "chunked")]),
        ([("Content-Encoding", "gzip")], [("Content-Encoding", "gzip")]),
        ([("Via", "a"), ("Via", "b")], [("Via", "a"), ("Via", "b")]),
    ],
)
def test_the_head_is_true_of_the_payload(headers, kept):
    _, (_, head, body), _ = read(written(headers, b"abc"))
    assert head.headers == kept and body == b"abc"


def test_the_records():
    (info, _, about), (answer, head, _), (question, asked, _) = read(
        written(about={"description": "A stand-in."})
    )
    types = [fields.get_header("WARC-Type") for fields in (info, answer, question)]
    assert types == ["warcinfo", "response", "request"]
    assert about.splitlines() == [
        b"software: Claimledger",
        b"conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/",
        b"description: A stand-in.",
    ]
    assert {fields.get_header("WARC-Date") for fields in (info, answer, question)} == {
        "2026-03-19T23:59:59.000120Z"
    }
    assert head.statusline == "200 OK" and head.protocol == "HTTP/1.1"
    assert asked.get_header("Host") == "a.example"
    ids = {fields.get_header("WARC-Record-ID") for fields in (info, answer, question)}
    assert len(ids) == 3 and all(UUID(id.strip("<>").removeprefix("urn:uuid:")) for id in ids)


def test_each_record_is_compressed_by_itself():
    file = written(payload=b"x" * 100)
    iterator = ArchiveIterator(BytesIO(file))
    offsets = [iterator.get_record_offset() for _ in iterator]
    assert all(file[offset : offset + 2] == b"\x1f\x8b" for offset in offsets)
    assert len(offsets) == 3


def test_the_same_snapshot_gives_the_same_bytes_and_another_gives_others():
    assert written(payload=b"a") == written(payload=b"a")
    assert written(payload=b"a") != written(payload=b"a", id=UUID(int=8))
    assert written() != written(retrieved_at=MOMENT + timedelta(seconds=1))


def test_a_changed_byte_is_noticed():
    plain = gzip.decompress(written(payload=b"It was 1932."))
    with pytest.raises(Exception, match="digest failed"):
        read(plain.replace(b"1932", b"1933"))
