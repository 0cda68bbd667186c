"""Score how much a sentence is worth checking, by a linear model over features and words. Pure.

The weights are in `checkworthiness.json`, which says what they were fitted on. The log-odds of a
sentence are the bias, plus weight times value of each named feature, plus the weights of its words,
pairs of words and beginnings of words divided by the square root of how many it has.
"""

import json
import math
import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from api.claims.candidates.features import FEATURE_PATTERNS, match_features
from api.language.numbers.quantities import Figure, FigureKind

WEIGHTS = Path(__file__).with_name("checkworthiness.json")

#: A word is named as a reason only if it moves the log-odds by at least this much.
MIN_WORD_WEIGHT = 0.3

#: Features of sentences that are no plain statements about others.
NOT_PLAIN = frozenset((
    "first_person", "we", "second_person", "exhortation", "opinion", "condition", "politeness",
    "question",
))  # fmt: skip
MIN_PLAIN_LENGTH = 4

WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?|\d[\d,.]*\d|\d|[%$]")
NAME_INSIDE = re.compile(r"(?<=[a-z,;:] )(?!I\b)[A-Z][\w'’.-]+|(?<!\w)[A-Za-z]*[a-z][A-Z]\w*")
HAN = re.compile(r"[\u4e00-\u9fff]")
QUOTATION = re.compile(r"[\"“”«»「」]")


class Reason(NamedTuple):
    """A feature of a sentence, the words that show it, and what it adds to the log-odds."""

    feature: str
    shown_by: str
    weight: float


class SentenceScore(NamedTuple):
    """`score` is between 0 and 1; the reasons with the most weight come first."""

    score: float
    reasons: tuple[Reason, ...]


class CheckworthinessModel(NamedTuple):
    """A linear model: the weights of features and of words, and the score of a likely claim."""

    bias: float
    threshold: float
    features: dict[str, float]
    words: dict[str, float]


@lru_cache(maxsize=1)
def load_model() -> CheckworthinessModel:
    """Return the stored model. Raises OSError, ValueError or KeyError if its file is broken."""
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return CheckworthinessModel(
        stored["bias"], stored["threshold"], stored["features"], stored["words"]
    )


def score_sentence(text: str, figures: Sequence[Figure]) -> SentenceScore:
    """Score a sentence, given its figures."""
    model = load_model()
    reasons = [
        Reason(name, shown_by, model.features[name] * value)
        for name, (value, shown_by) in named_features(text, figures).items()
        if name in model.features
    ]
    grams = word_features(text)
    share = 1 / math.sqrt(len(grams) or 1)
    known = [(gram, model.words[gram] * share) for gram in grams if gram in model.words]
    log_odds = model.bias + sum(each.weight for each in reasons) + sum(w for _, w in known)
    reasons += [
        Reason("word", gram, weight) for gram, weight in known if abs(weight) >= MIN_WORD_WEIGHT
    ]
    reasons.sort(key=lambda each: -abs(each.weight))
    return SentenceScore(1 / (1 + math.exp(-log_odds)), tuple(reasons))


def named_features(text: str, figures: Sequence[Figure]) -> dict[str, tuple[float, str]]:
    """Return the named features of a sentence: name: (value from 0 to about 1, words)."""
    found: dict[str, tuple[float, str]] = {}
    for figure in figures:
        found.setdefault(f"figure_{figure.kind}", (1.0, figure.text))
    found |= {name: (1.0, shown_by) for name, shown_by in match_features(text)}
    names = NAME_INSIDE.findall(text)
    if names:
        found["names"] = min(len(names), 4) / 4, ", ".join(names[:4])
    length = len(WORD.findall(text)) + len(HAN.findall(text)) / 2
    found["length"] = math.log1p(length) / 4, f"{length:.0f} words"
    if text.rstrip().endswith(("?", "？", "؟")):
        found["question"] = 1.0, "?"
    if mark := QUOTATION.search(text):
        found["quotation"] = 1.0, mark.group()
    if not found.keys() & NOT_PLAIN and length >= MIN_PLAIN_LENGTH:
        found["plain_statement"] = 1.0, "no speaker, wish, condition or question"
    return found


#: Every feature that there is; the weights file has exactly these.
FEATURES = (
    *(f"figure_{kind}" for kind in FigureKind), *FEATURE_PATTERNS, "names", "length", "question",
    "quotation", "plain_statement",
)  # fmt: skip


def word_features(text: str) -> list[str]:
    """Return the distinct words, pairs of words and beginnings of words ("econ…") of a sentence.

    Numbers and years lose their digits.
    """
    plain = [_normalise_word(word) for word in WORD.findall(text)]
    pairs = [f"{first} {second}" for first, second in pairwise(plain)]
    beginnings = [f"{word[:4]}…" for word in plain if len(word) > 5 and word.isalpha()]
    return list(dict.fromkeys(plain + pairs + beginnings))


def _normalise_word(word: str) -> str:
    if not word[0].isdigit():
        return word.lower().replace("’", "'")
    return "<year>" if re.fullmatch(r"(?:19|20)\d\d", word) else "<number>"
