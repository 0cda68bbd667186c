"""Corrections: public, for good, and told to whoever used the status before."""

import pytest

from tests.support.examples import NOWHERE
from tests.support.problems import assert_problem

CORRECTION = {"wrong": "We said April.", "right": "It was in March.", "reason": "We misread it."}


@pytest.fixture
def path(claim):
    return f"/claims/{claim['id']}"


@pytest.fixture
def verdict(api, path):
    decision = {"status": "unverified", "reasons": "So."}
    return api.reviewer.post(f"{path}/verdicts", decision, expect=201).json


@pytest.fixture
def other(api, article):
    """The path of another claim."""
    claims = f"/articles/{article['id']}/claims"
    made = api.contributor.post(claims, {"quote": "It cost much"}, expect=201).json
    return f"/claims/{made['id']}"


def correct(api, path, by=None, expect=201, **changes):
    return (by or api.reviewer).post(f"{path}/corrections", CORRECTION | changes, expect=expect)


def status_of(api, path, **query):
    return api.anyone.get(f"{path}/status", query_string=query).json


@pytest.mark.parametrize("who, expected", [("anyone", 401), ("contributor", 403), ("admin", 403)])
def test_only_reviewers_correct(api, path, who, expected):
    correct(api, path, by=getattr(api, who), expect=expected, nonsense=1)
    assert api.anyone.get("/corrections").json["items"] == []


@pytest.mark.parametrize(
    "changes, pointer",
    [
        ({"wrong": " "}, "#/wrong"),
        ({"reason": None}, "#/reason"),
        ({"verdict": "7"}, "#/verdict"),
        ({"corrected_by": "Ann"}, "#/corrected_by"),
    ],
)
def test_a_bad_correction_is_refused(api, path, changes, pointer):
    refused = correct(api, path, expect=422, **changes)
    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]


def test_a_correction_is_of_a_claim_that_is_there(api):
    assert_problem(correct(api, f"/claims/{NOWHERE}", expect=404), 404, "not-found")
    api.anyone.get(f"/claims/{NOWHERE}/corrections", expect=404)


def test_a_correction_names_a_verdict_on_its_own_claim(api, other, verdict):
    for foreign in (verdict["id"], NOWHERE):
        refused = correct(api, other, expect=422, verdict=foreign)
        body = assert_problem(refused, 422, "verdict-of-another-claim")
        assert body["errors"][0]["pointer"] == "#/verdict"


@pytest.mark.each_database
def test_a_correction_is_public_and_the_status_names_its_date(api, path, verdict):
    before = status_of(api, path)
    etag = api.anyone.get(f"{path}/status").headers["ETag"]
    assert before["corrected_at"] is None
    made = correct(api, path, verdict=verdict["id"])
    correction = made.json
    assert api.anyone.get(made.headers["Location"]).json == correction
    assert correction["corrected_by"]["name"] == "Reviewer"
    assert CORRECTION.items() <= correction.items() and correction["verdict"] == verdict["id"]
    after = api.anyone.get(f"{path}/status", headers={"If-None-Match": etag}).json
    assert after == before | {"corrected_at": correction["corrected_at"]}
    again = correct(api, path, by=api.reviewer_2).json
    assert again["verdict"] is None
    assert status_of(api, path)["corrected_at"] == again["corrected_at"]
    assert api.anyone.get(f"{path}/corrections").json["items"] == [correction, again]


def test_the_status_of_a_past_moment_knows_only_the_corrections_until_then(api, path, verdict):
    first = correct(api, path).json
    correct(api, path)
    assert status_of(api, path, at=verdict["decided_at"])["corrected_at"] is None
    moment = first["corrected_at"]
    assert status_of(api, path, at=moment)["corrected_at"] == moment


def test_a_claim_that_is_withdrawn_can_still_be_corrected(api, path):
    api.contributor.post(f"{path}/withdrawal", {"reason": "Oops."}, expect=200)
    correct(api, path)


def test_whoever_used_a_status_finds_the_corrections_since(api, path, other):
    made = [correct(api, at).json for at in (path, other, path)]
    assert api.anyone.get("/corrections").json["items"] == made
    assert api.anyone.get(f"{other}/corrections").json["items"] == [made[1]]
    query = {"since": made[1]["corrected_at"], "limit": 1}
    first = api.anyone.get("/corrections", query_string=query).json
    query["cursor"] = first["next_cursor"]
    rest = api.anyone.get("/corrections", query_string=query).json
    assert first["items"] + rest["items"] == made[1:] and rest["next_cursor"] is None
    api.anyone.get("/corrections?since=yesterday", expect=422)
    api.anyone.get("/corrections?since=2026-01-01T00:00:00", expect=422)


def test_lists_and_status_cost_the_same_however_many(api, path, statements):
    def cost(address):
        with statements() as sent:
            api.anyone.get(address)
        return len(sent)

    addresses = ["/corrections", f"{path}/corrections", f"{path}/status"]
    correct(api, path)
    few = [cost(address) for address in addresses]
    for _ in range(3):
        correct(api, path)
    assert [cost(address) for address in addresses] == few


def test_the_ledger_tells_of_it(api, path):
    made = correct(api, path).json
    last = api.anyone.get(f"{path}/audit-log").json["items"][-1]
    assert (last["what"], last["subject_id"]) == ("correction made", made["id"])
    assert last["by_id"] == str(api.reviewer.id)


def test_the_policy_can_be_read(api):
    page = api.anyone.get("/policies/corrections")
    assert page.mimetype == "text/plain"
    for address in ("/v1/claims/{id}/appeals", "/v1/corrections?since="):
        assert address in page.get_data(as_text=True)
    assert "/v1/policies/corrections" in api.anyone.get("/openapi.json").json["info"]["description"]
