"""What is stored as a claim's status is what is so, whatever is done and in whatever order."""

from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, text, update

from api.claims.models import Claim
from api.contributors.models import Role
from api.database.session import transaction
from api.verdicts import status_documents
from api.verdicts.models import StatusDocument
from tests.support.overlap import transaction_beside
from tests.support.tampering import tamper, verify

pytestmark = pytest.mark.each_database

CORRECTION = {"wrong": "1931", "right": "1932", "reason": "A slip."}
ATTEMPT = {
    "asked": "The Herald, by mail",
    "asked_at": "2020-05-01",
    "outcome": "answered",
    "reply": "Yes.",
}
PATHS = ["claims?limit=1", "claims/{}/status", "claims/{}/with-evidence", "claims/{}"]


def faults(app):
    """What is stored and not so, and how much is not stored."""
    with app.app_context(), transaction(reads=True):
        return list(status_documents.find_faults()), status_documents.count_missing()


def forget(app):
    with app.app_context(), transaction() as session:
        session.execute(delete(StatusDocument))


class House:
    """All that can change what is known of some claims. What is refused changes nothing."""

    def __init__(self, api, article, submit):
        self.api, self.article, self.publish = api, article, submit
        self.claims, self.items, self.verdicts, self.appeals = [], [], [], []
        self.reviewers = [api.reviewer, api.reviewer_2]
        self.number, self.interested = 0, api.enrol(Role.REVIEWER, "Interested")
        self.make_claim(0)

    def post(self, path, body, by=None):
        """What was made; None where it was refused."""
        answer = (by or self.api.reviewer).post(path, body)
        assert answer.status_code < 500
        return answer.json if answer.status_code < 300 else None

    def on_claim(self, which, path, body, by=None):
        return self.post(f"/claims/{self.claims[which % len(self.claims)]}/{path}", body, by)

    def make_claim(self, _):
        self.number += 1
        quote = "The bridge was opened on 19 March 1932"
        body = {"quote": quote, "statement": f"It was opened on 19 March 1932. {self.number}"}
        made = self.post(f"/articles/{self.article['id']}/claims", body, self.api.contributor)
        self.claims.append(made["id"])

    def edit_claim(self, which):
        path = f"/claims/{self.claims[which % len(self.claims)]}"
        self.number += 1
        change = {"claimant": f"Paper {self.number}"} if which % 2 else {"tags": ["bridges"]}
        etag = self.api.anyone.get(path).headers["ETag"]
        self.api.reviewer.patch(path, change, headers={"If-Match": etag})

    def submit(self, which):
        self.number += 1
        stance = ("supports", "disputes")[which % 2]
        claim = {"id": self.claims[which // 2 % len(self.claims)]}
        with suppress(AssertionError):  # the claim is withdrawn
            self.items.append(self.publish(claim, f"site{self.number}.example", stance)["id"])

    def work(self, _):
        self.api.work()

    def review(self, which):
        review = {"decision": "rejected", "reason": "off_topic"}
        self.on_item(which, "review", review if which % 2 else {"decision": "accepted"})

    def retract(self, which):
        self.on_item(which, "retraction", {"reason": "I misread it."}, self.api.contributor)

    def on_item(self, which, path, body, by=None):
        if self.items:
            self.post(f"/evidence/{self.items[which // 2 % len(self.items)]}/{path}", body, by)

    def decide(self, which):
        claim = self.claims[which // 3 % len(self.claims)]
        status = ("confirmed", "disputed", "unverified")[which % 3]
        found = self.api.anyone.get(f"/claims/{claim}/evidence").json["items"]
        stances = {"confirmed": {"supports"}, "disputed": {"disputes"}}.get(status, set())
        cited = [each["id"] for each in found if each["counts"] and each["stance"] in stances]
        body = {"status": status, "reasons": "So it is.", "evidence": cited}
        if given := self.post(f"/claims/{claim}/verdicts", body, self.someone(which)):
            self.verdicts.append(given["id"])

    def someone(self, which):
        return self.reviewers[which % len(self.reviewers)]

    def correct(self, which):
        self.on_claim(which, "corrections", CORRECTION)

    def ask_claimant(self, which):
        self.on_claim(which, "contact-attempts", ATTEMPT)

    def declare(self, which):
        self.on_claim(which, "interests", {"interest": "I live there."}, self.interested)

    def appeal(self, which):
        body = {"text": "It is wrong.", "contact": "me@example.org"}
        if made := self.on_claim(which, "appeals", body, self.api.anyone):
            self.appeals.append(made["id"])

    def answer(self, which):
        if self.appeals:
            path = f"/appeals/{self.appeals[which % len(self.appeals)]}/answer"
            self.post(path, {"upheld": bool(which % 2), "answer": "Thank you."})

    def say_same(self, which):
        body = {"claim": self.claims[which // 7 % len(self.claims)], "reason": "One speech."}
        self.on_claim(which, "claim-group", body)

    def apply_verdict(self, which):
        if self.verdicts:
            verdict = self.verdicts[which // 7 % len(self.verdicts)]
            self.on_claim(which, "applied-verdicts", {"verdict": verdict, "reasons": "The same."})

    def withdraw(self, which):
        self.on_claim(which, "withdrawal", {"reason": "Gone."})

    def change_role(self, which):
        path = f"/contributors/{self.someone(which).id}"
        found = self.api.admin.get(path)
        role = "admin" if found.json["role"] == "reviewer" else "reviewer"
        self.api.admin.patch(path, {"role": role}, headers={"If-Match": found.headers["ETag"]})

    def erase(self, which):
        path = f"/contributors/{self.someone(which).id}"
        etag = self.api.admin.get(path).headers["ETag"]
        self.api.admin.post(f"{path}/erasure", headers={"If-Match": etag}, expect=200)
        self.number += 1
        self.reviewers.remove(self.someone(which))
        self.reviewers.append(self.api.enrol(Role.REVIEWER, f"Reviewer {self.number}"))

    def import_reviews(self, _):
        self.number += 1
        review = {
            "@context": "https://schema.org",
            "@type": "ClaimReview",
            "url": f"https://checker.example/r/{self.number}",
            "claimReviewed": f"Tower {self.number} is {self.number + 100} metres high.",
            "author": {"@type": "Organization", "name": "C", "url": "https://checker.example/"},
            "reviewRating": {"@type": "Rating", "alternateName": "False"},
            "itemReviewed": {"@type": "Claim"},
        }
        self.post("/imports", review, self.api.contributor)


STEPS = sorted(name for name in vars(House) if name not in {"__init__", "post", "someone"})
STEPS = [name for name in STEPS if not name.startswith(("on_", "_"))]


@pytest.fixture
def house(api, article, submit):
    return House(api, article, submit)


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 20)), min_size=4, max_size=12))
def test_what_is_stored_is_what_is_so(app, house, steps):
    for name, which in steps:
        getattr(house, name)(which)
        assert faults(app) == ([], 0), (name, which)


def test_every_writer_is_followed(app, house):
    """In an order in which each of them does something, and most change the answer."""
    seen = set()
    for name, which in [
        *(("submit", 0), ("submit", 0), ("work", 0), ("decide", 0), ("make_claim", 0)),
        *(("say_same", 1), ("apply_verdict", 1), ("work", 0), ("correct", 0), ("declare", 0)),
        *(("ask_claimant", 0), ("appeal", 0), ("answer", 1), ("change_role", 0), ("erase", 0)),
        *(("submit", 1), ("work", 0), ("review", 1), ("work", 0), ("retract", 2), ("work", 0)),
        *(("edit_claim", 1), ("work", 0), ("import_reviews", 0), ("work", 0), ("withdraw", 0)),
    ]:
        getattr(house, name)(which)
        assert faults(app) == ([], 0), name
        statuses = [house.api.anyone.get(f"/claims/{claim}/status") for claim in house.claims]
        seen |= {each.data for each in statuses}
    assert len(house.verdicts) == 1 and len(seen) >= 12


@pytest.mark.parametrize("path", PATHS)
def test_answers_can_be_asked_again(api, claim, submit, path):
    submit(claim, "first.example")
    path = "/v1/" + path.format(claim["id"])
    first = api.anyone.get(path)
    assert first.data == api.anyone.get(path).data
    etag = first.headers["ETag"]
    head = api.anyone.open("HEAD", path, expect=200)
    assert head.data == b"" and head.content_length == len(first.data)
    for known in (etag, f'W/{etag}, "other"', "*"):
        same = api.anyone.get(path, headers={"If-None-Match": known}, expect=304)
        assert same.data == b"" and same.headers["ETag"] == etag
    other = api.anyone.get(path, headers={"If-None-Match": '"other"'})
    assert (other.data, other.headers["ETag"]) == (first.data, etag)


def test_a_status_that_is_not_stored_is_answered_all_the_same(app, api, claim):
    path, look_up = f"/claims/{claim['id']}/status", {"claims": [claim["id"]]}
    stored = api.anyone.get(path), api.anyone.post("/status-lookup", look_up, expect=200).json
    forget(app)
    assert faults(app) == ([], 1)
    made = api.anyone.get(path), api.anyone.post("/status-lookup", look_up, expect=200).json
    assert [each.data for each in (stored[0], made[0])] == [stored[0].data] * 2
    assert made[0].headers["ETag"] == stored[0].headers["ETag"] and made[1] == stored[1]


def test_what_is_missing_is_stored_by_a_command(app, claim):
    forget(app)
    assert app.test_cli_runner().invoke(args=["index"]).exit_code == 0
    assert faults(app) == ([], 0)


def test_what_other_settings_made_is_not_answered(restart, app, claim):
    path = f"/claims/{claim['id']}/status"
    lenient = restart().anyone.get(path).json
    strict = restart(confirm_groups=3)
    assert strict.anyone.get(path).json["unmet"] != lenient["unmet"]
    assert faults(strict.app) == ([], 1), "it is no fault: it is stored when it is next written"


def test_one_that_says_something_else_is_found(api, claim):
    assert verify(api)[0] == 0
    tamper(api, "UPDATE status_documents SET etag = 'another'")
    status, words = verify(api)
    assert status == 1 and claim["id"] in words and "stored status" in words


def test_of_two_who_change_one_claim_at_once_both_are_told_of(app, api, claim, dialect):
    """Who comes second waits for the first, and then sees what that has written."""
    if dialect == "sqlite":
        pytest.skip("writers to SQLite take turns")
    path = f"/claims/{claim['id']}"
    api.reviewer  # noqa: B018 - enrolled before anything overlaps
    with transaction_beside(app) as beside:
        beside.execute(text("SELECT 1 FROM status_documents FOR UPDATE"))
        beside.execute(update(Claim).where(Claim.id == UUID(claim["id"])).values(statement="New."))
        attempt = beside.start(api.reviewer.post, f"{path}/corrections", CORRECTION)
        beside.until_waiting(1)
        beside.commit()
        assert attempt.result().status_code == 201
    status = api.anyone.get(f"{path}/status").json
    assert status["corrected_at"] and status["statement"] == "New."
    assert faults(app) == ([], 0)
