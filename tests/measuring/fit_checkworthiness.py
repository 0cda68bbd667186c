"""Fit the weights of `api/claims/candidates/checkworthiness.py` to a folder of judged sentences.

    python -m tests.measuring.fit_checkworthiness FOLDER "what the data is, and its licence"

The folder has `train.tsv` and `dev.tsv` (Sentence_id, Text, class_label: Yes or No). Logistic
regression with a ridge; then BY_HAND is added. Needs numpy and scipy, as nothing else here does.
"""

import csv
import json
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from scipy import optimize, sparse, special

from api.claims.candidates.checkworthiness import FEATURES, WEIGHTS, named_features, word_features
from api.language.numbers.parser import find_figures
from tests.measuring.eval_candidates import average_precision, f_measure, read

#: A word or pair gets a weight when this many sentences of the training set have it.
COMMON = 10
#: The ridge: a larger value keeps weights nearer to 0.
RIDGE = 1 / 3

#: The sentences with the highest numbers, an eighth, are of the latest debates. They count more,
#: because talk and what is made of it change with the years.
LATE, LATE_WEIGHT = 0.875, 3.0

#: Added by hand to the fitted weights. In debates, the only data so far, these are mostly rhetoric
#: or manners ("two minutes", "first of all", "the greatest country"); in news they
#: state what can be looked up.
BY_HAND = {
    "figure_duration": 0.5,
    "figure_quantity": 0.5,
    "superlative": 0.3,
    "first": 0.4,
    "rank": 0.4,
    "composition": 0.4,
}


def matrix(texts: list[str], vocabulary: dict[str, int]) -> sparse.csr_matrix:
    rows, columns, values = [], [], []
    column = {name: place for place, name in enumerate(FEATURES)}
    for row, text in enumerate(texts):
        grams = word_features(text)
        share = 1 / np.sqrt(len(grams) or 1)
        cells = [
            (column[name], value)
            for name, (value, _) in named_features(text, find_figures(text)).items()
        ]
        cells += [(len(FEATURES) + vocabulary[gram], share) for gram in grams if gram in vocabulary]
        for place, value in cells:
            rows.append(row)
            columns.append(place)
            values.append(value)
    shape = (len(texts), len(FEATURES) + len(vocabulary))
    return sparse.csr_matrix((values, (rows, columns)), shape)


def fit(x: sparse.csr_matrix, y: np.ndarray, count: np.ndarray) -> tuple[float, np.ndarray]:
    """The bias and the weights with the least penalised log loss; row i counts `count[i]` times."""
    sign = np.where(y, 1.0, -1.0)

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        bias, weights = parameters[0], parameters[1:]
        margin = sign * (x @ weights + bias)
        slope = -sign * count * special.expit(-margin)
        value = count @ np.logaddexp(0, -margin) + 0.5 * RIDGE * (weights @ weights)
        return value, np.concatenate([[slope.sum()], x.T @ slope + RIDGE * weights])

    start = np.zeros(x.shape[1] + 1)
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 2000})
    return found.x[0], found.x[1:]


def main(folder: Path, statement: str) -> None:
    texts, labels = read(folder / "train.tsv")
    with (folder / "train.tsv").open(encoding="utf-8", newline="") as file:
        numbers = [int(row["Sentence_id"]) for row in csv.DictReader(file, delimiter="\t")]
    late = np.array(numbers) >= np.quantile(numbers, LATE)
    seen = Counter(gram for text in texts for gram in word_features(text))
    common = sorted(gram for gram, count in seen.items() if count >= COMMON)
    vocabulary = {gram: place for place, gram in enumerate(common)}
    count = np.where(late, LATE_WEIGHT, 1.0)
    bias, weights = fit(matrix(texts, vocabulary), np.array(labels), count)
    for name, addition in BY_HAND.items():
        weights[FEATURES.index(name)] += addition
    dev, judged = read(folder / "dev.tsv")
    scores = special.expit(matrix(dev, vocabulary) @ weights + bias).tolist()
    threshold = max(sorted(set(scores)), key=lambda each: f_measure(scores, judged, each, beta=3))
    print(f"dev: average precision {average_precision(scores, judged):.4f}", end=", ")
    print(f"F3 {f_measure(scores, judged, threshold, beta=3):.4f} at {threshold:.3f}")
    stored = {
        "fitted_on": statement,
        "sentences": len(texts),
        "threshold": round(threshold, 3),
        "threshold_is": "the one with the best F3 on dev: a claim missed costs more than one too many",
        "bias": round(bias, 3),
        "added_by_hand": BY_HAND,
        "features": dict(
            zip(FEATURES, np.round(weights[: len(FEATURES)], 3).tolist(), strict=True)
        ),
        "words": dict(zip(common, np.round(weights[len(FEATURES) :], 3).tolist(), strict=True)),
    }
    WEIGHTS.write_text(json.dumps(stored, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
