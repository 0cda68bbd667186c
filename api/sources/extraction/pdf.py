"""PDF: the text of its pages, and where each begins."""

import re
from io import BytesIO

from pypdf import Configuration, PdfReader, apply_configuration
from pypdf.errors import FileNotDecryptedError, LimitReachedError

from api.language import detection
from api.sources.extraction.charsets import one_line, storable
from api.sources.extraction.result import Reading, Unreadable

_MAX_PAGES = 2_000
_MAX_CHARACTERS = 5_000_000
_TRAILER_BYTES = 2_048
_BREAK = "\n\n"
# Tighter than pypdf's own 75 MB: text is small, and several streams may be open at once.
_MAX_STREAM = 20_000_000
_LIMITS = Configuration(
    maximum_declared_stream_length=_MAX_STREAM,
    array_based_stream_maximum_output_length=_MAX_STREAM,
    lzw_maximum_output_length=_MAX_STREAM,
    run_length_maximum_output_length=_MAX_STREAM,
    zlib_maximum_output_length=_MAX_STREAM,
    brotli_maximum_output_length=_MAX_STREAM,
    stream_decoding_work_maximum_length=4 * _MAX_STREAM,
    page_tree_maximum_entries=10 * _MAX_PAGES,
    xform_maximum_invocations_per_extraction=1_000,
    jbig2dec_binary=None,
)
_PARTED = re.compile(r"([^\W\d_])[-\u00ad\u2010] ?\n([^\W\d_])")
# What a program, not an author, put in as the title.
_FILE_NAME = re.compile(
    r"^Microsoft \w+ - |^untitled$|\.(?:docx?|indd|pdf|pptx?|qxd|tex|xlsx?)$", re.I
)


def read(body: bytes) -> Reading:
    """Read a whole PDF. Its own dates are the file's, not the publication's, and are left out.

    Raises `Unreadable`: "encrypted" (an empty password was tried), "too-large", "malformed",
    "no-text" (a scan).
    """
    if b"%%EOF" not in body[-_TRAILER_BYTES:]:
        raise Unreadable("malformed", "The PDF is cut short.")  # pypdf would read what is there
    with apply_configuration(_LIMITS):
        try:
            return _read(PdfReader(BytesIO(body)))
        except LimitReachedError as error:
            raise Unreadable("too-large", f"The PDF goes beyond a limit: {error}") from error
        except FileNotDecryptedError as error:
            raise Unreadable("encrypted", "The PDF needs a password.") from error
        except (Unreadable, MemoryError):
            raise
        except Exception as error:  # pypdf lets many kinds through for a file that is broken
            raise Unreadable("malformed", "The PDF is broken.") from error


def _read(document: PdfReader) -> Reading:
    if document.is_encrypted and not document.decrypt(""):
        raise Unreadable("encrypted", "The PDF needs a password.")
    if len(document.pages) > _MAX_PAGES:
        raise Unreadable("too-large", f"The PDF has more than {_MAX_PAGES} pages.")
    pages: list[int] = []
    text = ""
    for page in document.pages:
        pages.append(len(text))
        if words := _words(page.extract_text()):
            text += words + _BREAK
        if len(text) > _MAX_CHARACTERS:
            raise Unreadable("too-large", "The PDF has more text than a person reads.")
    text = text.rstrip()
    if not text:
        raise Unreadable("no-text", "The PDF shows pictures of pages; it holds no text.")
    about: dict[str, object] = document.metadata or {}
    title = one_line(about.get("/Title"))
    return Reading(
        text=text,
        main_text=text,
        title=None if title and _FILE_NAME.search(title) else title,
        author=one_line(about.get("/Author")),
        language=detection.detect_language(text, _stated_language(document)),
        pages=tuple(min(start, len(text)) for start in pages),
    )


def _words(page: str) -> str:
    """Put together what is parted at the end of a line: a word, never a figure or a name."""
    return _PARTED.sub(
        lambda parted: parted[1] + parted[2] if parted[2].islower() else parted[0],
        storable(page).strip(),
    )


def _stated_language(document: PdfReader) -> str | None:
    stated = re.match(r"[a-z]{2,3}(?![a-z])", str(document.root_object.get("/Lang")), re.I)
    return stated[0].lower() if stated else None
