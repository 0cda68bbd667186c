"""Decode bytes: find the character encoding of a body, and strip what cannot be stored.

The order is the WHATWG Encoding and HTML standards': byte order mark, then the label of the
transport, then the label in the page, then sniffing. A browser obeys a wrong label and shows
mojibake; here a label that the bytes refute is passed over, because a quote must be found.
"""

import codecs
import re
from collections.abc import Iterator

from charset_normalizer import from_bytes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What the Encoding standard means by a label, where Python has no such codec or a lesser one.
_LABEL_MEANINGS = {
    "gb_2312-80": "gb18030",
    "iso-8859-8-i": "iso8859-8",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "windows-949": "cp949",
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "utf-16": "utf-16-le",
}
_SINGLE_BYTE = (
    {f"cp{page}" for page in (866, 874, *range(1250, 1259))}
    | {f"iso8859-{part}" for part in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
    | {"koi8-r", "koi8-u", "mac-roman", "mac-cyrillic"}
)
# Nothing else is decoded: Python's "unicode_escape", "utf-7" or "idna" are no web encodings.
_ALLOWED = _SINGLE_BYTE | {
    "utf-8",
    "utf-16-le",
    "utf-16-be",
    "gb18030",
    "big5hkscs",
    "cp932",
    "cp949",
    "euc_jp",
    "iso2022_jp",
}
# The Latin code pages look alike to a detector, so only the standard's default is offered.
_SNIFFED_ENCODINGS = [
    *("gb18030", "big5hkscs", "cp932", "euc_jp", "cp949"),
    *("cp1251", "koi8_r", "cp866", "cp1252", "cp1253", "cp1255", "cp1256", "cp874"),
]

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_LABEL_IN_PAGE = re.compile(
    rb"""<meta\s[^>]*?charset\s*=\s*["']?\s*([\w.:-]+)|^\s*<\?xml\s[^>]*?encoding=["']([\w.:-]+)""",
    re.IGNORECASE,
)
_PRESCAN_BYTES = 4096
_SNIFFED_BYTES = 32_768
_NON_ASCII_RUN = re.compile(rb"[^<>\x00-\x1f]{0,200}[\x80-\xff][^<>\x00-\x1f]{0,200}")
_NON_ASCII = re.compile(rb"[\x80-\xff]")
# So many characters of another multi-byte encoding do not make valid UTF-8 by chance.
_MIN_CHARACTERS_OF_PROOF = 8
_MAX_DAMAGE = 0.05

_UNSTORABLE = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_MAX_LINE_LENGTH = 2_048
_C1 = re.compile(r"[\x80-\x9f]")


def decode_body(body: bytes, *, label: str | None = None, markup: bool = False) -> str:
    """Return the text of `body`; bytes that fit no encoding become U+FFFD.

    `label` is the transport's charset; with `markup`, a label in the page is looked for too.
    """
    for mark, encoding in _BOMS:
        if body.startswith(mark):
            return strip_unstorable(body[len(mark) :].decode(encoding, "replace"))
    text = ""
    for encoding in _candidates(body, label, markup):
        text = body.decode(encoding, "replace")
        if _fits(body, encoding, text):
            break
    return strip_unstorable(text)


def strip_unstorable(text: str) -> str:
    """Strip what a database or JSON cannot hold: NUL, other controls, lone surrogates.

    C1 controls are windows-1252 letters gone astray (HTML standard, numeric references).
    """
    text = _C1.sub(lambda control: bytes([ord(control[0])]).decode("cp1252", "ignore"), text)
    return _UNSTORABLE.sub("", text)


def to_single_line(words: object) -> str | None:
    """Return a title, a name or an address in one line, without what cannot be stored.

    None for what is no text, empty, or longer than such a thing is.
    """
    if not isinstance(words, str) or len(words) > _MAX_LINE_LENGTH:
        return None
    return strip_unstorable(" ".join(words.split())) or None


def _candidates(body: bytes, label: str | None, markup: bool) -> Iterator[str]:
    labels = [label, _label_in_page(body) if markup else None]
    for encoding in filter(None, map(_encoding_of_label, labels)):
        if _is_utf_8_despite_label(body, encoding):
            yield "utf-8"
        elif not encoding.startswith("utf-16") or b"\0" in body[:_PRESCAN_BYTES]:
            yield encoding
    yield _sniff_encoding(body)


def _encoding_of_label(label: str | None) -> str | None:
    """Return the codec that a web label names, or None for none that is known."""
    if not label:
        return None
    name = label.strip().lower().removeprefix("x-")
    try:
        codec = _LABEL_MEANINGS.get(name) or codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    meant = _LABEL_MEANINGS.get(codec, codec)
    return meant if meant in _ALLOWED else None


def _label_in_page(body: bytes) -> str | None:
    found = _LABEL_IN_PAGE.search(_COMMENT.sub(b"", body[:_PRESCAN_BYTES]))
    if not found:
        return None
    label = (found[1] or found[2]).decode("ascii")
    # It could be read as ASCII, so the page is not what it says (HTML standard, prescan).
    return "utf-8" if label.lower().startswith("utf-16") else label


def _sniff_encoding(body: bytes) -> str:
    if order := detect_utf_16(body):
        return order
    if b"\x1b$" in body and _decodes(body, "iso2022_jp"):
        return "iso2022_jp"  # it is ASCII all through, so it would pass for UTF-8
    if _decodes(body, "utf-8"):
        return "utf-8"
    # Markup is ASCII in every encoding and only dilutes the evidence.
    first = _NON_ASCII.search(body)
    start = max(0, first.start() - 200) if first else len(body)
    runs = _NON_ASCII_RUN.findall(body[start : start + 8 * _SNIFFED_BYTES])
    best = from_bytes(b"\n".join(runs)[:_SNIFFED_BYTES], cp_isolation=_SNIFFED_ENCODINGS).best()
    return best.encoding if best else "cp1252"


def detect_utf_16(body: bytes) -> str | None:
    """Return the codec of UTF-16, told by its mark or by an ASCII opening; None for other bodies.

    In an ASCII opening every other byte is NUL.
    """
    for mark, encoding in _BOMS[1:]:
        if body.startswith(mark):
            return encoding
    first, second = body[:64:2].count(0), body[1:64:2].count(0)
    if max(first, second) < max(3, 3 * min(first, second)):
        return None
    order = "utf-16-be" if first > second else "utf-16-le"
    return order if _decodes(body, order) else None


def _is_utf_8_despite_label(body: bytes, label: str) -> bool:
    """UTF-8 fits many a label, but only UTF-8 fits UTF-8, by more than chance."""
    if body.isascii() or not _decodes(body, "utf-8"):
        return False
    return (
        label in _SINGLE_BYTE
        or _count_non_ascii(body.decode(errors="ignore")) >= _MIN_CHARACTERS_OF_PROOF
    )


def _decodes(body: bytes, encoding: str) -> bool:
    try:
        # Not final: a body cut inside its last character is still in its encoding.
        codecs.getincrementaldecoder(encoding)("strict").decode(body)
    except UnicodeDecodeError:
        return False
    return True


def _fits(body: bytes, encoding: str, text: str) -> bool:
    """A few bad bytes do not refute an encoding; bad bytes for most letters do."""
    if _decodes(body, encoding):
        return True
    return text.count("\ufffd") <= _MAX_DAMAGE * _count_non_ascii(text)


def _count_non_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))
