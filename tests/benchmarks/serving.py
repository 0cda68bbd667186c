"""The real server under load: granian on some cores, wrk on the others; what a request costs."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
SCRIPT = Path(__file__).parent / "requests.lua"
CORES = sorted(os.sched_getaffinity(0))
SERVER, LOAD = (CORES[:2], CORES[2:]) if len(CORES) > 2 else (CORES, CORES)
TICK = os.sysconf("SC_CLK_TCK")


class Measured(NamedTuple):
    """What came of one run: `cpu` is in microseconds a request, `memory` in MB a worker."""

    rate: float
    p50: float
    p99: float
    cpu: float
    memory: float
    failed: int


def children(parent):
    found = Path(f"/proc/{parent}/task").glob("*/children")
    return [int(id) for each in found for id in each.read_text().split()]


class Server:
    """granian with two workers. The children of `also` do a part of its work."""

    def __init__(self, app, folder, *, threads, also=(), **environment):
        self.also = also
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "2"]
        command += ["--blocking-threads", str(threads), "--backpressure", "256", "--no-ws"]
        with (folder / f"{app.replace(':', '-')}.log").open("wb") as log:
            self.process = subprocess.Popen(
                [*command, "--port", str(self.port), app],
                cwd=ROOT,
                env=os.environ | environment,
                stdout=log,
                stderr=log,
                preexec_fn=lambda: os.sched_setaffinity(0, SERVER),
            )

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def wait(self, path):
        """Wait until the address is answered."""
        deadline = time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                    return answer.read()
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise
                time.sleep(0.01)

    def workers(self):
        return children(self.process.pid)

    def cpu(self):
        """Seconds of CPU that it has taken so far."""
        ticks = 0
        for id in (*self.workers(), *(each for parent in self.also for each in children(parent))):
            fields = Path(f"/proc/{id}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICK

    def memory(self):
        """MB that the largest worker has for itself, without pages of files."""
        sizes = []
        for id in self.workers():
            lines = Path(f"/proc/{id}/status").read_text().splitlines()
            sizes += [int(line.split()[1]) for line in lines if line.startswith("RssAnon")]
        return max(sizes) / 1024

    def load(self, requests, *, connections, seconds, beginning=0):
        """Send the requests of a file, over and over, from so many connections."""
        before = self.cpu()
        command = ["taskset", "-c", ",".join(map(str, LOAD)), "wrk", "--threads", "1"]
        command += ["--connections", str(connections), "--duration", f"{seconds}s"]
        command += ["--timeout", "20s", "--script", str(SCRIPT), self.url, "--"]
        ran = subprocess.run(
            [*command, str(requests), str(beginning)], capture_output=True, text=True, check=True
        )
        found = json.loads(ran.stdout.splitlines()[-1])
        spent = self.cpu() - before
        return Measured(
            rate=found["requests"] / found["seconds"],
            p50=found["p50"],
            p99=found["p99"],
            cpu=spent / max(1, found["requests"]) * 1e6,
            memory=self.memory(),
            failed=found["failed"],
        )


@contextmanager
def serving(app, folder, **options):
    server = Server(app, folder, **options)
    try:
        yield server
    finally:
        server.process.terminate()
        server.process.wait()
