"""The real server and worker, as processes of their own, on a test's database."""

import json
import os
import queue
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
PYTHON = [sys.executable, "-m"]
SERVER = ["granian", "--interface", "wsgi", "--workers", "2", "--blocking-threads", "4"]


def free_port():
    """A port to serve on, of those that no client is given: nobody has it after a restart."""
    while True:
        port = random.randrange(10_000, 30_000)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port


def until(true, *, seconds, so_that):
    """Wait until it is true; fail with what was waited for if it is not in time."""
    deadline = time.monotonic() + seconds
    while not (answer := true()):
        assert time.monotonic() < deadline, f"not within {seconds} seconds: {so_that}"
        time.sleep(0.05)
    return answer


def get_json(url):
    """What is answered with a success; None when nobody answers, or not with one."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return json.load(answer)
    except OSError:
        return None


class Process(NamedTuple):
    """A process by its id and when it began: an id alone may be somebody else's by now."""

    id: int
    began: int


def processes():
    """All processes but zombies: who they are, the parent's id, the group's id."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if fields[0] != "Z":
            yield Process(int(status.parent.name), int(fields[19])), int(fields[1]), int(fields[2])


def is_gone(process):
    return process not in {each for each, _, _ in processes()}


def descendants(child):
    """The children of a process that we started and have not waited for, their children, and so
    on.
    """
    assert child.returncode is None, "its id may be another's"
    ids, found, known = [child.pid], [], list(processes())
    for id in ids:
        children = [process for process, parent, _ in known if parent == id]
        found += children
        ids += [process.id for process in children]
    return found


class Installation:
    """Starts processes on a test's database and outside world, with more settings as environment
    variables; keeps what they log in a folder; leaves none behind.
    """

    def __init__(self, folder, settings, **variables):
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        where = {
            "DATABASE_URL": settings.database_url,
            "FETCH_CONNECT_TO": ",".join(settings.fetch_connect_to),
        }
        self.environment = os.environ | where | variables
        self.started = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in self.started:
            self.kill(process)

    def start(self, *command, **options):
        """A process at the head of a group of its own."""
        number = len(self.started)
        with (self.folder / f"log-{number}.txt").open("wb") as log:
            process = subprocess.Popen(
                [*PYTHON, *command],
                cwd=ROOT,
                env=self.environment,
                start_new_session=True,
                **{"stdout": log, "stderr": log} | options,
            )
        self.started.append(process)
        return process

    def serve(self):
        server = self.start(*SERVER, "--no-ws", "--port", str(self.port), "wsgi:app")
        until(lambda: get_json(f"{self.url}/readyz"), seconds=30, so_that="the server answers")
        return server

    def work(self):
        return self.start("flask", "--app", "wsgi", "worker")

    def kill(self, process):
        """End the process and all of its group, at once, unless its end has been seen."""
        if process.returncode is not None:
            return
        os.killpg(process.pid, signal.SIGKILL)
        # Until it is waited for, nobody else is given its id, nor a group of that id.
        until(
            lambda: process.pid not in {group for _, _, group in processes()},
            seconds=10,
            so_that="its group is gone",
        )
        process.wait()

    def logs(self):
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("log-*.txt")))

    def complaints(self, words="Traceback|locked"):
        """The lines that have one of the words, each with those that follow it."""
        return re.findall(rf"^.*(?:{words}).*(?:\n.*){{0,60}}", self.logs(), re.MULTILINE)


class Writers:
    """Processes that send requests until each is acknowledged; see `writer`."""

    def __init__(self, installation, workloads):
        self.lines, self.acknowledged, self.running = queue.Queue(), [], len(workloads)
        for workload in workloads:
            process = installation.start(
                "tests.support.writing_process",
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=None,
            )
            threading.Thread(target=self._listen, args=(process, workload), daemon=True).start()

    def _listen(self, process, workload):
        with process:
            process.stdin.write(json.dumps(workload).encode())
            process.stdin.close()
            for line in process.stdout:
                self.lines.put(json.loads(line))
        self.lines.put(None)

    def collect(self, until=float("inf"), *, seconds):
        """Wait until there are so many acknowledgements, or until the writers are done."""
        deadline = time.monotonic() + seconds
        while self.running and len(self.acknowledged) < until:
            line = self.lines.get(timeout=deadline - time.monotonic())
            if line is None:
                self.running -= 1
            else:
                self.acknowledged.append(line)
        return self.acknowledged
