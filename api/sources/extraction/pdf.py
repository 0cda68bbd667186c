"""Extract a PDF: the text of its pages, and where each begins."""

import re
from io import BytesIO

from pypdf import Configuration, PdfReader, apply_configuration
from pypdf.errors import FileNotDecryptedError, LimitReachedError

from api.language import detection
from api.sources.extraction.charsets import strip_unstorable, to_single_line
from api.sources.extraction.result import ExtractedDocument, Unreadable

_MAX_PAGES = 2_000
_MAX_CHARACTERS = 5_000_000
_TRAILER_BYTES = 2_048
_PAGE_BREAK = "\n\n"
# Tighter than pypdf's own 75 MB: text is small, and several streams may be open at once.
_MAX_STREAM_BYTES = 20_000_000
_LIMITS = Configuration(
    maximum_declared_stream_length=_MAX_STREAM_BYTES,
    array_based_stream_maximum_output_length=_MAX_STREAM_BYTES,
    lzw_maximum_output_length=_MAX_STREAM_BYTES,
    run_length_maximum_output_length=_MAX_STREAM_BYTES,
    zlib_maximum_output_length=_MAX_STREAM_BYTES,
    brotli_maximum_output_length=_MAX_STREAM_BYTES,
    stream_decoding_work_maximum_length=4 * _MAX_STREAM_BYTES,
    page_tree_maximum_entries=10 * _MAX_PAGES,
    xform_maximum_invocations_per_extraction=1_000,
    jbig2dec_binary=None,
)
_HYPHENATED = re.compile(r"([^\W\d_])[-\u00ad\u2010] ?\n([^\W\d_])")
# What a program, not an author, put in as the title.
_FILE_NAME = re.compile(
    r"^Microsoft \w+ - |^untitled$|\.(?:docx?|indd|pdf|pptx?|qxd|tex|xlsx?)$", re.I
)


def extract_pdf(body: bytes) -> ExtractedDocument:
    """Extract a whole PDF. Its own dates are the file's, not the publication's, and are left out.

    Raises `Unreadable`: "encrypted" (an empty password was tried), "too-large", "malformed",
    "no-text" (a scan).
    """
    if b"%%EOF" not in body[-_TRAILER_BYTES:]:
        raise Unreadable("malformed", "The PDF is cut short.")  # pypdf would read what is there
    with apply_configuration(_LIMITS):
        try:
            return _extract_pages(PdfReader(BytesIO(body)))
        except LimitReachedError as error:
            raise Unreadable("too-large", f"The PDF goes beyond a limit: {error}") from error
        except FileNotDecryptedError as error:
            raise Unreadable("encrypted", "The PDF needs a password.") from error
        except (Unreadable, MemoryError):
            raise
        except Exception as error:  # pypdf lets many kinds through for a file that is broken
            raise Unreadable("malformed", "The PDF is broken.") from error


def _extract_pages(document: PdfReader) -> ExtractedDocument:
    if document.is_encrypted and not document.decrypt(""):
        raise Unreadable("encrypted", "The PDF needs a password.")
    if len(document.pages) > _MAX_PAGES:
        raise Unreadable("too-large", f"The PDF has more than {_MAX_PAGES} pages.")
    pages: list[int] = []
    text = ""
    for page in document.pages:
        pages.append(len(text))
        if words := _join_hyphenated(page.extract_text()):
            text += words + _PAGE_BREAK
        if len(text) > _MAX_CHARACTERS:
            raise Unreadable("too-large", "The PDF has more text than a person reads.")
    text = text.rstrip()
    if not text:
        raise Unreadable("no-text", "The PDF shows pictures of pages; it holds no text.")
    about: dict[str, object] = document.metadata or {}
    title = to_single_line(about.get("/Title"))
    return ExtractedDocument(
        text=text,
        main_text=text,
        title=None if title and _FILE_NAME.search(title) else title,
        author=to_single_line(about.get("/Author")),
        language=detection.detect_language(text, _stated_language(document)),
        pages=tuple(min(start, len(text)) for start in pages),
    )


def _join_hyphenated(page: str) -> str:
    """Join a word that is hyphenated at the end of a line, never a figure or a name."""
    return _HYPHENATED.sub(
        lambda found: found[1] + found[2] if found[2].islower() else found[0],
        strip_unstorable(page).strip(),
    )


def _stated_language(document: PdfReader) -> str | None:
    stated = re.match(r"[a-z]{2,3}(?![a-z])", str(document.root_object.get("/Lang")), re.I)
    return stated[0].lower() if stated else None
