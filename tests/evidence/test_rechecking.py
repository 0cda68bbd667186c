"""Sources are asked for again: when, how, and what their answers do to evidence and claims."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import requests
import time_machine
from environs import EnvValidationError
from sqlalchemy.exc import OperationalError

from api.config.settings import Settings
from api.evidence.examination import rechecking
from tests.support.review import get_review_queue

QUOTE = "The bridge was opened on 19 March 1932"
PAGE = f"<html><body><p>{QUOTE}.</p></body></html>"
CHANGED = f"<html><body><p>Corrected since.</p><p>{QUOTE}.</p></body></html>"
LOST = "<html><body><p>The bridge was opened in 1933.</p></body></html>"
URL = "http://first.example/bridge"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(datetime(2026, 11, 2, 12, tzinfo=UTC), tick=True) as clock:
        yield clock


@pytest.fixture
def verified(api, claim, outside):
    """Publish a page with the quote, submit it and have it examined; its address in the API."""

    def verified(url=URL, page=PAGE, **headers):
        outside.publish(url, page, **headers)
        item = {"source_url": url, "quote": QUOTE, "stance": "disputes"}
        created = api.contributor.post(f"/claims/{claim['id']}/evidence", item, expect=202)
        api.work()
        outside.requests.clear()
        outside.headers.clear()
        return f"/evidence/{created.json['id']}"

    return verified


@pytest.fixture
def after(api, clock):
    """Move on in time, and do what a worker then does with each heartbeat till nothing is due."""

    def after(wait=timedelta(), by=None):
        clock.shift(wait)
        for beats in range(50):
            if not heartbeat(by or api):
                return beats
        raise AssertionError("it never ends")

    return after


def heartbeat(api):
    api.heartbeat()
    return api.work()


def rechecks(api, item):
    return api.anyone.get(f"{item}/rechecks").json["items"]


def outcomes(api, item):
    return [each["outcome"] for each in reversed(rechecks(api, item))]


def dispute(api, claim, *items):
    ids = [item.rpartition("/")[2] for item in items]
    decision = {"status": "disputed", "reasons": "So it is.", "evidence": ids}
    return api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201).json


@pytest.mark.each_database
def test_a_source_is_asked_for_again_after_7_30_and_90_days(api, outside, verified, after):
    item = verified(ETag='"1"', Last_Modified="Mon, 02 Nov 2026 10:00:00 GMT")
    before = api.anyone.get(item)
    for days in (7, 30, 90, 90):
        assert after(days * DAY - HOUR) == 0
        after(HOUR)
    assert len(outside.requests) == 4
    assert outcomes(api, item) == ["unchanged"] * 4
    asked = outside.headers[0]
    assert asked["If-None-Match"] == '"1"'
    assert asked["If-Modified-Since"] == "Mon, 02 Nov 2026 10:00:00 GMT"
    latest = rechecks(api, item)[0]
    assert latest["status"] == 304 and latest["snapshot"] is None and latest["asked_by"] is None
    now = api.anyone.get(item)
    assert now.json == before.json and now.headers["ETag"] == before.headers["ETag"]


@pytest.mark.parametrize("page", [PAGE, PAGE.replace("<p>", "<p class='a'>")])
def test_without_validators_the_bytes_or_the_text_tell_that_nothing_changed(
    api, outside, verified, after, page
):
    item = verified()
    before = api.anyone.get(item).json
    outside.publish(URL, page)
    after(7 * DAY)
    (recheck,) = rechecks(api, item)
    assert recheck["outcome"] == "unchanged" and recheck["status"] == 200
    assert "If-None-Match" not in outside.headers[0]
    assert api.anyone.get(item).json == before


def test_a_changed_page_with_the_quote_is_the_snapshot_from_then_on(api, outside, verified, after):
    item = verified(ETag='"1"')
    before = api.anyone.get(item).json
    outside.publish(URL, CHANGED, ETag='"2"')
    after(7 * DAY)
    now = api.anyone.get(item).json
    (recheck,) = rechecks(api, item)
    assert recheck["outcome"] == "quote_still_there" and recheck["status"] == 200
    assert now["snapshot"]["id"] == recheck["snapshot"] != before["snapshot"]["id"]
    assert now["found_start"] > before["found_start"]
    assert now["state"] == "quote_verified" and now["stale_since"] is None
    after(30 * DAY)
    assert outside.headers[-1]["If-None-Match"] == '"2"'
    assert outcomes(api, item)[-1] == "unchanged"


def test_a_lost_quote_makes_the_item_stale_and_asks_a_reviewer(
    api, claim, outside, verified, after
):
    item = verified(ETag='"1"')
    verdict = dispute(api, claim, item)
    before = api.anyone.get(item).json
    assert get_review_queue(api) == {}
    outside.publish(URL, LOST, ETag='"2"')
    after(7 * DAY)
    now, (recheck,) = api.anyone.get(item).json, rechecks(api, item)
    assert recheck["outcome"] == "quote_gone" and "not in it any more" in recheck["reason"]
    assert now["stale_since"][:10] == "2026-11-09"
    assert now["state"] == "quote_verified" and now["counts"] is True
    assert now["snapshot"] == before["snapshot"] and recheck["snapshot"] != now["snapshot"]["id"]
    assert get_review_queue(api) == {claim["id"]: ["evidence_stale"]}
    status = api.anyone.get(f"/claims/{claim['id']}/status").json
    assert status["status"] == "disputed" and status["needs_review"] is True
    assert status["verdict"].endswith(verdict["id"])
    entry = api.anyone.get(f"/claims/{claim['id']}/audit-log").json["items"][-1]
    assert entry["what"] == "evidence stale" and entry["by_id"] is None
    assert entry["details"]["outcome"] == "quote_gone"


def test_a_quote_that_is_back_makes_the_item_current_again(api, claim, outside, verified, after):
    item = verified(ETag='"1"')
    dispute(api, claim, item)
    outside.publish(URL, LOST)
    after(7 * DAY)
    since = api.anyone.get(item).json["stale_since"]
    after(30 * DAY)
    assert api.anyone.get(item).json["stale_since"] == since
    outside.publish(URL, PAGE, ETag='"1"')
    after(90 * DAY)
    assert outcomes(api, item) == ["quote_gone", "quote_gone", "unchanged"]
    assert api.anyone.get(item).json["stale_since"] is None and get_review_queue(api) == {}
    entry = api.anyone.get(f"/claims/{claim['id']}/audit-log").json["items"][-1]
    assert entry["what"] == "evidence current"


@pytest.mark.parametrize("status", [404, 410])
def test_a_source_is_gone_when_it_was_twice_a_week_apart(
    api, claim, outside, verified, after, status
):
    item = verified()
    dispute(api, claim, item)
    outside.publish(URL, "Gone.", status=status)
    after(7 * DAY)
    assert outcomes(api, item) == ["source_missing"]
    assert api.anyone.get(item).json["stale_since"] is None and get_review_queue(api) == {}
    after(3 * DAY)
    api.reviewer.post(f"{item}/recheck", expect=202)
    after()
    assert outcomes(api, item) == ["source_missing"] * 2
    after(4 * DAY)
    assert outcomes(api, item) == ["source_missing", "source_missing", "source_gone"]
    assert api.anyone.get(item).json["stale_since"][:10] == "2026-11-16"
    assert get_review_queue(api) == {claim["id"]: ["evidence_stale"]}
    assert after(29 * DAY) == 0
    outside.publish(URL, PAGE)
    after(DAY)
    assert api.anyone.get(item).json["stale_since"] is None


def test_a_source_that_was_missing_once_is_not_gone(api, outside, verified, after):
    item = verified()
    for page, status, wait in [("", 404, 7), (PAGE, 200, 7), ("", 404, 30), ("", 500, 7)]:
        outside.publish(URL, page, status=status)
        after(wait * DAY)
    assert outcomes(api, item) == ["source_missing", "unchanged", "source_missing", "unreachable"]
    assert api.anyone.get(item).json["stale_since"] is None


@pytest.mark.parametrize(
    "page, answer, reason",
    [
        ("Busy.", {"status": 503}, "The source answered with status 503."),
        ("No.", {"status": 403}, "The source answered with status 403."),
        (b"\0\1\2", {"content_type": "application/octet-stream"}, "The answer is"),
        (PAGE, {"Content_Encoding": "gzip"}, "compressed"),
    ],
)
def test_a_source_that_cannot_be_read_changes_nothing_and_is_tried_a_few_times(
    api, outside, verified, after, page, answer, reason
):
    item = verified()
    before, waiting = api.anyone.get(item).json, get_review_queue(api)
    outside.publish(URL, page, **answer)
    for wait in (7 * DAY, HOUR, 2 * HOUR, 4 * HOUR, 30 * DAY):
        assert after(wait - HOUR / 2) == 0
        after(HOUR / 2)
    assert outcomes(api, item) == ["unreachable"] * 5
    assert reason in rechecks(api, item)[0]["reason"]
    assert api.anyone.get(item).json == before and get_review_queue(api) == waiting


def test_how_often_and_when_it_is_tried_again_is_set(api, outside, verified, after, restart):
    item, hasty = verified(), restart(recheck_attempts=3, recheck_backoff=600)
    outside.publish(URL, "Not today.", status=503)
    minute = HOUR / 60
    for wait in (7 * DAY, 10 * minute, 20 * minute, 30 * DAY, 10 * minute):
        assert after(wait - minute, by=hasty) == 0
        after(minute, by=hasty)
    assert outcomes(api, item) == ["unreachable"] * 5


def test_a_page_that_cannot_be_stored_changes_nothing_until_it_can(
    api, settings, outside, verified, after
):
    item = verified()
    outside.publish(URL, LOST)
    blobs = Path(settings.blob_store)
    blobs.rename(away := blobs.with_name("away"))
    blobs.touch()
    after(7 * DAY)
    (recheck,) = rechecks(api, item)
    assert recheck["outcome"] == "unreachable" and recheck["status"] == 200
    assert api.anyone.get(item).json["stale_since"] is None
    blobs.unlink()
    away.rename(blobs)
    after(HOUR)
    assert outcomes(api, item) == ["unreachable", "quote_gone"]
    kept = rechecks(api, item)[0]["snapshot"]
    assert api.anyone.get(f"/snapshots/{kept}/content").data == LOST.encode()


def test_a_fault_of_ours_changes_nothing_and_is_tried_again(
    api, outside, verified, after, monkeypatch
):
    item = verified()
    before = api.anyone.get(item).json

    def breaks(error):
        def send(*_, **__):
            raise error

        monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)

    breaks(ZeroDivisionError("a secret of the inside"))
    after(7 * DAY)
    (recheck,) = rechecks(api, item)
    assert recheck["outcome"] == "unreachable" and recheck["status"] is None
    assert recheck["reason"].endswith("The fault is ours, not the source's.")
    breaks(OperationalError("SELECT 1", None, Exception("the database is away")))
    with pytest.raises(OperationalError):
        after(HOUR)
    assert len(rechecks(api, item)) == 1, "it says nothing of the source"
    monkeypatch.undo()
    after(DAY)
    assert outcomes(api, item) == ["unreachable", "unchanged"]
    assert api.anyone.get(item).json == before


def test_a_page_that_moved_to_a_closed_address_changes_nothing(api, outside, verified, after):
    item = verified()
    outside.publish(URL, "", status=302, Location="http://127.0.0.1/")
    after(7 * DAY)
    (recheck,) = rechecks(api, item)
    assert recheck["outcome"] == "unreachable" and recheck["status"] is None
    assert api.anyone.get(item).json["stale_since"] is None


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("as_date", [True, False])
def test_a_host_is_left_alone_as_long_as_it_wants(
    api, outside, verified, after, clock, status, as_date
):
    busy = verified()
    other = verified("http://first.example/other")
    clock.shift(7 * DAY)
    until = datetime.now(UTC) + 10 * HOUR
    retry_after = format_datetime(until, usegmt=True) if as_date else "36000"
    outside.publish(URL, "Busy.", status=status, Retry_After=retry_after)
    after()
    assert outcomes(api, busy) == ["unreachable"] and outcomes(api, other) == []
    asked = api.reviewer.post(f"{other}/recheck", expect=202).json
    assert asked["due_at"][:13] == "2026-11-09T22"
    outside.publish(URL, PAGE)
    assert after(9.9 * HOUR) == 0
    after(0.1 * HOUR)
    after(timedelta(seconds=5))
    assert outcomes(api, busy) == ["unreachable", "unchanged"]
    assert outcomes(api, other) == ["unchanged"]


def test_a_host_rests_between_two_pages_and_another_need_not_wait(
    api, outside, verified, after, restart
):
    items = [verified(f"http://one.example/{n}") for n in range(3)]
    far = verified("http://two.example/")
    slow = restart(host_delay=600)
    after(7 * DAY, by=slow)
    assert len(outside.requests) == 2 and outcomes(api, far) == ["unchanged"]
    for asked in (3, 4):
        after(timedelta(seconds=500), by=slow)
        assert len(outside.requests) == asked - 1
        after(timedelta(seconds=100), by=slow)
        assert len(outside.requests) == asked
    assert [outcomes(api, item) for item in items] == [["unchanged"]] * 3


def test_what_was_taken_back_or_thrown_out_is_not_asked_for(
    api, article, claim, outside, verified, after
):
    retracted, rejected = verified("http://one.example/"), verified("http://two.example/")
    api.contributor.post(f"{retracted}/retraction", {"reason": "Misread."}, expect=200)
    why = {"decision": "rejected", "reason": "off_topic"}
    api.reviewer.post(f"{rejected}/review", why, expect=200)
    after(7 * DAY)
    assert outside.requests == []
    api.reviewer.post(f"{rejected}/review", {"decision": "accepted"}, expect=200)
    after(7 * DAY)
    assert [host for host, _ in outside.requests] == ["two.example"]


def test_a_withdrawn_claims_evidence_is_not_asked_for(api, claim, outside, verified, after):
    item, gone = verified(), {"reason": "Misquoted."}
    api.contributor.post(f"/claims/{claim['id']}/withdrawal", gone, expect=200)
    after(7 * DAY)
    assert outside.requests == []
    refused = api.reviewer.post(f"{item}/recheck", expect=409).json
    assert refused["type"] == "/problems/claim-is-withdrawn"


@pytest.mark.parametrize("who", ["reviewer", "admin"])
def test_a_reviewer_or_an_admin_has_it_done_now_and_sees_the_page_itself(
    api, outside, verified, after, who
):
    item = verified(ETag='"1"')
    person = getattr(api, who)
    asked = person.post(f"{item}/recheck", expect=202)
    assert asked.json["asked_by"] == str(person.id) and asked.json["due_at"][:10] == "2026-11-02"
    assert asked.headers["Location"] == f"/v1{item}/rechecks"
    after()
    assert "If-None-Match" not in outside.headers[0]
    (recheck,) = rechecks(api, item)
    assert recheck["outcome"] == "unchanged" and recheck["asked_by"] == str(person.id)
    assert after(29 * DAY) == 0
    after(DAY)
    assert [each["asked_by"] for each in rechecks(api, item)] == [None, str(person.id)]


def test_asking_often_asks_the_source_no_oftener_than_its_rest_allows(
    api, outside, verified, after, restart
):
    item, slow = verified(), restart(host_delay=600)
    for _ in range(3):
        api.reviewer.post(f"{item}/recheck", expect=202)
    after(by=slow)
    assert len(outside.requests) == 1
    api.reviewer.post(f"{item}/recheck", expect=202)
    assert after(by=slow) == 0
    after(timedelta(seconds=600), by=slow)
    assert len(outside.requests) == 2


def test_others_cannot_ask_and_not_for_what_was_never_found(api, claim, submit, verified):
    item = verified()
    api.anyone.post(f"{item}/recheck", expect=401)
    api.contributor.post(f"{item}/recheck", expect=403)
    pending = submit(claim, "second.example")["id"]
    refused = api.reviewer.post(f"/evidence/{pending}/recheck", expect=409).json
    assert refused["type"] == "/problems/nothing-to-recheck"
    api.contributor.post(f"{item}/retraction", {"reason": "Misread."}, expect=200)
    api.reviewer.post(f"{item}/recheck", expect=409)
    nowhere = "/evidence/00000000-0000-7000-8000-000000000000"
    api.reviewer.post(f"{nowhere}/recheck", expect=404)
    api.anyone.get(f"{nowhere}/rechecks", expect=404)


def test_not_modified_is_believed_of_the_page_alone(api, outside, verified, after):
    """A page of 2015 that the old address redirects to has not been modified since, either."""
    item = verified(Last_Modified="Mon, 02 Nov 2026 10:00:00 GMT")
    outside.publish(URL, "", status=301, Location="http://first.example/home")
    modified = {"Last_Modified": "Mon, 02 Nov 2026 10:00:00 GMT"}
    outside.publish("http://first.example/home", LOST, **modified)
    after(7 * DAY)
    assert [path for _, path in outside.requests] == ["/bridge", "/home"] * 2
    assert outcomes(api, item) == ["quote_gone"]


def test_validators_that_are_none_are_not_sent(api, outside, verified, after):
    item = verified(ETag='"b\xfc"', Last_Modified="")
    after(7 * DAY)
    assert not {"If-None-Match", "If-Modified-Since"} & set(outside.headers[0])
    assert outcomes(api, item) == ["unchanged"]


@pytest.mark.parametrize("step", ["accept", "reject", "decide"])
def test_a_reviewer_decides_what_follows(api, claim, outside, verified, after, step):
    item = verified()
    dispute(api, claim, item)
    outside.publish(URL, LOST)
    after(7 * DAY)
    assert get_review_queue(api)[claim["id"]] == ["evidence_stale"]
    if step == "decide":
        dispute(api, claim, item)
    else:
        decision = {"accept": {"decision": "accepted"}}.get(
            step, {"decision": "rejected", "reason": "data_staleness"}
        )
        api.reviewer.post(f"{item}/review", decision, expect=200)
    api.work()
    status = api.anyone.get(f"/claims/{claim['id']}/status").json
    if step == "reject":
        assert status["status"] == "unverified"
        assert get_review_queue(api)[claim["id"]] == ["verdict_withdrawn"]
    else:
        assert status["status"] == "disputed" and get_review_queue(api) == {}
    after(30 * DAY)  # stale still: nothing new
    assert "evidence_stale" not in get_review_queue(api).get(claim["id"], [])


def test_the_dates_survive_a_restart(api, outside, verified, after, restart):
    item = verified()
    again = restart(recheck_days=(7, 14))
    after(7 * DAY, by=again)
    assert outcomes(api, item) == ["unchanged"]
    assert after(14 * DAY, by=restart(recheck_days=(7, 14))) > 0


def test_a_job_that_got_lost_is_handed_out_again(api, outside, verified, after, clock):
    verified()
    clock.shift(7 * DAY)
    with api.app.app_context():
        rechecking.enqueue_due_rechecks()
        rechecking.enqueue_due_rechecks()
    (lost,) = api.due()
    api.app.extensions["jobs"].client.delete_workflow(lost.workflow_id)
    assert after(timedelta(minutes=9)) == 0
    after(timedelta(minutes=1))
    assert len(outside.requests) == 1


def test_a_worker_that_dies_over_one_page_does_not_keep_its_host(
    api, outside, verified, after, monkeypatch
):
    dire, plain = verified("http://one.example/1"), verified("http://one.example/2")

    def die(*_):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(rechecking, "_check_source", die)
        with pytest.raises(SystemExit):
            after(7 * DAY)
    (begun,) = api.due()
    api.app.extensions["jobs"].client.delete_workflow(begun.workflow_id)
    assert after(timedelta(seconds=60)) == 0  # it might still be at it
    after(timedelta(minutes=2))
    assert outcomes(api, plain) == ["unchanged"] and outcomes(api, dire) == []
    after(DAY)
    assert outcomes(api, dire) == ["unchanged"]


def test_workers_at_one_moment_do_not_ask_one_host_for_two_pages(
    api, outside, verified, clock, restart
):
    for n in range(4):
        verified(f"http://one.example/{n}")
    clock.shift(7 * DAY)
    workers, ready = [restart(host_delay=600).app for _ in range(4)], threading.Barrier(4)

    def work(app):
        ready.wait()
        with app.app_context():
            rechecking.recheck_host("one.example")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(work, workers))
    assert len(outside.requests) == 1


def test_workers_at_one_moment_hand_out_a_host_once(api, verified, clock, restart):
    for n in range(4):
        verified(f"http://host-{n}.example/")
    clock.shift(7 * DAY)
    workers, ready = [restart().app for _ in range(2)], threading.Barrier(2)

    def work(app):
        ready.wait()
        with app.app_context():
            rechecking.enqueue_due_rechecks()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(work, workers))
    hosts = [job.input["kwargs"]["host"] for job in api.due()]
    assert sorted(hosts) == [f"host-{n}.example" for n in range(4)]


@pytest.mark.parametrize("days", ["", "7,0", "-7", "7,30.5", "weekly"])
def test_days_that_are_none_are_refused_at_start(monkeypatch, days):
    monkeypatch.setenv("RECHECK_DAYS", days)
    with pytest.raises(EnvValidationError, match="RECHECK_DAYS"):
        Settings.from_environment()
