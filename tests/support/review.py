"""What reviewers do with a claim by requests, and what can be read of it then."""


def give_verdict(by, claim, items=(), status="confirmed", expect=201, headers=None, **more):
    decision = {"status": status, "reasons": "Because.", "evidence": [i["id"] for i in items]}
    path = f"/claims/{claim['id']}/verdicts"
    return by.post(path, decision | more, expect=expect, headers=headers)


def edit_claim(by, claim, expect=200, **change):
    """Change the claim as it is now."""
    path = f"/claims/{claim['id']}"
    return by.patch(path, change, headers={"If-Match": by.get(path).headers["ETag"]}, expect=expect)


def get_status(api, claim, query=""):
    return api.anyone.get(f"/claims/{claim['id']}/status{query}").json


def get_review_queue(api):
    """The reasons for which claims wait for a reviewer, by the claims' ids."""
    return {
        each["claim"]: each["reasons"] for each in api.anyone.get("/review-queue").json["items"]
    }


def get_opinion(by, opinion, expect=200):
    return by.get(f"/opinions/{opinion['id']}", expect=expect).json
