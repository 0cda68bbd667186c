"""What requests cost, served for real and held against a bare Flask route in the same run:
`python -m tests.benchmarks.bench_http --help`, or `make bench`. Needs `wrk` (Debian: apt install wrk).

Only ratios and microseconds of CPU mean something on a machine that has other things to do.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import deque
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from sqlalchemy import select, text

from api.app import create_app
from api.claims.models import Claim
from api.config.settings import Settings
from api.database.migrate import migrate
from api.database.session import connect
from api.verdicts import status_documents
from tests.benchmarks.dataset import KEY, WORDS, load
from tests.benchmarks.serving import ROOT, SERVER, Measured, serving
from tests.support.databases import administer, own_cluster

#: Claims that are asked for again and again, and so many that few are asked for twice.
SAMPLE, MANY = 500, 20_000
PLENTY = "100000000/second"
SLOW_FLUSH = Path(__file__).parent / "slow_flush.c"


class Scenario(NamedTuple):
    """Requests of one kind. What is `durable` is held against plain loops, too."""

    name: str
    requests: list[str]
    connections: int = 64
    durable: bool = False


def get(path, **headers):
    lines = [f"GET {path} HTTP/1.1", "Host: localhost"]
    return "\r\n".join([*lines, *(f"{k}: {v}" for k, v in headers.items()), "\r\n"])


def post(path, body):
    """The ########## in it are replaced when it is sent."""
    text = json.dumps(body)
    head = [f"POST {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {KEY}"]
    head += ["Content-Type: application/json", f"Content-Length: {len(text)}", "", text]
    return "\r\n".join(head)


def etag(url):
    with urllib.request.urlopen(url) as answer:
        return answer.headers["ETag"]


def scenarios(url, many):
    many = list(map(str, many))
    claims = many[:SAMPLE]
    statuses = [f"/v1/claims/{id}/status" for id in claims]
    item = {
        "source_url": "https://paper-17.example/##########",
        "quote": "The bridge was opened in the year ##########",
        "stance": "supports",
    }
    sentences = [f"The bridge number {n} was opened in {1000 + n}." for n in range(40)]
    article = {"title": "Bridges ##########", "text": " ".join(sentences), "language": "en"}
    return [
        Scenario("status by id", [get(path) for path in statuses]),
        Scenario(
            "status, not modified",
            [get(path, **{"If-None-Match": etag(url + path)}) for path in statuses],
        ),
        Scenario(
            "claim with 5 items of evidence",
            [get(f"/v1/claims/{id}/with-evidence") for id in claims],
        ),
        Scenario("list of 50 by status", [get("/v1/claims?status=disputed&limit=50")]),
        Scenario(
            "status of another claim each time", [get(f"/v1/claims/{id}/status") for id in many]
        ),
        Scenario(
            "claim with 5, another each time",
            [get(f"/v1/claims/{id}/with-evidence") for id in many],
        ),
        Scenario("look-up of 100 statuses", [post("/v1/status-lookup", {"claims": claims[:100]})]),
        Scenario("search", [get(f"/v1/claims?q={word}+bridge&limit=20") for word in WORDS]),
        Scenario(
            "evidence submission",
            [post(f"/v1/claims/{id}/evidence", item) for id in claims],
            connections=32,
            durable=True,
        ),
        Scenario("article creation", [post("/v1/articles", article)], connections=32),
    ]


def measure(server, bare, scenario, folder, options):
    """The medians of some rounds, and what the bare route made in the same ones."""
    # By process, since another run may share the folder.
    file, constant = (folder / f"{name}-{os.getpid()}.txt" for name in ("requests", "constant"))
    file.write_text("\f".join(scenario.requests))
    constant.write_text(get("/"))

    def load(seconds):
        # More than are sent: for a day no number is sent twice. It must fit 32 bits.
        beginning = int(time.time() * 10_000) % 1_000_000_000
        connections = scenario.connections
        return server.load(file, connections=connections, seconds=seconds, beginning=beginning)

    load(1)  # makes the connections and prepares the statements
    rounds = []
    for _ in range(options.rounds):
        beside = bare.load(constant, connections=scenario.connections, seconds=options.seconds)
        found = load(options.seconds)
        rounds.append((found, beside))
    return [
        Measured(*map(median, zip(*column, strict=True))) for column in zip(*rounds, strict=True)
    ]


def plain_loop(folder, options):
    command = [sys.executable, "-m", "tests.benchmarks.plain_loop"]
    with tempfile.TemporaryDirectory(dir=folder) as beside:
        command += [f"{beside}/plain.sqlite", str(options.seconds)]
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    return json.loads(ran.stdout)


def slow_down(folder, milliseconds):
    """Let every disk be so many milliseconds slower for what is started from now on."""
    library = folder / "slow_flush.so"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, SLOW_FLUSH, "-ldl"], check=True)
    os.environ |= {"LD_PRELOAD": str(library.resolve()), "FLUSH_MS": str(milliseconds)}


@contextmanager
def database(options, claims, folder):
    """A database with the data set."""
    if options.database == "sqlite":
        path = folder / f"{claims}.sqlite"
        url = f"sqlite:///{path}"
        if not path.exists():
            fill(url, claims)
        yield url
        return
    with own_cluster() as cluster:
        administer(cluster, "CREATE DATABASE bench")
        url = cluster.set(database="bench").render_as_string(hide_password=False)
        fill(url, claims)
        yield url


def fill(url, claims):
    migrate(url)
    load(url, claims)
    with create_app(Settings(database_url=url)).app_context():
        deque(status_documents.backfill(), maxlen=0)


def postmaster(url):
    """The process whose children have a part in the work, if there is one: PostgreSQL's."""
    if url.startswith("sqlite"):
        return ()
    engine = connect(url)
    with engine.connect() as connection:
        folder = connection.scalar(text("SHOW data_directory"))
    engine.dispose()
    return (int((Path(folder) / "postmaster.pid").read_text().split()[0]),)


def sample(url):
    engine = connect(url)
    with engine.connect() as connection:
        ids = list(connection.scalars(select(Claim.id)))
    engine.dispose()
    return random.Random(2).sample(ids, min(MANY, len(ids)))


def run(options, claims, folder):
    """Measure every scenario on a data set; prints a table and returns its lines."""
    environment = {"RATE_LIMIT_ADDRESS": PLENTY, "RATE_LIMIT_KEY": PLENTY}
    lines = {}
    with ExitStack() as stack:
        url = stack.enter_context(database(options, claims, folder))
        ids = sample(url)
        environment |= {"DATABASE_URL": url, "BLOB_STORE": str(folder / "blobs")}
        serve = {"threads": options.threads, "also": postmaster(url)}
        began = time.monotonic()
        server = stack.enter_context(serving("wsgi:app", folder, **serve, **environment))
        server.wait(f"/v1/claims/{ids[0]}/status")
        start = time.monotonic() - began
        bare = stack.enter_context(
            serving("tests.benchmarks.bare:app", folder, threads=options.threads)
        )
        bare.wait("/")
        print(f"\n{options.database}, {claims:,} claims, {options.threads} threads a worker;")
        print(f"first answer {start:.2f} s after the start\n")
        heads = ("requests/s", "ratio", "p50 ms", "p99 ms", "CPU µs", "ratio", "MB a worker")
        print(f"{'':34}" + "".join(f"{head:>12}" for head in heads))
        for scenario in scenarios(server.url, ids):
            if options.only not in scenario.name:
                continue
            found, beside = measure(server, bare, scenario, folder, options)
            lines[scenario.name] = found
            show(scenario, found, beside)
            if scenario.durable and options.database == "sqlite":
                loop = plain_loop(folder, options)
                print(
                    f"  32 plain loops: {loop['rate']:,.0f} rows/s, p50 {loop['p50']:.1f} ms,"
                    f" p99 {loop['p99']:,.0f} ms: ratio {found.rate / loop['rate']:.2f}"
                )
        print(f"{'a bare route':34}{beside.rate:>12,.0f}{'':24}{'':12}{beside.cpu:>12.0f}")
    return lines


def show(scenario, found, beside):
    if not (found.rate and beside.rate):
        print(f"{scenario.name:34}{'none finished':>24}", flush=True)
        return
    cells = f"{found.rate:>12,.0f}{found.rate / beside.rate:>12.2f}{found.p50:>12.1f}"
    cells += f"{found.p99:>12.1f}{found.cpu:>12.0f}{beside.cpu / found.cpu:>12.2f}"
    cells += f"{found.memory:>12.0f}"
    print(
        f"{scenario.name:34}{cells}{f'  {found.failed} FAILED' if found.failed else ''}", flush=True
    )


def growth(tables):
    """How the CPU of a request grows with the data set."""
    sizes = sorted(tables)
    print("\nCPU µs a request, by claims\n")
    print(f"{'':34}" + "".join(f"{size:>12,}" for size in sizes))
    for name in tables[sizes[0]]:
        found = (tables[size][name] for size in sizes)
        cells = (f"{each.cpu:.0f}" if each.rate else "none" for each in found)
        print(f"{name:34}" + "".join(f"{cell:>12}" for cell in cells))


def number(written):
    """A number from the command line, one or more."""
    if int(written) < 1:
        raise argparse.ArgumentTypeError(f"{written} is less than 1")
    return int(written)


def expected(options, chosen):
    """About how many minutes it takes, if a thousand claims are written in a second."""
    a_scenario = 1 + options.rounds * 2 * options.seconds
    return sum(claims / 1_000 + chosen * a_scenario for claims in options.claims) / 60


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--claims", type=number, nargs="+", default=[100_000], help="up to 10000000"
    )
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--threads", type=number, default=2, help="of a worker")
    parser.add_argument("--seconds", type=number, default=3, help="of each run")
    parser.add_argument("--rounds", type=number, default=3)
    parser.add_argument("--only", default="", help="the scenarios with these words in their names")
    parser.add_argument(
        "--flush", type=number, metavar="MS", help="a disk that is so much slower (needs cc)"
    )
    parser.add_argument("--folder", type=Path, help="keeps the SQLite data sets for the next time")
    options = parser.parse_args()
    names = [each.name for each in scenarios("", [])]
    if not (chosen := [name for name in names if options.only in name]):
        parser.error(f"--only: none of the scenarios has {options.only!r}: {', '.join(names)}")
    if not shutil.which("wrk"):
        parser.error("needs wrk: apt install wrk")
    print(
        f"This takes about {expected(options, len(chosen)):.0f} minutes or more.", file=sys.stderr
    )
    os.sched_setaffinity(0, SERVER)  # PostgreSQL and the plain loops inherit it
    with tempfile.TemporaryDirectory(dir="/var/tmp") as temporary:
        folder = options.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        if options.flush:
            slow_down(folder, options.flush)
        tables = {claims: run(options, claims, folder) for claims in options.claims}
    if len(tables) > 1:
        growth(tables)


if __name__ == "__main__":
    main()
