"""Score how near a stored claim is to a text by the words they share, from 0 to 1. Pure.

Words count by their rarity (BM25; S. Robertson, H. Zaragoza, "The Probabilistic Relevance
Framework", 2009). A logistic regression over few numbers then tells whether two texts are the same
claim; `tests.measuring.eval_matching --fit` fits its weights.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from api.language.stop_words import FUNCTION_WORDS
from api.language.tokens import FIELD_SEPARATOR, METADATA_SEPARATOR

SATURATION, LENGTHINESS, USUAL_LENGTH = 1.5, 0.75, 30
#: Fewer claims than this do not show which words are rare in the language.
MIN_STORE_SIZE = 10_000
#: The weight of a word such as "the" at most, however few claims there are.
MAX_FUNCTION_WORD_WEIGHT = 0.5
#: Fewer shared terms than these may agree by chance.
MIN_TERMS = 2


class ScoreWeights(NamedTuple):
    """Weights of the logarithm of the lexical score, of the overlap and of the cosine of the
    vectors, and the bias.
    """

    lexical: float
    overlap: float
    cosine: float
    bias: float


#: Fitted on the train split of CheckThat! 2020 task 2 (tweets and the claims they repeat).
LEXICAL_WEIGHTS = ScoreWeights(lexical=5.63, overlap=16.07, cosine=0, bias=-22.42)
SEMANTIC_WEIGHTS = ScoreWeights(lexical=2.4, overlap=4.87, cosine=17.47, bias=-18.84)


def term_weight(term: str, count: int, claims: int) -> float:
    """Return the weight of a term that `count` of so many claims have (BM25's IDF)."""
    claims = max(claims, MIN_STORE_SIZE, count)
    weight = math.log(1 + (claims - count + 0.5) / (count + 0.5))
    return min(weight, MAX_FUNCTION_WORD_WEIGHT) if term in FUNCTION_WORDS else weight


def lexical_score(here: Sequence[str], there: Sequence[str], weights: Mapping[str, float]) -> float:
    """Return BM25 of a claim's terms (`there`) for a text's. `weights` has the text's terms."""
    counts = Counter(there)
    damping = SATURATION * (1 - LENGTHINESS + LENGTHINESS * len(there) / USUAL_LENGTH)
    return sum(
        weights[term] * counts[term] * (SATURATION + 1) / (counts[term] + damping)
        for term in set(here)
        if term in counts
    )


def weighted_overlap(here: Sequence[str], there: str, weights: Mapping[str, float]) -> float:
    """Return the largest weighted overlap of a text's terms with one of a claim's wordings, 0 to 1.

    It is the weight of the shared terms divided by that of the heavier text: 1 when both have the
    same terms. `there` is the claim's index entry; `weights` has the terms of both.
    """
    own = set(here)
    best = 0.0
    for text in there.partition(METADATA_SEPARATOR)[0].split(f" {FIELD_SEPARATOR} "):
        other = set(text.split())
        if min(len(own), len(other)) >= MIN_TERMS:
            both = sum(weights[term] for term in own & other)
            best = max(best, both / max(_sum(own, weights), _sum(other, weights)))
    return best


def match_score(lexical: float, overlap: float, cosine: float | None = None) -> float:
    """Return how likely two texts say the same, 0 to 1, by their words and, if known, by meaning.

    It is near 1 where all words agree, however few they are.
    """
    weights = LEXICAL_WEIGHTS if cosine is None else SEMANTIC_WEIGHTS
    total = weights.lexical * math.log1p(lexical) + weights.overlap * overlap
    total += weights.cosine * (cosine or 0) + weights.bias
    return max(1 / (1 + math.exp(-total)), overlap**8)


def _sum(terms: set[str], weights: Mapping[str, float]) -> float:
    return sum(weights[term] for term in terms)
