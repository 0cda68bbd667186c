"""Applying a status: a person's verdict that cites another, and never outlives it."""

import json
import threading
import zipfile
from io import BytesIO

import pytest

from api.auth.roles import Role
from api.verdicts.hash_chain import canonical_json, sha256_hex
from tests.support.examples import ARTICLE, NOWHERE
from tests.support.problems import assert_problem
from tests.support.review import edit_claim, get_opinion, get_review_queue, get_status, give_verdict
from tests.support.same_claims import DAY, EVIDENCE, apply_verdict, join_claims, part_claim
from tests.support.tampering import check, make_key, tamper, tampered, verify


def refused(api, claim, verdict, status, type_, **more):
    return assert_problem(apply_verdict(api, claim, verdict, expect=status, **more), status, type_)


@pytest.mark.each_database
def test_a_reviewer_applies_a_status_in_one_step(api, ground, further):
    claim, verdict = ground
    given = apply_verdict(api, further, verdict)
    applied = given.json
    assert api.anyone.get(given.headers["Location"]).json == applied
    assert (applied["status"], applied["finding"], applied["evidence"]) == ("confirmed", "True", [])
    same = {
        "claim": claim["id"],
        "verdict": verdict["id"],
        "number": 1,
        "hash": verdict["hash"],
        "stand_in": True,  # read from the test's own server
    }
    attested = same | {"supporting_lines": 2, "disputing_lines": 0}
    assert applied["record"]["cites"] == attested
    assert applied["applied_verdict"] == same | {"supporting_groups": 2, "disputing_groups": 0}
    status = get_status(api, further)
    assert status["status"] == "confirmed" and status["stand_in"] is True
    assert (
        status["applied_verdict"] == applied["applied_verdict"]
        and status["decided_by"]["name"] == "Reviewer"
    )
    assert status["needs_review"] is False and status["unmet"] == [] and get_review_queue(api) == {}
    seen = api.anyone.get(f"/claims/{further['id']}/assessment").json
    assert (
        seen["applied_verdict"] == applied["applied_verdict"]
        and seen["supported_status"] == "unverified"
    )
    (shown,) = api.anyone.get(f"/claims/{further['id']}/history").json["items"]
    assert shown["applied_verdict"] == applied["applied_verdict"]
    assert get_status(api, claim)["applied_verdict"] is None and verdict["applied_verdict"] is None
    assert get_status(api, further, f"?at={applied['decided_at'].replace('+', '%2B')}")[
        "applied_verdict"
    ]


def test_a_verdict_is_applied_once(api, ground, further):
    apply_verdict(api, further, ground[1])
    again = refused(api, further, ground[1], 409, "not-applicable")
    assert again["detail"] == "It has been applied already."
    assert len(api.anyone.get(f"/claims/{further['id']}/history").json["items"]) == 1


def test_nothing_is_applied_that_nobody_decided(api, ground, further):
    assert get_status(api, further)["status"] == "unverified"
    api.work()
    assert get_status(api, further)["verdict"] is None


@pytest.mark.parametrize("who, expected", [("anyone", 401), ("contributor", 403), ("admin", 403)])
def test_only_reviewers_apply(api, ground, further, who, expected):
    apply_verdict(api, further, ground[1], by=getattr(api, who), expect=expected)


def test_only_to_a_claim_that_says_the_same(api, ground, say):
    alone = say()
    refused(api, alone, ground[1], 409, "not-applicable")
    refused(api, ground[0], ground[1], 409, "not-applicable")
    found = refused(api, alone, {"id": NOWHERE}, 422, "no-such-verdict")
    assert found["errors"][0]["pointer"] == "#/verdict"
    apply_verdict(api, {"id": NOWHERE}, ground[1], expect=404)


def test_only_what_stands_and_says_something_is_applied(api, ground, further):
    claim, verdict = ground
    newer = give_verdict(api.reviewer, claim, status="unverified").json
    refused(api, further, verdict, 409, "not-applicable")
    refused(api, further, newer, 409, "not-applicable")


def test_nor_what_is_about_to_fall(api, ground, further):
    """The job that withdraws the verdict has not been done yet."""
    claim, verdict = ground
    item = verdict["evidence"][0]
    api.contributor.post(f"/evidence/{item}/retraction", {"reason": "Oh."}, expect=200)
    assert get_status(api, claim)["status"] == "confirmed"
    assert (
        "about to be withdrawn" in refused(api, further, verdict, 409, "not-applicable")["detail"]
    )


def test_nor_what_could_not_be_given_today(api, ground, further, submit):
    claim, verdict = ground
    submit(claim, "third.example", "disputes")
    api.work()
    assert get_status(api, claim)["status"] == "confirmed"
    found = refused(api, further, verdict, 409, "not-applicable")
    assert [need["code"] for need in found["unmet"]] == ["not-disputed"]


def test_what_was_applied_is_not_applied_again(api, ground, further, say):
    applied = apply_verdict(api, further, ground[1]).json
    third = say()
    join_claims(api, further, third)
    assert ground[1]["id"] in refused(api, third, applied, 409, "not-applicable")["detail"]
    assert apply_verdict(api, third, ground[1]).json["applied_verdict"]["claim"] == ground[0]["id"]


def test_nobody_vouches_for_themselves_in_the_further_claim_either(api, ground, say, submit):
    """What is outside of one claim may be another's own publisher or claimant."""
    claim, verdict = ground
    own = say()
    join_claims(api, claim, own)
    edit_claim(api.reviewer, own, claimant_domains=["first.example"])
    found = refused(api, own, verdict, 409, "not-applicable")
    assert [need["code"] for need in found["unmet"]] == ["supporting-lines"]
    assert "the claimant's own site" in found["detail"]
    third = submit(claim, "third.example")
    api.work()
    rests_on = [{"id": id} for id in verdict["evidence"]]
    wider = give_verdict(api.reviewer, claim, [*rests_on, third]).json
    apply_verdict(api, own, wider)
    # and where too little of it is left for this claim, this one falls alone
    api.contributor.post(f"/evidence/{third['id']}/retraction", {"reason": "Oh."}, expect=200)
    api.work()
    assert get_status(api, claim)["status"] == "confirmed"
    assert get_status(api, own)["status"] == "unverified"


def test_differences_are_looked_at_again(api, ground, say):
    """They may have become visible since: here, somebody wrote past the rule."""
    claim, verdict = ground
    other = say("The bridge was opened on 20 March 1932")
    group = "0" * 32
    rows = [(each["id"].replace("-", ""), group) for each in (claim, other)]
    values = ", ".join(f"('{id}', '{group}', '{{}}', '2026-01-01 00:00:00')" for id, group in rows)
    columns = "(claim_id, group_id, judged, since)"
    tamper(api, f"INSERT INTO claim_group_members {columns} VALUES {values}")
    refused(api, other, verdict, 409, "statements-differ")


def test_the_further_claims_own_evidence_is_not_passed_over(api, ground, further, submit):
    against = submit(further, "third.example", "disputes")
    api.work()
    found = refused(api, further, ground[1], 409, "requirements-unmet")
    assert [need["code"] for need in found["unmet"]] == ["not-disputed"]
    assert found["unmet"][0]["evidence"] == [against["id"]]
    api.contributor.post(f"/evidence/{against['id']}/retraction", {"reason": "Oh."}, expect=200)
    api.work()
    apply_verdict(api, further, ground[1])
    submit(further, "fourth.example", "disputes")
    api.work()
    assert get_status(api, further)["status"] == "confirmed"
    assert get_review_queue(api) == {further["id"]: ["evidence_changed"]}


def test_nor_where_it_carries_the_opposite(api, say, submit):
    claim, other = say(), say()
    join_claims(api, claim, other)
    against = submit(claim, "first.example", "disputes")
    for host in ("second.example", "third.example"):
        submit(other, host)
    api.work()
    verdict = give_verdict(api.reviewer, claim, [against], "disputed").json
    found = refused(api, other, verdict, 409, "requirements-unmet")
    assert [need["code"] for need in found["unmet"]] == ["not-otherwise"]


@pytest.mark.parametrize("what", ["the claim", "its evidence", "evidence on the other claim"])
def test_whoever_brought_something_in_does_not_apply(api, say, submit, what):
    claim, other = say(), say(by=api.reviewer if what == "the claim" else None)
    mine = {"by": api.reviewer}
    items = [submit(claim, "first.example", **(mine if "other" in what else {}))]
    items.append(submit(claim, "second.example"))
    submit(other, "third.example", **(mine if what == "its evidence" else {}))
    api.work()
    join_claims(api, claim, other)
    verdict = give_verdict(api.reviewer_2, claim, items).json
    refused(api, other, verdict, 403, "own-claim" if what == "the claim" else "own-evidence")
    apply_verdict(api, other, verdict, by=api.reviewer_2)


def test_whoever_has_an_interest_in_either_claim_does_not_apply(api, ground, further):
    for claim, person in ((ground[0], api.reviewer), (further, api.reviewer_2)):
        person.post(f"/claims/{claim['id']}/interests", {"interest": "Mine."}, expect=201)
        refused(api, further, ground[1], 403, "interest-declared", by=person)


def test_one_person_applies_where_that_is_set_and_says_why(api, say, submit, restart):
    alone = restart(one_person=True)
    claim, other = say(), say(by=alone.reviewer)
    items = [submit(claim, host, by=alone.reviewer) for host in EVIDENCE]
    alone.work()
    join_claims(alone, claim, other)
    verdict = give_verdict(alone.reviewer, claim, items, exception="Nobody else is here.").json
    found = refused(alone, other, verdict, 409, "requirements-unmet")
    assert [need["code"] for need in found["unmet"]] == ["own-evidence-reason"]
    given = apply_verdict(alone, other, verdict, exception="Still nobody.").json
    assert given["one_person"] and given["exception"] == "Nobody else is here. Still nobody."
    third = say()
    join_claims(alone, claim, third)
    refused(api, third, verdict, 422, "exception-unneeded", exception="Why not.", by=api.reviewer_2)


def test_an_exception_goes_with_what_rests_on_it(api, say, submit, restart):
    claim, other = say(), say()
    item = submit(claim, "company.example", kind="primary")
    api.work()
    join_claims(api, claim, other)
    verdict = give_verdict(api.reviewer, claim, [item], exception="Only they can know.").json
    assert apply_verdict(api, other, verdict).json["exception"] == "Only they can know."
    shown = api.anyone.get(f"/claims/{other['id']}").json
    assert shown["exception"] == get_status(api, other)["exception"] == "Only they can know."


def test_it_is_applied_to_what_was_seen(api, ground, further, submit):
    path = f"/claims/{further['id']}/assessment"
    seen = {"If-Match": api.reviewer.get(path).headers["ETag"]}
    submit(further, "third.example")
    refused(api, further, ground[1], 412, "precondition-failed", headers=seen)
    api.work()
    seen = {"If-Match": api.reviewer.get(path).headers["ETag"]}
    apply_verdict(api, further, ground[1], headers=seen)
    refused(api, further, ground[1], 412, "precondition-failed", headers=seen)


@pytest.mark.parametrize("missing", ["verdict", "reasons"])
def test_a_bad_application_is_refused(api, ground, further, missing):
    body = {"verdict": ground[1]["id"], "reasons": "So."}
    del body[missing]
    path = f"/claims/{further['id']}/applied-verdicts"
    answer = api.reviewer.post(path, body | {"status": "confirmed"}, expect=422)
    assert {each["pointer"] for each in answer.json["errors"]} == {f"#/{missing}", "#/status"}


# --- It never outlives its ground ---


def retract_ground(api, claim, verdict, further):
    taken = f"/evidence/{verdict['evidence'][0]}/retraction"
    api.contributor.post(taken, {"reason": "Another bridge."}, expect=200)


def withdraw(api, claim):
    api.reviewer_2.post(f"/claims/{claim['id']}/withdrawal", {"reason": "Oops."}, expect=200)


WAYS = {
    "the other verdict is followed by one that says the same": lambda api, claim, verdict, further: (
        give_verdict(api.reviewer, claim, [{"id": id} for id in verdict["evidence"]]).json
    ),
    "the other claim is unverified now": lambda api, claim, verdict, further: (
        give_verdict(api.reviewer, claim, status="unverified").json
    ),
    "the evidence of the other falls away": retract_ground,
    "the other claim is parted": lambda api, claim, verdict, further: part_claim(api, claim),
    "the claim is parted": lambda api, claim, verdict, further: part_claim(api, further),
    "the other claim is edited": lambda api, claim, verdict, further: edit_claim(
        api.reviewer, claim, statement="The bridge was opened on 20 March 1932"
    ),
    "the claim is edited": lambda api, claim, verdict, further: edit_claim(
        api.reviewer, further, claimant="Somebody else"
    ),
    "the other claim is withdrawn": lambda api, claim, verdict, further: withdraw(api, claim),
    "the claim is withdrawn": lambda api, claim, verdict, further: withdraw(api, further),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("more_members", [False, True])
def test_it_falls_with_its_ground(api, ground, further, say, way, more_members):
    claim, verdict = ground
    if more_members:
        join_claims(api, claim, say())
    apply_verdict(api, further, verdict)
    WAYS[way](api, claim, verdict, further)
    api.work()
    status = get_status(api, further)
    assert status["status"] == "unverified" and status["decided_by"] is None
    assert status["applied_verdict"] is None and status["needs_review"]
    assert get_review_queue(api)[further["id"]] == ["verdict_withdrawn"]
    withdrawn, given = api.anyone.get(f"/claims/{further['id']}/verdicts").json["items"]
    assert (
        given["applied_verdict"]
        and withdrawn["decided_by"] is None
        and withdrawn["applied_verdict"] is None
    )
    assert withdrawn["reasons"].startswith("Withdrawn: ")
    assert claim["id"] in withdrawn["reasons"] or "edited" in withdrawn["reasons"]
    before = api.anyone.get(f"/claims/{further['id']}/verdicts").json
    api.work()
    assert api.anyone.get(f"/claims/{further['id']}/verdicts").json == before
    assert verify(api)[0] == 0


def test_a_ground_that_goes_at_the_same_moment_takes_it_along(api, ground, further, say):
    claim, verdict = ground
    claims = [further, *(say() for _ in range(5))]
    for each in claims[1:]:
        join_claims(api, claim, each)

    def at_once(act, *arguments, **more):
        return threading.Thread(target=act, args=(api, *arguments), kwargs={"expect": None} | more)

    threads = [
        at_once(apply_verdict, each, verdict, by=caller_of(api.reviewer_2)) for each in claims
    ]
    threads.insert(3, at_once(part_claim, claim, by=caller_of(api.reviewer)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    api.work()
    assert [get_status(api, each)["status"] for each in claims] == ["unverified"] * 6
    assert verify(api)[0] == 0


def caller_of(caller):
    """The same person, at another client."""
    return type(caller)(caller.client.application, caller.headers)


def test_it_stands_while_its_ground_does(api, ground, further, say, submit):
    claim, verdict = ground
    apply_verdict(api, further, verdict)
    third = say()
    join_claims(api, further, third)
    part_claim(api, third)
    others = say(), say()
    join_claims(api, *others)
    join_claims(api, others[0], claim)
    submit(claim, "third.example", "disputes")
    edit_claim(api.reviewer, claim, tags=["bridges"])
    api.work()
    assert get_status(api, further)["status"] == "confirmed"
    assert get_review_queue(api) == {claim["id"]: ["evidence_changed"]}


def test_a_verdict_on_evidence_takes_its_place_and_rests_on_nothing_else(
    api, ground, further, submit
):
    apply_verdict(api, further, ground[1])
    items = [submit(further, host) for host in EVIDENCE]
    api.work()
    give_verdict(api.reviewer, further, items)
    part_claim(api, further)
    api.work()
    assert get_status(api, further)["status"] == "confirmed"


# --- Two reviewers ---


@pytest.fixture
def two(api, restart):
    two = restart(second_opinion=True)
    two.third = two.enrol(Role.REVIEWER, "third")
    return two


def test_where_a_verdict_takes_two_so_does_this(api, two, ground, further):
    first = apply_verdict(two, further, ground[1], expect=202).json
    assert (first["status"], first["applied_verdict"], first["waits"]) == (
        "confirmed",
        ground[1]["id"],
        True,
    )
    assert get_status(two, further)["verdict"] is None
    refused(two, further, ground[1], 409, "opinion-waits")
    given = apply_verdict(two, further, ground[1], by=two.third).json
    assert given["status"] == "confirmed" and given["opinion"]["applied_verdict"] == ground[1]["id"]
    assert get_opinion(two.reviewer, first)["verdict"] == given["id"]
    assert verify(two)[0] == 0
    part_claim(two, ground[0])
    two.work()
    assert get_status(two, further)["status"] == "unverified"


def test_one_who_decides_on_evidence_agrees_with_none_who_applies(two, ground, further, submit):
    items = [submit(further, host) for host in EVIDENCE]
    two.work()
    apply_verdict(two, further, ground[1], expect=202)
    give_verdict(two.third, further, items, expect=202)
    assert get_status(two, further)["verdict"] is None
    differing = give_verdict(two.reviewer_2, further, status="unverified").json
    assert differing["opinion"]["status"] == "confirmed"


# --- What is proved ---


@pytest.fixture
def proved(api, ground, further):
    """The log's key; the claim whose verdict was applied, and the one it was applied to."""
    key = make_key(api)
    apply_verdict(api, further, ground[1])
    api.work()
    return key, ground, further


def bundle(api, claim):
    return api.anyone.get(f"/claims/{claim['id']}/bundle").get_data()


def changed(content, change):
    """The bundle with its files changed by a function of their contents."""
    with zipfile.ZipFile(BytesIO(content)) as old:
        files = {name: old.read(name) for name in old.namelist()}
    change(files)
    with zipfile.ZipFile(file := BytesIO(), "w") as new:
        for name, each in files.items():
            new.writestr(name, each)
    return file.getvalue()


def test_the_bundle_has_what_the_verdict_applies_and_both_are_verified(api, proved, tmp_path):
    key, (claim, verdict), further = proved
    assert verify(api) == (0, "Verifying\nintact\n")
    content = bundle(api, further)
    with zipfile.ZipFile(BytesIO(content)) as files:
        cited = json.loads(files.read(f"cited/{verdict['hash']}.json"))
        applied = json.loads(files.read("verdicts/1.json"))
        history = json.loads(files.read("history.json"))
    assert cited["record"]["claim"]["id"] == claim["id"]
    assert applied["record"]["cites"] == history[0]["cites"]
    status, words = check(tmp_path, content, "--key", key)
    assert status == 0 and f"applied from claim {claim['id']}, verdict 1, confirmed" in words
    assert check(tmp_path, bundle(api, claim), "--key", key)[0] == 0
    (id,) = [
        each["id"] for each in api.anyone.get(f"/claims/{further['id']}/verdicts").json["items"]
    ]
    alone = api.anyone.get(f"/verdicts/{id}/proof").get_data()
    status, words = check(tmp_path, alone, "--key", key)
    assert status == 0 and f"it applies verdict 1 on claim {claim['id']}" in words


def leave_out(files):
    del files[next(name for name in files if name.startswith("cited/"))]


def add_another(files):
    files[f"cited/{'0' * 64}.json"] = files["verdicts/1.json"]


def swap(files):
    name = next(name for name in files if name.startswith("cited/"))
    files[name] = files["verdicts/1.json"]


def show_another(files):
    rows = json.loads(files["history.json"])
    rows[0]["cites"]["claim"] = NOWHERE
    files["history.json"] = json.dumps(rows).encode()


@pytest.mark.parametrize("change", [leave_out, add_another, swap, show_another])
def test_a_bundle_whose_citation_was_changed_is_found_out(api, proved, tmp_path, change):
    key, _, further = proved
    status, words = check(tmp_path, changed(bundle(api, further), change), "--key", key)
    assert status == 1 and "NOT VERIFIED" in words


def forged(api, further, **changes):
    """The applied verdict as somebody with the database, and no key, would write it anew."""
    (verdict,) = api.anyone.get(f"/claims/{further['id']}/verdicts").json["items"]
    record = verdict["record"] | {"cites": verdict["record"]["cites"] | changes}
    written = canonical_json(record)
    escaped = written.replace("'", "''")
    return f"verdicts SET record = '{escaped}', hash = '{sha256_hex(written)}' WHERE cites_id IS NOT NULL"


@pytest.mark.parametrize(
    "changes",
    [{"claim": NOWHERE}, {"number": 2}, {"hash": "0" * 64}, {"supporting_lines": 9}],
)
def test_a_citation_that_was_rewritten_with_its_hash_is_found(api, proved, changes):
    _, _, further = proved
    with tampered(api, forged(api, further, **changes)):
        assert "the verdict that it applies is not what it attests" in verify(api)[1]


@pytest.mark.parametrize(
    "change, words",
    [
        ("verdicts SET cites_id = NULL", "the cites_id beside it is another"),
        ("verdicts SET cites_id = id WHERE cites_id IS NOT NULL", "the cites_id beside it"),
        (
            "verdicts SET status = 'disputed' WHERE cites_id IS NOT NULL",
            "it applies a verdict that says confirmed",
        ),
        (
            "verdicts SET status = 'unverified', decided_by_id = NULL",
            "it applies a verdict that nobody gave on evidence",
        ),
    ],
)
def test_a_citation_that_was_moved_is_found(api, proved, change, words):
    with tampered(api, change):
        status, told = verify(api)
    assert status == 1 and words in told


def test_a_ground_that_was_deleted_is_found(api, proved):
    _, (claim, _), _ = proved
    id = (
        claim["id"].replace("-", "")
        if "sqlite" in str(api.app.extensions["engine"].url)
        else claim["id"]
    )
    tamper(api, f"DELETE FROM verdicts WHERE claim_id = '{id}'")
    assert "the verdict that it applies is missing" in verify(api)[1]


def test_records_from_before_citations_verify_as_they_were_written(api, claim):
    """Those have no such member at all."""
    give_verdict(api.reviewer, claim, status="unverified")
    path = f"/claims/{claim['id']}"
    (verdict,) = api.anyone.get(f"{path}/verdicts").json["items"]
    record = {name: value for name, value in verdict["record"].items() if name != "cites"}
    text = canonical_json(record)
    tamper(api, f"UPDATE verdicts SET record = '{text}', hash = '{sha256_hex(text)}'")
    make_key(api)
    api.work()
    assert verify(api)[0] == 0
    assert api.anyone.get(f"{path}/history").json["intact"] is True
    assert api.anyone.get(f"{path}/verdicts").json["items"][0]["applied_verdict"] is None
    assert get_status(api, claim)["applied_verdict"] is None


# --- Who is told ---


def test_followers_and_other_programs_are_told_as_of_any_verdict(api, proved):
    _, (claim, _), further = proved
    events = api.anyone.get("/changes?limit=100").json["items"]
    (given,) = [e for e in events if e["type"] == "verdict.given" and e["claim"] == further["id"]]
    assert given["details"] == {"status": "confirmed", "number": 1, "cites": claim["id"]}
    review = api.anyone.get(f"/claims/{further['id']}.jsonld").json
    assert review["reviewRating"]["alternateName"] == "Confirmed"
    assert review["isBasedOn"]["url"].endswith(f"/claims/{claim['id']}")
    assert review["isBasedOn"]["claimReviewed"] == claim["statement"]
    assert "isBasedOn" not in api.anyone.get(f"/claims/{claim['id']}.jsonld").json
    part_claim(api, further)
    events = api.anyone.get("/changes?limit=100").json["items"]
    types = [each["type"] for each in events if each["claim"] == further["id"]]
    assert types[-2:] == ["statement.left", "verdict.withdrawn"]


def test_a_contested_claim_is_not_called_refuted_where_it_is_applied(api, say, submit):
    claim, other = say(), say()
    join_claims(api, claim, other)
    submit(claim, "first.example")
    against = submit(claim, "second.example", "disputes")
    api.work()
    apply_verdict(api, other, give_verdict(api.reviewer, claim, [against], "disputed").json)
    review = api.anyone.get(f"/claims/{other['id']}.jsonld").json
    assert review["reviewRating"]["alternateName"] == "Contested"


def test_an_applied_verdict_costs_the_status_nothing(api, proved, statements):
    _, (claim, _), further = proved

    def cost(each, path):
        with statements() as sent:
            api.anyone.get(f"/claims/{each['id']}{path}")
        return len([line for line in sent if line.startswith("SELECT")])

    for path in ("/status", "/with-evidence", ""):
        assert cost(further, path) == cost(claim, path)


def test_what_retells_what_the_further_article_reports_does_not_carry_it(api, say, submit):
    claim, further = say(), say()
    words = "the bridge was opened on 19 March 1932"
    page = f"<p>A summary of last night on Evening Hour for those who missed it. They said {words}.</p>"
    items = [submit(claim, EVIDENCE[0], words=words, page=page), submit(claim, EVIDENCE[1])]
    api.work()
    verdict = give_verdict(api.reviewer, claim, items).json
    story = ARTICLE | {"url": "http://retold.example/story", "retells": ["Evening Hour"]}
    article = api.contributor.post("/articles", story, expect=201).json
    said = {"quote": DAY, "claimant": "The Herald"}
    path = f"/articles/{article['id']}/claims"
    retelling = api.contributor.post(path, said, expect=201).json
    for other in (further, retelling):
        join_claims(api, claim, other)
    apply_verdict(api, further, verdict)
    refused(api, retelling, verdict, 409, "not-applicable")


def test_an_opinion_of_who_has_an_interest_in_the_other_claim_counts_no_more(
    api, restart, ground, further
):
    two = restart(second_opinion=True)
    third, fourth = (two.enrol(Role.REVIEWER, name) for name in ("third", "fourth"))
    apply_verdict(two, further, ground[1], by=third, expect=202)
    interest = {"interest": "My firm built it."}
    third.post(f"/claims/{ground[0]['id']}/interests", interest, expect=201)
    apply_verdict(two, further, ground[1], by=fourth, expect=202)


@pytest.mark.parametrize("falls", ["decided anew", "parted", "withdrawn"])
def test_an_opinion_falls_with_the_verdict_that_it_would_apply(
    api, restart, ground, further, falls
):
    two = restart(second_opinion=True)
    third, fourth = (two.enrol(Role.REVIEWER, name) for name in ("third", "fourth"))
    opinion = apply_verdict(two, further, ground[1], by=third, expect=202).json
    assert third.get(f"/opinions/{opinion['id']}").json["waits"] is True
    if falls == "parted":
        part_claim(api, further)
    elif falls == "withdrawn":
        path = f"/claims/{ground[0]['id']}/withdrawal"
        api.reviewer.post(path, {"reason": "Said of another bridge."}, expect=200)
    else:
        give_verdict(fourth, ground[0], status="unverified")
    two.work()
    assert third.get(f"/opinions/{opinion['id']}").json["waits"] is False
    assert give_verdict(fourth, further, status="unverified").json["opinion"] is None


def test_nothing_was_missing_when_it_was_applied_either(api, ground, further):
    applied = apply_verdict(api, further, ground[1]).json
    at = applied["decided_at"].replace("+", "%2B")
    assert get_status(api, further, f"?at={at}")["unmet"] == []


def test_who_gave_the_verdict_that_was_applied_answers_no_appeal(api, ground, further):
    apply_verdict(api, further, ground[1], by=api.reviewer_2)
    appeal = {"text": "Wrong!", "contact": "me@private.example"}
    made = api.anyone.post(f"/claims/{further['id']}/appeals", appeal, expect=201).json
    path, answer = f"/appeals/{made['id']}/answer", {"upheld": False, "answer": "It was right."}
    for decider in (api.reviewer, api.reviewer_2):
        assert_problem(decider.post(path, answer), 403, "own-verdict")
    api.enrol(Role.REVIEWER, "third").post(path, answer, expect=200)
