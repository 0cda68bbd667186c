"""A real replica that streams: what it answers, and what the primary does in its stead."""

import os
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import make_url, select, text

from api.claims.models import Claim
from api.database import replicas
from api.database import session as db
from api.database.migrate import migrate
from tests.support.applications import start_app
from tests.support.callers import Callers
from tests.support.databases import administer
from tests.support.examples import ARTICLE
from tests.support.postgres import Postgres, Standby, ask
from tests.support.problems import assert_unavailable
from tests.support.processes import until

pytestmark = pytest.mark.postgresql

#: A place that no log comes to.
NEVER = "FFFFFFFF/FFFFFFFF"
IS_REPLICA = text("SELECT pg_is_in_recovery()")
CLAIM = {"quote": "The bridge was opened on 19 March 1932", "claimant": "The Herald"}


@pytest.fixture(scope="module", autouse=True)
def own_postgres():
    if "TEST_DATABASE_URL" in os.environ:
        pytest.skip("a replica is made of the primary's files: of a PostgreSQL of our own")


@contextmanager
def replica_of(primary):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        standby = Standby(folder, primary)
        yield standby
        standby.kill()


@pytest.fixture(scope="module")
def replica(own_postgres, postgresql_cluster):
    # Each database that is made is a checkpoint, which takes away what a replica that is slow just
    # then has not got: it would never catch up.
    administer(postgresql_cluster, "ALTER SYSTEM SET wal_keep_size = '1GB'")
    administer(postgresql_cluster, "SELECT pg_reload_conf()")
    with replica_of(postgresql_cluster) as standby:
        yield standby


@pytest.fixture
def standby(replica, database_url):
    standby = replica.showing(database_url)
    yield standby
    standby.resume()


@pytest.fixture
def settings(settings, standby):
    return following(settings, standby)


def following(settings, standby):
    url = standby.url.render_as_string(hide_password=False)
    return replace(settings, database_read_url=url, database_read_lag=3600)


def repeats(reason):
    """How many reads the primary was asked after all."""
    labels = {"reason": reason}
    return REGISTRY.get_sample_value("claimledger_replica_repeats_total", labels) or 0


def titles(answer):
    return [each["title"] for each in answer.json["items"]]


def read(api, **headers):
    return titles(api.anyone.get("/articles", headers=headers))


def pause(api, standby):
    """The replica is known to keep up, and shows from now on what it has now."""
    standby.catch_up()
    look(api)
    standby.pause()


def look(api):
    """At how the replica does, as happens once a second."""
    api.app.extensions["replica"].next_check = 0
    return api.anyone.get("/readyz").json["wrong"]


def test_reads_are_answered_by_the_replica_and_ones_own_write_is_seen(api, article, standby):
    pause(api, standby)
    wrote = api.contributor.post("/articles", ARTICLE | {"title": "Second"}, expect=201)
    place = wrote.headers["Read-After"]
    assert read(api) == ["The bridge"], "what the replica shows"
    assert read(api, **{"Read-After": place}) == ["Second", "The bridge"], "what the primary shows"
    standby.resume()
    standby.catch_up()
    pause(api, standby)
    api.contributor.post("/articles", ARTICLE | {"title": "Third"}, expect=201)
    after = read(api, **{"Read-After": place})
    assert after == ["Second", "The bridge"], "the replica has what was asked for, and no more"


def test_the_quick_way_goes_to_the_replica_too(api, claim, standby):
    pause(api, standby)
    edited = api.contributor.patch(
        f"/claims/{claim['id']}",
        {"statement": "It was opened in 1932."},
        expect=200,
        headers={"If-Match": api.contributor.get(f"/claims/{claim['id']}").headers["ETag"]},
    )
    path = f"/claims/{claim['id']}/with-evidence"
    before = api.anyone.get(path).json["claim"]["statement"]
    after = {"Read-After": edited.headers["Read-After"]}
    assert before != edited.json["statement"]
    assert (
        api.anyone.get(path, headers=after).json["claim"]["statement"] == edited.json["statement"]
    )


def test_a_write_is_placed_after_itself_where_commits_do_not_wait(restart, cluster, database_url):
    """With `synchronous_commit` off what was committed may not be flushed yet."""
    name = make_url(database_url).database
    administer(cluster, f"ALTER DATABASE {name} SET synchronous_commit = off")
    api = restart()
    for number in range(20):
        before = ask(database_url, "SELECT pg_current_wal_insert_lsn()::text")
        wrote = api.contributor.post("/articles", ARTICLE | {"title": f"{number}"}, expect=201)
        place = wrote.headers["Read-After"]
        assert ask(database_url, f"SELECT '{place}'::pg_lsn > '{before}'::pg_lsn")


def test_a_read_waits_a_little_for_what_is_on_its_way(api, article, standby):
    pause(api, standby)
    wrote = api.contributor.post("/articles", ARTICLE | {"title": "Second"}, expect=201)
    after = {"Read-After": wrote.headers["Read-After"]}
    before = repeats("behind")
    assert len(read(api, **after)) == 2
    assert repeats("behind") == before + 1
    standby.resume()
    standby.catch_up()
    assert len(read(api, **after)) == 2
    assert repeats("behind") == before + 1, "the replica answered"


@pytest.mark.parametrize("place", ["", "yesterday", "0/G", "0/0; DROP TABLE claims", "1" * 99])
def test_a_place_that_is_none_is_told(api, place):
    answer = api.anyone.open("GET", "/articles", headers={"Read-After": place})
    if place == "":
        assert answer.status_code == 200
        return
    assert answer.status_code == 422 and answer.json["errors"][0]["parameter"] == "Read-After"


def test_a_place_that_never_comes_is_not_waited_for(api, article, standby, monkeypatch):
    monkeypatch.setattr(replicas, "WAIT", 3600)
    assert read(api, **{"Read-After": NEVER}) == ["The bridge"]


def test_what_was_just_made_is_found_without_a_token(api, article, standby):
    pause(api, standby)
    made = api.contributor.post("/articles", ARTICLE | {"title": "Second"}, expect=201)
    assert api.anyone.get(made.headers["Location"]).json["title"] == "Second"
    api.anyone.get("/articles/00000000-0000-7000-8000-000000000000", 404)


def test_a_key_is_good_and_no_good_from_the_moment_it_is(api, standby):
    pause(api, standby)
    newcomer = api.enrol("contributor", "Newcomer")
    newcomer.get("/articles")
    with api.app.app_context(), db.transaction() as session:
        session.execute(text("UPDATE api_keys SET revoked_at = now()"))
    newcomer.get("/articles", 401)


def test_refusals_to_overwrite_say_what_to_read(api, claim, standby):
    pause(api, standby)
    path, tag = f"/claims/{claim['id']}", {"If-Match": '"old"'}
    refused = api.contributor.patch(path, {"statement": "It opened."}, expect=412, headers=tag)
    after = {"Read-After": refused.headers["Read-After"]}
    etag = api.anyone.get(path, headers=after).headers["ETag"]
    api.contributor.patch(path, {"statement": "It did."}, expect=200, headers={"If-Match": etag})
    missing = api.contributor.post("/articles", {}, expect=422)
    assert "Read-After" not in missing.headers
    asked = api.anyone.post("/status-lookup", {"claims": [claim["id"]]}, expect=200)
    assert "Read-After" not in asked.headers


def test_a_repeated_post_is_replayed_from_the_primary(api, standby):
    pause(api, standby)
    key = {"Idempotency-Key": "once"}
    made = api.contributor.post("/articles", ARTICLE, expect=201, headers=key)
    again = api.contributor.post("/articles", ARTICLE, expect=201, headers=key)
    assert again.json == made.json and again.headers["Idempotent-Replayed"] == "true"
    assert again.headers["Read-After"]


def test_the_list_of_changes_skips_nothing_whoever_answers(api, claim, standby):
    """Places are given as transactions commit, and replayed in that order: what the replica shows
    is the beginning of the list, and a cursor of the primary's is good there."""
    pause(api, standby)
    for _ in range(3):
        article = api.contributor.post("/articles", ARTICLE, expect=201).json
        made = api.contributor.post(f"/articles/{article['id']}/claims", CLAIM, expect=201)
    after = {"Read-After": made.headers["Read-After"]}
    short = api.anyone.get("/changes").json
    whole = api.anyone.get("/changes", headers=after).json
    assert len(short["items"]) < len(whole["items"])
    assert whole["items"][: len(short["items"])] == short["items"]
    ahead = api.anyone.get(f"/changes?cursor={whole['next_cursor']}").json
    assert ahead["items"] == [] and ahead["next_cursor"] == whole["next_cursor"]
    standby.resume()
    standby.catch_up()
    rest = api.anyone.get(f"/changes?cursor={short['next_cursor']}").json
    assert short["items"] + rest["items"] == whole["items"]


def test_a_browser_sees_what_it_sent_and_others_what_the_replica_shows(api, claim, standby):
    pause(api, standby)
    visitor, reader = api.app.test_client(), api.app.test_client()
    page = f"/claims/{claim['id']}"
    sent = visitor.post(
        f"{page}/appeal",
        data={"text": "It was opened in April.", "contact": "ada@a.example"},
    )
    assert sent.status_code == 303, sent.get_data(as_text=True)
    assert "in April" not in reader.get(page).get_data(as_text=True)
    assert "in April" in visitor.get(page).get_data(as_text=True)
    visitor.set_cookie("read-after", "nonsense")
    assert visitor.get(page).status_code == 200


def test_who_is_signed_in_reads_the_primary(api, article, standby):
    api.reviewer  # noqa: B018 - enrolled before
    pause(api, standby)
    visitor = api.app.test_client()
    visitor.post("/sign-in", data={"key": api.reviewer.key})
    visitor.delete_cookie("read-after")
    api.contributor.post("/articles", ARTICLE | {"title": "Second"}, expect=201)
    assert "Second" in visitor.get("/articles").get_data(as_text=True)


def test_without_its_replica_the_primary_answers_and_says_so(api, article, standby):
    assert not [each for each in look(api) if "replica" in each]
    standby.kill()
    assert read(api) == ["The bridge"]
    wrong = look(api)
    assert "the replica does not answer: the primary is read instead" in wrong
    assert api.anyone.get("/readyz").json["status"] == "degraded"
    api.contributor.post("/articles", ARTICLE | {"title": "Second"}, expect=201)
    assert len(read(api)) == 2
    standby.start()
    pause(api, standby)
    api.contributor.post("/articles", ARTICLE | {"title": "Third"}, expect=201)
    assert not [each for each in look(api) if "replica" in each]
    assert len(read(api)) == 2, "it is the replica that answers"


@pytest.mark.slow
def test_a_replica_that_became_a_primary_is_left_alone(settings, article, database_url):
    with replica_of(database_url) as standby:
        leave_alone_what_became_a_primary(Callers(start_app(following(settings, standby))), standby)


def leave_alone_what_became_a_primary(api, standby):
    read(api)
    standby.promote()
    after = api.contributor.post("/articles", ARTICLE | {"title": "Second"}, expect=201)
    assert len(read(api, **{"Read-After": after.headers["Read-After"]})) == 2
    assert "the replica is none: it takes writes itself: the primary is read instead" in look(api)
    assert len(read(api)) == 2


@pytest.mark.slow
def test_a_replica_that_is_too_far_behind_is_left_alone(api, article, standby, restart):
    impatient = restart(database_read_lag=0)
    pause(impatient, standby)
    impatient.contributor.post("/articles", ARTICLE | {"title": "Second"}, expect=201)
    until(
        lambda: any("seconds behind" in each for each in look(impatient)),
        seconds=30,
        so_that="it is noticed",
    )
    assert len(read(impatient)) == 2
    standby.resume()
    until(
        lambda: not any("replica" in each for each in look(impatient)),
        seconds=30,
        so_that="it has caught up",
    )


def test_a_replica_is_not_taken_to_keep_up_by_who_has_just_come(api, article, standby, restart):
    pause(api, standby)
    api.contributor.post("/articles", ARTICLE | {"title": "Second"}, expect=201)
    newcomer = restart()
    assert len(read(newcomer)) == 2, "it may be a year behind"
    standby.resume()
    standby.catch_up()
    pause(newcomer, standby)
    api.contributor.post("/articles", ARTICLE | {"title": "Third"}, expect=201)
    assert len(read(newcomer)) == 2, "from now on it is known to keep up"


def test_a_read_that_is_in_the_way_of_what_comes_in_is_repeated(api, claim, standby):
    """PostgreSQL cancels it on the replica (SQLSTATE 40001)."""
    primary = make_url(api.app.extensions["engine"].url)
    standby.catch_up()

    def get_in_the_way():
        sleeping = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%'"
        until(lambda: ask(standby.url, sleeping) > 1, seconds=30, so_that="it is read")
        ask(primary, "ALTER TABLE claims ADD COLUMN colour text")

    def view():
        on_the_replica = db.session.scalar(IS_REPLICA)
        if on_the_replica:
            db.session.execute(text("SELECT pg_sleep(60) FROM claims"))
        return on_the_replica, db.session.scalar(select(Claim.id))

    before = repeats("conflict")
    other = threading.Thread(target=get_in_the_way)
    other.start()
    with api.app.test_request_context("/"), db.transaction(reads=True):
        answered = replicas.read_from_replica(view)
    other.join()
    assert answered[0] is False and str(answered[1]) == claim["id"]
    assert repeats("conflict") == before + 1


def test_a_read_whose_connection_breaks_at_its_end_is_repeated(api, claim, standby):
    standby.catch_up()

    def view():
        on_the_replica = db.session.scalar(IS_REPLICA)
        found = db.session.scalar(select(Claim.id))
        if on_the_replica:
            ask(standby.url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()")  # fmt: skip
        return on_the_replica, found

    with api.app.test_request_context("/"), db.transaction(reads=True):
        answered = replicas.read_from_replica(view)
    assert answered[0] is False and str(answered[1]) == claim["id"]


def test_a_condition_is_held_against_what_the_primary_has(api, claim, standby):
    path = f"/claims/{claim['id']}"
    old = api.anyone.get(path).headers["ETag"]
    pause(api, standby)
    change = {"tags": ["old"]}
    new = api.contributor.patch(path, change, headers={"If-Match": old}).headers["ETag"]
    assert api.anyone.get(path, headers={"If-Match": new}).json["tags"] == ["old"]
    api.anyone.get(path, headers={"If-Match": old}, expect=412)


@pytest.mark.slow
def test_while_the_primary_is_away_the_replica_answers(settings):
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        primary = Postgres(folder)
        migrate(primary.url)
        standby = Standby(folder, primary.url)
        own = following(replace(settings, database_url=primary.url), standby)
        api = Callers(start_app(own))
        api.contributor.post("/articles", ARTICLE, expect=201)
        standby.catch_up()
        assert api.anyone.get("/readyz").json["wrong"] == ["no worker is alive: jobs wait"]
        primary.kill()
        assert read(api) == ["The bridge"]
        assert_unavailable(api.contributor.post("/articles", ARTICLE))
        assert_unavailable(api.contributor.get("/articles", expect=None))
        told = api.anyone.get("/readyz", 200).json
        assert (told["status"], told["workers"]) == ("degraded", None)
        assert told["wrong"] == [
            "the database does not answer: a replica answers who reads, writes get 503"
        ]
        primary.start()
        api.contributor.post("/articles", ARTICLE, expect=201)
        assert api.anyone.get("/readyz", 200).json["wrong"] == ["no worker is alive: jobs wait"]
        primary.kill()
        standby.kill()
        told = api.anyone.get("/readyz", 503).json
        assert told["status"] == "not ready"
        primary.server.cleanup()


@pytest.mark.slow
def test_a_server_whose_database_is_a_replica_says_that_it_cannot_write(api, restart, standby):
    api.contributor.post("/articles", ARTICLE, expect=201)
    standby.catch_up()
    url = standby.url.render_as_string(hide_password=False)
    misled = restart(database_url=url, database_read_url="")
    assert read(misled) == ["The bridge"]
    wrong = ["the database takes no writes"]
    told = {"status": "degraded", "wrong": wrong, "workers": None}
    assert misled.anyone.get("/readyz").json == told
    assert_unavailable(
        misled.app.test_client().post("/v1/articles", json=ARTICLE, headers=api.contributor.headers)
    )
