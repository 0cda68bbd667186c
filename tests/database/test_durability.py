"""What was acknowledged is there exactly once, whatever dies in between."""

import time
from statistics import quantiles

import pytest

from tests.support.processes import Installation, Writers, until
from tests.support.submissions import (
    CLAIMS,
    ITEMS,
    assert_stored_exactly_once,
    share_among_writers,
    submissions_of,
)

pytestmark = [pytest.mark.once, pytest.mark.slow]

#: Server and worker are killed when so many requests have been acknowledged.
KILL_AT = 300


@pytest.fixture
def installation(settings, tmp_path):
    limits = {"RATE_LIMIT_ADDRESS": "1000000/second", "RATE_LIMIT_KEY": "1000000/second"}
    with Installation(tmp_path, settings, **limits) as installation:
        yield installation


def unfinished(app):
    """A job that is due or begun."""
    due = {"status": ["ENQUEUED", "PENDING"], "limit": 1}
    return app.extensions["jobs"].client.list_workflows(**due, load_input=False)


def test_a_thousand_submissions_survive_a_kill(app, api, outside, claims, installation, capsys):
    began = time.monotonic()
    requests = list(submissions_of(installation, api, outside, claims))
    server, worker = installation.serve(), installation.work()
    writers = Writers(installation, share_among_writers(requests))

    writers.collect(KILL_AT, seconds=60)
    installation.kill(server)
    installation.kill(worker)
    server, worker = installation.serve(), installation.work()
    answers = writers.collect(seconds=120)
    submitted = time.monotonic()
    until(lambda: not unfinished(app), seconds=300, so_that="no job is left")
    finished = time.monotonic()

    report(capsys, installation, answers, began, submitted, finished)
    assert sum(a["lost"] for a in answers) > 0, "nobody noticed that the server was killed"
    assert sum(a["replayed"] for a in answers) >= len(answers) - len(requests)
    assert_stored_exactly_once(app, api, installation, claims, requests, answers)
    assert not installation.complaints()


def report(capsys, installation, answers, began, submitted, finished):
    times = quantiles([a["seconds"] * 1000 for a in answers], n=100)
    jobs = 2 * CLAIMS * ITEMS
    with capsys.disabled():
        print(
            f"\n{len(answers)} acknowledged ({sum(a['replayed'] for a in answers)} replays),"
            f" {sum(a['lost'] for a in answers)} tries lost;"
            f" p50 {times[49]:.0f} ms, p99 {times[98]:.0f} ms;"
            f" submitted in {submitted - began:.1f} s,"
            f" {jobs} jobs in {finished - began:.1f} s: {jobs / (finished - began):.0f} a second"
        )
