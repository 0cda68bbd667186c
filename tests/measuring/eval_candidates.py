"""Measure check-worthiness on a folder of judged sentences.

    python -m tests.measuring.eval_candidates FOLDER

The folder has `dev.tsv`, where the threshold is set, and any other `*.tsv` of the form Sentence_id,
Text, class_label (Yes or No). Average precision and F1 of Yes, with published figures beside them.
"""

import csv
import random
import statistics
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from api.claims.candidates.checkworthiness import load_model, score_sentence
from api.language.numbers.parser import find_figures

#: F1 of Yes on dev-test of CheckThat! 2024 task 1 (English), threshold set on dev.
BESIDE = {
    "fine-tuned GPT-3.5": 0.862,
    "TF-IDF averaged with MiniLM": 0.83,
    "TF-IDF and logistic regression": 0.79,
    "20 hand-made features and logistic regression": 0.74,
}


HEADS = ("file", "sentences", "Yes", "AP", "F1", "F1 max", "ms each")


def read(path: Path) -> tuple[list[str], list[bool]]:
    """Texts and labels of a file with the columns Text and class_label."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [row["Text"] for row in rows], [row["class_label"] == "Yes" for row in rows]


def average_precision(scores: list[float], labels: list[bool]) -> float:
    """The mean, over the Yes items, of the precision at their rank; ties share a rank."""
    found = total = 0
    area = 0.0
    ranked = sorted(zip(scores, labels, strict=True), reverse=True)
    for place, (score, label) in enumerate(ranked, 1):
        found += label
        total += label
        if place == len(ranked) or ranked[place][0] != score:
            area += total * found / place
            total = 0
    return area / max(sum(labels), 1)


def f_measure(
    scores: Sequence[float], labels: Sequence[bool], threshold: float, beta: float = 1
) -> float:
    """F of Yes when Yes is said from a score on; recall counts `beta` times as much as precision."""
    hits = sum(label and score >= threshold for score, label in zip(scores, labels, strict=True))
    said = sum(score >= threshold for score in scores)
    return (1 + beta**2) * hits / max(said + beta**2 * sum(labels), 1)


def thresholds(scores: list[float], labels: list[bool]) -> tuple[float, float]:
    """The threshold with the best F1, and the lowest whose F1 is within a standard error of it.

    F1 is flat around its best, so that the first is mostly chance; the second is the rule of
    Breiman et al. (Classification and Regression Trees, 1984, 3.4.3). The standard error is that of
    200 bootstrap samples, drawn with a fixed seed.
    """
    at = {each: f_measure(scores, labels, each) for each in sorted(set(scores), reverse=True)}
    best = max(at, key=lambda each: at[each])
    pairs = list(zip(scores, labels, strict=True))
    draw = random.Random(0)
    samples = [
        f_measure(*zip(*draw.choices(pairs, k=len(pairs)), strict=True), best) for _ in range(200)
    ]
    error = statistics.stdev(samples)
    return best, min(each for each, value in at.items() if value >= at[best] - error)


def main(folder: Path) -> None:
    print("{:<12}{:>10}{:>7}{:>8}{:>8}{:>8}{:>9}".format(*HEADS))
    best = inclusive = 0.0
    for path in sorted(folder.glob("*.tsv"), key=lambda path: (path.stem != "dev", path.stem)):
        texts, labels = read(path)
        score_sentence(texts[0], find_figures(texts[0]))  # loads the weights and the grammar
        began = time.process_time()
        scores = [score_sentence(text, find_figures(text)).score for text in texts]
        each = (time.process_time() - began) * 1000 / len(texts)
        if not best:
            best, inclusive = thresholds(scores, labels)
        values = [average_precision(scores, labels)]
        values += [f_measure(scores, labels, inclusive), f_measure(scores, labels, best)]
        print(f"{path.stem:<12}{len(texts):>10}{sum(labels):>7}", end="")
        print("{:>8.4f}{:>8.4f}{:>8.4f}{:>9.3f}".format(*values, each))
    print(
        f"F1: at {inclusive:.3f}, the lowest threshold within a standard error of the best on dev;"
    )
    print(
        f"F1 max: at {best:.3f}, the best on dev. Candidates are proposed from {load_model().threshold}."
    )
    for name, value in BESIDE.items():
        print(f"beside it, F1 on dev-test: {value:.3f} {name}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
