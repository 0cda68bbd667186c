"""Writes that are made durable together: each stands or falls by itself, and none is acknowledged
before it is stored."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from api.database import group_commit
from api.database.session import connect, transaction
from tests.support.processes import until

pytestmark = pytest.mark.sqlite


@pytest.fixture
def stored(app):
    """What another connection sees."""

    def stored():
        with connect(str(app.extensions["engine"].url)).connect() as connection:
            return set(connection.scalars(text("SELECT id FROM workers")))

    return stored


class Together:
    """Writers that wait for their turn while the first one has it."""

    def __init__(self, app, blocks):
        self.app, self.answers = app, {}
        self.first_is_in, self.others_wait = threading.Event(), threading.Event()
        threads = [threading.Thread(target=self.run, args=(n, b)) for n, b in enumerate(blocks)]
        threads[0].start()
        self.first_is_in.wait()
        for thread in threads[1:]:
            thread.start()
        writers = app.extensions["writers"]
        until(lambda: writers.waiting == len(threads) - 1, seconds=30, so_that="they wait")
        self.others_wait.set()
        for thread in threads:
            thread.join()

    def run(self, number, block):
        try:
            with self.app.app_context(), transaction() as session:
                session.execute(
                    text("INSERT INTO workers VALUES (:id, '2026')"), {"id": str(number)}
                )
                if number == 0:
                    self.first_is_in.set()
                    self.others_wait.wait()
                block(session)
        except Exception as error:
            self.answers[number] = type(error)
        else:
            self.answers[number] = "stored"


def nothing(session):
    pass


def fail(session):
    raise ValueError


def repeat(session):
    session.execute(text("INSERT INTO workers VALUES ('0', '2026')"))


def commits(app):
    """Count them."""
    from sqlalchemy import event

    counted = []
    event.listen(app.extensions["engine"], "commit", lambda connection: counted.append(1))
    return counted


def test_those_who_wait_are_stored_with_one_commit(app, stored):
    counted = commits(app)
    answers = Together(app, [nothing] * 8).answers
    assert set(answers.values()) == {"stored"} and stored() == set("01234567")
    assert len(counted) < 8


@pytest.mark.parametrize("most, oldest, at_least", [(2, 60, 4), (32, -1, 8)])
def test_a_group_ends_when_it_is_full_or_old(app, stored, monkeypatch, most, oldest, at_least):
    """Whoever came first waits for all that join it."""
    monkeypatch.setattr(group_commit, "MAX_GROUP_SIZE", most)
    monkeypatch.setattr(group_commit, "MAX_GROUP_AGE_SECONDS", oldest)
    counted = commits(app)
    assert set(Together(app, [nothing] * 8).answers.values()) == {"stored"}
    assert len(counted) >= at_least


@pytest.mark.parametrize("wrong", [fail, repeat])
def test_one_that_fails_takes_back_only_its_own(app, stored, wrong):
    answers = Together(app, [nothing, wrong, nothing]).answers
    assert [answers[0], answers[2]] == ["stored"] * 2 and answers[1] != "stored"
    assert stored() == {"0", "2"}


def test_nobody_is_told_of_success_when_the_commit_fails(app, stored):
    """As when the disk is full: SQLite has given up the transaction of them all."""

    def give_up(session):
        session.connection().connection.dbapi_connection.rollback()

    answers = Together(app, [nothing, give_up]).answers
    assert set(answers) == {0, 1} and "stored" not in answers.values()
    assert answers[0] is OperationalError
    assert stored() == set()


def test_nobody_is_told_of_success_when_the_file_was_taken_away_meanwhile(app, stored, tmp_path):
    file = Path(app.extensions["engine"].url.database)

    def take_away(session):
        file.rename(tmp_path / "away")

    answers = Together(app, [nothing, take_away]).answers
    assert answers == {0: OperationalError, 1: OperationalError}
    with pytest.raises(OperationalError):
        write(app, "meanwhile")
    (tmp_path / "away").rename(file)
    write(app, "after")
    assert stored() == {"0", "1", "after"}, "what was not acknowledged may be there"


def test_the_next_can_write_after_that(app, stored):
    def give_up(session):
        session.connection().connection.dbapi_connection.rollback()

    Together(app, [give_up])
    assert Together(app, [nothing]).answers == {0: "stored"} and stored() == {"0"}


HOLD = """
import fcntl, sys
file = open(sys.argv[1], "r+b")
fcntl.lockf(file, fcntl.LOCK_EX, 1, 0)
fcntl.lockf(file, fcntl.LOCK_EX, 1, 1)
print("held", flush=True)
sys.stdin.read()
"""


def test_a_process_that_stands_still_on_its_turn_is_not_waited_for_without_end(
    app, stored, monkeypatch
):
    processes = app.extensions["writers"].processes
    write(app, "before")
    monkeypatch.setattr(processes, "TURN_TIMEOUT_SECONDS", 0.1)
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", HOLD, processes.path], **pipes) as other:
        assert other.stdout.readline() == b"held\n"
        write(app, "meanwhile")
        other.communicate()
    write(app, "after")
    assert stored() == {"before", "meanwhile", "after"}


def write(app, name):
    with app.app_context(), transaction() as session:
        session.execute(text("INSERT INTO workers (id, seen_at) VALUES (:id, :id)"), {"id": name})
