"""Claims as notes on the texts they stand in (W3C Web Annotation Data Model). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.publishing.json_documents import JsonLd, drop_empty

CONTEXT = "http://www.w3.org/ns/anno.jsonld"
MEDIA_TYPE = f'application/ld+json; profile="{CONTEXT}"'


@dataclass(frozen=True, kw_only=True)
class ClaimNote:
    """A claim and its status; `url` is its page, `review` the address of its ClaimReview,
    `by_exception` the exception that the status rests on, if any, in words.
    """

    url: str
    review: str
    statement: str
    language: str | None
    status: str
    by_exception: str | None
    made_at: datetime
    changed_at: datetime
    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


def build_annotation(note: ClaimNote, *, text: str, page: str | None) -> JsonLd:
    """A note on an article: on the `text` that we hold (its address), and on the `page` that it
    was published on. Offsets are those of the text, so that the page only needs the words.
    """
    words = drop_empty(
        {
            "type": "TextQuoteSelector",
            "exact": note.exact,
            "prefix": note.prefix,
            "suffix": note.suffix,
        }
    )
    place = {"type": "TextPositionSelector", "start": note.start, "end": note.end}
    on_the_text = {"source": text, "selector": [words, place]}
    on_the_page = {"source": page, "selector": words}
    exception = [
        _build_body(told, purpose="commenting", language=None)
        for told in [note.by_exception]
        if told
    ]
    return {
        "id": f"{note.url}#annotation",
        "type": "Annotation",
        "motivation": "assessing",
        "created": note.made_at.isoformat(),
        "modified": note.changed_at.isoformat(),
        "body": [
            _build_body(note.statement, purpose="describing", language=note.language),
            _build_body(note.status, purpose="classifying", language="en"),
            *exception,
            {"id": note.review, "type": "Dataset", "format": "application/ld+json"},
        ],
        "target": [on_the_text, on_the_page] if page else on_the_text,
    }


def build_annotation_page(
    notes: Sequence[JsonLd], *, id: str, collection: str, following: str | None
) -> JsonLd:
    """One page of a collection of annotations."""
    return drop_empty(
        {
            "@context": CONTEXT,
            "id": id,
            "type": "AnnotationPage",
            "partOf": {"id": collection, "type": "AnnotationCollection"},
            "next": following,
        }
    ) | {"items": notes}


def _build_body(value: str, *, purpose: str, language: str | None) -> JsonLd:
    return drop_empty(
        {
            "type": "TextualBody",
            "value": value,
            "purpose": purpose,
            "format": "text/plain",
            "language": language,
        }
    )
