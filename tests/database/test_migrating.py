"""A database is migrated while those of the version before go on reading and writing."""

import threading
from contextlib import contextmanager

import pytest
from alembic import command
from sqlalchemy import text

from api.database import migrate as migrating
from api.database.migrate import TablesLocked, alembic_config, migrate
from api.database.session import connect
from tests.support.processes import until

pytestmark = pytest.mark.postgresql

#: Where it begins: what the requests below say means the same from there on.
BEFORE = "0002"
#: How far the server of the version before goes along. The next one renames tables, so that servers
#: stop for it.
ONLINE = "0020"

ENTER = """
    INSERT INTO ledger (id, created_at, claim_id, subject_id, what, details)
    SELECT gen_random_uuid(), now(), id, id, 'claim edited', '{{}}' FROM claims
    ORDER BY id LIMIT 1 OFFSET {}
"""
CHANGE = """
    UPDATE claims SET version = version + 1
    WHERE id = (SELECT id FROM claims ORDER BY id LIMIT 1 OFFSET {})
"""
CHANGE_EVIDENCE = "UPDATE evidence SET version = version + 1"
#: Seconds from one answer to the next request. Where there is no gap at all, somebody always holds
#: one table and waits for another, and a migration that needs both gets through by chance only.
THINKS = 0.02
#: Each is a transaction. Writers are at a claim of their own, and lock the tables in either order.
REQUESTS = [
    [ENTER.format(0), CHANGE.format(0)],
    [CHANGE.format(1), CHANGE_EVIDENCE, ENTER.format(1)],
    [
        "SELECT count(*) FROM evidence JOIN claims ON claims.id = claim_id",
        "SELECT count(*) FROM ledger JOIN claims ON claims.id = claim_id",
        "SELECT count(*) FROM verdicts JOIN contributors ON contributors.id = decided_by_id",
    ],
]


class Load:
    """Requests that go on and on, each kind on a connection of its own."""

    def __init__(self, url):
        # Nobody waits as long as that; whoever did would count as failed.
        self.engine = connect(url, options="-c statement_timeout=20s")
        self.done, self.failures, self.over = [0] * len(REQUESTS), [], threading.Event()
        numbers = range(len(REQUESTS))
        self.threads = [threading.Thread(target=self.go_on, args=(each,)) for each in numbers]

    def go_on(self, number):
        while not self.over.wait(THINKS):
            try:
                with self.engine.begin() as connection:
                    for statement in REQUESTS[number]:
                        connection.execute(text(statement))
                self.done[number] += 1
            except Exception as failure:
                self.failures.append(failure)

    def each_does(self, more):
        """Wait until so many more of each kind are done."""
        goals = [done + more for done in self.done]
        until(
            lambda: all(done >= goal for done, goal in zip(self.done, goals, strict=True)),
            seconds=60,
            so_that="they go on",
        )

    @contextmanager
    def running(self):
        for thread in self.threads:
            thread.start()
        try:
            yield self
        finally:
            self.over.set()
            for thread in self.threads:
                thread.join()
            self.engine.dispose()


@pytest.fixture
def behind(api, claim, submit, database_url):
    """A database with data in it, of some versions ago; how many entries its ledger has."""
    second = {"quote": "It cost 4.2 million pounds."}
    api.contributor.post(f"/articles/{claim['article_id']}/claims", second, expect=201)
    submit(claim, "a.example")
    api.work()
    api.app.extensions["engine"].dispose()
    command.downgrade(alembic_config(database_url), BEFORE)
    return first(database_url, "SELECT count(*) FROM ledger")


def first(url, statement):
    engine = connect(url)
    with engine.begin() as connection:
        found = connection.scalar(text(statement))
    engine.dispose()
    return found


def test_requests_go_on_while_it_is_migrated(api, behind, database_url):
    with Load(database_url).running() as load:
        load.each_does(20)
        migrate(database_url, to=ONLINE)
        load.each_does(20)
    assert load.failures == []
    migrate(database_url)
    assert (
        first(database_url, "SELECT version_num FROM alembic_version")
        == migrating.known_migrations()[0]
    )
    # Each has been entered, and has got its place whether there were places yet or not.
    entered = behind + sum(load.done[:2])
    assert first(database_url, "SELECT count(*) FROM audit_log") == entered
    assert first(database_url, "SELECT max(position) FROM changes") == entered
    assert first(database_url, "SELECT count(*) FROM changes") == entered
    api.anyone.get("/changes")


def test_a_lock_that_is_held_for_long_has_it_give_up_with_all_as_before(
    behind, database_url, app, monkeypatch
):
    monkeypatch.setattr(migrating, "RETRY_SECONDS", 0.1)
    monkeypatch.setattr(migrating, "MAX_TRIES", 2)
    monkeypatch.setenv("DATABASE_URL", database_url)
    engine = connect(database_url, application_name="a-report")
    with engine.begin() as connection:
        connection.execute(text("SELECT count(*) FROM evidence"))
        with pytest.raises(TablesLocked, match=r"a-report\) has been at it"):
            migrate(database_url)
        assert first(database_url, "SELECT version_num FROM alembic_version") == BEFORE
        assert first(database_url, "SELECT to_regclass('watches')") is None, "made by the same one"
        told = app.test_cli_runner().invoke(args=["migrate"])
        assert told.exit_code == 1 and "Try again later" in told.output
    engine.dispose()
    migrate(database_url)
    assert (
        first(database_url, "SELECT version_num FROM alembic_version")
        == migrating.known_migrations()[0]
    )


def test_what_is_refused_for_another_reason_is_told_at_once(database_url):
    with pytest.raises(Exception, match="wrong_name"):
        migrate(database_url.replace("/test_", "/wrong_name_"))
