"""Claims that say the same: groups by a reviewer's word, what keeps claims apart, where they are."""

import threading

import pytest

from api.verdicts.claim_groups import service as groups
from tests.support.examples import ARTICLE, NOWHERE
from tests.support.problems import assert_problem
from tests.support.same_claims import get_appearances, join_claims, part_claim, sorted_ids
from tests.support.tampering import tampered, verify

#: The article's own claims, and what they are called in the language of the broadcast.
TRANSLATED = {
    "The News Network interview with Lei Jun lasted nearly 3 minutes.": "新闻联播对雷军的采访长达近3分钟。",
    "In 2020 Xiaomi ranked fourth among the phone brands of the world.": "2020年小米在全球手机品牌中排名第四。",
    "Xiaomi's smart factory was newly built at the end of 2019.": "小米的智能工厂于2019年底新建成。",
    "92% of the production equipment in Xiaomi's smart factory comes from Xiaomi and companies it has "
    "invested in.": "小米智能工厂92%的生产设备来自小米及其投资的公司。",
    "The Mi 10 Extreme Commemorative Edition is the first flagship phone that Xiaomi's smart factory "
    "has mass-produced.": "小米10至尊纪念版是小米智能工厂量产的首款旗舰手机。",
    "Xiaomi's ecological chain takes in more than 300 companies.": "小米的生态链已覆盖超过300家公司。",
    "Xiaomi's phone shipments rose steeply in 2020 and took it into the top four of the world.": "2020年小米手机出货量大幅上涨，进入全球前四。",
    "Overseas revenue reached 50% of Xiaomi's revenue for the first time.": "海外收入首次达到小米总收入的50%。",
    "In 2020 Xiaomi's market share was among the three largest in Europe for the first time.": "2020年小米在欧洲的市场份额首次进入前三。",
    "Xiaomi will invest more than RMB 10 billion in research and development in 2020.": "2020年小米的研发投入将超过100亿元人民币。",
}


def group(api, claim):
    return [each["claim"]["id"] for each in get_appearances(api, claim)["items"]]


def said_of(api, claim):
    return api.anyone.get(f"/claims/{claim['id']}/claim-group").json["items"]


def test_a_claim_stands_alone_until_a_reviewer_says_otherwise(api, say):
    one, other = say(), say()
    assert group(api, one) == [one["id"]]
    answered = join_claims(api, one, other)
    assert answered.json == get_appearances(api, one)
    assert answered.headers["Location"].endswith(f"/claims/{one['id']}/appearances")
    assert group(api, one) == group(api, other) == sorted_ids(one, other)
    statuses = [api.anyone.get(f"/claims/{each['id']}/status").json for each in (one, other)]
    assert [each["status"] for each in statuses] == ["unverified"] * 2


@pytest.mark.each_database
def test_a_further_claim_joins_and_two_groups_become_one(api, say):
    one, two, three, four, five = (say() for _ in range(5))
    join_claims(api, one, two)
    join_claims(api, three, two)
    assert group(api, one) == sorted_ids(one, two, three)
    join_claims(api, four, five)
    join_claims(api, five, one)
    for each in (one, two, three, four, five):
        assert group(api, each) == sorted_ids(one, two, three, four, five)
    moved = said_of(api, four)
    assert [each["details"].get("same_as") for each in moved] == [five["id"], one["id"]]
    assert moved[1]["details"]["before"] == moved[0]["subject_id"] != moved[1]["subject_id"]
    assert verify(api)[0] == 0


def test_saying_it_again_changes_nothing(api, say):
    one, other = say(), say()
    first = join_claims(api, one, other).json
    assert join_claims(api, other, one, expect=200).json == first
    assert len(said_of(api, one)) == len(said_of(api, other)) == 1


@pytest.mark.parametrize("who, expected", [("anyone", 401), ("contributor", 403), ("admin", 403)])
def test_only_reviewers_say_which_claims_are_the_same(api, say, who, expected):
    one, other = say(), say()
    join_claims(api, one, other, by=getattr(api, who), expect=expected)
    join_claims(api, one, other)
    part_claim(api, one, by=getattr(api, who), expect=expected)


def test_a_claim_is_not_joined_with_itself_or_nothing_or_one_that_is_withdrawn(api, say):
    one, other = say(), say()
    for foreign in (one, {"id": NOWHERE}):
        refused = assert_problem(
            join_claims(api, one, foreign, expect=422), 422, "not-another-claim"
        )
        assert refused["errors"][0]["pointer"] == "#/claim_id"
    join_claims(api, {"id": NOWHERE}, one, expect=404)
    api.contributor.post(f"/claims/{other['id']}/withdrawal", {"reason": "Oops."}, expect=200)
    assert_problem(join_claims(api, one, other, expect=409), 409, "claim-is-withdrawn")
    assert_problem(join_claims(api, other, one, expect=409), 409, "claim-is-withdrawn")


def test_whoever_has_an_interest_neither_joins_nor_parts(api, say):
    one, other = say(), say()
    api.reviewer_2.post(f"/claims/{other['id']}/interests", {"interest": "Mine."}, expect=201)
    assert_problem(
        join_claims(api, one, other, by=api.reviewer_2, expect=403), 403, "interest-declared"
    )
    join_claims(api, one, other)
    assert_problem(part_claim(api, other, by=api.reviewer_2, expect=403), 403, "interest-declared")
    # Nor by way of a claim that is in a group with it.
    assert_problem(part_claim(api, one, by=api.reviewer_2, expect=403), 403, "interest-declared")
    third = say()
    assert_problem(
        join_claims(api, third, one, by=api.reviewer_2, expect=403), 403, "interest-declared"
    )


@pytest.mark.parametrize(
    "what, here, there",
    [
        ("number", "92 % of the equipment is its own.", "60 % of the equipment is its own."),
        ("number", "92 % of the equipment is its own.", "Much of the equipment is its own."),
        ("date", "It was opened on 19 March 1932.", "It was opened on 20 March 1932."),
        ("unit", "It cost 4 million pounds.", "It cost 4 million dollars."),
        ("bound", "It cost more than 4 million pounds.", "It cost less than 4 million pounds."),
        ("negation", "The bridge was opened.", "The bridge was not opened."),
        ("direction", "Its traffic increased.", "Its traffic decreased."),
        ("name", "Ada Lovelace opened the bridge.", "Grace Hopper opened the bridge."),
        ("number", "国产化率达到92%。", "The share of local parts reached 60%."),
    ],
)
def test_claims_that_differ_in_what_matters_are_never_one(api, say, what, here, there):
    one, other = (say(each, "zh" if "国" in each else "en") for each in (here, there))
    refused = assert_problem(join_claims(api, one, other, expect=409), 409, "statements-differ")
    assert what in [each["what"] for each in refused["differences"]]
    assert refused["differences"][0]["claims"] == [one["id"], other["id"]]
    assert group(api, one) == [one["id"]] and said_of(api, one) == []


def test_whoever_joins_a_group_differs_from_none_in_it(api, say):
    """From a text that names two people those on either need not differ; the group does."""
    vague, early, late = (
        say("Ada opened it."),
        say("On that day Ada came along with Bob, and together they opened it for everybody."),
        say("Bob opened it."),
    )
    join_claims(api, vague, early)
    join_claims(api, late, early, expect=409)
    part_claim(api, vague)
    join_claims(api, late, early)
    assert_problem(join_claims(api, vague, early, expect=409), 409, "statements-differ")


@pytest.mark.parametrize("english", TRANSLATED)
def test_a_true_translation_says_the_same(api, say, english):
    join_claims(api, say(english), say(TRANSLATED[english], "zh"))


def test_no_translation_of_one_claim_passes_for_that_of_another_with_other_figures(api, say):
    figures = [english for english in TRANSLATED if "300" in english or "50%" in english]
    assert len(figures) == 2
    join_claims(api, say(figures[0]), say(TRANSLATED[figures[1]], "zh"), expect=409)


def test_two_reviewers_at_once_make_one_group(api, say):
    claims = [say() for _ in range(6)]
    reviewers = [api.reviewer, api.reviewer_2]
    pairs = [(0, 1), (1, 2), (2, 0), (3, 4), (4, 5), (5, 3), (0, 3), (3, 0)]
    answers = []

    def confirm(number, pair):
        one, other = (claims[place] for place in pair)
        by = reviewers[number % 2]
        client = type(by)(api.app, by.headers)
        answers.append(join_claims(api, one, other, by=client, expect=None).status_code)

    threads = [threading.Thread(target=confirm, args=each) for each in enumerate(pairs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {200, 201}
    for each in claims:
        assert group(api, each) == sorted_ids(*claims)
    assert verify(api)[0] == 0


def test_parting_is_recorded_for_good(api, say):
    one, two, three = say(), say(), say()
    join_claims(api, one, two, reason="One speech.")
    join_claims(api, three, one)
    assert part_claim(api, two).json == get_appearances(api, two)
    assert group(api, two) == [two["id"]] and group(api, one) == sorted_ids(one, three)
    joined, left = said_of(api, two)
    assert (joined["what"], left["what"]) == ("statement joined", "statement left")
    assert (joined["details"]["same_as"], joined["details"]["reason"]) == (one["id"], "One speech.")
    assert left["details"] == {"reason": "Another bridge."}
    assert joined["by_id"] == left["by_id"] == str(api.reviewer.id) and left["created_at"]
    entries = api.anyone.get(f"/claims/{two['id']}/audit-log").json["items"]
    assert entries[-2:] == [joined, left]
    assert_problem(part_claim(api, two, expect=409), 409, "stands-alone")
    join_claims(api, two, one)
    assert len(said_of(api, two)) == 3


def test_nobody_is_a_group_alone(api, say):
    one, other = say(), say()
    join_claims(api, one, other)
    part_claim(api, one)
    assert said_of(api, other)[-1]["details"] == {"reason": "no other claim is left"}
    assert_problem(part_claim(api, other, expect=409), 409, "stands-alone")


@pytest.mark.parametrize(
    "change, leaves",
    [
        ({"statement": "It was opened on 20 March 1932"}, True),
        ({"claimant": "Somebody else"}, True),
        ({"said_on": "1999"}, True),
        ({"tags": ["bridges"]}, False),
    ],
)
def test_an_edit_of_what_was_judged_parts_the_claim(api, say, change, leaves):
    one, two, three = say(), say(), say()
    join_claims(api, one, two)
    join_claims(api, one, three)
    path = f"/claims/{one['id']}"
    seen = {"If-Match": api.anyone.get(path).headers["ETag"]}
    api.contributor.patch(path, change, headers=seen, expect=200)
    assert group(api, one) == (sorted_ids(one) if leaves else sorted_ids(one, two, three))
    last = said_of(api, one)[-1]
    assert (last["what"] == "statement left") is leaves
    if leaves:
        assert last["details"]["reason"] == "the claim was edited" and last["by_id"] is None
    assert set(group(api, two)) >= {two["id"], three["id"]}


def test_a_withdrawn_claim_leaves(api, say):
    one, two, three = say(), say(), say()
    join_claims(api, one, two)
    join_claims(api, one, three)
    api.contributor.post(f"/claims/{one['id']}/withdrawal", {"reason": "Oops."}, expect=200)
    assert group(api, two) == sorted_ids(two, three)
    assert said_of(api, one)[-1]["details"]["reason"] == "the claim was withdrawn"


def test_where_a_statement_has_appeared(api, say):
    dates = ("2021-05", None, "2020-10-18", "2020-10-18T08:00:00Z", "2022")
    claims = [say(published_at=date) for date in dates]
    for claim in claims[1:]:
        join_claims(api, claim, claims[0])
    found = get_appearances(api, claims[1])
    assert [each["claim"]["id"] for each in found["items"]] == sorted_ids(*claims)
    assert [each["article"]["published_at"] for each in found["items"]] == list(dates)
    assert found["items"][0]["article"]["url"].startswith("http://paper-")
    assert found["items"][0]["article"]["title"] == ARTICLE["title"]
    assert found["first"]["claim"]["id"] == claims[2]["id"]
    assert found["latest"]["claim"]["id"] == claims[4]["id"]


def test_appearances_come_in_pages_that_nothing_shifts(api, say):
    claims = [say() for _ in range(5)]
    for claim in claims[1:]:
        join_claims(api, claims[0], claim)
    path, seen = f"/claims/{claims[2]['id']}/appearances?limit=2", []
    first = answer = api.anyone.get(path)
    while cursor := answer.json["next_cursor"]:
        seen += [each["claim"]["id"] for each in answer.json["items"]]
        assert f"cursor={cursor}".replace("=", "%3D")[-8:] in answer.headers["Link"]
        answer = api.anyone.get(f"{path}&cursor={cursor}")
    assert seen + [each["claim"]["id"] for each in answer.json["items"]] == sorted_ids(*claims)
    foreign = first.json["next_cursor"]
    other = f"/claims/{claims[0]['id']}/appearances?limit=2&cursor={foreign}"
    assert_problem(api.anyone.get(other, expect=422), 422, "foreign-cursor")
    seen = {"If-None-Match": first.headers["ETag"]}
    api.anyone.get(path, headers=seen, expect=304)


def test_appearances_cost_the_same_however_many(api, say, statements):
    claims = [say() for _ in range(4)]

    def cost():
        with statements() as sent:
            get_appearances(api, claims[0])
        return len([each for each in sent if each.startswith("SELECT")])

    join_claims(api, claims[0], claims[1])
    few = cost()
    for claim in claims[2:]:
        join_claims(api, claims[0], claim)
    assert cost() == few


def test_a_group_has_an_end(api, say, monkeypatch):
    monkeypatch.setattr(groups, "MAX_GROUP_SIZE", 2)
    one, two, three = say(), say(), say()
    join_claims(api, one, two)
    assert_problem(join_claims(api, one, three, expect=409), 409, "too-many-claims")


def test_followers_are_told(api, say):
    one, other = say(), say()
    join_claims(api, one, other)
    part_claim(api, one)
    events = api.anyone.get("/changes?limit=100").json["items"]
    told = [each for each in events if each["type"].startswith("statement.")]
    assert [(each["type"], each["claim"]) for each in told if each["claim"] == one["id"]] == [
        ("statement.joined", one["id"]),
        ("statement.left", one["id"]),
    ]
    assert len(told) == 4


def test_a_group_that_somebody_changed_in_the_database_is_found(api, say):
    one, other = say(), say()
    join_claims(api, one, other)
    assert verify(api) == (0, "Verifying\nintact\n")
    with tampered(api, f"claim_group_members SET group_id = '{NOWHERE.replace('-', '')}'"):
        assert "are not those of the audit log" in verify(api)[1]
    assert verify(api)[0] == 0


def test_moments_are_told_apart_across_zones(api, say):
    later = say(published_at="2020-10-18T23:00:00-05:00")
    earlier = say(published_at="2020-10-19T01:00:00+09:00")
    join_claims(api, later, earlier)
    assert get_appearances(api, later)["first"]["claim"]["id"] == earlier["id"]
    assert get_appearances(api, later)["latest"]["claim"]["id"] == later["id"]
