"""Find the stored claims that say what a text says, and their differences from it.

Candidates are the claims that share the text's rarest words. The claims with each word are counted
beforehand, so that no text reads more than `MAX_POSTINGS` index entries, however many claims there
are. All words of the few candidates are then compared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple, TypedDict
from uuid import UUID

from sqlalchemy import func, select, text

from api.claims.matching.scoring import lexical_score, match_score, term_weight, weighted_overlap
from api.claims.models import Claim, ClaimTerms
from api.claims.search.indexing import count_claims_with
from api.claims.semantic_index import semantic_index
from api.database.session import session
from api.language import detection
from api.language.comparison.differences import are_nearly_identical, find_differences
from api.language.comparison.word_changes import Difference, DifferenceKind
from api.language.sentences import split_sentences
from api.language.tokens import FIELD_SEPARATOR, METADATA_SEPARATOR, Term, locate_terms

#: Index entries that are read for a sentence, and candidates that they may give.
MAX_POSTINGS, MAX_CANDIDATES = 2_000, 100
#: Candidates that are compared in full for a text; the most and the fewest for a sentence.
MAX_FINALISTS_OF_TEXT, MAX_FINALISTS, MIN_FINALISTS = 400, 40, 8
#: Least scores (0 to 1) of a claim that says the same, and of one that is related.
MIN_SAME_SCORE, MIN_RELATED_SCORE = 0.8, 0.3
#: Sentences of a text that are looked up, and code points of each: no claim is longer.
MAX_SENTENCES, MAX_SENTENCE_LENGTH = 50, 2_000
#: A quote and the claim's statement may differ in these: a statement says "Xiaomi" for "it".
PHRASING_KINDS = {DifferenceKind.WORDS, DifferenceKind.NAME}


class Relation(StrEnum):
    """How a claim relates to a text. The values are public."""

    SAME = "same"
    SIMILAR_BUT_DIFFERS = "similar_but_differs"
    RELATED = "related"


class MatchCandidate(NamedTuple):
    """A claim that may match a text: BM25 and overlap (0 to 1) of their words, and the cosine
    of their vectors, None where no encoder is configured.
    """

    claim_id: UUID
    lexical: float
    overlap: float
    cosine: float | None

    @property
    def score(self) -> float:
        return match_score(self.lexical, self.overlap, self.cosine)


@dataclass
class Match:
    """A claim that matches a text in `language` (ISO 639 code, None if unknown).

    Properties are computed when they are read, since most answers do not show all.
    """

    text: str
    language: str | None
    claim: Claim
    candidate: MatchCandidate

    @property
    def score(self) -> float:
        return round(self.candidate.score, 4)

    @property
    def meaning(self) -> float | None:
        return None if self.candidate.cosine is None else round(self.candidate.cosine, 4)

    @property
    def shared(self) -> list[str]:
        """Return the words of the text that the claim has too."""
        there = _term_set(self.claim.statement) | _term_set(self.claim.exact)
        found = (each for each in _cached_terms(self.text) if each.term in there)
        return list(dict.fromkeys(self.text[each.start : each.end] for each in found))

    @cached_property
    def differences(self) -> list[Difference]:
        """Return the differences; none where the text is the claim's own quote."""
        found = self._differences_from(self.claim.statement)
        return [] if found and self._is_quote else found

    @cached_property
    def relation(self) -> Relation:
        is_worded_alike = are_nearly_identical(self.text, self.claim.statement)
        if not (self.candidate.score >= MIN_SAME_SCORE or is_worded_alike or self._is_quote):
            return Relation.RELATED
        return Relation.SIMILAR_BUT_DIFFERS if self.differences else Relation.SAME

    @property
    def applies(self) -> bool:
        """Whether the claim's status applies to the text."""
        return self.relation is Relation.SAME

    @cached_property
    def _is_quote(self) -> bool:
        """Whether the text equals the quote, and the statement keeps what matters of the quote."""
        claim = self.claim
        if claim.exact == claim.statement or not are_nearly_identical(self.text, claim.exact):
            return False
        return not self._differences_from(claim.exact) and PHRASING_KINDS.issuperset(
            each.kind for each in _differences(claim.exact, claim.language, claim.statement, claim)
        )

    def _differences_from(self, words: str) -> list[Difference]:
        """Return the differences between the text and words of the claim."""
        return _differences(self.text, self.language, words, self.claim)


def _differences(here: str, stated: str | None, there: str, claim: Claim) -> list[Difference]:
    """Return the differences between a text, in the language `stated` if any, and words of a claim.

    The language of each is detected: an English article may quote a Chinese passage.
    """
    language = detection.detect_language(here, stated)
    other = detection.detect_language(there, claim.language)
    return find_differences(here, there, language=language, other=other)


@lru_cache(maxsize=500)
def _cached_terms(text: str) -> tuple[Term, ...]:
    return tuple(locate_terms(text))


@lru_cache(maxsize=500)
def _term_set(text: str) -> frozenset[str]:
    return frozenset(each.term for each in _cached_terms(text))


class SentenceMatches(TypedDict):
    """A sentence of a text at `start` to `end` (code points), and the claims that match it."""

    text: str
    start: int
    end: int
    matches: list[Match]


class TextMatches(TypedDict):
    """The matches of a text: its language (ISO 639 code), sentences not looked up, and the rest."""

    language: str | None
    left_out: int
    items: list[SentenceMatches]


def match_text(words: str, *, language: str | None, limit: int) -> TextMatches:
    """Find up to `limit` matches of each sentence of a text, of the first `MAX_SENTENCES`."""
    language = language or detection.detect_language(words)
    found = split_sentences(words, language)
    read = found[:MAX_SENTENCES]
    share = min(MAX_FINALISTS, max(MIN_FINALISTS, MAX_FINALISTS_OF_TEXT // max(1, len(read))))
    near_by = (
        find_matches(each.text, language=language, limit=limit, among=share) for each in read
    )
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


def find_similar(claim: Claim, *, limit: int, among: int = MAX_FINALISTS) -> list[Match]:
    """Find up to `limit` other claims that say the same as a claim, or nearly."""
    words, language = claim.statement, claim.language
    return find_matches(words, language=language, limit=limit, among=among, but=claim.id)


def find_matches(
    words: str,
    *,
    language: str | None,
    limit: int,
    among: int = MAX_FINALISTS,
    but: UUID | None = None,
) -> list[Match]:
    """Find up to `limit` stored claims that match a text: first the same claim, then the nearest.

    At most `among` candidates are compared in full; the claim `but` is left out.
    """
    words = words[:MAX_SENTENCE_LENGTH]
    found = [
        each
        for each in rank_candidates(words, among)
        if each.score >= MIN_RELATED_SCORE and each.claim_id != but
    ]
    rows = select(Claim).where(Claim.id.in_([each.claim_id for each in found]))
    claims = {claim.id: claim for claim in session.scalars(rows)}
    near_by = (Match(words, language, claims[each.claim_id], each) for each in found)
    return sorted(near_by, key=lambda each: not each.applies)[:limit]


def rank_candidates(words: str, among: int = MAX_FINALISTS) -> list[MatchCandidate]:
    """Return up to `among` claims near by words, and as many near by meaning, best score first.

    Of equals the one that was stored first comes first. Withdrawn claims are left out.
    """
    here = [each.term for each in _cached_terms(words)]
    total = session.scalar(select(func.max(ClaimTerms.number))) or 0
    counts = count_claims_with(here)
    weights = {term: term_weight(term, count, total) for term, count in counts.items()}
    numbers = _select_candidates(counts, weights)
    index = semantic_index()
    cosines = index.find_nearest(words, numbers) if index else {}
    rows = select(ClaimTerms.number, ClaimTerms.claim_id, ClaimTerms.terms).order_by(
        ClaimTerms.number
    )
    rows = rows.join(Claim, Claim.id == ClaimTerms.claim_id).where(Claim.withdrawn_at.is_(None))
    found = session.execute(rows.where(ClaimTerms.number.in_({*numbers, *cosines}))).all()
    by_words = {row: lexical_score(here, row.terms.split(), weights) for row in found}
    finalists = {
        *sorted(found, key=lambda row: -by_words[row])[:among],
        *sorted(found, key=lambda row: -cosines.get(row.number, 0))[: among * bool(cosines)],
    }
    others = {term for row in finalists for term in row.terms.split()}
    others = others.difference(weights, {FIELD_SEPARATOR, METADATA_SEPARATOR})
    weights |= {
        term: term_weight(term, count, total) for term, count in count_claims_with(others).items()
    }
    candidates = (
        MatchCandidate(
            claim_id=row.claim_id,
            lexical=by_words[row],
            overlap=weighted_overlap(here, row.terms, weights),
            cosine=cosines.get(row.number),
        )
        for row in sorted(finalists, key=lambda row: row.number)
    )
    return sorted(candidates, key=lambda each: -each.score)


def _select_candidates(counts: Mapping[str, int], weights: Mapping[str, float]) -> Sequence[int]:
    """Return the numbers of the claims with the most of the text's rarest words."""
    left = MAX_POSTINGS
    wanted: dict[str, float] = {}
    for term in sorted((term for term, count in counts.items() if count), key=counts.__getitem__):
        if wanted and counts[term] > left:
            break
        left -= counts[term]
        wanted[term] = weights[term]
    if not wanted:
        return []
    having = _POSTINGS_SQL[session.get_bind().dialect.name]
    parts = " UNION ALL ".join(having.format(place) for place in range(len(wanted)))
    statement = _CANDIDATES_SQL.format(parts)
    quote = "'" if session.get_bind().dialect.name == "postgresql" else '"'
    values = {f"term_{place}": f"{quote}{term}{quote}" for place, term in enumerate(wanted)}
    shares = {f"weight_{place}": weight for place, weight in enumerate(wanted.values())}
    limits = {"most": MAX_CANDIDATES, "entries": MAX_POSTINGS}
    return session.scalars(text(statement), values | shares | limits).all()


#: Selects the numbers of the claims that have a term (terms hold no quotation marks).
_POSTINGS_SQL = {
    "sqlite": "SELECT * FROM (SELECT rowid AS number, :weight_{0} AS weight FROM claim_terms_fts "
    "WHERE claim_terms_fts MATCH :term_{0} LIMIT :entries) AS entries_{0}",
    "postgresql": "SELECT * FROM (SELECT number, CAST(:weight_{0} AS double precision) AS weight "
    "FROM claim_terms WHERE terms @@ CAST(:term_{0} AS tsquery) LIMIT :entries) AS entries_{0}",
}
_CANDIDATES_SQL = (
    "SELECT number FROM ({}) AS entries "
    "GROUP BY number ORDER BY sum(weight) DESC, number LIMIT :most"
)
