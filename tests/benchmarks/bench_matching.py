"""What searching and matching cost in a store of many claims.

    python -m tests.benchmarks.bench_matching NUMBER [DATABASE_URL]

Claims are drawn from a vocabulary whose words are as frequent as words are (Zipf). Prints the 50th and
95th percentile of a search, of a match and of indexing a further claim, and the process's memory.
"""

import random
import resource
import statistics
import sys
import time
from collections import Counter
from itertools import accumulate
from tempfile import TemporaryDirectory

from sqlalchemy import insert

from api import create_app, db
from api.articles.models import Article
from api.claims import matching, service
from api.claims.models import Claim, Indexed, TermCount
from api.claims.search import _places
from api.claims.terms import VERSION, together
from api.claims.wanted import wanted
from api.config import Settings
from api.contributors import service as contributors
from api.contributors.models import Contributor, Role
from api.migrating import migrate

VOCABULARY, LENGTH, BATCH, TRIES = 60_000, (12, 30), 5_000, 200


def drawing(seed: int):
    """Texts, one at a time."""
    chance = random.Random(seed)
    words = [f"{chance.choice('bcdfglmnprst')}{number:x}" for number in range(VOCABULARY)]
    weights = list(accumulate(1 / (rank + 2) for rank in range(VOCABULARY)))
    while True:
        yield " ".join(chance.choices(words, cum_weights=weights, k=chance.randint(*LENGTH)))


def fill(number: int) -> Article:
    with db.transaction() as session:
        person = contributors.enrol(name="Measuring", role=Role.CONTRIBUTOR)
        whole = dict(title="-", text_sha256="", retells=[], added_by_id=person.id, language="en")
        article = Article(text="A further one", **whole)
        session.add(article)
        session.flush()
    texts, counts = drawing(1), Counter()
    for start in range(0, number, BATCH):
        rows = [
            dict(
                id=db.uuid7(), article_id=article.id, start=place, end=place + 1, exact=text,
                statement=text, fingerprint=str(place), prefix="", suffix="", claimant_domains=[],
                language="en", added_by_id=person.id,
            )
            for place, text in zip(range(start, min(start + BATCH, number)), texts, strict=False)
        ]  # fmt: skip
        terms = [together([row["statement"]]) for row in rows]
        for each in terms:
            counts.update(set(each.split()))
        with db.transaction() as session:
            session.execute(insert(Claim), rows)
            session.execute(
                insert(Indexed),
                [
                    dict(claim_id=row["id"], terms=each, version=VERSION)
                    for row, each in zip(rows, terms, strict=True)
                ],
            )
        print(f"\r{start + len(rows)} claims", end="", flush=True)
    with db.transaction() as session:
        items = sorted(counts.items())
        for start in range(0, len(items), BATCH):
            part = items[start : start + BATCH]
            session.execute(
                insert(TermCount), [dict(term=term, claims=count) for term, count in part]
            )
    return article


def timed(name: str, tries) -> None:
    spent = []
    for one in tries:
        begun = time.perf_counter()
        one()
        spent.append(1000 * (time.perf_counter() - begun))
    ordered = statistics.quantiles(spent, n=20)
    print(f"{name:10} p50 {ordered[9]:7.1f} ms   p95 {ordered[18]:7.1f} ms", flush=True)


def search(words: str) -> None:
    with db.transaction(reads=True):
        for _, _place in zip(range(51), _places(wanted(words), {}, None), strict=False):
            pass


def match(text: str) -> None:
    with db.transaction(reads=True):
        matching.matches(text, language="en", limit=5)


def make(article: Article, text: str) -> None:
    with db.transaction() as session:
        person = session.get(Contributor, article.added_by_id)
        service.make(
            session.get(Article, article.id), added_by=person, quote="A further one", statement=text,
            claimant_domains=[], language="en", tags=[],
        )  # fmt: skip


def main(number: int, url: str | None) -> None:
    with TemporaryDirectory() as place:
        url = url or f"sqlite:///{place}/bench.sqlite"
        migrate(url)
        with create_app(Settings(database_url=url, blob_store=f"{place}/blobs")).app_context():
            begun = time.perf_counter()
            article = fill(number)
            print(f" in {time.perf_counter() - begun:.0f} s")
            chance, asked = random.Random(2), drawing(3)
            texts = [next(asked) for _ in range(TRIES)]
            pairs = [" ".join(chance.sample(text.split(), 2)) for text in texts]
            stored = drawing(1)
            known = [next(stored) for _ in range(TRIES)]
            timed("search", [lambda words=words: search(words) for words in pairs])
            timed("match", [lambda text=text: match(text) for text in texts + known])
            timed("insert", [lambda text=text: make(article, text) for text in texts])
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            print(f"memory     {memory:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else None)
