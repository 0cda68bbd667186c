"""Told to stop, a server finishes what it has begun. (How workers do: test_workers.)"""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from sqlalchemy import select, text

from api.articles.models import Article
from api.database.session import transaction
from tests.support.examples import ARTICLE
from tests.support.processes import Installation, descendants, is_gone, until

#: Another thread than the one that waits is given the signal, and one more after it.
HEARD_ELSEWHERE = """
import signal, threading
from api.jobs.shutdown import ShutdownSignal

told = ShutdownSignal(on_first=lambda: print("told"))
assert not told.wait(0)
for _ in range(2):
    elsewhere = threading.Timer(0.2, lambda: signal.pthread_kill(threading.get_ident(), signal.%s))
    elsewhere.start()
    assert told.wait(600)
    elsewhere.join()
"""


class Asked(threading.Thread):
    """A request on its way; `answer` waits for what comes of it."""

    def __init__(self, request):
        super().__init__()
        self.request, self.status, self.body = request, None, None
        self.start()

    def run(self):
        with urllib.request.urlopen(self.request, timeout=30) as answer:
            self.status, self.body = answer.status, answer.read()

    def answer(self):
        self.join()
        return self.status, self.body


def stop(installation, server):
    """Tell it to, and tell a worker again that does not heed it for some seconds: it is not heard
    when the kernel hands the signal to another thread than Python's main one. Returns the
    processes that have to end.
    """
    until(
        lambda: installation.logs().count("Started worker-") == 2,
        seconds=60,
        so_that="both workers have started",
    )
    family, patience = descendants(server), time.monotonic() + 5
    server.send_signal(signal.SIGTERM)

    def heeded():
        deaf = not_stopping(installation)
        if time.monotonic() > patience:
            for id in deaf:
                os.kill(id, signal.SIGTERM)
        return not deaf

    until(heeded, seconds=20, so_that="both workers heed it")
    return family


def not_stopping(installation):
    logs = installation.logs()
    workers = re.findall(r"Spawning (worker-\d+) with PID: (\d+)", logs)
    return [int(id) for name, id in workers if f"Stopping {name}" not in logs]


def refuses(installation):
    try:
        urllib.request.urlopen(f"{installation.url}/healthz", timeout=2).close()
    except urllib.error.HTTPError:
        return False
    except OSError:
        return True
    return False


def ended(installation, server, family):
    assert server.wait(timeout=40) == 0
    until(lambda: all(map(is_gone, family)), seconds=10, so_that="its processes have ended")
    assert not installation.complaints()


@pytest.mark.once
def test_a_server_with_nothing_to_do_stops_at_once(settings, app, tmp_path):
    with Installation(tmp_path, settings) as installation:
        server = installation.serve()
        ended(installation, server, stop(installation, server))


@pytest.mark.slow
@pytest.mark.once
def test_an_answer_that_is_waited_for_still_comes(settings, api, claim, submit, outside, tmp_path):
    """The store of snapshots, slow as a cloud's may be, is our own outside world."""
    item = submit(claim, "a.example")
    api.work()
    snapshot = api.anyone.get(f"/evidence/{item['id']}").json["snapshot"]
    (payload,) = (each for each in Path(settings.blob_store).rglob("*") if each.is_file())
    outside.publish(
        f"http://127.0.0.1:{outside.port}/evidence/sha256/{payload.name[:2]}/{payload.name}",
        payload.read_bytes(),
        ETag='"1"',
        Last_Modified="Mon, 23 Nov 2026 12:00:00 GMT",
    )
    variables = {
        "BLOB_STORE": "s3://evidence",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{outside.port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    with Installation(tmp_path, settings, **variables) as installation:
        server = installation.serve()
        outside.gate.clear()
        asked = Asked(f"{installation.url}{snapshot['content_url']}")
        until(
            lambda: any(payload.name in path for _, path in outside.requests),
            seconds=20,
            so_that="the server waits for the store",
        )
        family = stop(installation, server)
        until(lambda: refuses(installation), seconds=20, so_that="it takes no new requests")
        assert server.poll() is None
        outside.gate.set()
        assert asked.answer() == (200, payload.read_bytes())
        ended(installation, server, family)


@pytest.mark.slow
@pytest.mark.postgresql
def test_a_write_that_waits_for_its_turn_is_done_and_acknowledged(settings, api, app, tmp_path):
    waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    with Installation(tmp_path, settings) as installation:
        server = installation.serve()
        request = urllib.request.Request(
            f"{installation.url}/v1/articles",
            json.dumps(ARTICLE).encode(),
            {
                "Content-Type": "application/json",
                "Authorization": f"Bearer {api.contributor.key}",
            },
        )
        with app.extensions["engine"].begin() as holder:
            holder.execute(text("LOCK TABLE articles IN EXCLUSIVE MODE"))
            asked = Asked(request)
            until(lambda: holder.scalar(waits), seconds=20, so_that="the write waits")
            family = stop(installation, server)
            until(lambda: refuses(installation), seconds=20, so_that="it takes no new requests")
            assert server.poll() is None
        status, body = asked.answer()
        assert status == 201
        ended(installation, server, family)
    with app.app_context(), transaction(reads=True) as session:
        assert [str(each) for each in session.scalars(select(Article.id))] == [
            json.loads(body)["id"]
        ]


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM"])
def test_a_signal_is_heard_whichever_thread_is_given_it(name):
    command = [sys.executable, "-c", HEARD_ELSEWHERE % name]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "told\n", "")
