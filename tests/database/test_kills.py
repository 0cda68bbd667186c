"""Under load, again and again, one of them is killed (-9): the server, a worker, the database.

ROUNDS kills more often (`make soak`), SEED chooses others.
"""

import os
import random
import tempfile
import time
from collections import Counter

import pytest

from api.database.migrate import migrate
from tests.support.postgres import Postgres
from tests.support.processes import Installation, Writers, until
from tests.support.submissions import (
    assert_stored_exactly_once,
    share_among_writers,
    submissions_of,
)

pytestmark = pytest.mark.slow

ROUNDS = int(os.environ.get("ROUNDS", "3"))
SEED = int(os.environ.get("SEED", "0"))
#: Acknowledgements from one kill to the next.
EACH = 40
DUE = ["ENQUEUED", "PENDING", "DELAYED"]


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
        return self.installation.start(
            "tests.support.failing_worker"
        )  # a worker that soon tries again

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
    claims,
    installation,
    postgres,
    capsys,
):
    chance, struck, began = random.Random(SEED), Counter(), time.monotonic()
    claims = claims[:10]
    items = ROUNDS * EACH // len(claims) + 5
    requests = list(submissions_of(installation, api, outside, claims, items))
    victims = Victims(installation, postgres)
    writers = Writers(installation, share_among_writers(requests))

    order = chance.sample(victims.names, k=len(victims.names))
    order += chance.choices(victims.names, k=ROUNDS)
    for number, name in enumerate(order[:ROUNDS], 1):
        writers.collect(number * EACH, seconds=120)
        victims.strike(name)
        struck[name] += 1
    answers = writers.collect(seconds=300)
    until(
        lambda: (
            not app.extensions["jobs"].client.list_workflows(status=DUE, limit=1, load_input=False)
        ),
        seconds=300,
        so_that="no job is left",
    )
    lost = sum(answer["lost"] for answer in answers)
    with capsys.disabled():
        print(
            f"\n{dict(struck)} killed; {len(answers)} acknowledged, {lost} tries came to nothing;"
            f" {time.monotonic() - began:.0f} s"
        )
    assert lost > 0, "nobody noticed that anything was killed"
    assert_stored_exactly_once(app, api, installation, claims, requests, answers)
    assert not installation.complaints("locked")
