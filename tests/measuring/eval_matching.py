"""Measure matching on a folder of texts, claims and which text repeats which claim.

    python -m tests.measuring.eval_matching FOLDER [--fit]

The folder has `verified_claims.docs.tsv` (number, claim, title) and, for train, dev and test, a folder
with `tweets.queries.tsv` (number, text) and `tweet-vclaim-pairs.qrels` (TREC): the form of CheckThat!
2020 task 2. The claims are stored in a database of their own and asked as the API asks. With --fit the
weights of `api/claims/matching/scoring.py` are fitted to the train split and printed (needs scipy).
"""

import csv
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from api.app import create_app
from api.articles.models import Article
from api.auth.roles import Role
from api.claims.matching import service as matching
from api.claims.models import Claim
from api.claims.search import indexing
from api.claims.semantic_index import semantic_index
from api.config.settings import Settings
from api.contributors import service as contributors
from api.database.migrate import migrate
from api.database.session import transaction
from api.language.tokens import tokenize

SPLITS = ("train", "dev", "test")
HEADS = ("split", "texts", "MAP@1", "MAP@3", "MAP@5", "MRR", "R@5", "ms a text", "same", "right")
#: On the test split of 2020.
BESIDE = {
    "best published": 0.929,
    "UNIPI-NLE (Passaro et al. 2020)": 0.91,
    "FTS5 over title and claim": 0.896,
    "MiniLM alone": 0.957,
}


@dataclass
class Query:
    """A text, the numbers of the claims that it repeats, and what these say: some are there twice,
    with other punctuation, and only one of them is named.
    """

    text: str
    wanted: set[str]
    said: set[tuple[str, ...]]


def table(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t"))[1:]


def words(claim: str) -> tuple[str, ...]:
    return tuple(tokenize(claim))


def queries(folder: Path, claims: dict[str, str]) -> list[Query]:
    """The texts of a split that repeat a claim."""
    wanted = defaultdict(set)
    for line in (folder / "tweet-vclaim-pairs.qrels").read_text(encoding="utf-8").splitlines():
        number, _, claim, judged = line.split()
        if int(judged):
            wanted[number].add(claim)
    rows = table(folder / "tweets.queries.tsv")
    return [
        Query(text, wanted[number], {words(claims[each]) for each in wanted[number]})
        for number, text, *_ in rows
        if number in wanted
    ]


def average_precision(ranked: list[str], wanted: set[str], most: int) -> float:
    """The mean of the precisions at the ranks of what is wanted, of the first `most`."""
    found, total = 0, 0.0
    for rank, claim in enumerate(ranked[:most], 1):
        if claim in wanted:
            found += 1
            total += found / rank
    return total / min(len(wanted), most)


def reciprocal_rank(ranked: list[str], wanted: set[str]) -> float:
    return next((1 / rank for rank, claim in enumerate(ranked, 1) if claim in wanted), 0.0)


def store(rows: list[list[str]]) -> dict[str, str]:
    """Store the claims; their ids, and the numbers they have in the data."""
    numbers = {}
    with transaction() as session:
        person = contributors.enrol_contributor(name="Measuring", role=Role.CONTRIBUTOR)
        article = Article(
            title="Claims",
            text="",
            text_sha256="",
            retells=[],
            added_by_id=person.id,
            language="en",
        )
        session.add(article)
        session.flush()
        for place, (number, claim, title) in enumerate(rows):
            row = Claim(
                article_id=article.id,
                start=place,
                end=place + 1,
                fingerprint=number,
                statement=claim,
                exact=title,
                prefix="",
                suffix="",
                claimant_domains=[],
                labels=[],
                language="en",
                added_by_id=person.id,
            )
            session.add(row)
            indexing.index_claim(row)
            numbers[row.id] = number
    return numbers


def measure(name: str, asked: list[Query], numbers: dict, claims: dict[str, str]) -> list:
    """A row of the table, and of each text what is near it."""
    begun = time.perf_counter()
    with transaction(reads=True):
        near = [matching.rank_candidates(query.text) for query in asked]
    spent = 1000 * (time.perf_counter() - begun) / len(asked)
    with transaction(reads=True):
        said = [matching.find_matches(query.text, language="en", limit=5) for query in asked]
    same = [
        words(match.claim.statement) in query.said
        for query, found in zip(asked, said, strict=True)
        for match in found
        if match.applies
    ]
    ranked = [[numbers[each.claim_id] for each in found] for found in near]
    pairs = [(found, query.wanted) for found, query in zip(ranked, asked, strict=True)]
    mean = lambda values: sum(values) / len(asked)  # noqa: E731
    figures = (
        *(mean([average_precision(*pair, most) for pair in pairs]) for most in (1, 3, 5)),
        mean([reciprocal_rank(*pair) for pair in pairs]),
        mean([len(set(found[:5]) & wanted) / len(wanted) for found, wanted in pairs]),
    )
    print(
        name, len(asked), *(f"{each:.4f}" for each in figures), f"{spent:.1f}",
        len(same), f"{sum(same) / len(same):.3f}" if same else "-", sep="\t", flush=True,
    )  # fmt: skip
    return [
        (
            each.lexical,
            each.overlap,
            each.cosine or 0.0,
            words(claims[numbers[each.claim_id]]) in query.said,
        )
        for query, found in zip(asked, near, strict=True)
        for each in found
    ]


def fit(rows: list) -> None:
    """Print the weights of a logistic regression, and what precision each score gives."""
    import numpy as np
    from scipy import optimize

    values = np.array([[np.log1p(first), *others, 1] for first, *others, _ in rows])
    right = np.array([is_right for *_, is_right in rows])

    def loss(weights):
        total = values @ weights
        return np.logaddexp(0, np.where(right, -total, total)).sum() + 0.01 * weights @ weights

    weights = optimize.minimize(loss, np.zeros(4)).x
    print("lexical, overlap, cosine, bias:", np.round(weights, 2))
    scores = np.maximum(1 / (1 + np.exp(-values @ weights)), values[:, 1] ** 8)
    for least in (0.2, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        chosen = right[scores >= least]
        print(f"from {least}: {len(chosen)} pairs, precision {chosen.mean():.3f}")


def main(folder: Path, *, fits: bool = False) -> None:
    with TemporaryDirectory() as place:
        url = f"sqlite:///{place}/matching.sqlite"
        migrate(url)
        rows = table(folder / "verified_claims.docs.tsv")
        claims = {number: claim for number, claim, _ in rows}
        numbers: dict[UUID, str] = {}
        for model in ("", "minilm"):
            settings = Settings(database_url=url, blob_store=f"{place}/blobs", semantic_model=model)
            with create_app(settings).app_context():
                begun = time.perf_counter()
                numbers = numbers or store(rows)
                if (index := semantic_index()) is not None:
                    list(index.backfill())
                spent = 1000 * (time.perf_counter() - begun) / len(rows)
                print(f"\n{model or 'words only'}: {len(rows)} claims, {spent:.1f} ms each\n")
                print(*HEADS, sep="\t")
                for split in SPLITS:
                    if (folder / split).is_dir():
                        rows_of_split = queries(folder / split, claims)
                        features = measure(split, rows_of_split, numbers, claims)
                        if fits and split == "train":
                            fit(features)
    print(
        "\nMAP@5 on test 2020:", *(f"{name} {value}" for name, value in BESIDE.items()), sep="\n  "
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), fits="--fit" in sys.argv)
