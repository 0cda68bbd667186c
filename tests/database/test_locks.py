"""What a claim's lock keeps apart, on PostgreSQL (SQLite writes one transaction at a time).

Each test holds a lock that the first request runs into when it already has the claim's. The second
request must then wait for the first: not for the test's lock, and not go on beside it.
"""

import re

import pytest
from sqlalchemy import text

from tests.support.overlap import transaction_beside

pytestmark = pytest.mark.postgresql


@pytest.fixture
def overlap(app):
    """Have a second request begin when a first one has come as far as writing to a table
    (reading it, where the mode is ACCESS EXCLUSIVE)."""

    def overlap(table, first, second, *, mode="SHARE"):
        with transaction_beside(app) as beside:
            beside.execute(text(f"LOCK TABLE {table} IN {mode} MODE"))
            one = beside.start(first)
            beside.until_waiting(1, unless=one)
            other = beside.start(second)
            beside.until_waiting(2, unless=other)
            waits = beside.waiting_for_another_request()
            beside.rollback()
            answers = one.result(), other.result()
        assert waits == 1, "the second request did not wait for the first"
        return answers

    return overlap


@pytest.fixture
def item(api, claim, submit):
    """An item that disputes the claim, examined: a verdict may rest on it."""
    item = submit(claim, "first.example", "disputes")
    api.work()
    api.reviewer, api.reviewer_2  # noqa: B018 - enrolled before anything overlaps
    return item


def decide(caller, claim, item):
    decision = {"status": "disputed", "reasons": "So it is.", "evidence": [item["id"]]}
    return lambda: caller.post(f"/claims/{claim['id']}/verdicts", decision)


def reject(caller, item):
    review = {"decision": "rejected", "reason": "off_topic"}
    return lambda: caller.post(f"/evidence/{item['id']}/review", review)


def status_of(api, claim):
    return api.anyone.get(f"/claims/{claim['id']}/status").json["status"]


def refused_as_unseen(first, second):
    """The second verdict is refused: its giver has not seen the first."""
    assert second.status_code == 409
    assert second.json["type"] == "/problems/newer-verdict"
    return first.status_code in {201, 303}


def test_of_two_verdicts_at_once_the_second_is_told_of_the_first(api, claim, item, overlap):
    one, another = (decide(each, claim, item) for each in (api.reviewer, api.reviewer_2))
    assert refused_as_unseen(*overlap("interests", one, another, mode="ACCESS EXCLUSIVE"))


def test_a_verdict_that_is_about_to_be_committed_is_not_seen_yet(api, claim, item, overlap):
    one, another = (decide(each, claim, item) for each in (api.reviewer, api.reviewer_2))
    assert refused_as_unseen(*overlap("verdicts", one, another))


def test_a_judgement_during_a_verdict_comes_after_it_and_undoes_it(api, claim, item, overlap):
    given, judged = overlap(
        "verdicts", decide(api.reviewer, claim, item), reject(api.reviewer_2, item)
    )
    assert given.status_code == 201 and judged.status_code == 200
    assert status_of(api, claim) == "disputed"
    api.work()
    assert status_of(api, claim) == "unverified"


def test_a_verdict_during_a_judgement_is_given_on_what_is_left(api, claim, item, overlap):
    judged, given = overlap(
        "audit_log", reject(api.reviewer, item), decide(api.reviewer_2, claim, item)
    )
    assert judged.status_code == 200 and given.status_code == 422
    assert given.json["type"] == "/problems/evidence-does-not-count"
    assert status_of(api, claim) == "unverified"


def test_a_verdict_during_one_that_is_given_on_a_page_waits_for_it(app, api, claim, item, overlap):
    """The page reads the claim without a lock: giving the verdict takes it."""
    page, browser = f"/desk/{claim['id']}", app.test_client()
    browser.post("/sign-in", data={"key": api.reviewer.key})
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', browser.get(page).text)
    form = dict(hidden) | {"status": "disputed", "reasons": "So.", "evidence": [item["id"]]}
    one, another = lambda: browser.post(page, data=form), decide(api.reviewer_2, claim, item)
    assert refused_as_unseen(*overlap("interests", one, another, mode="ACCESS EXCLUSIVE"))


def test_a_submission_during_a_withdrawal_waits_and_is_refused(api, claim, overlap):
    path = f"/claims/{claim['id']}"
    item = {"source_url": "http://a.example/x", "quote": "a long quote", "stance": "supports"}
    api.contributor, api.reviewer  # noqa: B018 - enrolled before anything overlaps
    withdrawn, submitted = overlap(
        "audit_log",
        lambda: api.reviewer.post(f"{path}/withdrawal", {"reason": "gone"}),
        lambda: api.contributor.post(f"{path}/evidence", item),
    )
    assert withdrawn.status_code == 200 and submitted.status_code == 409
    assert submitted.json["type"] == "/problems/claim-is-withdrawn"
