"""Second opinions: the second reviewer decides blind, and two that differ are both shown."""

import json
import threading

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.auth.roles import Role
from api.contributors.models import Contributor
from api.database.session import transaction
from api.verdicts.hash_chain import commit_to_person
from tests.support.examples import NOWHERE
from tests.support.problems import assert_problem
from tests.support.review import get_opinion, get_review_queue, get_status, give_verdict
from tests.support.tampering import make_key, tampered, verify


@pytest.fixture
def two(api, restart):
    """The application with the setting, and three reviewers (and the others) in it."""
    two = restart(second_opinion=True)
    two.third = two.enrol(Role.REVIEWER, "third")
    two.reviewer, two.reviewer_2, two.admin, two.contributor  # noqa: B018 (enrolled once)
    return two


@pytest.fixture
def items(api, claim, submit):
    """Two independent supporting items, examined."""
    items = [submit(claim, host) for host in ("first.example", "second.example")]
    api.work()
    return items


def test_without_the_setting_one_is_enough(api, claim, items):
    verdict = give_verdict(api.reviewer, claim, items, expect=201).json
    assert verdict["opinion"] is None and verdict["record"]["opinion"] is None


def test_the_assessment_says_that_it_takes_two(api, two, claim):
    path = f"/claims/{claim['id']}/assessment"
    assert two.anyone.get(path).json["needs_two_reviewers"] is True
    assert api.anyone.get(path).json["needs_two_reviewers"] is False


@pytest.mark.parametrize("who, expected", [("anyone", 401), ("contributor", 403), ("admin", 403)])
def test_only_reviewers_give_opinions(two, claim, items, who, expected):
    give_verdict(getattr(two, who), claim, items, expect=expected)
    getattr(two, who).get(f"/opinions/{NOWHERE}", expect=expected)


def test_an_opinion_passes_the_same_gate(two, claim, items):
    assert_problem(
        give_verdict(two.reviewer, claim, items[:1], expect=None), 409, "requirements-unmet"
    )
    assert_problem(
        give_verdict(two.reviewer, claim, expect=None, status="disputed"), 409, "requirements-unmet"
    )
    two.reviewer.post(f"/claims/{claim['id']}/interests", {"interest": "Mine."}, expect=201)
    assert_problem(give_verdict(two.reviewer, claim, items, expect=None), 403, "interest-declared")
    give_verdict(two.reviewer_2, claim, items, expect=202)  # there was none to decide upon


def test_the_first_gives_an_opinion_and_sees_it(two, claim, items):
    given = give_verdict(two.reviewer, claim, items, expect=202, finding="True")
    opinion = given.json
    assert opinion["waits"] is True and opinion["verdict"] is None
    assert (opinion["status"], opinion["finding"]) == ("confirmed", "True")
    assert opinion["evidence"] == sorted(item["id"] for item in items)
    assert two.reviewer.get(given.headers["Location"]).json == opinion
    assert get_status(two, claim)["verdict"] is None


def test_nobody_gives_both_opinions(two, claim, items):
    first = give_verdict(two.reviewer, claim, items, expect=202).json
    refused = give_verdict(two.reviewer, claim, items, expect=409)
    assert assert_problem(refused, 409, "opinion-waits")["opinion"] == first["id"]


EVERYBODY = ("anyone", "contributor", "reviewer_2", "third", "admin")
OF_A_CLAIM = (
    *("verdicts", "history", "status", "assessment", "audit-log", "evidence", "bundle"),
    *("appeals", "corrections", "interests", "contact-attempts", "group-rulings"),
)


def all_that_is_told(two, claim):
    """Everything that is answered about the claim, with all headers but those that count."""
    paths = [f"/claims/{claim['id']}", *(f"/claims/{claim['id']}/{rest}" for rest in OF_A_CLAIM)]
    for name in EVERYBODY:
        for path in (*paths, "/claims", "/review-queue", "/appeals", "/log/checkpoint"):
            answer = getattr(two, name).get(path)
            headers = [each for each in answer.headers if not each[0].startswith("RateLimit")]
            told = [each for each in headers if each[0] not in {"Date", "X-Request-Id"}]
            yield name, path, answer.data, told


def test_a_reviewer_who_peeks_learns_nothing_of_the_first_opinion(two, claim, items):
    make_key(two)
    give_verdict(two.third, claim, status="unverified", expect=201)
    two.work()
    before, promised = list(all_that_is_told(two, claim)), two.waiting()
    key = {"Idempotency-Key": "k-1"}
    first = give_verdict(two.reviewer, claim, items, expect=202, headers=key, finding="True").json
    assert two.due() == [] and two.waiting() == promised
    assert list(all_that_is_told(two, claim)) == before
    for name in ("reviewer_2", "third"):
        hidden = get_opinion(getattr(two, name), first, expect=404)
        missing = get_opinion(getattr(two, name), {"id": NOWHERE}, expect=404)
        assert json.dumps(hidden).replace(first["id"], NOWHERE) == json.dumps(missing)
    # what is refused is refused in the same words, whether or not an opinion waits
    refused = give_verdict(two.reviewer_2, claim, items[:1], "disputed", expect=409).json
    assert "opinion" not in json.dumps(refused)
    seen = {"If-Match": two.reviewer_2.get(f"/claims/{claim['id']}/assessment").headers["ETag"]}
    assert give_verdict(two.reviewer_2, claim, items[:1], "disputed", 409, seen).json == refused
    # neither does the key that the first opinion was sent with say anything to another
    replayed = give_verdict(two.reviewer_2, claim, items[:1], expect=409, headers=key)
    assert "Idempotent-Replayed" not in replayed.headers
    assert list(all_that_is_told(two, claim)) == before


@pytest.mark.each_database
def test_two_that_agree_become_the_verdict(two, claim, items):
    first = give_verdict(two.reviewer, claim, items, expect=202, reasons="I looked.").json
    given = give_verdict(
        two.reviewer_2, claim, items, expect=201, finding="True", reasons="I, too."
    )
    verdict = given.json
    assert two.anyone.get(given.headers["Location"]).json == verdict
    assert verdict["status"] == "confirmed" and verdict["reasons"] == "I, too."
    assert verdict["decided_by"]["name"] == "Reviewer_2"
    opinion = verdict["opinion"]
    assert (opinion["status"], opinion["reasons"]) == ("confirmed", "I looked.")
    assert opinion["given_by"]["name"] == "Reviewer"
    status = get_status(two, claim)
    assert (status["status"], status["opinion"]) == ("confirmed", opinion)
    assert get_review_queue(two) == {}
    mine = get_opinion(two.reviewer, first)
    assert mine["waits"] is False and mine["verdict"] == verdict["id"]


def test_the_verdict_attests_both_deciders(two, claim, items, app):
    first = give_verdict(two.reviewer, claim, items, expect=202, reasons="I looked.").json
    record = give_verdict(two.reviewer_2, claim, items, expect=201).json["record"]
    with app.app_context(), transaction(reads=True) as session:
        salts = {r.id: session.get(Contributor, r.id).salt for r in (two.reviewer, two.reviewer_2)}
    committed = [
        {"commitment": commit_to_person(salt=salts[r.id], person=str(r.id))}
        for r in (two.reviewer, two.reviewer_2)
    ]
    opinion = record["opinion"]
    assert [opinion["given_by"], record["decided_by"]] == committed
    assert opinion["id"] == first["id"] and opinion["reasons"] == "I looked."
    told = json.dumps(record)
    assert "Reviewer" not in told and str(two.reviewer.id) not in told


@pytest.mark.parametrize(
    "change",
    [
        "opinions SET reasons = 'I did not look.'",
        "opinions SET evidence = '[]'",
        "opinions SET given_by_id = (SELECT id FROM contributors WHERE name = 'Third')",
        "verdicts SET opinion_id = NULL",
    ],
)
def test_an_opinion_that_was_changed_afterwards_is_found(two, claim, items, change):
    make_key(two)
    give_verdict(two.reviewer, claim, items, expect=202)
    give_verdict(two.reviewer_2, claim, items, expect=201)
    two.work()
    with tampered(two, change):
        status, words = verify(two)
    assert status == 1 and "verdict 1: the opinion beside it is another" in words
    assert verify(two)[0] == 0


def test_whoever_gave_an_opinion_can_be_erased(two, claim, items):
    make_key(two)
    give_verdict(two.reviewer, claim, items, expect=202)
    give_verdict(two.reviewer_2, claim, items, expect=201)
    two.work()
    two.admin.post(f"/contributors/{two.reviewer.id}/erasure", expect=200)
    assert get_status(two, claim)["opinion"]["given_by"]["name"] == "erased"
    assert verify(two)[0] == 0


def test_disputed_takes_two_as_well(two, claim, items, submit):
    against = submit(claim, "third.example", "disputes")
    two.work()
    give_verdict(two.reviewer, claim, [against], "disputed", expect=202)
    assert get_status(two, claim)["status"] == "unverified"
    give_verdict(two.reviewer_2, claim, [against], "disputed", expect=201)
    assert get_status(two, claim)["status"] == "disputed"


def test_unverified_takes_one(two, claim, items):
    verdict = give_verdict(two.reviewer, claim, status="unverified", expect=201).json
    assert verdict["opinion"] is None


def differ(two, claim, items):
    give_verdict(two.reviewer, claim, items, expect=202, reasons="I looked.")
    return give_verdict(
        two.reviewer_2, claim, status="unverified", expect=201, reasons="Not enough."
    )


def test_two_that_differ_are_both_shown_and_the_claim_waits_for_a_third(two, claim, items):
    verdict = differ(two, claim, items).json
    assert verdict["status"] == "unverified" and verdict["reasons"] == "Not enough."
    status = get_status(two, claim)
    assert status["status"] == "unverified" and status["needs_review"] is True
    assert status["opinion"]["status"] == "confirmed"
    assert status["opinion"]["reasons"] == "I looked."
    assert get_review_queue(two) == {claim["id"]: ["opinions_differ"]}


def test_a_third_settles_it_with_one_of_them(two, claim, items):
    differ(two, claim, items)
    give_verdict(two.third, claim, items, expect=202)
    assert get_review_queue(two) == {claim["id"]: ["opinions_differ"]}
    give_verdict(two.reviewer, claim, items, expect=201)
    assert get_status(two, claim)["status"] == "confirmed" and get_review_queue(two) == {}


def test_a_third_settles_it_by_agreeing_with_the_second(two, claim, items):
    differ(two, claim, items)
    give_verdict(two.third, claim, status="unverified", expect=201)
    assert get_review_queue(two) == {}


def test_neither_of_two_that_differ_decides_by_insisting(two, claim, items):
    differ(two, claim, items)
    insisting = give_verdict(two.reviewer, claim, items, expect=202).json
    get_opinion(two.reviewer_2, insisting, expect=404)
    assert get_status(two, claim)["status"] == "unverified"


def test_evidence_that_comes_to_count_makes_the_opinion_lapse(two, claim, items, submit):
    first = give_verdict(two.reviewer, claim, items, expect=202).json
    submit(claim, "third.example")
    two.work()
    assert get_opinion(two.reviewer, first)["waits"] is False
    second = give_verdict(two.reviewer_2, claim, items, expect=202).json
    get_opinion(two.reviewer_2, first, expect=404)
    verdict = give_verdict(two.reviewer, claim, items, expect=201).json
    assert verdict["opinion"]["given_by"]["name"] == "Reviewer_2"
    assert get_opinion(two.reviewer_2, second)["verdict"] == verdict["id"]
    assert get_opinion(two.reviewer, first)["verdict"] is None


def test_evidence_that_falls_away_makes_it_lapse(two, claim, items, submit):
    third = submit(claim, "third.example")
    two.work()
    first = give_verdict(two.reviewer, claim, items, expect=202).json
    rejection = {"decision": "rejected", "reason": "off_topic"}
    two.third.post(f"/evidence/{third['id']}/review", rejection, expect=200)
    assert get_opinion(two.reviewer, first)["waits"] is False


def test_a_troll_makes_no_opinion_lapse_with_evidence_that_does_not_count(
    two, claim, items, submit
):
    first = give_verdict(two.reviewer, claim, items, expect=202).json
    submit(claim, "troll.example", page="<p>Something else altogether.</p>")
    two.work()
    assert get_opinion(two.reviewer, first)["waits"] is True
    give_verdict(two.reviewer_2, claim, items, expect=201)


def test_neither_does_an_item_that_only_moves_the_lines_numbers(two, claim, submit):
    address = f"/claims/{claim['id']}"
    match = {"If-Match": two.anyone.get(address).headers["ETag"]}
    own = {"claimant_domains": ["herald.example"]}
    two.third.patch(address, own, headers=match, expect=200)
    inside, *items = [submit(claim, f"{host}.example") for host in ("herald", "first", "second")]
    two.work()
    lines = [two.anyone.get(f"/evidence/{item['id']}").json["group"] for item in items]
    first = give_verdict(two.reviewer, claim, items, expect=202).json
    rejection = {"decision": "rejected", "reason": "off_topic"}
    two.third.post(f"/evidence/{inside['id']}/review", rejection, expect=200)
    assert lines != [two.anyone.get(f"/evidence/{item['id']}").json["group"] for item in items]
    assert get_opinion(two.reviewer, first)["waits"] is True


def test_an_edited_claim_makes_it_lapse(two, claim, items):
    first = give_verdict(two.reviewer, claim, items, expect=202).json
    address = f"/claims/{claim['id']}"
    match = {"If-Match": two.anyone.get(address).headers["ETag"]}
    two.third.patch(address, {"statement": "It never opened."}, headers=match, expect=200)
    assert get_opinion(two.reviewer, first)["waits"] is False


def test_another_verdict_makes_it_lapse(two, claim, items):
    first = give_verdict(two.reviewer, claim, items, expect=202).json
    verdict = give_verdict(two.reviewer, claim, status="unverified", expect=201).json
    assert verdict["opinion"] is None  # nobody differs with themselves
    assert get_opinion(two.reviewer, first)["waits"] is False
    give_verdict(two.reviewer_2, claim, items, expect=202)


def test_a_giver_who_declares_an_interest_has_no_opinion_any_more(two, claim, items):
    first = give_verdict(two.reviewer, claim, items, expect=202).json
    interest = {"interest": "My bridge."}
    two.reviewer.post(f"/claims/{claim['id']}/interests", interest, expect=201)
    assert get_opinion(two.reviewer, first)["waits"] is False
    give_verdict(two.reviewer_2, claim, items, expect=202)


@pytest.mark.parametrize("change", [{"active": False}, {"role": "contributor"}])
def test_a_giver_who_was_dismissed_has_no_opinion_any_more(two, claim, items, change):
    give_verdict(two.reviewer, claim, items, expect=202)
    address = f"/contributors/{two.reviewer.id}"
    match = {"If-Match": two.admin.get(address).headers["ETag"]}
    two.admin.patch(address, change, headers=match, expect=200)
    give_verdict(two.reviewer_2, claim, items, expect=202)


def test_one_person_mode_makes_no_two_of_one(claim, items, restart):
    alone = restart(second_opinion=True, one_person=True)
    give_verdict(alone.reviewer, claim, items, expect=202)
    assert_problem(give_verdict(alone.reviewer, claim, items, expect=None), 409, "opinion-waits")


@pytest.mark.parametrize("fallen", [0, 2])
def test_the_verdict_falls_when_the_ground_of_either_goes(two, claim, items, submit, fallen):
    items += [submit(claim, host) for host in ("third.example", "fourth.example")]
    two.work()
    give_verdict(two.reviewer, claim, items[:2], expect=202)
    give_verdict(two.reviewer_2, claim, items[2:], expect=201)
    rejection = {"decision": "rejected", "reason": "misquotation"}
    two.third.post(f"/evidence/{items[fallen]['id']}/review", rejection, expect=200)
    two.work()
    status = get_status(two, claim)
    assert status["status"] == "unverified" and status["decided_by"] is None


@pytest.fixture
def appeal(two, claim):
    def appeal():
        body = {"text": "It opened in April.", "contact": "zoe@private.example"}
        return two.anyone.post(f"/claims/{claim['id']}/appeals", body, expect=201).json

    return appeal


def answers(by, appeal):
    answer = {"upheld": False, "answer": "No."}
    answered = by.post(f"/appeals/{appeal['id']}/answer", answer)
    assert answered.status_code == 200 or answered.json["type"] == "/problems/own-verdict"
    return answered.status_code == 200


def test_neither_of_two_who_agreed_answers_an_appeal(two, claim, items, appeal):
    give_verdict(two.reviewer, claim, items, expect=202)
    give_verdict(two.reviewer_2, claim, items, expect=201)
    appealed = appeal()
    assert not answers(two.reviewer, appealed) and not answers(two.reviewer_2, appealed)
    assert answers(two.third, appealed)


def test_who_was_of_another_opinion_than_the_verdict_may_answer(two, claim, items, appeal):
    differ(two, claim, items)
    appealed = appeal()
    assert not answers(two.reviewer_2, appealed) and answers(two.reviewer, appealed)


@pytest.mark.each_database
def test_two_at_once_are_a_first_and_a_second(two, claim, items):
    together, codes = threading.Barrier(2), []
    body = {"status": "confirmed", "reasons": "So.", "evidence": [i["id"] for i in items]}

    def decide_as(reviewer):
        client = two.app.test_client()
        together.wait()
        path = f"/v1/claims/{claim['id']}/verdicts"
        codes.append(client.post(path, json=body, headers=reviewer.headers).status_code)

    reviewers = (two.reviewer, two.reviewer_2)
    threads = [threading.Thread(target=decide_as, args=[each]) for each in reviewers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(codes) == [201, 202]


@pytest.mark.each_database
@pytest.mark.parametrize("change", ["UPDATE {} SET created_at = created_at", "DELETE FROM {}"])
def test_the_database_refuses_to_change_opinions(two, claim, items, change):
    give_verdict(two.reviewer, claim, items, expect=202)
    with (
        pytest.raises(DBAPIError, match="append-only"),
        two.app.extensions["engine"].begin() as connection,
    ):
        connection.execute(text(change.format("opinions")))


def test_lists_cost_the_same_however_many_opinions(two, claim, items, statements, api):
    def queries(path):
        api.anyone.get(f"/claims/{claim['id']}/{path}")  # finds that it is not as it was remembered
        with statements() as sent:
            api.anyone.get(f"/claims/{claim['id']}/{path}")
        return len(sent)

    def agree():
        give_verdict(two.reviewer, claim, items, expect=202)
        give_verdict(two.reviewer_2, claim, items, expect=201)

    agree()
    few = [queries(path) for path in ("verdicts", "history", "status")]
    agree()
    agree()
    assert [queries(path) for path in ("verdicts", "history", "status")] == few
