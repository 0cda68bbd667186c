"""Which stored claims say what a text says, and what tells them apart from it.

Candidates are the claims that share the text's rarest words, as many words as there is work allowed
for: the claims that have one are counted beforehand, so that no text costs more than `POSTINGS` of
them however many claims there are. These few are then judged by all the words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import func, select, text

from api.claims.matching.scoring import judge, lexical, overlap, rarity
from api.claims.models import Claim, ClaimTerms
from api.claims.search.indexing import count_claims_with
from api.claims.semantic_index import semantic_index
from api.database.session import session
from api.language import detection
from api.language.comparison.differences import are_nearly_identical, find_differences
from api.language.comparison.word_changes import Difference, DifferenceKind
from api.language.sentences import split_sentences
from api.language.tokens import FIELD_SEPARATOR, METADATA_SEPARATOR, Term, locate_terms

#: Entries of the index that are read for a sentence, and how many claims they may bring.
POSTINGS, CANDIDATES = 2_000, 100
#: Claims that are looked at closely for a text; of these the most and the fewest for a sentence.
LOOKED_AT, FINALISTS, FEWEST = 400, 40, 8
#: From these scores on a claim says the same, or is related.
SAME, RELATED = 0.8, 0.3
#: Sentences of a text that are looked up, and characters of one: no claim is longer.
SENTENCES, LONGEST = 50, 2_000
#: A quote and the claim's statement may differ in these: a statement says "Xiaomi" for "it".
PHRASING = {DifferenceKind.WORDS, DifferenceKind.NAME}


class Relation(StrEnum):
    """What a claim is to a text."""

    SAME = "same"
    SIMILAR_BUT_DIFFERS = "similar_but_differs"
    RELATED = "related"


class Near(NamedTuple):
    """A claim and what it has in common with a text: BM25 of its words, their overlap, and the
    cosine of the meanings, where a model is set.
    """

    claim_id: UUID
    lexical: float
    overlap: float
    cosine: float | None

    @property
    def score(self) -> float:
        return judge(self.lexical, self.overlap, self.cosine)


@dataclass
class Match:
    """A claim near a text, which is in `language` if that is known. What the answer does not show
    is not worked out.
    """

    text: str
    language: str | None
    claim: Claim
    near: Near

    @property
    def score(self) -> float:
        return round(self.near.score, 4)

    @property
    def meaning(self) -> float | None:
        return None if self.near.cosine is None else round(self.near.cosine, 4)

    @property
    def shared(self) -> list[str]:
        """The words of the text that the claim has."""
        there = _terms(self.claim.statement) | _terms(self.claim.exact)
        found = (each for each in _located(self.text) if each.term in there)
        return list(dict.fromkeys(self.text[each.start : each.end] for each in found))

    @cached_property
    def differences(self) -> list[Difference]:
        """What tells them apart: nothing where the text is the claim's own quote."""
        found = self._from(self.claim.statement)
        return [] if found and self._is_quote else found

    @cached_property
    def relation(self) -> Relation:
        is_worded_alike = are_nearly_identical(self.text, self.claim.statement)
        if not (self.near.score >= SAME or is_worded_alike or self._is_quote):
            return Relation.RELATED
        return Relation.SIMILAR_BUT_DIFFERS if self.differences else Relation.SAME

    @property
    def applies(self) -> bool:
        """Whether the claim's status speaks of the text, too."""
        return self.relation is Relation.SAME

    @cached_property
    def _is_quote(self) -> bool:
        """Whether the text says what was quoted, and the statement says all that matters of it."""
        claim = self.claim
        if claim.exact == claim.statement or not are_nearly_identical(self.text, claim.exact):
            return False
        return not self._from(claim.exact) and PHRASING.issuperset(
            each.kind for each in _differences(claim.exact, claim.language, claim.statement, claim)
        )

    def _from(self, words: str) -> list[Difference]:
        """What tells the text from words of the claim."""
        return _differences(self.text, self.language, words, self.claim)


def _differences(here: str, stated: str | None, there: str, claim: Claim) -> list[Difference]:
    """What tells a text, in a language if it is stated, from words of a claim. They are read by
    what they are written in: a Chinese passage of an article that is in English, say.
    """
    language, other = (
        detection.detect_language(here, stated),
        detection.detect_language(there, claim.language),
    )
    return find_differences(here, there, language=language, other=other)


@lru_cache(maxsize=500)
def _located(text: str) -> tuple[Term, ...]:
    return tuple(locate_terms(text))


@lru_cache(maxsize=500)
def _terms(text: str) -> frozenset[str]:
    return frozenset(each.term for each in _located(text))


def of_text(words: str, *, language: str | None, limit: int) -> dict[str, Any]:
    """The matches of each sentence of a text, of the first fifty."""
    language = language or detection.detect_language(words)
    found = split_sentences(words, language)
    read = found[:SENTENCES]
    share = min(FINALISTS, max(FEWEST, LOOKED_AT // max(1, len(read))))
    near_by = (matches(each.text, language=language, limit=limit, among=share) for each in read)
    return {
        "language": language,
        "left_out": len(found) - len(read),
        "items": [
            {
                "text": each.text,
                "start": each.start,
                "end": each.start + len(each.text),
                "matches": m,
            }
            for each, m in zip(read, near_by, strict=True)
        ],
    }


def of_claim(claim: Claim, *, limit: int, among: int = FINALISTS) -> list[Match]:
    """The other claims that say what a claim says, or nearly."""
    words, language = claim.statement, claim.language
    return matches(words, language=language, limit=limit, among=among, but=claim.id)


def matches(
    words: str,
    *,
    language: str | None,
    limit: int,
    among: int = FINALISTS,
    but: UUID | None = None,
) -> list[Match]:
    """The stored claims nearest to a text, those that say the same and then the nearest first; none
    where none is near. So many are looked at closely, `among` which they are.
    """
    words = words[:LONGEST]
    found = [each for each in near(words, among) if each.score >= RELATED and each.claim_id != but]
    rows = select(Claim).where(Claim.id.in_([each.claim_id for each in found]))
    claims = {claim.id: claim for claim in session.scalars(rows)}
    near_by = (Match(words, language, claims[each.claim_id], each) for each in found)
    return sorted(near_by, key=lambda each: not each.applies)[:limit]


def near(words: str, among: int = FINALISTS) -> list[Near]:
    """The claims near to a text by their words or their meaning, the most likely to say the same
    first; of equals the one that was stored first.
    """
    here = [each.term for each in _located(words)]
    total = session.scalar(select(func.max(ClaimTerms.number))) or 0
    counts = count_claims_with(here)
    weights = {term: rarity(term, count, total) for term, count in counts.items()}
    numbers = _candidates(counts, weights)
    index = semantic_index()
    cosines = index.find_nearest(words, numbers) if index else {}
    rows = select(ClaimTerms.number, ClaimTerms.claim_id, ClaimTerms.terms).order_by(
        ClaimTerms.number
    )
    rows = rows.join(Claim, Claim.id == ClaimTerms.claim_id).where(Claim.withdrawn_at.is_(None))
    found = session.execute(rows.where(ClaimTerms.number.in_({*numbers, *cosines}))).all()
    by_words = {row: lexical(here, row.terms.split(), weights) for row in found}
    finalists = {
        *sorted(found, key=lambda row: -by_words[row])[:among],
        *sorted(found, key=lambda row: -cosines.get(row.number, 0))[: among * bool(cosines)],
    }
    others = {term for row in finalists for term in row.terms.split()}
    others = others.difference(weights, {FIELD_SEPARATOR, METADATA_SEPARATOR})
    weights |= {
        term: rarity(term, count, total) for term, count in count_claims_with(others).items()
    }
    judged = (
        Near(
            claim_id=row.claim_id,
            lexical=by_words[row],
            overlap=overlap(here, row.terms, weights),
            cosine=cosines.get(row.number),
        )
        for row in sorted(finalists, key=lambda row: row.number)
    )
    return sorted(judged, key=lambda each: -each.score)


def _candidates(counts: Mapping[str, int], weights: Mapping[str, float]) -> Sequence[int]:
    """The numbers of the claims with the most of the text's rarest words."""
    left = POSTINGS
    wanted: dict[str, float] = {}
    for term in sorted((term for term, count in counts.items() if count), key=counts.__getitem__):
        if wanted and counts[term] > left:
            break
        left -= counts[term]
        wanted[term] = weights[term]
    if not wanted:
        return []
    having = _HAVING[session.get_bind().dialect.name]
    parts = " UNION ALL ".join(having.format(place) for place in range(len(wanted)))
    statement = _BEST.format(parts)
    quote = "'" if session.get_bind().dialect.name == "postgresql" else '"'
    values = {f"term_{place}": f"{quote}{term}{quote}" for place, term in enumerate(wanted)}
    shares = {f"weight_{place}": weight for place, weight in enumerate(wanted.values())}
    limits = {"most": CANDIDATES, "entries": POSTINGS}
    return session.scalars(text(statement), values | shares | limits).all()


#: The claims that have a term, by number (a term holds no quotation mark); and the best of all.
_HAVING = {
    "sqlite": "SELECT * FROM (SELECT rowid AS number, :weight_{0} AS weight FROM claim_terms_fts "
    "WHERE claim_terms_fts MATCH :term_{0} LIMIT :entries) AS entries_{0}",
    "postgresql": "SELECT * FROM (SELECT number, CAST(:weight_{0} AS double precision) AS weight "
    "FROM claim_terms WHERE terms @@ CAST(:term_{0} AS tsquery) LIMIT :entries) AS entries_{0}",
}
_BEST = (
    "SELECT number FROM ({}) AS entries "
    "GROUP BY number ORDER BY sum(weight) DESC, number LIMIT :most"
)
