"""Plain text, PDF, and what cannot be read."""

import json
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from api.sources.extraction.extract import extract_without_limits
from api.sources.extraction.result import ExtractedDocument, Unreadable
from tests.support.documents import PARAGRAPHS, pdf, pdf_of


def encrypted():
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf_of([["secret"]]))))
    writer.encrypt("password", algorithm="AES-256")
    written = BytesIO()
    writer.write(written)
    return written.getvalue()


def test_plain_text():
    reading = extract_without_limits(
        "Первая\r\n\r\nВторая\rstrоka\n".encode("cp1251"), "text/plain; charset=cp1251"
    )
    assert reading.text == reading.main_text == "Первая\n\nВторая\nstrоka"
    assert extract_without_limits(b"a < b <i>", "text/plain").text == "a < b <i>"


def test_a_pdf_with_its_pages():
    information = b"<</Title(Annual report)/Author(The Company)/CreationDate(D:20200826100000Z)>>"
    pages = [
        ["Sales rose by 1.5 per cent, to 28-", "30 million; inter-", "national sales fell."],
        [],
        ["The end"],
    ]
    body = pdf_of(pages, trailer=b"/Info 10 0 R", more=[information])
    reading = extract_without_limits(body, "application/pdf")
    first = "Sales rose by 1.5 per cent, to 28-\n30 million; international sales fell."
    assert reading == ExtractedDocument(
        text=f"{first}\n\nThe end",
        main_text=f"{first}\n\nThe end",
        title="Annual report",
        author="The Company",
        language="en",
        pages=(0, len(first) + 2, len(first) + 2),
    )


@pytest.mark.parametrize(
    "content_type", ["application/octet-stream", None, "text/html", "application/x-pdf"]
)
def test_a_pdf_is_known_by_its_first_bytes(content_type):
    assert extract_without_limits(pdf_of([["words"]]), content_type).pages == (0,)


def test_markup_is_known_where_the_server_does_not_say():
    assert extract_without_limits(b" <!-- a --><!DOCTYPE html><p>words", None).text == "words"
    assert extract_without_limits(b"2 < 3", None).text == "2 < 3"


@pytest.mark.parametrize(
    ("body", "content_type", "reason"),
    [
        (b"", "text/html", "no-text"),
        (b" \n", "text/html", "no-text"),
        (b"", "application/pdf", "no-text"),
        (b"<html><script>render()</script>", "text/html", "no-text"),
        (b"<!-- nothing -->", "text/html", "no-text"),
        (b"\xff\xfe", "text/plain", "no-text"),
        (pdf_of([[]]), "application/pdf", "no-text"),
        (zlib.compress("".join(PARAGRAPHS).encode()), "text/html", "unsupported-type"),
        (bytes(range(256)) * 40, "text/html", "unsupported-type"),
        (b"\x1f\x8b\x08" + b"gzip" * 9, "text/html", "unsupported-type"),
        (b"PK\x03\x04" + b"zip" * 9, "text/html", "unsupported-type"),
        (b"\x89PNG\r\n\x1a\n" + b"a" * 99, "text/plain", "unsupported-type"),
        (b'{"a": 1}', "application/json", "unsupported-type"),
        (b"words", "image/png", "unsupported-type"),
        (b"words", "nonsense", "unsupported-type"),
        (b"words" * 500_000, "text/html", "too-large"),
        (b"words", "application/pdf", "malformed"),
        (pdf_of([["words"]])[:-60], "application/pdf", "malformed"),
        (pdf(b"<</Type/Catalog>>"), "application/pdf", "malformed"),
        (encrypted(), "application/pdf", "encrypted"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(body, content_type, reason):
    with pytest.raises(Unreadable) as caught:
        extract_without_limits(body, content_type)
    assert caught.value.reason == reason
    assert str(caught.value).endswith(".")


@given(
    st.binary()
    | st.lists(
        st.sampled_from([b"<p>", b"<", b">", b"a", b"&#", b"\0", b"<td>", b"\xe9", b"-->"])
    ).map(b"".join),
    st.sampled_from(
        ["text/html", "text/plain", "application/pdf", None, "text/html; charset=gbk", ";"]
    ),
)
def test_any_body_is_read_or_refused(body, content_type):
    try:
        reading = extract_without_limits(body, content_type, "https://a.example/")
    except Unreadable:
        return
    assert reading.text.strip()
    json.dumps(vars(reading), ensure_ascii=False).encode()


@given(st.data())
def test_a_damaged_pdf_is_read_or_refused(data):
    body = bytearray(pdf_of([["words of the first page"], ["and more"]]))
    for _ in range(data.draw(st.integers(1, 8))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        extract_without_limits(bytes(body), "application/pdf")
    except Unreadable as error:
        assert error.reason in {
            "malformed",
            "no-text",
            "too-large",
            "encrypted",
            "unsupported-type",
        }
