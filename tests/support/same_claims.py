"""Claims that say the same: one statement in several papers, and what reviewers do with them."""

import pytest

from tests.support.examples import ARTICLE
from tests.support.review import give_verdict

DAY = "The bridge was opened on 19 March 1932"


@pytest.fixture
def say(api):
    """Make a claim of the same article in another paper, with other words if they are given."""
    papers = iter(range(100))

    def say(statement=DAY, language="en", published_at=None, by=None):
        paper = f"http://paper-{next(papers)}.example/story"
        story = ARTICLE | {"url": paper, "published_at": published_at, "language": language}
        made = api.contributor.post("/articles", story, expect=201).json
        said = {"quote": DAY, "statement": statement, "claimant": "The Herald"}
        path = f"/articles/{made['id']}/claims"
        return (by or api.contributor).post(path, said | {"language": language}, expect=201).json

    return say


def join_claims(api, one, other, expect=201, by=None, reason="The same opening."):
    body = {"claim_id": other["id"], "reason": reason}
    return (by or api.reviewer).post(f"/claims/{one['id']}/claim-group", body, expect=expect)


def part_claim(api, claim, expect=200, by=None):
    path = f"/claims/{claim['id']}/claim-group/departure"
    return (by or api.reviewer).post(path, {"reason": "Another bridge."}, expect=expect)


def get_appearances(api, claim, query=""):
    return api.anyone.get(f"/claims/{claim['id']}/appearances{query}").json


def sorted_ids(*claims):
    return sorted(claim["id"] for claim in claims)


EVIDENCE = ("first.example", "second.example")


@pytest.fixture
def ground(api, say, submit):
    """A confirmed claim and its verdict."""
    claim = say()
    items = [submit(claim, host) for host in EVIDENCE]
    api.work()
    return claim, give_verdict(api.reviewer, claim, items, finding="True").json


@pytest.fixture
def further(api, say, ground):
    """Another claim that a reviewer said to be the same."""
    claim = say()
    join_claims(api, ground[0], claim)
    return claim


def apply_verdict(api, claim, verdict, expect=201, by=None, headers=None, **more):
    body = {"verdict": verdict["id"], "reasons": "One speech in two papers."} | more
    path = f"/claims/{claim['id']}/applied-verdicts"
    return (by or api.reviewer).post(path, body, expect=expect, headers=headers)
