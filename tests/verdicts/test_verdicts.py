"""Verdicts: gated by evidence, decided by others, withdrawn when the ground goes, chained."""

import json
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from api.database import session as db
from api.verdicts.hash_chain import sha256_hex
from tests.support.callers import Caller
from tests.support.review import edit_claim, get_status, give_verdict
from tests.support.tampering import tamper, verify

CLAIM = "/claims/{}"


@pytest.fixture
def standing(api, claim, submit):
    """A claim with two independent supporting items, examined."""
    items = [submit(claim, host) for host in ("first.example", "second.example")]
    api.work()
    return items


def test_a_claim_begins_unverified(api, claim):
    status = get_status(api, claim)
    assert status["status"] == "unverified" and status["since"] == claim["created_at"]
    assert status["verdict"] is None and status["decided_by"] is None
    assert status["supporting_groups"] == status["disputing_groups"] == 0
    assert [need["code"] for need in status["unmet"]] == ["supporting-lines"]
    assert status["unmet"][0]["words"] == "needs 2 more independent supporting groups"
    assert status["needs_review"] is False


def test_evidence_alone_decides_nothing_but_asks_for_review(api, claim, standing):
    status = get_status(api, claim)
    assert status["status"] == "unverified" and status["supporting_groups"] == 2
    assert status["needs_review"] is True and status["unmet"] == []


@pytest.mark.each_database
def test_a_reviewer_confirms(api, claim, standing):
    verdict = give_verdict(api.reviewer, claim, standing, finding="Confirmed")
    assert api.anyone.get(verdict.headers["Location"]).json == verdict.json
    status = get_status(api, claim)
    assert status["status"] == "confirmed" and status["finding"] == "Confirmed"
    assert status["since"] == verdict.json["decided_at"]
    assert status["decided_by"]["name"] == "Reviewer"
    assert status["verdict"] == verdict.headers["Location"]
    assert status["needs_review"] is False
    assert api.anyone.get(f"/claims/{claim['id']}").json["status"] == "confirmed"
    listed = api.anyone.get("/claims?status=confirmed").json["items"]
    assert [each["id"] for each in listed] == [claim["id"]]


def test_how_many_lines_a_verdict_needs_is_set(claim, submit, restart):
    api = restart(confirm_groups=3, dispute_groups=2)
    supporting = [submit(claim, "a.example", kind="primary"), submit(claim, "b.example")]
    api.work()
    refused = give_verdict(
        api.reviewer, claim, supporting, exception="It is the register.", expect=409
    ).json
    (unmet,) = refused["unmet"]
    assert unmet["code"] == "supporting-lines"
    assert unmet["words"] == "needs 1 more independent supporting group"
    disputing = [submit(claim, "c.example", "disputes")]
    api.work()
    (unmet,) = give_verdict(api.reviewer, claim, disputing, "disputed", expect=409).json["unmet"]
    assert unmet["code"] == "disputing-lines"
    assert unmet["words"] == "needs 2 disputing groups; has 1"
    disputing.append(submit(claim, "d.example", "disputes"))
    api.work()
    give_verdict(api.reviewer, claim, disputing, "disputed")
    assert get_status(api, claim)["status"] == "disputed"


def test_one_line_is_not_two(api, claim, submit):
    items = [submit(claim, "one.example", words=f"opened on 19 March 1932, {n}") for n in "ab"]
    api.work()
    refused = give_verdict(api.reviewer, claim, items, expect=409).json
    assert refused["type"] == "/problems/requirements-unmet"
    (unmet,) = refused["unmet"]
    assert unmet["code"] == "supporting-lines" and "2 items, 1 group: " in unmet["words"]
    assert unmet["evidence"] == [item["id"] for item in items]
    assert get_status(api, claim)["status"] == "unverified"


@pytest.mark.parametrize("status", ["confirmed", "disputed"])
def test_no_evidence_carries_nothing(api, claim, status):
    assert give_verdict(api.reviewer, claim, [], status, expect=409).json["unmet"]


def test_unverified_can_always_be_said(api, claim):
    verdict = give_verdict(api.reviewer, claim, [], "unverified", finding="No claim of fact").json
    assert verdict["number"] == 1 and get_status(api, claim)["finding"] == "No claim of fact"


def test_counter_evidence_forbids_confirming_and_carries_disputed(api, claim, standing, submit):
    against = submit(claim, "third.example", "disputes")
    api.work()
    refused = give_verdict(api.reviewer, claim, standing, expect=409).json
    assert refused["unmet"][0]["code"] == "not-disputed"
    assert refused["unmet"][0]["evidence"] == [against["id"]]
    give_verdict(api.reviewer, claim, [against], "disputed")
    status = get_status(api, claim)
    assert (status["supporting_groups"], status["disputing_groups"]) == (2, 1)


def test_a_single_primary_source_needs_a_reason(api, claim, submit):
    item = submit(claim, "company.example", kind="primary")
    api.work()
    refused = give_verdict(api.reviewer, claim, [item], expect=409).json
    assert refused["unmet"][0]["code"] == "exception-reason"
    why = "Only the company can know."
    verdict = give_verdict(api.reviewer, claim, [item], exception=why).json
    assert verdict["exception"] == why and get_status(api, claim)["exception"] == why


def test_an_exception_is_refused_where_none_is_needed(api, claim, standing, submit):
    against = submit(claim, "third.example", "disputes")
    api.work()
    for status, items in (("unverified", standing), ("disputed", [against])):
        refused = give_verdict(
            api.reviewer, claim, items, status, exception="Why not.", expect=422
        ).json
        assert refused["type"] == "/problems/exception-unneeded"
        assert refused["errors"][0]["pointer"] == "#/exception"
    api.contributor.post(f"/evidence/{against['id']}/retraction", {"reason": "Oh."}, expect=200)
    give_verdict(api.reviewer, claim, standing, exception="Why not.", expect=422)
    assert give_verdict(api.reviewer, claim, standing).json["exception"] is None


def test_a_verdict_rests_on_evidence_of_its_own_claim_that_counts(api, article, claim, submit):
    path = f"/articles/{article['id']}/claims"
    other = api.contributor.post(path, {"quote": "It cost much"}, expect=201).json
    foreign = submit(other, "first.example")
    pending = submit(claim, "second.example", "disputes")
    for item in (foreign, pending):
        refused = give_verdict(api.reviewer, claim, [item], "disputed", expect=422).json
        assert refused["type"] == "/problems/evidence-does-not-count"
        assert refused["errors"][0]["pointer"] == "#/evidence/0"


def test_whoever_submitted_the_evidence_does_not_decide(api, claim, submit):
    mine = submit(claim, "first.example", "disputes", by=api.reviewer)
    api.work()
    refused = give_verdict(api.reviewer, claim, [mine], "disputed", expect=403).json
    assert refused["type"] == "/problems/own-evidence"
    verdict = give_verdict(api.reviewer_2, claim, [mine], "disputed").json
    assert verdict["one_person"] is False


def test_one_person_may_do_it_all_where_that_is_set_and_the_verdict_says_so(
    api, claim, submit, restart
):
    alone = restart(one_person=True)
    mine = submit(claim, "first.example", "disputes", by=alone.reviewer)
    api.work()
    refused = give_verdict(alone.reviewer, claim, [mine], "disputed", expect=409).json
    assert [need["code"] for need in refused["unmet"]] == ["own-evidence-reason"]
    why = "Nobody else works here yet."
    verdict = give_verdict(alone.reviewer, claim, [mine], "disputed", exception=why).json
    assert verdict["one_person"] is True and verdict["record"]["one_person"] is True
    submit(claim, "second.example")
    api.work()
    path = f"/claims/{claim['id']}"
    shown = [get_status(api, claim), api.anyone.get(path).json]
    shown += api.anyone.get("/claims?status=disputed").json["items"]
    shown += api.anyone.get("/review-queue").json["items"]
    assert [(each["exception"], each["one_person"]) for each in shown] == [(why, True)] * 4


@pytest.mark.parametrize("who", ["anyone", "contributor", "admin"])
def test_only_reviewers_decide(api, claim, standing, who):
    expected = 401 if who == "anyone" else 403
    give_verdict(getattr(api, who), claim, standing, expect=expected)


def test_the_verdict_falls_when_its_evidence_is_taken_back(api, claim, standing):
    give_verdict(api.reviewer, claim, standing)
    taken = f"/evidence/{standing[0]['id']}/retraction"
    api.contributor.post(taken, {"reason": "It was another bridge."}, expect=200)
    api.work()
    status = get_status(api, claim)
    assert status["status"] == "unverified" and status["decided_by"] is None
    assert status["needs_review"] is True
    withdrawn, given = api.anyone.get(f"/claims/{claim['id']}/verdicts").json["items"]
    assert given["status"] == "confirmed" and withdrawn["decided_by"] is None
    assert withdrawn["reasons"].startswith("Withdrawn: the evidence from http://first.example/")
    assert "It was another bridge." in withdrawn["reasons"]
    assert api.anyone.get(f"/claims/{claim['id']}/history").json["intact"] is True


def test_the_verdict_falls_when_its_evidence_is_rejected(api, claim, standing):
    give_verdict(api.reviewer, claim, standing)
    why = {"decision": "rejected", "reason": "misquotation"}
    api.reviewer.post(f"/evidence/{standing[1]['id']}/review", why, expect=200)
    api.work()
    assert get_status(api, claim)["status"] == "unverified"


def test_the_verdict_stands_while_enough_is_left(api, claim, standing, submit):
    third = submit(claim, "third.example")
    api.work()
    give_verdict(api.reviewer, claim, [*standing, third])
    api.contributor.post(f"/evidence/{third['id']}/retraction", {"reason": "Oh."}, expect=200)
    api.work()
    status = get_status(api, claim)
    assert status["status"] == "confirmed" and status["needs_review"] is True


def test_new_evidence_against_a_verdict_asks_for_review_and_withdraws_nothing(
    api, claim, standing, submit
):
    give_verdict(api.reviewer, claim, standing)
    submit(claim, "troll.example", "disputes")
    api.work()
    status = get_status(api, claim)
    assert status["status"] == "confirmed" and status["needs_review"] is True
    assert status["disputing_groups"] == 1


def test_an_edited_claim_loses_its_verdict(api, claim, standing):
    give_verdict(api.reviewer, claim, standing)
    address = f"/claims/{claim['id']}"
    edited = edit_claim(api.reviewer, claim, statement="It never opened.")
    # at once: no job has run
    assert (edited.json["status"], edited.json["statement"]) == ("unverified", "It never opened.")
    assert edited.headers["ETag"] == api.anyone.get(address).headers["ETag"]
    status = get_status(api, claim)
    assert (status["status"], status["statement"]) == ("unverified", "It never opened.")
    review = api.anyone.get(address, headers={"Accept": "application/ld+json"})
    assert "Confirmed" not in review.get_data(as_text=True)
    (withdrawn, _) = api.anyone.get(f"{address}/verdicts").json["items"]
    assert withdrawn["reasons"] == "Withdrawn: the claim was edited after the verdict."
    assert api.anyone.get(f"{address}/history").json["intact"] is True


@pytest.mark.parametrize("change", [{"claimant": "The mayor"}, {"said_on": "1931"}])
def test_the_verdict_falls_at_once_with_all_that_it_judged(api, claim, standing, change):
    give_verdict(api.reviewer, claim, standing)
    assert edit_claim(api.reviewer, claim, tags=["bridges"]).json["status"] == "confirmed"
    assert edit_claim(api.reviewer, claim, **change).json["status"] == "unverified"
    assert (
        edit_claim(api.reviewer, claim, statement="Again other words.").json["status"]
        == "unverified"
    )
    assert len(api.anyone.get(f"/claims/{claim['id']}/verdicts").json["items"]) == 2


def test_so_does_a_finding_on_a_claim_that_was_left_unverified(api, claim):
    give_verdict(api.reviewer, claim, [], "unverified", finding="Mostly true")
    edit_claim(api.reviewer, claim, statement="It never opened.")
    status = get_status(api, claim)
    assert status["finding"] is None and status["needs_review"] is True


def test_since_is_when_the_status_began(api, claim, standing):
    first = give_verdict(api.reviewer, claim, standing).json
    give_verdict(api.reviewer, claim, standing, finding="Still so")
    status = get_status(api, claim)
    assert status["since"] == first["decided_at"] and status["finding"] == "Still so"


def test_a_status_that_has_not_changed_is_answered_with_304(api, claim, standing):
    path = f"/claims/{claim['id']}/status"
    etag = api.anyone.get(path).headers["ETag"]
    same = api.anyone.get(path, headers={"If-None-Match": etag}, expect=304)
    assert same.get_data() == b""
    give_verdict(api.reviewer, claim, standing)
    api.anyone.get(path, headers={"If-None-Match": etag}, expect=200)


def test_the_status_costs_the_same_however_many_verdicts(api, claim, standing, statements):
    def cost():
        with statements() as sent:
            get_status(api, claim)
        return len(sent)

    few = cost()
    for _ in range(3):
        give_verdict(api.reviewer, claim, standing)
    assert cost() == few


def test_a_verdict_attests_what_it_was_decided_on(api, claim, standing):
    verdict = give_verdict(api.reviewer, claim, standing, finding="Confirmed").json
    record = verdict["record"]
    assert record["claim"]["exact"] == claim["exact"] and record["number"] == 1
    assert record["previous"] is None and record["policy"]["confirm_lines"] == 2
    assert [item["cited"] for item in record["evidence"]] == [True, True]
    assert [item["line"] for item in record["evidence"]] == [1, 2]
    snapshot = api.anyone.get(f"/evidence/{standing[0]['id']}").json["snapshot"]
    assert record["evidence"][0]["snapshot"]["sha256"] == snapshot["sha256"]
    canonical = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert sha256_hex(canonical) == verdict["hash"]
    assert "Reviewer" not in canonical and str(api.reviewer.id) not in canonical


def history_of(api, claim, **query):
    return api.anyone.get(f"/claims/{claim['id']}/history", query_string=query).json


@pytest.fixture
def decided(api, claim, standing):
    """A claim with a history of four verdicts."""
    for status in ("unverified", "confirmed", "unverified", "confirmed"):
        give_verdict(api.reviewer, claim, standing if status == "confirmed" else [], status)
    return claim


def test_the_history_is_a_chain(api, decided):
    history = history_of(api, decided)
    assert history["intact"] is True and history["faults"] == []
    items = history["items"]
    assert [item["number"] for item in items] == [1, 2, 3, 4]
    assert [item["previous_hash"] for item in items[1:]] == [item["hash"] for item in items[:-1]]
    first = history_of(api, decided, limit=3)
    rest = history_of(api, decided, limit=3, cursor=first["next_cursor"])
    assert first["items"] + rest["items"] == items and rest["intact"] is True


@pytest.mark.parametrize(
    "statement, number, words",
    [
        (
            "UPDATE verdicts SET record = replace(record, 'Because', 'Trust') WHERE number = 2",
            2,
            "the record is not what was hashed",
        ),
        ("DELETE FROM verdicts WHERE number = 2", 3, "verdict 2 is missing: the next is 3"),
        (
            "UPDATE verdicts SET previous_hash = 'f00' WHERE number = 3",
            3,
            "it does not follow the verdict before it",
        ),
        ("UPDATE verdicts SET status = 'disputed' WHERE number = 4", 4, "the status beside it"),
        ("UPDATE verdicts SET reasons = 'Quietly.' WHERE number = 1", 1, "the reasons beside it"),
    ],
)
def test_tampering_shows_in_the_history_and_to_verify(api, decided, statement, number, words):
    tamper(api, statement)
    history = history_of(api, decided)
    assert history["intact"] is False
    assert any(f["number"] == number and f["words"].startswith(words) for f in history["faults"])
    status, found = verify(api)
    assert status == 1 and f"verdict {number}: {words}" in found


@pytest.mark.each_database
def test_verify_says_that_all_is_well(api, decided):
    status, found = verify(api)
    assert status == 0 and "intact" in found


def test_the_assessment_lays_open_lines_and_needs(api, claim, submit):
    items = [submit(claim, "one.example", words=f"opened on 19 March 1932, {n}") for n in "ab"]
    api.work()
    assessment = api.anyone.get(f"/claims/{claim['id']}/assessment").json
    assert assessment["supported_status"] == "unverified" and assessment["newest_verdict"] == 0
    (line,) = assessment["groups"]
    assert line["evidence"] == [item["id"] for item in items] and line["independent"] is True
    assert "one.example" in " ".join(line["reasons"])
    needs = {need["code"]: need["met"] for need in assessment["confirmed_needs"]}
    assert needs == {"not-disputed": True, "supporting-lines": False}
    assert [need["met"] for need in assessment["disputed_needs"]] == [False]


def test_a_verdict_on_an_assessment_that_changed_is_refused(api, claim, standing, submit):
    address = f"/claims/{claim['id']}/assessment"
    seen = {"If-Match": api.anyone.get(address).headers["ETag"]}
    submit(claim, "third.example", "disputes")
    api.work()
    decision = {"status": "confirmed", "reasons": "So.", "evidence": [i["id"] for i in standing]}
    path = f"/claims/{claim['id']}/verdicts"
    refused = api.reviewer.post(path, decision, headers=seen, expect=412)
    assert refused.json["type"] == "/problems/precondition-failed"
    decision = {"status": "unverified", "reasons": "Contested."}
    seen = {"If-Match": api.anyone.get(address).headers["ETag"]}
    api.reviewer.post(path, decision, headers=seen, expect=201)
    api.reviewer.post(path, decision, headers=seen, expect=412)


@pytest.mark.parametrize(
    "change", [{"said_on": "1931"}, {"claimant": "The mayor"}, {"statement": "It never opened."}]
)
def test_so_is_one_on_a_claim_whose_judged_words_changed(api, claim, change):
    address = f"/claims/{claim['id']}/assessment"
    seen = {"If-Match": api.anyone.get(address).headers["ETag"]}
    edit_claim(api.reviewer, claim, **change)
    decision = {"status": "unverified", "reasons": "So."}
    path = f"/claims/{claim['id']}/verdicts"
    api.reviewer.post(path, decision, headers=seen, expect=412)
    seen = {"If-Match": api.anyone.get(address).headers["ETag"]}
    api.reviewer.post(path, decision, headers=seen, expect=201)


@pytest.mark.each_database
def test_of_two_reviewers_at_once_one_is_told_of_the_others_verdict(api, claim):
    import threading

    path, answers = f"/v1/claims/{claim['id']}/verdicts", []
    together = threading.Barrier(2)

    def decide_as(reviewer):
        client = api.app.test_client()
        together.wait()
        decision = {"status": "unverified", "reasons": "So."}
        answers.append(client.post(path, json=decision, headers=reviewer.headers))

    reviewers = [api.reviewer, api.reviewer_2]
    threads = [threading.Thread(target=decide_as, args=[each]) for each in reviewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.sort(key=lambda answer: answer.status_code)
    codes = [answer.status_code for answer in answers]
    assert codes in ([201, 409], [201, 201])  # 201 twice if one was done before the other began
    if codes == [201, 409]:
        assert answers[1].json["type"] == "/problems/newer-verdict"
        assert answers[1].json["verdict"] == answers[0].json["id"]


def test_a_reviewer_who_waited_while_another_decided_is_told(api, claim, app):
    from datetime import timedelta

    from api.claims.enums import Status
    from api.claims.models import Claim
    from api.contributors.models import Contributor
    from api.verdicts import service

    first = give_verdict(api.reviewer, claim, [], "unverified").json
    with app.app_context(), db.transaction() as session:
        with pytest.raises(service.NewerVerdict) as refusal:
            service.give_verdict(
                session.get(Claim, __import__("uuid").UUID(claim["id"])),
                decided_by=session.get(Contributor, api.reviewer.id),
                status=Status.UNVERIFIED,
                reasons="So.",
                evidence=[],
                finding=None,
                exception=None,
                known=service.KnownVerdict(1, db.now() - timedelta(minutes=1)),
            )
        assert refusal.value.members["verdict"] == first["id"]


@pytest.mark.each_database
def test_the_status_of_any_past_moment_can_be_asked(api, claim, standing, submit):
    def status_at(moment, expect=200):
        query = {"at": moment}
        return api.anyone.get(f"/claims/{claim['id']}/status", query_string=query, expect=expect)

    assert status_at(claim["created_at"]).json["status"] == "unverified"
    first = give_verdict(api.reviewer, claim, standing, finding="Confirmed").json
    again = give_verdict(api.reviewer, claim, standing, finding="Still so").json
    against = submit(claim, "third.example", "disputes")
    api.work()
    last = give_verdict(api.reviewer, claim, [against], "disputed").json
    then = status_at(again["decided_at"]).json
    assert (then["status"], then["finding"], then["since"]) == (
        "confirmed",
        "Still so",
        first["decided_at"],
    )
    assert (then["supporting_groups"], then["disputing_groups"]) == (2, 0)
    assert then["at"] == again["decided_at"] and then["verdict"] == f"/v1/verdicts/{again['id']}"
    now = status_at(last["decided_at"]).json
    assert (now["status"], now["disputing_groups"]) == ("disputed", 1)
    assert status_at("2001-01-01T00:00:00Z", expect=404).json["type"] == "/problems/not-yet-made"
    future = status_at("9001-01-01T00:00:00Z", expect=422).json
    assert future["type"] == "/problems/not-yet-past" and "at" in future["errors"][0].values()


def test_a_past_moment_before_any_verdict_invents_nothing(api, claim, standing):
    first = db.now().isoformat()

    def before(moment=first):
        path = f"/claims/{claim['id']}/status"
        return api.anyone.get(path, query_string={"at": moment}).json

    then = before()
    names = ("supporting_groups", "disputing_groups", "unmet", "stand_in", "verdict")
    assert {name: then[name] for name in names} == dict.fromkeys(names)
    assert (then["status"], then["statement"]) == ("unverified", claim["statement"])
    edit_claim(api.reviewer, claim, claimant="The mayor")
    edit_claim(api.reviewer, claim, statement="It opened in April.")
    assert before() == then
    between = db.now().isoformat()
    edit_claim(api.reviewer, claim, statement="It never opened.")
    assert before() == then
    assert before(between)["statement"] == "It opened in April."
    give_verdict(api.reviewer, claim, standing)
    edit_claim(api.reviewer, claim, statement="It opened.")  # which withdraws the verdict
    withdrawn = db.now().isoformat()
    edit_claim(api.reviewer, claim, statement="It opened twice.")
    assert before(withdrawn)["statement"] == "It opened."
    assert before(db.now().isoformat())["statement"] == "It opened twice."


@pytest.mark.parametrize(
    "change", [{"claimant_domains": ["first.example"]}, {"claimant": "First"}], ids=str
)
def test_who_the_claimant_is_draws_the_lines_at_once(api, claim, standing, change):
    edit_claim(api.reviewer, claim, **change)
    item = api.anyone.get(f"/evidence/{standing[0]['id']}").json
    assert item["independent"] is False and item["counts"] is False
    give_verdict(api.reviewer, claim, standing, expect=422)
    assert get_status(api, claim)["supporting_groups"] == 1


def test_the_claimant_is_looked_for_in_pages_that_were_read_before(api, claim, submit):
    words = "The opening was on 19 March 1932"
    page = f"<p>Jane Roe said she was proud of it. {words}. It went well.</p>"
    item = submit(claim, "first.example", words=words, page=page)
    api.work()
    assert api.anyone.get(f"/evidence/{item['id']}").json["independent"] is True
    edit_claim(api.reviewer, claim, claimant="Jane Roe")
    because = api.anyone.get(f"/evidence/{item['id']}").json["not_independent_reason"]
    assert because == "rests on the word of Jane Roe, the claimant"


def test_who_made_a_claim_does_not_edit_its_verdict_away(api, claim, standing):
    give_verdict(api.reviewer, claim, standing)
    refused = edit_claim(api.contributor, claim, expect=403, statement=claim["statement"] + " ")
    assert refused.json["type"] == "/problems/claim-is-decided"
    edit_claim(api.contributor, claim, statement=claim["statement"], tags=["bridges"])
    assert get_status(api, claim)["status"] == "confirmed"
    edit_claim(api.reviewer, claim, statement="It was opened then.")
    assert get_status(api, claim)["status"] == "unverified"


@pytest.mark.parametrize("appealed", [False, True])
def test_nobody_waits_for_a_decision_on_a_claim_that_is_withdrawn(api, claim, standing, appealed):
    if appealed:
        appeal = {"text": "No.", "contact": "a@b.example"}
        made = api.anyone.post(f"/claims/{claim['id']}/appeals", appeal, expect=201).json
        upheld = {"upheld": True, "answer": "Yes."}
        api.reviewer.post(f"/appeals/{made['id']}/answer", upheld, expect=200)
    assert len(api.anyone.get("/review-queue").json["items"]) == 1
    api.contributor.post(f"/claims/{claim['id']}/withdrawal", {"reason": "Oh."}, expect=200)
    assert api.anyone.get("/review-queue").json["items"] == []


def test_lines_that_part_ask_for_review(api, claim, submit):
    words = ("The opening was in March, they say", "Thousands came to the opening on that day")
    one, other = (submit(claim, "first.example", words=each) for each in words)
    api.work()
    give_verdict(api.reviewer, claim, [], "unverified")
    assert get_status(api, claim)["needs_review"] is False
    ruling = {"decision": "split", "item": one["id"], "other": other["id"], "reason": "I asked."}
    api.reviewer.post(f"/claims/{claim['id']}/group-rulings", ruling, expect=201)
    api.work()
    assert get_status(api, claim)["needs_review"] is True


def test_a_verdict_comes_after_one_by_a_clock_that_was_ahead(api, claim, standing, monkeypatch):
    monkeypatch.setattr("uuid6._last_v7_timestamp", None)
    with time_machine.travel(datetime.now(UTC) + timedelta(minutes=5)):
        give_verdict(api.reviewer, claim, standing)
    monkeypatch.setattr("uuid6._last_v7_timestamp", None)  # as in another process
    give_verdict(api.reviewer, claim, [], "unverified")
    history = api.anyone.get(f"/claims/{claim['id']}/history").json
    assert [each["number"] for each in history["items"]] == [1, 2]
    assert history["intact"] is True


def test_why_own_evidence_was_enough_is_no_reason_for_a_single_line(api, claim, submit, restart):
    own = {"by": api.reviewer}
    primary = submit(claim, "first.example", kind="primary", **own)
    other = submit(claim, "second.example", **own)
    alone = restart(one_person=True)
    alone.work()
    one = Caller(alone.app, api.reviewer.headers)
    give_verdict(one, claim, [primary, other], exception="I am the only one in this house.")
    one.post(f"/evidence/{other['id']}/retraction", {"reason": "Oh."}, expect=200)
    alone.work()
    assert get_status(alone, claim)["status"] == "unverified"
