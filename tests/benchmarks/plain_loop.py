"""What durable writes are held against: 32 processes, each a plain loop over sqlite3 that stores one
row and commits: `python -m tests.benchmarks.plain_loop <file> <seconds>`.
"""

import json
import sqlite3
import sys
import time
from multiprocessing import Pool
from uuid import uuid4

WRITERS = 32
BODY = "x" * 500


def connect(path):
    connection = sqlite3.connect(path, timeout=60)
    connection.execute("PRAGMA synchronous=FULL")
    return connection


def write(path, until):
    """The seconds that each row took."""
    connection, times = connect(path), []
    while (began := time.time()) < until:
        with connection:
            connection.execute("INSERT INTO items VALUES (?, ?)", (uuid4().hex, BODY))
        times.append(time.time() - began)
    return times


def main(path, seconds):
    connection = connect(path)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("CREATE TABLE items (id TEXT PRIMARY KEY, body TEXT)")
    with Pool(WRITERS) as pool:
        until = time.time() + seconds
        found = pool.starmap(write, [(path, until)] * WRITERS)
    times = sorted(each for some in found for each in some)
    p50, p99 = (times[len(times) * share // 100] * 1000 for share in (50, 99))
    print(json.dumps({"rate": len(times) / seconds, "p50": p50, "p99": p99}))


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]))
