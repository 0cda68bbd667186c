"""A database of an early version is upgraded and answers over HTTP what it answered then.

`fixtures/old` has the databases and tells how they were made. Whoever renames a path or a member of
an answer adds it to `RENAMED`; whoever changes a value adds it to `CHANGED`.
"""

import json
import re
import tarfile
import uuid
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
import time_machine
from sqlalchemy import make_url

from tests.support.databases import administer
from tests.support.processes import Installation, until
from tests.support.tampering import check, make_key, verify

pytestmark = pytest.mark.each_database

OLD = Path(__file__).parents[1] / "fixtures/old"

#: Words in paths, and members of answers, by their old name.
RENAMED = {
    "ledger": "audit-log",
    "line": "group",
    "lines": "groups",
    "line_reasons": "group_reasons",
    "outside": "independent",
    "inside_because": "not_independent_reason",
    "supporting_lines": "supporting_groups",
    "disputing_lines": "disputing_groups",
    "confirm_lines": "confirm_groups",
    "dispute_lines": "dispute_groups",
    "would_be": "supported_status",
    "cites": "applied_verdict",
    "line-rulings": "group-rulings",
}

#: Members whose content is what was signed, or stored, then: it keeps its names.
AS_STORED = {"record", "details"}

#: Values that may differ: the path's last word and the member. Today's version words a need in full.
CHANGED = {("assessment", "words"), ("status", "words")}

#: The role that reads a list which is not public.
PRIVATE = {"contributors": "admin", "webhooks": "admin"}


@pytest.fixture(params=["0003", "0011"])
def old(request, dialect, tmp_path):
    """Unpack an old version's archive into the test's folder; return what `answers.json` says."""
    with tarfile.open(OLD / f"{request.param}-{dialect}.tar.xz") as archive:
        archive.extractall(tmp_path, filter="data")
    return json.loads((tmp_path / "answers.json").read_text())


@pytest.fixture
def database_url(old, dialect, cluster, tmp_path):
    if dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'database.sqlite'}"
        return
    name = f"old_{uuid.uuid4().hex[:12]}"
    administer(cluster, f"CREATE DATABASE {name}")
    url = cluster.set(database=name).render_as_string(hide_password=False)
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection:
        connection.execute((tmp_path / "database.sql").read_bytes())
    yield url
    administer(cluster, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def upgraded(api):
    done = api.app.test_cli_runner().invoke(args=["migrate"])
    assert done.exit_code == 0, done.output
    return api


@pytest.fixture
def then(old):
    """Set the clock to five minutes after the archive was made: an Idempotency-Key is kept a day."""
    with time_machine.travel(datetime.fromisoformat(old["made_at"]) + timedelta(minutes=5)):
        yield


def renamed(answer):
    """An old answer with the names of today."""
    if isinstance(answer, list):
        return [renamed(each) for each in answer]
    if isinstance(answer, dict):
        return {
            RENAMED.get(name, name): value if name in AS_STORED else renamed(value)
            for name, value in answer.items()
        }
    return answer


def differences(was, now, where):
    """Yield what is missing or has another value. A new member is no difference."""
    if isinstance(was, dict) and isinstance(now, dict):
        for name, value in was.items():
            yield from differences(value, now.get(name, "(gone)"), (*where, name))
    elif isinstance(was, list) and isinstance(now, list) and len(was) == len(now):
        for number, (one, other) in enumerate(zip(was, now, strict=True)):
            yield from differences(one, other, (*where, number))
    elif was != now and (where[0].rpartition("/")[2], where[-1]) not in CHANGED:
        yield where, was, now


def headers(old, role):
    return {"Authorization": f"Bearer {old['keys'][role]}"}


def test_all_answers_are_the_same(old, upgraded, then):
    found, kinds = [], set()
    for path, was in old["answers"].items():
        today = re.sub(r"[a-z-]+", lambda word: RENAMED.get(word[0], word[0]), path)
        role = PRIVATE.get(path.lstrip("/").partition("?")[0])
        now = upgraded.anyone.get(today, headers=headers(old, role) if role else {})
        found += differences(renamed(was), now.json, (today.partition("?")[0],))
        kinds.add(path.partition("?")[0].rpartition("/")[2])
    assert found == []
    assert kinds >= {"status", "history", "assessment", "evidence", "ledger", "verdicts"}


def test_verify_says_intact(old, upgraded):
    status, words = verify(upgraded)
    assert (status, words.splitlines()[-1]) == (0, "intact")


def test_an_old_api_key_and_idempotency_key_work(old, upgraded, then):
    asked = old["repeated"]

    def send(api, body, headers):
        content = json.dumps(body).encode()  # the very bytes that the old version was sent
        headers = headers | {"Content-Type": "application/json"}
        return api.anyone.open("POST", asked["path"], data=content, headers=headers)

    before = upgraded.anyone.get(f"{asked['path']}?limit=100").json["items"]
    by = headers(old, "contributor")
    again = send(upgraded, asked["body"], by | asked["key"])
    assert again.status_code == 202 and again.headers["Idempotent-Replayed"] == "true"
    assert not list(differences(asked["answer"], again.json, ("",)))
    assert upgraded.anyone.get(f"{asked['path']}?limit=100").json["items"] == before
    other = asked["body"] | {"quote": "Something else that nobody read"}
    assert send(upgraded, other, by | asked["key"]).status_code == 422
    assert send(upgraded, other, by).status_code == 202


def test_old_and_new_bundles_verify(old, upgraded, tmp_path):
    """Those that the old version gave out, and those of its claims that are made today."""
    key = old["log_key"] or make_key(upgraded)
    upgraded.work()
    kept = list((tmp_path / "bundles").glob("*.zip"))
    assert bool(kept) == bool(old["log_key"])
    for each in kept:
        status, words = check(tmp_path, each.read_bytes(), "--key", key)
        assert status == 0 and "verdict 1, disputed" in words, words
        assert "all of prov.json" in words  # which bundles of today do not have
    (claim, *_) = upgraded.anyone.get("/claims?status=disputed").json["items"]
    bundle = upgraded.anyone.get(f"/claims/{claim['id']}/bundle?snapshots=true").get_data()
    status, words = check(tmp_path, bundle, "--key", key)
    assert status == 0 and "verdict 1, disputed" in words, words
    assert "prov.json" not in words


def test_a_worker_finishes_the_old_jobs(old, upgraded, settings, outside, tmp_path):
    for number in range(3):
        words = f"<html><body><p>Nobody had read page {number} yet.</p></body></html>"
        outside.publish(f"http://late-{number}.example/page", words)

    def states():
        paths = (f"/evidence/{id}" for id in old["in_flight"])
        return {upgraded.anyone.get(path).json["state"] for path in paths}

    assert states() == {"pending"}
    with Installation(tmp_path, settings, BLOB_STORE=settings.blob_store) as installation:
        installation.work()
        until(lambda: states() == {"quote_verified"}, seconds=60, so_that="they are examined")
        until(lambda: not upgraded.due(), seconds=60, so_that="no job is left")
    assert not installation.complaints()
