"""The archive partner: asked only when there is a key, and never for ever."""

from datetime import datetime, timedelta

import pytest

from api.database.session import now
from api.sources.snapshots import archive_job
from tests.support.examples import ITEM, PAGE, evidence_path
from tests.support.fake_wayback import KEY, Archive, error, pending

pytestmark = pytest.mark.once

URL = ITEM["source_url"]
LOOK, SAVE, STATUS = "GET /wayback/available", "POST /save", "GET /save/status/"


@pytest.fixture
def archive():
    archive = Archive()
    server = archive.serve()
    yield archive
    server.shutdown()
    server.server_close()


@pytest.fixture
def partnered(restart, settings, archive):
    """The application with a key of the archive's."""
    return restart(
        archive_key="access",
        archive_secret="secret",
        archive_url="http://web.archive.example",
        archive_lookup_url="http://archive.example/wayback/available",
        fetch_connect_to=(
            f"archive.example:80=127.0.0.1:{archive.port}",
            f"web.archive.example:80=127.0.0.1:{archive.port}",
            *settings.fetch_connect_to,
        ),
    )


@pytest.fixture
def examined(partnered, claim, outside):
    """Have evidence examined and the archive's first answer noted; returns a way to look."""

    def examined(api=partnered):
        outside.publish(URL, PAGE)
        created = api.contributor.post(evidence_path(claim), ITEM, expect=202)
        api.work()
        snapshot = api.anyone.get(created.headers["Location"]).json["snapshot"]
        return lambda: api.anyone.get(snapshot["url"]).json["archive"]

    return examined


def ago(**time):
    return f"{now() - timedelta(**time):%Y%m%d%H%M%S}"


def test_nobody_is_asked_without_a_key(api, examined, archive):
    assert examined(api)() is None
    assert not api.waiting() and not archive.requests


def test_a_page_is_saved_after_its_snapshot_was_stored(partnered, examined, archive):
    archive.jobs += [pending(), pending()]
    look = examined()
    first = look()
    assert first["state"] == "asked" and first["job_id"].startswith("spn2-")
    assert first["url"] is None and first["attempts"] == 1
    for _ in range(2):
        partnered.hurry()
        assert look()["state"] == "asked" and look()["reason"] == "The archive is at it."
    partnered.hurry()
    last = look()
    assert last["state"] == "archived" and last["reason"] is None
    assert last["url"] == f"http://web.archive.example/web/20261123120000/{URL}"
    assert last["captured_at"] == "2026-11-23T12:00:00+00:00"
    assert last["job_id"] == first["job_id"] and last["attempts"] == 4
    assert archive.asked() == [LOOK, SAVE, STATUS, STATUS, STATUS]
    assert not partnered.waiting()


def test_what_is_sent_is_what_is_documented(partnered, examined, archive):
    examined()
    partnered.hurry()
    look, save, status = archive.requests
    assert look[2]["url"] == [URL] and look[4] is None
    assert datetime.strptime(look[2]["timestamp"][0], "%Y%m%d%H%M%S")
    assert save[3] == {
        "url": [URL],
        "if_not_archived_within": ["86400"],
        "skip_first_archive": ["1"],
    }
    assert save[4] == status[4] == KEY


@pytest.mark.parametrize("age", [{"hours": 23}, {"minutes": 1}, {"hours": -2}])
def test_a_recent_copy_will_do(partnered, examined, archive, age):
    moment = ago(**age)
    archive.copies[URL] = "200", moment
    found = examined()()
    assert found["state"] == "archived" and found["job_id"] is None
    assert found["url"] == f"http://web.archive.example/web/{moment}/{URL}"
    assert archive.asked() == [LOOK] and not partnered.waiting()


@pytest.mark.parametrize("status, age", [("200", {"days": 2}), ("404", {"hours": 1})])
def test_an_old_copy_or_one_of_an_error_will_not_do(examined, archive, status, age):
    archive.copies[URL] = status, ago(**age)
    assert examined()()["state"] == "asked"
    assert archive.asked() == [LOOK, SAVE]


def test_too_many_requests_are_waited_out(partnered, examined, archive):
    archive.saving.append((429, {"message": "Too Many Requests"}, {"Retry-After": "600"}))
    look = examined()
    assert look()["state"] == "asked" and look()["job_id"] is None
    assert look()["reason"] == "The archive answered with status 429."
    (job,) = partnered.app.extensions["jobs"].client.list_workflows(status="DELAYED")
    assert (job.delay_until_epoch_ms - job.created_at) / 1000 == pytest.approx(600, abs=5)
    partnered.hurry()
    partnered.hurry()
    assert look()["state"] == "archived"


@pytest.mark.parametrize(
    "answer",
    [
        error("proxy-error"),
        error("job-failed", "evil \0 \ud800 \u202e"),
        (404, {"message": "Not found"}, {}),
        {"status": "success", "timestamp": "soon"},
        {"status": "success", "timestamp": None, "original_url": ["x"]},
        {},
    ],
)
def test_a_job_that_failed_or_is_forgotten_is_begun_anew(partnered, examined, archive, answer):
    archive.jobs.append(answer)
    look = examined()
    partnered.hurry()
    assert look()["state"] == "asked" and look()["job_id"] is None and look()["reason"]
    partnered.hurry()
    partnered.hurry()
    assert look()["state"] == "archived"
    assert archive.asked() == [LOOK, SAVE, STATUS, LOOK, SAVE, STATUS]


@pytest.mark.parametrize(
    "answer", [(429, {}, {}), (503, b"<html>", {}), b"no JSON", [], b"[" * 9_999]
)
def test_a_job_that_cannot_be_asked_after_is_kept(partnered, examined, archive, answer):
    archive.jobs.append((200, answer, {}) if isinstance(answer, bytes) else answer)
    look = examined()
    job = look()["job_id"]
    partnered.hurry()
    assert look()["state"] == "asked" and look()["job_id"] == job and look()["reason"]
    partnered.hurry()
    assert look()["state"] == "archived" and look()["job_id"] == job


@pytest.mark.parametrize("name", ["blocked-url", "no-access", "not-found"])
def test_what_asking_again_will_not_change_is_final(partnered, examined, archive, name):
    archive.jobs.append(error(name, "This URL is in our block list."))
    look = examined()
    job = look()["job_id"]
    partnered.hurry()
    assert look()["state"] == "failed" and look()["job_id"] == job
    assert look()["reason"] == f"The archive says: This URL is in our block list. (error:{name})"
    assert not partnered.waiting()


def test_a_wrong_key_is_final(partnered, examined, archive):
    archive.saving.append((401, {"message": "You need to be logged in."}, {}))
    found = examined()()
    assert found["state"] == "failed" and found["reason"] == "The archive does not know our key."
    assert not partnered.waiting()


TOO_MANY = {"status": "error", "status_ext": "error:too-many-daily-captures", "message": "5 times"}


@pytest.mark.parametrize(
    "saving, jobs, looking, reason",
    [
        ([TOO_MANY] * 9, [], [], "The archive says: 5 times (error:too-many-daily-captures)"),
        ([], [pending()] * 9, [], "The archive is at it."),
        ([], [], [(503, b"", {})] * 9, "The archive answered with status 503."),
        ([{"job_id": "../../user"}] * 9, [], [], "The archive says: None (None)"),
    ],
)
def test_asking_ends(partnered, examined, archive, saving, jobs, looking, reason):
    archive.saving += saving
    archive.jobs += jobs
    archive.looking += looking
    look = examined()
    for _ in range(7):
        assert look()["state"] == "asked" and partnered.waiting() == ["snapshot.archive"]
        partnered.hurry()
    assert look()["state"] == "failed" and look()["attempts"] == 8 and look()["reason"] == reason
    assert not partnered.waiting()


def test_an_archive_that_is_down_costs_the_evidence_nothing(restart, claim, examined):
    api = restart(
        archive_key="access",
        archive_url="http://127.0.0.1:9",
        archive_lookup_url="http://127.0.0.1:9/available",
        fetch_allow=("127.0.0.1",),
        fetch_ports=(80, 9),
    )
    found = examined(api)()
    assert found["state"] == "asked" and "could not be reached" in found["reason"]
    (item,) = api.anyone.get(evidence_path(claim)).json["items"]
    assert item["state"] == "quote_verified"


def test_a_job_that_runs_twice_changes_nothing_more(partnered, examined, archive, claim):
    archive.copies[URL] = "200", ago(hours=1)
    look = examined()
    before = look()
    (item,) = partnered.anyone.get(evidence_path(claim)).json["items"]
    with partnered.app.app_context():
        archive_job.archive_snapshot(snapshot_id=item["snapshot"]["id"])
    assert look() == before and archive.asked() == [LOOK]
