"""How much a sentence is worth checking, and why: a linear model over named features and words.

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

from api.claims.candidates.features import PATTERNS, matches
from api.language.numbers.quantities import Figure, FigureKind

WEIGHTS = Path(__file__).with_name("checkworthiness.json")

#: A reason names a single word only where it moves the log-odds by this much.
TELLING = 0.3

#: A plain statement is about others, and neither wish nor view, condition nor question.
UNPLAIN = frozenset((
    "first_person", "we", "second_person", "exhortation", "opinion", "condition", "politeness",
    "question",
))  # fmt: skip
PLAIN_LENGTH = 4

WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?|\d[\d,.]*\d|\d|[%$]")
LATER_NAME = re.compile(r"(?<=[a-z,;:] )(?!I\b)[A-Z][\w'’.-]+|(?<!\w)[A-Za-z]*[a-z][A-Z]\w*")
HAN = re.compile(r"[\u4e00-\u9fff]")
QUOTATION = re.compile(r"[\"“”«»「」]")


class Reason(NamedTuple):
    """A feature of the sentence, what in the sentence shows it, and its part of the log-odds."""

    feature: str
    shown_by: str
    weight: float


class Judgement(NamedTuple):
    """`score` is between 0 and 1; the reasons that move it most come first."""

    score: float
    reasons: tuple[Reason, ...]


class Model(NamedTuple):
    bias: float
    threshold: float
    features: dict[str, float]
    words: dict[str, float]


@lru_cache(maxsize=1)
def model() -> Model:
    """The model in the weights file. Raises OSError, ValueError or KeyError if it is broken."""
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return Model(stored["bias"], stored["threshold"], stored["features"], stored["words"])


def judge(text: str, figures: Sequence[Figure]) -> Judgement:
    """Score a sentence, given its figures."""
    weights = model()
    reasons = [
        Reason(name, shown_by, weights.features[name] * value)
        for name, (value, shown_by) in features(text, figures).items()
        if name in weights.features
    ]
    grams = words(text)
    share = 1 / math.sqrt(len(grams) or 1)
    known = [(gram, weights.words[gram] * share) for gram in grams if gram in weights.words]
    log_odds = weights.bias + sum(each.weight for each in reasons) + sum(w for _, w in known)
    reasons += [Reason("word", gram, weight) for gram, weight in known if abs(weight) >= TELLING]
    reasons.sort(key=lambda each: -abs(each.weight))
    return Judgement(1 / (1 + math.exp(-log_odds)), tuple(reasons))


def features(text: str, figures: Sequence[Figure]) -> dict[str, tuple[float, str]]:
    """The named features of a sentence: name, value (0 to about 1) and the words that show it."""
    found: dict[str, tuple[float, str]] = {}
    for figure in figures:
        found.setdefault(f"figure_{figure.kind}", (1.0, figure.text))
    found |= {name: (1.0, shown_by) for name, shown_by in matches(text)}
    names = LATER_NAME.findall(text)
    if names:
        found["names"] = min(len(names), 4) / 4, ", ".join(names[:4])
    length = len(WORD.findall(text)) + len(HAN.findall(text)) / 2
    found["length"] = math.log1p(length) / 4, f"{length:.0f} words"
    if text.rstrip().endswith(("?", "？", "؟")):
        found["question"] = 1.0, "?"
    if mark := QUOTATION.search(text):
        found["quotation"] = 1.0, mark.group()
    if not found.keys() & UNPLAIN and length >= PLAIN_LENGTH:
        found["plain_statement"] = 1.0, "no speaker, wish, condition or question"
    return found


#: Every feature that there is; the weights file has exactly these.
FEATURES = (
    *(f"figure_{kind}" for kind in FigureKind), *PATTERNS, "names", "length", "question",
    "quotation", "plain_statement",
)  # fmt: skip


def words(text: str) -> list[str]:
    """The distinct words, pairs of words and beginnings of long words ("econ…") of a sentence.

    Numbers and years lose their digits.
    """
    plain = [_plain(word) for word in WORD.findall(text)]
    pairs = [f"{first} {second}" for first, second in pairwise(plain)]
    beginnings = [f"{word[:4]}…" for word in plain if len(word) > 5 and word.isalpha()]
    return list(dict.fromkeys(plain + pairs + beginnings))


def _plain(word: str) -> str:
    if not word[0].isdigit():
        return word.lower().replace("’", "'")
    return "<year>" if re.fullmatch(r"(?:19|20)\d\d", word) else "<number>"
