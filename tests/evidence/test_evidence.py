"""Evidence: submitted, examined, taken back, judged."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy.exc import OperationalError

from api.evidence import service
from tests.support.examples import ITEM, PAGE, evidence_path
from tests.support.processes import until


def test_evidence_is_accepted_for_examination(api, claim):
    created = api.contributor.post(evidence_path(claim), ITEM, expect=202)
    assert created.json["state"] == "pending" and created.json["counts"] is False
    assert created.json["source"]["domain"] == "first.example"
    assert created.json["submitted_by"]["name"] == "Contributor"
    assert api.anyone.get(created.headers["Location"]).json == created.json
    assert api.anyone.get(evidence_path(claim)).json["items"] == [created.json]


@pytest.mark.each_database
def test_the_worker_finds_the_quote_and_keeps_what_it_read(api, claim, outside):
    outside.publish(ITEM["source_url"], PAGE)
    created = api.contributor.post(evidence_path(claim), ITEM, expect=202)
    assert api.work() == 2  # the examination, and the reassessment it leads to
    found = api.anyone.get(created.headers["Location"])
    assert found.json["state"] == "quote_verified" and found.json["counts"] is True
    assert found.json["found_level"] == "normalised"
    assert found.json["snapshot"]["final_url"] == ITEM["source_url"]
    from hashlib import sha256

    assert found.json["snapshot"]["sha256"] == sha256(PAGE.encode()).hexdigest()
    assert found.json["snapshot"]["stand_in"] is True
    assert found.headers["ETag"] != created.headers["ETag"]


@pytest.mark.parametrize(
    "page, content_type, state",
    [
        (PAGE, "text/html", "quote_verified"),
        ("It was opened on 19 March 1932, so they say.", "text/plain", "quote_verified"),
        ("<p>It was opened on 20 March 1932.</p>", "text/html", "quote_absent"),
        ("<p>It was opened on 19 March 19321.</p>", "text/html", "quote_absent"),
        ("<script>opened on 19 March 1932</script><p>No.</p>", "text/html", "quote_absent"),
        ("<!-- opened on 19 March 1932 --><p>No.</p>", "text/html", "quote_absent"),
        (b"\x00\x01\x02\x03", "application/octet-stream", "source_unavailable"),
    ],
)
def test_what_the_page_says_decides(api, claim, outside, page, content_type, state):
    outside.publish(ITEM["source_url"], page, content_type=content_type)
    created = api.contributor.post(evidence_path(claim), ITEM, expect=202)
    api.work()
    assert api.anyone.get(created.headers["Location"]).json["state"] == state


def test_a_source_that_cannot_be_fetched_is_kept_and_tried_again(api, claim, outside):
    created = api.contributor.post(evidence_path(claim), ITEM, expect=202)
    outside.publish(ITEM["source_url"], "Not today.", status=503)
    api.work()
    item = api.anyone.get(created.headers["Location"]).json
    assert item["state"] == "source_unavailable" and item["attempts"] == 1
    assert item["state_reason"] == "The source answered with status 503."
    assert api.waiting() == ["evidence.examine"]
    outside.publish(ITEM["source_url"], PAGE)
    api.hurry()
    item = api.anyone.get(created.headers["Location"]).json
    assert item["state"] == "quote_verified" and item["attempts"] == 2
    assert item["state_reason"] is None


def test_trying_again_ends(api, claim, restart, outside):
    hasty = restart(examination_attempts=3, examination_backoff=1)
    created = hasty.contributor.post(evidence_path(claim), ITEM, expect=202)
    for _ in range(3):
        hasty.work()
        hasty.hurry()
    item = api.anyone.get(created.headers["Location"]).json
    assert item["attempts"] == 3 and item["state"] == "source_unavailable"
    assert not hasty.waiting()


def test_a_source_larger_than_the_setting_says_is_not_read(api, claim, restart, outside):
    outside.publish(ITEM["source_url"], PAGE + "<p>" + "x" * 1_000)
    narrow, wide = restart(fetch_max_bytes=1_000), restart(fetch_max_bytes=2_000)
    created = narrow.contributor.post(evidence_path(claim), ITEM, expect=202)
    narrow.work()
    item = api.anyone.get(created.headers["Location"]).json
    assert item["state"] == "source_unavailable" and "1000 bytes" in item["state_reason"]
    wide.hurry()
    assert api.anyone.get(created.headers["Location"]).json["state"] == "quote_verified"


def test_a_source_that_takes_longer_than_the_setting_says_is_given_up(claim, restart, outside):
    api = restart(fetch_seconds=1)
    outside.publish(ITEM["source_url"], PAGE)
    created = api.contributor.post(evidence_path(claim), ITEM, expect=202)
    outside.gate.clear()
    api.work()
    outside.gate.set()
    item = api.anyone.get(created.headers["Location"]).json
    assert item["state"] == "source_unavailable" and "1 second" in item["state_reason"]


def test_a_fault_of_ours_is_not_laid_at_the_sources_door(api, claim, outside, monkeypatch):
    outside.publish(ITEM["source_url"], PAGE)
    created = api.contributor.post(evidence_path(claim), ITEM, expect=202)
    where = created.headers["Location"]

    def breaks(error):
        def send(*_, **__):
            raise error

        monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)

    breaks(OperationalError("SELECT 1", None, Exception("the database is away")))
    with pytest.raises(OperationalError):
        api.work()
    assert api.anyone.get(where).json == created.json, "it says nothing of the source"
    breaks(ZeroDivisionError("a secret of the inside"))
    api.work()
    item = api.anyone.get(where).json
    assert item["state"] == "source_unavailable" and item["attempts"] == 1
    assert item["state_reason"] == "It could not be examined. The fault is ours, not the source's."
    monkeypatch.undo()
    api.hurry()
    assert api.anyone.get(where).json["state"] == "quote_verified"


def test_the_examination_is_promised_with_the_submission_or_not_at_all(api, claim):
    api.contributor.post(evidence_path(claim), ITEM, expect=202)
    api.contributor.post(evidence_path(claim), ITEM, expect=409)
    assert len(api.due()) == 1


@pytest.mark.parametrize(
    "url, rule",
    [
        ("http://127.0.0.1/", "private-address"),
        ("http://[::1]/", "private-address"),
        ("http://2130706433/", "notation"),
        ("http://169.254.169.254/latest/meta-data", "private-address"),
        ("http://user:secret@a.example/", "userinfo"),
        ("http://a.example:22/", "port"),
        ("ftp://a.example/file", "scheme"),
        ("file:///etc/passwd", "scheme"),
        ("gopher://a.example/", "scheme"),
        ("javascript:alert(1)", "scheme"),
    ],
)
def test_an_address_that_is_never_fetched_is_refused_at_once(api, claim, url, rule):
    refused = api.contributor.post(
        evidence_path(claim), ITEM | {"source_url": url}, expect=422
    ).json
    assert refused["type"] == "/problems/address-refused" and refused["rule"] == rule
    assert refused["errors"][0]["pointer"] == "#/source_url"
    assert not api.due()


@pytest.mark.parametrize(
    "closed, rule",
    [
        ("http://10.11.12.13/admin", "private-address"),
        ("http://db-primary.corp.internal/", "local-name"),
        ("http://0xa0b0c0d/", "notation"),
        ("http://a.example:6379/", "port"),
    ],
)
def test_where_a_page_leads_inside_is_not_told(api, claim, outside, closed, rule):
    outside.publish(ITEM["source_url"], "", status=302, Location=closed)
    created = api.contributor.post(evidence_path(claim), ITEM, expect=202)
    api.work()
    item = api.anyone.get(created.headers["Location"]).json
    assert item["state"] == "source_unavailable" and not api.waiting()
    assert item["state_reason"] == f"It redirects to a closed address ({rule})."


def test_the_same_quote_twice_is_a_conflict(api, claim):
    first = api.contributor.post(evidence_path(claim), ITEM, expect=202).json
    again = api.contributor_2.post(evidence_path(claim), ITEM, expect=409).json
    assert again["type"] == "/problems/already-submitted" and again["evidence"] == first["id"]
    api.contributor.post(evidence_path(claim), ITEM | {"quote": "another quote"}, expect=202)


def test_of_the_same_quote_twice_at_once_one_is_stored(api, claim, monkeypatch):
    """Who looks before the other has stored it does not see it."""
    first = api.contributor.post(evidence_path(claim), ITEM, expect=202).json
    monkeypatch.setattr(service, "_find_same", lambda *_: None)
    again = api.contributor_2.post(evidence_path(claim), ITEM, expect=409).json
    assert again["type"] == "/problems/conflict"
    assert [item["id"] for item in api.anyone.get(evidence_path(claim)).json["items"]] == [
        first["id"]
    ]
    entries = api.anyone.get(f"/claims/{claim['id']}/audit-log").json["items"]
    assert [entry["what"] for entry in entries].count("evidence submitted") == 1
    assert len(api.due()) == 1


def test_only_its_submitter_takes_evidence_back(api, claim, submit):
    item = submit(claim, "first.example")
    address = f"/evidence/{item['id']}"
    for other in (api.contributor_2, api.reviewer, api.admin):
        other.post(f"{address}/retraction", {"reason": "No."}, expect=403)
    taken = api.contributor.post(f"{address}/retraction", {"reason": "Misread."}, expect=200)
    assert taken.json["retraction_reason"] == "Misread." and taken.json["counts"] is False
    again = api.contributor.post(f"{address}/retraction", {"reason": "Again."}, expect=409)
    assert again.json["type"] == "/problems/is-retracted"
    api.reviewer.post(f"{address}/review", {"decision": "accepted"}, expect=409)
    same = {name: item[name] for name in ("source_url", "quote", "stance")}
    api.contributor.post(evidence_path(claim), same, expect=202)


def test_retracted_evidence_is_not_examined(api, claim, submit, outside):
    item = submit(claim, "first.example")
    address = f"/evidence/{item['id']}"
    api.contributor.post(f"{address}/retraction", {"reason": "Misread."}, expect=200)
    api.work()
    assert outside.requests == []
    assert api.anyone.get(address).json["state"] == "pending"


def test_evidence_that_is_retracted_while_its_source_is_read_stays_as_it_is(
    api, claim, submit, outside
):
    item = submit(claim, "first.example")
    address = f"/evidence/{item['id']}"
    outside.gate.clear()
    with ThreadPoolExecutor(1) as worker:
        working = worker.submit(api.work)
        until(lambda: outside.requests, seconds=30, so_that="the source is asked")
        taken_back = api.contributor.post(f"{address}/retraction", {"reason": "Misread."}, 200)
        outside.gate.set()
        working.result()
    assert api.anyone.get(address).json == taken_back.json
    assert taken_back.json["state"] == "pending" and taken_back.json["attempts"] == 0


def test_a_reviewer_rejects_with_a_reason_from_the_list(api, claim, submit):
    item = submit(claim, "first.example")
    api.work()
    address = f"/evidence/{item['id']}/review"
    for bad in (
        {"decision": "rejected"},
        {"decision": "rejected", "reason": "because"},
        {"decision": "accepted", "reason": "off_topic"},
    ):
        assert (
            api.reviewer.post(address, bad, expect=422).json["errors"][0]["pointer"] == "#/reason"
        )
    why = {"decision": "rejected", "reason": "selective_omission", "note": "The next words matter."}
    rejected = api.reviewer.post(address, why, expect=200).json
    assert rejected["review"] == "rejected" and rejected["counts"] is False
    accepted = api.reviewer.post(address, {"decision": "accepted"}, expect=200).json
    assert accepted["counts"] is True and accepted["review_reason"] is None


def test_a_contributor_does_not_review_and_a_reviewer_not_their_own(api, claim, submit):
    item = submit(claim, "first.example", by=api.reviewer)
    address, accept = f"/evidence/{item['id']}/review", {"decision": "accepted"}
    assert api.contributor.post(address, accept, expect=403).json["type"] == "/problems/forbidden"
    own = api.reviewer.post(address, accept, expect=403)
    assert own.json["type"] == "/problems/own-evidence"
    api.reviewer_2.post(address, accept, expect=200)


def test_lists_are_filtered_by_state_and_stance(api, claim, submit):
    submit(claim, "first.example")
    api.work()
    submit(claim, "second.example", "disputes")

    def listed(**filters):
        items = api.anyone.get(evidence_path(claim), query_string=filters).json["items"]
        return [item["source"]["domain"] for item in items]

    assert listed() == ["first.example", "second.example"]
    assert listed(state="pending") == ["second.example"]
    assert listed(stance="supports") == ["first.example"]


def test_a_list_costs_the_same_number_of_statements(api, claim, submit, statements):
    def cost():
        with statements() as sent:
            api.anyone.get(evidence_path(claim))
        return len(sent)

    submit(claim, "first.example")
    one = cost()
    for host in ("second.example", "third.example"):
        submit(claim, host)
    api.work()
    assert cost() == one


@pytest.mark.parametrize("status, state", [(200, "pending"), (503, "source_unavailable")])
def test_what_was_rejected_unread_is_examined_once_it_is_accepted(
    api, claim, outside, status, state
):
    outside.publish(ITEM["source_url"], PAGE, status=status)
    item = api.contributor.post(evidence_path(claim), ITEM, expect=202).json
    if status == 503:
        api.work()
    review = f"/evidence/{item['id']}/review"
    off_topic = {"decision": "rejected", "reason": "off_topic"}
    api.reviewer.post(review, off_topic, expect=200)
    api.work()
    api.hurry()
    assert api.anyone.get(f"/evidence/{item['id']}").json["state"] == state
    outside.publish(ITEM["source_url"], PAGE)
    api.reviewer.post(review, {"decision": "accepted"}, expect=200)
    api.work()
    assert api.anyone.get(f"/evidence/{item['id']}").json["state"] == "quote_verified"


def test_a_source_that_was_given_up_may_be_asked_again(api, claim, outside, restart):
    once = restart(examination_attempts=1)
    outside.publish(ITEM["source_url"], PAGE, status=503)
    item = api.contributor.post(evidence_path(claim), ITEM, expect=202).json
    once.work()
    outside.publish(ITEM["source_url"], PAGE)
    api.reviewer.post(f"/evidence/{item['id']}/examination", expect=202)
    api.work()
    assert api.anyone.get(f"/evidence/{item['id']}").json["state"] == "quote_verified"


def test_its_etag_tells_of_all_that_it_shows(api, claim, submit):
    path = f"/evidence/{submit(claim, 'first.example')['id']}"
    before = api.anyone.get(path)
    (found,) = api.anyone.get("/sources?domain=first.example").json["items"]
    source = f"/sources/{found['id']}"
    seen = {"If-Match": api.anyone.get(source).headers["ETag"]}
    api.admin.patch(source, {"name": "The First"}, headers=seen, expect=200)
    renamed = api.anyone.get(path)
    assert renamed.json["source"]["name"] == "The First"
    api.admin.post(f"/contributors/{api.contributor.id}/erasure", expect=200)
    erased = api.anyone.get(path)
    assert erased.json["submitted_by"] != renamed.json["submitted_by"]
    assert len({each.headers["ETag"] for each in (before, renamed, erased)}) == 3
