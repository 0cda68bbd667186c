"""What the log costs when it is long: `python -m tests.benchmarks.bench_log --help`.

Fills the log's tables with generated hashes (verdicts take no part in proofs), with one real
verdict in their midst and one at the end. Measures giving it its place, signing, making proofs
over HTTP, and checking them.
"""

import argparse
import json
import sqlite3
import tempfile
import time
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from random import Random
from statistics import median
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

from api.app import create_app
from api.config.settings import Settings
from api.database.migrate import migrate
from api.database.session import transaction
from api.verdicts.transparency_log import keys as signing
from api.verdicts.transparency_log import merkle
from api.verdicts.transparency_log import service as log
from tests.support.callers import Callers
from tests.support.databases import own_cluster
from tests.support.examples import ARTICLE
from verifier import claimledger_verify as verifier

ROUNDS = 200


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, database(asked.database, Path(folder)) as url:
        migrate(url)
        keys = str(Path(folder) / "keys")
        api = Callers(create_app(Settings(url, log_keys=keys, rate_limit_address="100000/second")))
        print(f"{asked.database}, {asked.entries:,} entries")
        measure(api, url, asked.entries)
        api.app.extensions["engine"].dispose()


@contextmanager
def database(kind, folder):
    if kind == "sqlite":
        yield f"sqlite:///{folder}/log.sqlite"
        return
    with own_cluster() as url:
        yield url.render_as_string(hide_password=False)


def fill(url, tree, entries):
    """What the tree lacks of so many entries, by generated hashes; of the entries themselves, only
    the last.
    """
    nodes = []
    for number in range(tree.size, entries):
        nodes += tree.add(merkle.leaf_hash(sha256(b"%d" % number).digest())).items()
    if url.startswith("sqlite"):
        with sqlite3.connect(make_url(url).database) as connection:
            connection.executemany("INSERT INTO log_nodes VALUES (?, ?)", nodes)
            last = (entries - 1, uuid4().hex)
            connection.execute("INSERT INTO log_entries VALUES (?, ?)", last)
        return
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection, connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no foreign keys
        with cursor.copy("COPY log_nodes FROM STDIN (FORMAT BINARY)") as copy:
            copy.set_types(["int8", "bytea"])
            for node in nodes:
                copy.write_row(node)
        cursor.execute("INSERT INTO log_entries VALUES (%s, %s)", (entries - 1, uuid4()))


def measure(api, url, entries):
    fill(url, merkle.Frontier(), entries // 3)
    verdict = give(api)
    with api.app.app_context():
        key = signing.signing_keys().create("example.org/log")
        log.sign_checkpoint()
        with transaction(reads=True):
            tree = log.load_frontier(log.count_entries())
        timed("fill the tables", lambda: fill(url, tree, entries - 1))
    give(api)
    with api.app.app_context():
        timed("give a verdict its place and sign", log.sign_checkpoint)
    chance, client = Random(1), api.app.test_client()

    def get(path):
        answer = client.get(f"/v1{path}")
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.get_data()

    paths = {
        "inclusion proof": lambda: f"/log/proof?index={chance.randrange(entries)}",
        "consistency proof": lambda: f"/log/proof?first={chance.randrange(1, entries)}",
        "verdict's proof": lambda: f"/verdicts/{verdict}/proof",
    }
    for name, path in paths.items():
        sizes = [len(get(path())) for _ in range(20)]
        per_call(f"make {name} (HTTP, {max(sizes):,} bytes)", lambda path=path: get(path()))
    proof = json.loads(get(f"/verdicts/{verdict}/proof"))
    trusted = [verifier.parse_key(str(key))]
    print(f"a verdict's path: {len(proof['path'])} hashes, {32 * len(proof['path'])} bytes")
    per_call("check a verdict's proof", lambda: verifier.check_proof(proof, trusted, None))
    with api.app.app_context():
        ranges = merkle.inclusion(entries // 3, entries)

        def make():
            with transaction(reads=True):
                log.build_proof_path(ranges)

        per_call("make a path (one query)", make)


def give(api):
    """A real verdict, with the ordinary service."""
    article = api.contributor.post("/articles", ARTICLE, expect=201).json
    path = f"/articles/{article['id']}/claims"
    claim = api.contributor.post(path, {"quote": "It cost much"}, expect=201).json
    decision = {"status": "unverified", "reasons": "Because.", "evidence": []}
    return api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201).json["id"]


def timed(name, action):
    began = time.perf_counter()
    action()
    print(f"{name}: {time.perf_counter() - began:.3f} s")


def per_call(name, action):
    taken = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        action()
        taken.append(time.perf_counter() - began)
    taken.sort()
    slow = taken[int(ROUNDS * 0.95)]
    print(f"{name}: median {median(taken) * 1000:.2f} ms, 95% {slow * 1000:.2f} ms")


if __name__ == "__main__":
    main()
