"""Extract the text of a body in this process, without limits of time and memory.

For a body that somebody else sent, call `result.extract_document`.
"""

import re
from collections.abc import Iterator

from api.language import detection
from api.sources.extraction import charsets, html, pdf
from api.sources.extraction.result import ExtractedDocument, Unreadable

#: Bytes of HTML or plain text, and of PDF. A larger body is refused, not cut: a quote in the part
#: cut off would seem to be absent.
MAX_TEXT_BYTES = 2 * 1024 * 1024
MAX_PDF_BYTES = 20 * 1024 * 1024

_HTML_TYPES = {"text/html", "application/xhtml+xml"}
_PDF_TYPES = {"application/pdf", "application/x-pdf"}
# Types that servers give to files whose type they do not know.
_UNKNOWN_TYPES = {"", "application/octet-stream", "binary/octet-stream", "application/unknown"}

_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s"';]+)""", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_LOOKS_LIKE_HTML = re.compile(rb"\s*<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
# The WHATWG MIME Sniffing standard's binary data bytes, less NUL, which is left out of texts.
_BINARY = re.compile(rb"[\x01-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_SIGNATURES = (b"\x1f\x8b", b"PK\x03\x04", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_HEAD_BYTES = 4096


def extract_without_limits(
    body: bytes, content_type: str | None, url: str | None = None
) -> ExtractedDocument:
    """Extract a body that was found at `url`. Raises `Unreadable`."""
    *_, document = extract_stages(body, content_type, url)
    return document


def extract_stages(
    body: bytes, content_type: str | None, url: str | None
) -> Iterator[ExtractedDocument]:
    """Yield ever better extractions of a body: the first soon, the last with the main text."""
    format = _detect_format(body, content_type or "")
    limit = MAX_PDF_BYTES if format == "pdf" else MAX_TEXT_BYTES
    if len(body) > limit:
        raise Unreadable("too-large", f"It is larger than the {limit // 1024**2} MB that are read.")
    if format == "pdf":
        yield pdf.extract_pdf(body)
        return
    label = _CHARSET.search(content_type or "")
    text = charsets.decode_body(body, label=label[1] if label else None, markup=format == "html")
    if format == "html":
        yield from html.extract_html(text, url)
    else:
        yield _extract_plain_text(text)


def _detect_format(body: bytes, content_type: str) -> str:
    """Return "html", "pdf" or "text": what the label says, as far as the bytes agree."""
    essence = content_type.partition(";")[0].strip().lower()
    if not body.strip():
        raise Unreadable("no-text", "The answer is empty.")
    known = _HTML_TYPES | _PDF_TYPES | _UNKNOWN_TYPES | {"text/plain"}
    if essence in known and body[:1024].lstrip().startswith(b"%PDF-"):
        return "pdf"
    if essence in _PDF_TYPES:
        return "pdf"
    if essence not in known or _is_binary(body):
        raise Unreadable("unsupported-type", "Only HTML, PDF and plain text can be read.")
    if essence in _HTML_TYPES:
        return "html"
    opening = _COMMENT.sub(b"", body[:_HEAD_BYTES])
    return "html" if essence in _UNKNOWN_TYPES and _LOOKS_LIKE_HTML.match(opening) else "text"


def _is_binary(body: bytes) -> bool:
    if charsets.detect_utf_16(body):
        return False
    head = body[:_HEAD_BYTES]
    return head.startswith(_SIGNATURES) or len(_BINARY.findall(head)) > max(8, len(head) // 20)


def _extract_plain_text(source: str) -> ExtractedDocument:
    text = source.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        raise Unreadable("no-text", "The answer is empty.")
    return ExtractedDocument(text=text, main_text=text, language=detection.detect_language(text))
