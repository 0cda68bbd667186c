"""Attempts to ask the claimant, and declared interests: on record, and where readers look."""

import pytest

from tests.support.examples import NOWHERE
from tests.support.problems import assert_problem

ATTEMPT = {
    "asked": "The Herald's press office, by e-mail",
    "asked_at": "2026-03-02",
    "outcome": "answered",
    "reply": "They stand by it.",
}
INTEREST = {"interest": "I own shares of the bridge."}
RECORDS = [("contact-attempts", ATTEMPT), ("interests", INTEREST)]
DECISION = {"status": "unverified", "reasons": "So."}


@pytest.fixture
def path(claim):
    return f"/claims/{claim['id']}"


@pytest.mark.parametrize("record, _", RECORDS)
@pytest.mark.parametrize("who, expected", [("anyone", 401), ("contributor", 403), ("admin", 403)])
def test_only_reviewers_keep_records(api, path, record, _, who, expected):
    getattr(api, who).post(f"{path}/{record}", {"nonsense": 1}, expect=expected)
    assert api.anyone.get(f"{path}/{record}").json["items"] == []


@pytest.mark.parametrize("record, body", RECORDS)
def test_records_are_of_a_claim_that_is_there(api, path, record, body):
    nowhere = f"/claims/{NOWHERE}/{record}"
    assert_problem(api.reviewer.post(nowhere, body), 404, "not-found")
    api.anyone.get(nowhere, expect=404)
    api.contributor.post(f"{path}/withdrawal", {"reason": "Oops."}, expect=200)
    assert_problem(api.reviewer.post(f"{path}/{record}", body), 409, "claim-is-withdrawn")


@pytest.mark.parametrize(
    "changes, pointer",
    [
        ({"asked": ""}, "#/asked"),
        ({"asked_at": "soon"}, "#/asked_at"),
        ({"outcome": 1}, "#/outcome"),
    ],
)
def test_an_attempt_out_of_shape_is_refused(api, path, changes, pointer):
    refused = api.reviewer.post(f"{path}/contact-attempts", ATTEMPT | changes, expect=422)
    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]


@pytest.mark.parametrize(
    "changes, pointer, kind",
    [
        *(
            ({"asked_at": moment}, "#/asked_at", "not-yet-asked")
            for moment in ("9001", "9001-01", "9001-01-01", "9001-01-01T00:00:00Z")
        ),
        ({"reply": None}, "#/reply", "unfit-reply"),
        ({"outcome": "no_answer"}, "#/reply", "unfit-reply"),
    ],
)
def test_an_attempt_that_contradicts_itself_is_refused(api, path, changes, pointer, kind):
    refused = api.reviewer.post(f"{path}/contact-attempts", ATTEMPT | changes, expect=422)
    assert assert_problem(refused, 422, kind)["errors"][0]["pointer"] == pointer


@pytest.mark.each_database
def test_attempts_to_ask_the_claimant_are_on_record(api, path):
    made = api.reviewer.post(f"{path}/contact-attempts", ATTEMPT, expect=201)
    silent = ATTEMPT | {"outcome": "no_answer", "reply": None}
    api.reviewer_2.post(f"{path}/contact-attempts", silent, expect=201)
    first, second = api.anyone.get(made.headers["Location"]).json["items"]
    assert first == made.json and ATTEMPT.items() <= first.items()
    assert second["reply"] is None and second["recorded_by"]["name"] == "Reviewer_2"


def test_the_status_tells_of_them_also_at_a_past_moment(api, path):
    before = api.anyone.get(f"{path}/status").json
    assert (before["contact_attempts"], before["interests"]) == (0, 0)
    first = api.reviewer.post(f"{path}/contact-attempts", ATTEMPT, expect=201).json
    api.reviewer.post(f"{path}/contact-attempts", ATTEMPT, expect=201)
    api.reviewer.post(f"{path}/interests", INTEREST, expect=201)
    after = api.anyone.get(f"{path}/status").json
    assert after == before | {"contact_attempts": 2, "interests": 1}
    then = api.anyone.get(f"{path}/status", query_string={"at": first["created_at"]}).json
    assert (then["contact_attempts"], then["interests"]) == (1, 0)


def test_whoever_has_an_interest_decides_no_more(api, path):
    api.reviewer.post(f"{path}/verdicts", DECISION, expect=201)
    made = {"text": "It opened in April.", "contact": "zoe@private.example"}
    appeal = api.anyone.post(f"{path}/appeals", made, expect=201).json
    declared = api.reviewer_2.post(f"{path}/interests", INTEREST, expect=201)
    (shown,) = api.anyone.get(declared.headers["Location"]).json["items"]
    assert shown == declared.json and shown["declared_by"]["name"] == "Reviewer_2"
    refused = api.reviewer_2.post(f"{path}/verdicts", DECISION)
    assert_problem(refused, 403, "interest-declared")
    answer = {"upheld": False, "answer": "No."}
    refused = api.reviewer_2.post(f"/appeals/{appeal['id']}/answer", answer)
    assert_problem(refused, 403, "interest-declared")
    api.reviewer.post(f"{path}/verdicts", DECISION, expect=201)


def test_an_interest_is_in_one_claim_and_one_person_decides_in_spite_of_it(
    api, article, path, restart
):
    api.reviewer.post(f"{path}/interests", INTEREST, expect=201)
    claims = f"/articles/{article['id']}/claims"
    other = api.contributor.post(claims, {"quote": "It cost much"}, expect=201).json
    api.reviewer.post(f"/claims/{other['id']}/verdicts", DECISION, expect=201)
    alone = restart(one_person=True)
    same = type(api.reviewer)(alone.app, api.reviewer.headers)
    assert same.post(f"{path}/verdicts", DECISION, expect=201).json["one_person"] is True


def test_lists_and_status_cost_the_same_however_many(api, path, statements):
    def add(times):
        for record, body in RECORDS * times:
            api.reviewer.post(f"{path}/{record}", body, expect=201)

    def cost(address):
        with statements() as sent:
            api.anyone.get(address)
        return len(sent)

    addresses = [*(f"{path}/{record}" for record, _ in RECORDS), f"{path}/status"]
    add(1)
    few = [cost(address) for address in addresses]
    add(3)
    assert [cost(address) for address in addresses] == few


def test_the_ledger_tells_of_them(api, path):
    for record, body in RECORDS:
        api.reviewer.post(f"{path}/{record}", body, expect=201)
    entries = api.anyone.get(f"{path}/audit-log").json["items"]
    told = [(entry["what"], entry["by_id"]) for entry in entries][1:]
    happened = ("claimant asked", "interest declared")
    assert told == [(what, str(api.reviewer.id)) for what in happened]
