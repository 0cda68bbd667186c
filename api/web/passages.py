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
from api.web.shortening import fitting

#: Code points on each side, and the most of a passage itself.
AROUND = 180
LONGEST = 600
WORD = 25
#: And the most bytes of each in a page, where escaping or its script makes it heavy.
HEAVIEST_AROUND, HEAVIEST = 200, 700


class Excerpt(NamedTuple):
    """A passage between what stands before and after it; `is_cut` says that it goes on."""

    before: str
    words: str
    after: str
    is_cut: bool = False


def of_claim(claim: Claim) -> Excerpt | None:
    """A claim in the edition of its article that it is anchored in."""
    start, end = literal(claim.start), literal(claim.end)
    cut = cut_excerpt(Edition.text, start, end, margin=AROUND, longest=LONGEST)
    edition = select(cut).filter_by(article_id=claim.article_id, number=claim.edition)
    text = session.scalar(edition)
    return None if text is None else _excerpt(text, claim.start, claim.end)


def found_in_sources(items: Iterable[Evidence]) -> dict[UUID, Excerpt]:
    """For each item whose quote was found, the words in the stored text of its source."""
    found = [item for item in items if item.snapshot_id and item.found_start is not None]
    texts = load_excerpts(found, margin=AROUND, longest=LONGEST)
    return {
        item.id: _excerpt(texts[item.id], item.found_start or 0, item.found_end or 0)
        for item in found
        if item.id in texts
    }


def _excerpt(text: str, start: int, end: int) -> Excerpt:
    before = min(start, AROUND)
    length = min(end - start, LONGEST)
    head, tail = text[:before], text[before + length :]
    if start > AROUND:  # a word that was cut in two goes, where words are apart
        head = head[head.find(" ", 0, WORD) + 1 :]
    if len(tail) == AROUND:
        tail = tail[:last] if (last := tail.rfind(" ", AROUND - WORD)) > 0 else tail
    words = text[before : before + length]
    shown = words[: fitting(words, HEAVIEST)]
    return Excerpt(
        head[len(head) - fitting(head[::-1], HEAVIEST_AROUND) :],
        shown,
        tail[: fitting(tail, HEAVIEST_AROUND)],
        is_cut=len(shown) < end - start,
    )
