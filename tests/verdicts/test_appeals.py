"""Appeals: anybody's, few from one address, answered in public by another; private contacts."""

import json
from uuid import UUID

import pytest
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from api.database.session import transaction
from api.http.rate_limits import caller_network
from api.verdicts.replies.models import AppealContact
from tests.support.examples import NOWHERE
from tests.support.problems import assert_problem
from tests.support.review import get_review_queue
from tests.support.tampering import make_key, tampered, verify

CONTACT = "zoe.herald@private.example"
APPEAL = {"text": "The bridge opened in April.", "contact": CONTACT}


@pytest.fixture
def decided(api, claim, submit):
    """A claim that the reviewer called disputed."""
    item = submit(claim, "first.example", "disputes")
    api.work()
    decision = {"status": "disputed", "reasons": "So.", "evidence": [item["id"]]}
    return api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201).json


def appeal(api, claim, by=None, expect=201, **changes):
    path = f"/claims/{claim['id']}/appeals"
    return (by or api.anyone).post(path, APPEAL | changes, expect=expect)


def answer(api, appeal, by, upheld=False, expect=200, **more):
    body = {"upheld": upheld, "answer": "We looked again."} | more
    return by.post(f"/appeals/{appeal['id']}/answer", body, expect=expect)


@pytest.mark.parametrize(
    "changes, pointer",
    [
        ({"text": ""}, "#/text"),
        ({"contact": " "}, "#/contact"),
        ({"contact": "me"}, "#/contact"),
        ({"contact": CONTACT * 20}, "#/contact"),
        ({"name": CONTACT}, "#/name"),
        ({"state": "upheld"}, "#/state"),
        ({"text": f"Write to {CONTACT.upper()}."}, "#/text"),
    ],
)
def test_a_bad_appeal_is_refused_and_its_contact_not_repeated(api, claim, changes, pointer):
    refused = appeal(api, claim, expect=422, **changes)
    assert pointer in [error["pointer"] for error in refused.json["errors"]]
    assert "private.example" not in refused.get_data(as_text=True).lower()
    assert api.anyone.get("/appeals").json["items"] == []


def test_there_is_no_appeal_where_nothing_is_said(api, claim):
    assert_problem(api.anyone.post(f"/claims/{NOWHERE}/appeals", APPEAL), 404, "not-found")
    api.contributor.post(f"/claims/{claim['id']}/withdrawal", {"reason": "Oops."}, expect=200)
    assert_problem(appeal(api, claim, expect=409), 409, "claim-is-withdrawn")


def test_who_made_a_claim_does_not_shut_the_right_of_reply_by_withdrawing_it(api, claim, decided):
    path, why = f"/claims/{claim['id']}", {"reason": "Oops."}
    assert_problem(api.contributor.post(f"{path}/withdrawal", why), 403, "claim-is-decided")
    assert api.anyone.get(path).json["withdrawn_at"] is None
    api.reviewer_2.post(f"{path}/withdrawal", why, expect=200)
    made = appeal(api, claim).json
    answer(api, made, api.reviewer_2, upheld=True)
    assert get_review_queue(api) == {claim["id"]: ["appeal_upheld"]}
    again = {"status": "disputed", "reasons": "So.", "evidence": decided["evidence"]}
    refused = api.reviewer_2.post(f"{path}/verdicts", again, expect=409)
    assert_problem(refused, 409, "claim-is-withdrawn")
    taken_back = {"status": "unverified", "reasons": "They are right."}
    api.reviewer_2.post(f"{path}/verdicts", taken_back, expect=201)
    assert get_review_queue(api) == {}
    assert api.anyone.get(f"{path}/status").json["status"] == "unverified"


def test_nor_after_an_unverified_verdict(api, claim):
    decision = {"status": "unverified", "reasons": "So.", "finding": "Mostly false"}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)
    refused = api.contributor.post(f"/claims/{claim['id']}/withdrawal", {"reason": "Oops."})
    assert_problem(refused, 403, "claim-is-decided")


@pytest.mark.each_database
def test_anybody_may_appeal_and_the_claim_is_looked_at(api, claim, decided):
    made = appeal(api, claim)
    assert api.anyone.get(made.headers["Location"]).json == made.json
    assert made.json["state"] == "open" and made.json["verdict"] == decided["id"]
    assert made.json["answer"] is made.json["answered_by"] is made.json["answered_at"] is None
    assert get_review_queue(api) == {claim["id"]: ["appeal_open"]}
    assert api.anyone.get(f"/claims/{claim['id']}/status").json["needs_review"] is True


def test_an_appeal_may_be_made_before_there_is_a_verdict_or_evidence(api, claim):
    assert appeal(api, claim).json["verdict"] is None
    assert get_review_queue(api) == {claim["id"]: ["appeal_open"]}


def test_appeals_are_listed_by_claim_and_by_state(api, article, claim):
    path = f"/articles/{article['id']}/claims"
    other = api.contributor.post(path, {"quote": "It cost much"}, expect=201).json
    first, second = appeal(api, claim).json, appeal(api, other).json
    answer(api, second, api.reviewer)
    states = {
        state: [a["id"] for a in api.anyone.get(f"/appeals?state={state}").json["items"]]
        for state in ("open", "declined", "upheld")
    }
    assert states == {"open": [first["id"]], "declined": [second["id"]], "upheld": []}
    listed = api.anyone.get(f"/claims/{claim['id']}/appeals").json["items"]
    assert [each["id"] for each in listed] == [first["id"]]


@pytest.mark.parametrize("who, expected", [("anyone", 401), ("contributor", 403), ("admin", 403)])
def test_only_reviewers_answer(api, claim, who, expected):
    made = appeal(api, claim).json
    answer(api, made, getattr(api, who), expect=expected)


def test_whoever_gave_the_verdict_does_not_answer(api, claim, decided):
    made = appeal(api, claim).json
    assert_problem(answer(api, made, api.reviewer, expect=403), 403, "own-verdict")
    given = answer(api, made, api.reviewer_2).json
    assert given["state"] == "declined" and given["answer"] == "We looked again."
    assert given["answered_by"]["name"] == "Reviewer_2" and given["answered_at"]
    assert api.anyone.get(f"/appeals/{made['id']}").json == given
    assert get_review_queue(api) == {}


def test_whoever_gave_a_newer_verdict_does_not_answer_either(api, claim, decided):
    made = appeal(api, claim).json
    again = {"status": "unverified", "reasons": "Now that you say so."}
    api.reviewer_2.post(f"/claims/{claim['id']}/verdicts", again, expect=201)
    for giver in (api.reviewer, api.reviewer_2):
        answer(api, made, giver, expect=403)


def test_one_person_may_answer_where_that_is_set(api, claim, decided, restart):
    made = appeal(api, claim).json
    alone = restart(one_person=True)
    alone.reviewer = type(api.reviewer)(alone.app, api.reviewer.headers)
    assert made["one_person"] is False
    assert answer(api, made, alone.reviewer).json["one_person"] is True


def test_an_appeal_is_answered_once_and_with_a_decision(api, claim):
    made = appeal(api, claim).json
    refused = answer(api, made, api.reviewer, "perhaps", expect=422)
    assert refused.json["errors"][0]["pointer"] == "#/upheld"
    stale = {"If-Match": '"other"'}
    body = {"upheld": False, "answer": "No."}
    path = f"/appeals/{made['id']}/answer"
    assert_problem(api.reviewer.post(path, body, headers=stale), 412, "precondition-failed")
    answer(api, made, api.reviewer)
    assert_problem(answer(api, made, api.reviewer_2, True, expect=409), 409, "appeal-is-answered")


def test_an_appeal_that_is_upheld_waits_in_the_queue_until_somebody_decides(api, claim, decided):
    made = appeal(api, claim).json
    assert answer(api, made, api.reviewer_2, True).json["state"] == "upheld"
    assert get_review_queue(api) == {claim["id"]: ["appeal_upheld"]}
    assert api.anyone.get(f"/claims/{claim['id']}/status").json["status"] == "disputed"
    again = {"status": "unverified", "reasons": "The appeal is right."}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", again, expect=201)
    assert "appeal_upheld" not in get_review_queue(api).get(claim["id"], [])


def test_a_verdict_withdrawn_by_the_policy_is_no_answer_to_an_upheld_appeal(api, claim, decided):
    answer(api, appeal(api, claim).json, api.reviewer_2, True)
    taken = f"/evidence/{decided['evidence'][0]}/retraction"
    api.contributor.post(taken, {"reason": "Another bridge."}, expect=200)
    api.work()
    assert get_review_queue(api) == {claim["id"]: ["verdict_withdrawn", "appeal_upheld"]}


def test_the_ledger_tells_of_appeals_without_whose(api, claim):
    made = appeal(api, claim, by=api.contributor).json
    answer(api, made, api.reviewer, True)
    entries = api.anyone.get(f"/claims/{claim['id']}/audit-log").json["items"]
    told = [entry for entry in entries if entry["what"].startswith("appeal")]
    assert [(e["what"], e["by_id"], e["details"]) for e in told] == [
        ("appeal made", None, {}),
        ("appeal answered", str(api.reviewer.id), {"decision": "upheld"}),
    ]


def test_an_appeal_is_no_excuse_for_a_row_that_was_changed(api, claim, decided):
    make_key(api)
    api.work()
    answer(api, appeal(api, claim).json, api.reviewer_2)
    assert verify(api)[0] == 0
    with tampered(api, "evidence SET group_number = 7"):
        assert verify(api)[0] == 1


def holding(api, words):
    """The tables that hold these words anywhere."""
    engine = api.app.extensions["engine"]
    with engine.connect() as connection:
        return [
            table
            for table in inspect(engine).get_table_names()
            if words in str(connection.execute(text(f'SELECT * FROM "{table}"')).all())
        ]


def everything_public(api, claim, made):
    """All that anybody is answered about a claim and an appeal, and the document of the API."""
    of_the_claim = f"/claims/{claim['id']}"
    paths = [
        *(of_the_claim + rest for rest in ("", "/appeals", "/audit-log", "/status", "/history")),
        *(of_the_claim + rest for rest in ("/verdicts", "/assessment", "/evidence")),
        f"/appeals/{made['id']}",
        "/appeals",
        "/claims",
        "/review-queue",
        "/corrections",
        "/openapi.json",
    ]
    for caller in (api.anyone, api.contributor, api.reviewer, api.admin):
        for path in paths:
            response = caller.get(path)
            yield path, response.get_data(as_text=True) + str(response.headers)


def test_an_appellants_contact_is_nowhere_but_at_its_own_address(api, claim, caplog):
    key = {"Idempotency-Key": "a-1"}
    first = api.anyone.post(f"/claims/{claim['id']}/appeals", APPEAL, headers=key, expect=201)
    again = api.anyone.post(f"/claims/{claim['id']}/appeals", APPEAL, headers=key, expect=201)
    assert again.headers["Idempotent-Replayed"] == "true"
    made = first.json
    leaky = answer(api, made, api.reviewer, expect=422, answer=f"As we wrote to {CONTACT}.")
    assert_problem(leaky, 422, "contact-made-public")
    answer(api, made, api.reviewer, True)
    answers = [first.get_data(as_text=True), again.get_data(as_text=True), str(leaky.json)]
    assert not [each for each in answers if CONTACT in each]
    assert not [path for path, told in everything_public(api, claim, made) if CONTACT in told]
    assert holding(api, CONTACT) == ["appeal_contacts"]
    assert CONTACT not in caplog.text


def test_a_contact_does_not_get_into_an_error_that_is_logged(api, claim, app):
    made = appeal(api, claim).json
    with app.app_context(), pytest.raises(IntegrityError) as error, transaction() as session:
        session.add(AppealContact(appeal_id=UUID(made["id"]), contact=CONTACT))
    assert CONTACT not in str(error.value)


@pytest.mark.parametrize("who, expected", [("anyone", 401), ("contributor", 403)])
def test_whoever_is_curious_does_not_see_the_contact(api, claim, who, expected):
    path = f"/appeals/{appeal(api, claim).json['id']}/contact"
    refused = getattr(api, who).get(path, expect=expected)
    assert CONTACT not in refused.get_data(as_text=True)
    api.reviewer.post(f"{path}/erasure", expect=403)


def test_reviewers_and_admins_see_the_contact_until_it_is_erased(api, claim):
    made = appeal(api, claim).json
    path = f"/appeals/{made['id']}/contact"
    for caller in (api.reviewer, api.admin):
        seen = caller.get(path)
        assert seen.json == {"contact": CONTACT} and seen.headers["Cache-Control"] == "no-store"
    assert api.admin.post(f"{path}/erasure", expect=200).json == made
    assert api.reviewer.get(path).json == {"contact": None}
    assert holding(api, CONTACT) == []
    answer(api, made, api.reviewer)


def test_a_submitter_who_appeals_under_several_names_is_only_slowed_down(api, claim, restart):
    tight = restart(rate_limit_appeals="3/hour")
    sender = type(api.contributor)(tight.app, api.contributor.headers)
    nobody = tight.anyone
    for number, by in enumerate((sender, nobody, sender)):
        made = appeal(tight, claim, by=by, contact=f"name-{number}@private.example")
        assert '"appeals";q=3;w=3600' in made.headers.getlist("RateLimit-Policy")
    for by in (sender, nobody):
        refused = appeal(tight, claim, by=by, contact="fresh@private.example", expect=429)
        assert_problem(refused, 429, "too-many-requests")
        assert 1 <= int(refused.headers["Retry-After"]) <= 3600
    assert len(nobody.get(f"/claims/{claim['id']}/appeals").json["items"]) == 3


def test_appeals_that_are_refused_count_and_other_requests_do_not(api, claim, restart):
    tight = restart(rate_limit_appeals="1/hour")
    tight.anyone.get(f"/claims/{claim['id']}/appeals")
    tight.anyone.open("OPTIONS", f"/claims/{claim['id']}/appeals")
    appeal(tight, claim, expect=422, text="")
    appeal(tight, claim, expect=429)


@pytest.mark.parametrize(
    "one, other, same",
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("", "192.0.2.1", False),
    ],
)
def test_a_network_of_one_customer_is_one_caller(one, other, same):
    assert (caller_network(one) == caller_network(other)) is same


def test_a_network_is_counted_as_one(api, claim, restart):
    tight = restart(rate_limit_appeals="1/hour")
    path = f"/v1/claims/{claim['id']}/appeals"
    codes = [
        tight.app.test_client()
        .post(path, json=APPEAL, environ_base={"REMOTE_ADDR": f"2001:db8::{number}"})
        .status_code
        for number in (1, 2)
    ]
    assert codes == [201, 429]


def test_an_idempotency_key_is_that_of_one_address(api, claim):
    path, key = f"/v1/claims/{claim['id']}/appeals", {"Idempotency-Key": "a-1"}
    answers = [
        api.app.test_client().post(
            path, json=APPEAL, headers=key, environ_base={"REMOTE_ADDR": address}
        )
        for address in ("192.0.2.1", "192.0.2.2", "192.0.2.1")
    ]
    first, other, repeated = answers
    assert [each.status_code for each in answers] == [201, 201, 201]
    assert other.json["id"] != first.json["id"] == repeated.json["id"]
    assert "Idempotent-Replayed" not in other.headers
    assert repeated.headers["Idempotent-Replayed"] == "true"


def test_lists_of_appeals_cost_the_same_however_many(api, claim, statements, restart):
    free = restart(rate_limit_appeals="100/hour")

    def add(number):
        for _ in range(number):
            answer(api, appeal(free, claim, contact="n@a.example").json, api.reviewer)

    def cost():
        with statements() as sent:
            found = api.anyone.get("/appeals").json["items"]
        assert all(each["answered_by"]["name"] for each in found)
        return found, len(sent)

    add(1)
    _, cost_of_one = cost()
    add(3)
    found, cost_of_four = cost()
    assert len(found) == 4 and cost_of_four == cost_of_one
    assert "contact" not in json.dumps(found)


def test_who_answered_and_was_erased_is_kept_by_nobody(api, claim):
    made = appeal(api, claim).json
    answer(api, made, by=api.reviewer)
    path = f"/appeals/{made['id']}"
    answered = api.anyone.get(path)
    api.admin.post(f"/contributors/{api.reviewer.id}/erasure", expect=200)
    known = {"If-None-Match": answered.headers["ETag"]}
    assert api.anyone.get(path, headers=known).json != answered.json
