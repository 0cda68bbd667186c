"""Which stored claims say what a text says, and what tells them apart from it.

Candidates are the claims that share the text's rarest words, as many words as there is work allowed
for: the claims that have one are counted beforehand, so that no text costs more than `POSTINGS` of
them however many claims there are. These few are then judged by all the words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, text

from api.articles.sentences import Sentence, sentences
from api.claims.differences import are_one_text, differences
from api.claims.indexing import counts_of
from api.claims.meaning import meaning
from api.claims.models import Claim, Indexed
from api.claims.resemblance import judge, lexical, overlap, rarity
from api.claims.rewording import Difference
from api.claims.terms import ABOUT, APART, located
from api.db import session
from api.sources import languages

#: Entries of the index that are read for a text; how many claims they may bring, and how many
#: of these are looked at closely.
POSTINGS, CANDIDATES, FINALISTS = 2_000, 100, 20
#: From these scores on a claim says the same, or is related.
SAME, RELATED = 0.8, 0.3
#: Sentences of a text that are looked up, and characters of one: no claim is longer.
SENTENCES, LONGEST = 50, 2_000


class Relation(StrEnum):
    """What a claim is to a text."""

    SAME = "same"
    SIMILAR_BUT_DIFFERS = "similar_but_differs"
    RELATED = "related"


@dataclass(frozen=True)
class Near:
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


@dataclass(frozen=True)
class Match:
    """A claim near a text, why (`shared` words of the text, `meaning`), and what differs."""

    claim: Claim
    score: float
    relation: Relation
    shared: list[str]
    meaning: float | None
    differences: list[Difference]

    @property
    def applies(self) -> bool:
        """Whether the claim's status speaks of the text, too."""
        return self.relation is Relation.SAME


def of_text(words: str, *, language: str | None, limit: int) -> dict[str, Any]:
    """The matches of each sentence of a text, of the first fifty."""
    language = language or languages.of(words)
    found = sentences(words, language)
    return {
        "language": language,
        "left_out": max(0, len(found) - SENTENCES),
        "items": [_of_sentence(each, language, limit) for each in found[:SENTENCES]],
    }


def _of_sentence(sentence: Sentence, language: str | None, limit: int) -> dict[str, Any]:
    return {
        "text": sentence.text,
        "start": sentence.start,
        "end": sentence.start + len(sentence.text),
        "matches": matches(sentence.text, language=language, limit=limit),
    }


def of_claim(claim: Claim, *, limit: int) -> list[Match]:
    """The other claims that say what a claim says, or nearly."""
    return matches(claim.statement, language=claim.language, limit=limit, but=claim.id)


def matches(
    words: str, *, language: str | None, limit: int, but: UUID | None = None
) -> list[Match]:
    """The stored claims nearest to a text, those that say the same and then the nearest first; none
    where none is near.
    """
    words = words[:LONGEST]
    found = [each for each in near(words) if each.score >= RELATED and each.claim_id != but]
    ids = [each.claim_id for each in found]
    rows = select(Claim).where(Claim.id.in_(ids), Claim.withdrawn_at.is_(None))
    claims = {claim.id: claim for claim in session.scalars(rows)}
    near_by = [
        _match(words, language, claims[each.claim_id], each)
        for each in found
        if each.claim_id in claims
    ]
    return sorted(near_by, key=lambda each: each.relation is not Relation.SAME)[:limit]


def _match(words: str, language: str | None, claim: Claim, found: Near) -> Match:
    # By what it is written in: a Chinese passage of an article that is in English, say.
    ours, theirs = (
        languages.of(text, stated)
        for text, stated in ((words, language), (claim.statement, claim.language))
    )
    differ = differences(words, claim.statement, language=ours, other=theirs)
    alike = found.score >= SAME or are_one_text(words, claim.statement)
    relation = Relation.SIMILAR_BUT_DIFFERS if differ else Relation.SAME
    return Match(
        claim=claim,
        score=round(found.score, 4),
        meaning=None if found.cosine is None else round(found.cosine, 4),
        relation=relation if alike else Relation.RELATED,
        shared=_shared(words, f"{claim.statement}\n{claim.exact}"),
        differences=differ,
    )


def _shared(words: str, others: str) -> list[str]:
    there = {each.term for each in located(others)}
    found = (words[each.start : each.end] for each in located(words) if each.term in there)
    return list(dict.fromkeys(found))


def near(words: str) -> list[Near]:
    """The claims near to a text by their words or their meaning, the most likely to say the same
    first; of equals the one that was stored first.
    """
    here = [each.term for each in located(words)]
    total = session.scalar(select(func.max(Indexed.number))) or 0
    counts = counts_of(here)
    weights = {term: rarity(term, count, total) for term, count in counts.items()}
    numbers = _candidates(counts, weights)
    known = meaning()
    cosines = known.near(words, numbers) if known else {}
    rows = select(Indexed.number, Indexed.claim_id, Indexed.terms).order_by(Indexed.number)
    found = session.execute(rows.where(Indexed.number.in_({*numbers, *cosines}))).all()
    by_words = {row: lexical(here, row.terms.split(), weights) for row in found}
    finalists = {
        *sorted(found, key=lambda row: -by_words[row])[:FINALISTS],
        *sorted(found, key=lambda row: -cosines.get(row.number, 0))[: FINALISTS * bool(cosines)],
    }
    others = {term for row in finalists for term in row.terms.split()}
    others = others.difference(weights, {APART, ABOUT})
    weights |= {term: rarity(term, count, total) for term, count in counts_of(others).items()}
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
