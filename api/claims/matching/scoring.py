"""How near a stored claim is to a text: by the words they share, a number from 0 to 1. Pure.

Words count by their rarity (BM25; S. Robertson, H. Zaragoza, "The Probabilistic Relevance
Framework", 2009). What makes two texts the same claim is then judged by a logistic mix of few
numbers, whose weights are fitted by `tests.measuring.eval_matching --fit`.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from api.language.stop_words import FUNCTION_WORDS
from api.language.tokens import FIELD_SEPARATOR, METADATA_SEPARATOR

SATURATION, LENGTHINESS, USUAL_LENGTH = 1.5, 0.75, 30
#: A store with fewer claims does not tell which words are rare in the language.
FEWEST = 10_000
#: What a word such as "the" weighs at most, where few claims are there to show how common it is.
COMMON = 0.5
#: Fewer terms than these can agree by chance.
TELLING = 2


class Mix(NamedTuple):
    """Weights of the logarithm of the lexical score, of the overlap and of the cosine of the
    meanings, and what to start from.
    """

    lexical: float
    overlap: float
    cosine: float
    bias: float


#: Fitted on the train split of CheckThat! 2020 task 2 (tweets and the claims they repeat).
WORDS = Mix(lexical=5.63, overlap=16.07, cosine=0, bias=-22.42)
MEANING = Mix(lexical=2.4, overlap=4.87, cosine=17.47, bias=-18.84)


def rarity(term: str, count: int, claims: int) -> float:
    """What a term weighs that stands in `count` of so many claims."""
    claims = max(claims, FEWEST, count)
    weight = math.log(1 + (claims - count + 0.5) / (count + 0.5))
    return min(weight, COMMON) if term in FUNCTION_WORDS else weight


def lexical(here: Sequence[str], there: Sequence[str], weights: Mapping[str, float]) -> float:
    """BM25 of a claim's terms for a text's. `weights` has the text's terms."""
    counts = Counter(there)
    damping = SATURATION * (1 - LENGTHINESS + LENGTHINESS * len(there) / USUAL_LENGTH)
    return sum(
        weights[term] * counts[term] * (SATURATION + 1) / (counts[term] + damping)
        for term in set(here)
        if term in counts
    )


def overlap(here: Sequence[str], there: str, weights: Mapping[str, float]) -> float:
    """What the terms of a text share with one of a claim's wordings, of the weightier of the two:
    1 when they have the same terms. `weights` has the terms of both.
    """
    own = set(here)
    best = 0.0
    for text in there.partition(METADATA_SEPARATOR)[0].split(f" {FIELD_SEPARATOR} "):
        other = set(text.split())
        if min(len(own), len(other)) >= TELLING:
            both = sum(weights[term] for term in own & other)
            best = max(best, both / max(_sum(own, weights), _sum(other, weights)))
    return best


def judge(lexical: float, overlap: float, cosine: float | None = None) -> float:
    """How likely they say the same, by their words or by their meanings too; surely so where all
    words agree, however few they are.
    """
    mix = WORDS if cosine is None else MEANING
    total = mix.lexical * math.log1p(lexical) + mix.overlap * overlap
    total += mix.cosine * (cosine or 0) + mix.bias
    return max(1 / (1 + math.exp(-total)), overlap**8)


def _sum(terms: set[str], weights: Mapping[str, float]) -> float:
    return sum(weights[term] for term in terms)
