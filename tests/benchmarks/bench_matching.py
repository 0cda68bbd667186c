"""What searching and matching cost in a store of claims, and how that grows with it:
`python -m tests.benchmarks.bench_matching --help`.

Prints, for each size: the 50th and 95th percentile of the time that a search, a match and storing a
further claim take, and the mean of the CPU time (this process's and the database's); the memory of a
process that has done all that. With --vectors meanings are drawn, and the encoder is timed apart.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from sqlalchemy import select, text

from api.app import create_app
from api.articles.models import Article
from api.claims import service
from api.claims.embeddings.service import EmbeddingIndex
from api.claims.matching import service as matching
from api.claims.search.query import parse_query
from api.claims.search.service import ranked_positions
from api.config.settings import Settings
from api.contributors.models import Contributor
from api.database.migrate import migrate
from api.database.session import engine, transaction
from tests.benchmarks.many_claims import MODEL, SIZE, Store, drawing, meanings
from tests.support.databases import administer, own_cluster

TRIES = 200
TICK = os.sysconf("SC_CLK_TCK")
HEADS = ("claims", "", "p50 ms", "p95 ms", "CPU ms")


class Drawn:
    """An encoder that takes no time."""

    model, size = MODEL, SIZE

    def __init__(self):
        self.vectors = next(meanings(2))

    def encode(self, texts):
        return [self.vectors[hash(text) % len(self.vectors)] for text in texts]


def backends():
    """The processes of PostgreSQL that work for this one."""
    if engine().dialect.name == "sqlite":
        return []
    ours = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    with transaction(reads=True) as session:
        return session.scalars(text(f"{ours} AND backend_type = 'client backend'")).all()


def cpu(others):
    """Seconds of CPU that this process has taken so far, and others."""
    spent = time.process_time()
    for id in others:
        fields = Path(f"/proc/{id}/stat").read_text().rpartition(")")[2].split()
        spent += (int(fields[11]) + int(fields[12])) / TICK
    return spent


def timed(name, one, asked):
    """A line of the table: the milliseconds that one of these takes."""
    first, *asked = asked
    one(first)  # begins what is begun but once
    spent, others = [], backends()
    before = cpu(others)
    for each in asked:
        begun = time.perf_counter()
        one(each)
        spent.append(1000 * (time.perf_counter() - begun))
    ordered = statistics.quantiles(spent, n=20)
    return name, ordered[9], ordered[18], 1000 * (cpu(others) - before) / len(asked)


def search(words):
    with transaction(reads=True):
        list(islice(ranked_positions(parse_query(words), None), 51))


def match(text):
    with transaction(reads=True):
        matching.find_matches(text, language="en", limit=5)


def make(text):
    with transaction() as session:
        article = session.scalars(select(Article)).one()
        service.create_claim(
            article, added_by=session.get(Contributor, article.added_by_id),
            quote="A further one", statement=text, claimant_domains=[], language="en", tags=[],
        )  # fmt: skip


def measured(url, size, vectors):
    """The lines of a table, from a process that has answered nothing yet."""
    with (
        tempfile.TemporaryDirectory() as place,
        (app := create_app(Settings(database_url=url, blob_store=place))).app_context(),
    ):
        chance, asked = random.Random(size), drawing(size)
        new = list(islice(asked, TRIES))
        known = list(islice(drawing(1), TRIES))
        pairs = [" ".join(chance.sample(text.split(), 2)) for text in new]
        lines = [timed("search", search, pairs), timed("match by words", match, new + known)]
        if vectors:
            app.extensions["semantic_index"] = EmbeddingIndex(Drawn())
            begun = time.perf_counter()
            match(new[0])
            first = 1000 * (time.perf_counter() - begun)
            lines += [
                ("first match of a process", first, first, first),
                timed("match, with meanings", match, new + known),
            ]
        held = memory()
        app.extensions["semantic_index"] = None  # a worker encodes what is stored
        lines.append(timed("a further claim", make, list(islice(asked, TRIES))))
        return lines, held


def memory():
    """MB that this process has for itself, without pages of files."""
    status = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("RssAnon")) / 1024


def encoding():
    """The milliseconds that the encoder takes for a text of the usual length."""
    from api.claims.embeddings.minilm import MiniLM

    encoder = MiniLM()
    texts = [
        f"The bridge number {number} across the harbour was opened in March 1932, before a large "
        f"crowd, and cost {number} million pounds."
        for number in range(TRIES)
    ]
    return timed("encoding a text", lambda text: encoder.encode([text]), texts)


@contextmanager
def database(options):
    """An empty database."""
    with tempfile.TemporaryDirectory(dir=options.folder) as place:
        if options.database == "sqlite":
            yield f"sqlite:///{place}/bench.sqlite"
        elif options.database == "postgresql":
            with own_cluster(place) as cluster:
                administer(cluster, "CREATE DATABASE bench")
                yield cluster.set(database="bench").render_as_string(hide_password=False)
        else:
            yield options.database


def show(size, line):
    name, p50, p95, spent = line
    print(f"{size:>10,}  {name:24}{p50:>10.1f}{p95:>10.1f}{spent:>10.1f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--claims", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument(
        "--database", default="sqlite", help="sqlite, postgresql, or the address of an empty one"
    )
    parser.add_argument("--vectors", action="store_true", help="meanings, too")
    parser.add_argument("--folder", help="where the database is put meanwhile")
    options = parser.parse_args()
    with database(options) as url, tempfile.TemporaryDirectory() as place:
        migrate(url)
        app = create_app(Settings(database_url=url, blob_store=place))
        print(f"\n{options.database.partition(':')[0]}, load {os.getloadavg()[0]:.1f}\n")
        print(f"{HEADS[0]:>10}  {HEADS[1]:24}" + "".join(f"{head:>10}" for head in HEADS[2:]))
        with app.app_context():
            store = Store(engine(), vectors=options.vectors)
            for size in sorted(options.claims):
                store.fill(size)
                with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as fresh:
                    lines, held = fresh.submit(measured, url, size, options.vectors).result()
                for line in lines:
                    show(size, line)
                print(f"{size:>10,}  {held:.0f} MB a process, load {os.getloadavg()[0]:.1f}")
            if options.vectors:
                show(0, encoding())


if __name__ == "__main__":
    main()
