"""Quotes with a little of the text around them, cut out by the database, however long it is."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import literal, select

from api.articles.models import Edition
from api.claims.models import Claim
from api.database.session import session
from api.evidence.examination.excerpts import cut_excerpt, load_excerpts
from api.evidence.models import Evidence
from api.web.truncation import fit_length

#: Code points on each side, and the most of a passage itself.
CONTEXT_LENGTH = 180
MAX_EXCERPT_LENGTH = 600
MAX_WORD_LENGTH = 25
#: And the most bytes of each in a page, where escaping or its script makes it heavy.
MAX_CONTEXT_BYTES, MAX_EXCERPT_BYTES = 200, 700


class Excerpt(NamedTuple):
    """A passage between what stands before and after it; `is_cut` says that it goes on."""

    before: str
    words: str
    after: str
    is_cut: bool = False


def load_claim_excerpt(claim: Claim) -> Excerpt | None:
    """A claim in the edition of its article that it is anchored in."""
    start, end = literal(claim.start), literal(claim.end)
    cut = cut_excerpt(Edition.text, start, end, margin=CONTEXT_LENGTH, longest=MAX_EXCERPT_LENGTH)
    edition = select(cut).filter_by(article_id=claim.article_id, number=claim.edition)
    text = session.scalar(edition)
    return None if text is None else _trim_excerpt(text, claim.start, claim.end)


def load_source_excerpts(items: Iterable[Evidence]) -> dict[UUID, Excerpt]:
    """For each item whose quote was found, the words in the stored text of its source."""
    found = [item for item in items if item.snapshot_id and item.found_start is not None]
    texts = load_excerpts(found, margin=CONTEXT_LENGTH, longest=MAX_EXCERPT_LENGTH)
    return {
        item.id: _trim_excerpt(texts[item.id], item.found_start or 0, item.found_end or 0)
        for item in found
        if item.id in texts
    }


def _trim_excerpt(text: str, start: int, end: int) -> Excerpt:
    before = min(start, CONTEXT_LENGTH)
    length = min(end - start, MAX_EXCERPT_LENGTH)
    head, tail = text[:before], text[before + length :]
    if start > CONTEXT_LENGTH:  # a word that was cut in two goes, where words are apart
        head = head[head.find(" ", 0, MAX_WORD_LENGTH) + 1 :]
    if len(tail) == CONTEXT_LENGTH:
        tail = (
            tail[:last] if (last := tail.rfind(" ", CONTEXT_LENGTH - MAX_WORD_LENGTH)) > 0 else tail
        )
    words = text[before : before + length]
    shown = words[: fit_length(words, MAX_EXCERPT_BYTES)]
    return Excerpt(
        head[len(head) - fit_length(head[::-1], MAX_CONTEXT_BYTES) :],
        shown,
        tail[: fit_length(tail, MAX_CONTEXT_BYTES)],
        is_cut=len(shown) < end - start,
    )
