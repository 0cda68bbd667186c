"""The rule: what the evidence allows a claim to be called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.claims.enums import Status
from api.verdicts.policy import AssessedItem, Policy, RequirementCode, assess, requirements_for

POLICY = Policy()


def items(*descriptions):
    """Items such as "S1" (supports, line 1), "D2", "C3" (context); a lower-case letter does not
    count, "!" is inside, "*" primary."""
    stances = {"S": "supports", "D": "disputes", "C": "context"}
    return [
        AssessedItem(
            id=f"{place}",
            stance=stances[text[0].upper()],
            verified=text[0].isupper(),
            group_number=int(text[1]),
            independent="!" not in text,
            primary="*" in text,
        )
        for place, text in enumerate(descriptions)
    ]


@pytest.mark.parametrize(
    "evidence, status, supporting, disputing",
    [
        ([], "unverified", 0, 0),
        (["S1"], "unverified", 1, 0),
        (["S1", "S2"], "confirmed", 2, 0),
        (["S1", "S1"], "unverified", 1, 0),
        (["S1", "S2", "D3"], "disputed", 2, 1),
        (["D1"], "disputed", 0, 1),
        (["D1", "D1"], "disputed", 0, 1),
        (["S1", "D1"], "disputed", 1, 1),
        (["s1", "s2"], "unverified", 0, 0),
        (["S1", "s2", "d3"], "unverified", 1, 0),
        (["S1!", "S2!"], "unverified", 0, 0),
        (["S1", "S2!"], "unverified", 1, 0),
        (["D1!"], "disputed", 0, 1),
        (["S1*"], "unverified", 1, 0),
        (["C1", "C2"], "unverified", 0, 0),
        (["S1", "S2", "C3"], "confirmed", 2, 0),
    ],
)
def test_assessment(evidence, status, supporting, disputing):
    assessment = assess(items(*evidence), POLICY)
    assert (
        assessment.supported_status,
        assessment.supporting_groups,
        assessment.disputing_groups,
    ) == (
        status,
        supporting,
        disputing,
    )


@pytest.mark.parametrize(
    "status, evidence, exception, unmet",
    [
        ("confirmed", ["S1", "S2"], None, []),
        ("confirmed", ["S1"], None, [RequirementCode.SUPPORTING_LINES]),
        ("confirmed", ["S1"], "I am sure", [RequirementCode.SUPPORTING_LINES]),
        ("confirmed", ["S1*"], None, [RequirementCode.EXCEPTION_REASON]),
        ("confirmed", ["S1*"], "only the company can know", []),
        ("confirmed", ["S1!*"], "the claimant says so", [RequirementCode.SUPPORTING_LINES]),
        ("confirmed", ["S1", "S2", "D3"], None, [RequirementCode.NOT_DISPUTED]),
        ("confirmed", ["S1*", "D3"], "why not", [RequirementCode.NOT_DISPUTED]),
        ("confirmed", [], None, [RequirementCode.SUPPORTING_LINES]),
        ("disputed", ["D1"], None, []),
        ("disputed", ["S1", "S2"], None, [RequirementCode.DISPUTING_LINES]),
        ("disputed", ["d1"], None, [RequirementCode.DISPUTING_LINES]),
        ("unverified", [], None, []),
        ("unverified", ["S1", "S2"], None, []),
    ],
)
def test_requirements(status, evidence, exception, unmet):
    evidence = items(*evidence)
    needs = requirements_for(Status(status), evidence, evidence, POLICY, exception=exception)
    assert [need.code for need in needs if not need.met] == unmet
    assert all(need.words for need in needs)


def test_two_lines_are_no_exception_where_three_are_needed():
    evidence, policy = items("S1*", "S2"), Policy(confirm_groups=3)
    needs = requirements_for(Status.CONFIRMED, evidence, evidence, policy, exception="it is enough")
    assert [need.code for need in needs if not need.met] == [RequirementCode.SUPPORTING_LINES]


def test_what_is_cited_must_carry_it_and_all_may_speak_against_it():
    evidence = items("S1", "S2", "D3")
    needs = requirements_for(Status.CONFIRMED, evidence, evidence[:1], POLICY)
    assert {need.code for need in needs if not need.met} == {
        RequirementCode.NOT_DISPUTED,
        RequirementCode.SUPPORTING_LINES,
    }


def test_the_words_name_what_made_items_one_line():
    evidence = [
        AssessedItem(
            id=host,
            stance="supports",
            verified=True,
            group_number=1,
            group_reasons=("both cite Canalys",),
        )
        for host in "ab"
    ]
    (unmet,) = assess(evidence, POLICY).unmet
    assert unmet.words == (
        "needs 1 more independent supporting group; 2 items, 1 group: both cite Canalys"
    )
    assert unmet.items == ("a", "b")


WHY = ("all 3 cite Canalys",)


@pytest.mark.parametrize(
    "status, stance, alone, primary, words",
    [
        ("confirmed", "supports", 1, False, "2 independent supporting groups; 4 items, 2 groups"),
        (
            *("confirmed", "supports", 0, True),
            "one independent group with a primary source is enough if a reviewer says why; "
            "3 items, 1 group",
        ),
        ("confirmed", "disputes", 0, False, "1 group of evidence must not dispute it"),
        ("disputed", "disputes", 0, False, "needs 1 disputing group; has 1; 3 items, 1 group"),
        ("disputed", "disputes", 1, False, "needs 1 disputing group; has 2; 4 items, 2 groups"),
    ],
)
def test_the_words_tell_items_from_lines_met_and_unmet(status, stance, alone, primary, words):
    evidence = [
        AssessedItem(id, stance, True, primary, group_number=1, group_reasons=WHY) for id in "abc"
    ]
    evidence += [AssessedItem("d", stance, True, group_number=2) for _ in range(alone)]
    needs = requirements_for(Status(status), evidence, evidence, POLICY)
    (said,) = [need.words for need in needs if need.words.startswith(words)]
    assert said.endswith(": all 3 cite Canalys")


def test_the_words_count_no_lines_where_each_item_is_its_own():
    for status, evidence in (("confirmed", items("S1", "S2")), ("disputed", items("D1", "D2"))):
        needs = requirements_for(Status(status), evidence, evidence, POLICY)
        assert not any("item" in need.words for need in needs)


def test_the_words_name_what_is_not_outside():
    evidence = [
        AssessedItem(
            "a",
            "supports",
            verified=True,
            group_number=1,
            independent=False,
            not_independent_reason="it retells it",
        )
    ]
    (unmet,) = assess(evidence, POLICY).unmet
    assert "it retells it" in unmet.words


def test_thresholds_are_the_policys():
    assert assess(items("S1"), Policy(confirm_groups=1)).supported_status is Status.CONFIRMED
    assert assess(items("D1"), Policy(dispute_groups=2)).supported_status is Status.UNVERIFIED


some_items = st.lists(
    st.builds(
        AssessedItem,
        id=st.uuids().map(str),
        stance=st.sampled_from(["supports", "disputes", "context"]),
        verified=st.booleans(),
        primary=st.booleans(),
        group_number=st.none() | st.integers(1, 4),
        group_reasons=st.just(()),
        independent=st.booleans(),
        not_independent_reason=st.none(),
    ),
    max_size=8,
    unique_by=lambda item: item.id,
)


@given(some_items, st.randoms())
def test_order_does_not_matter(evidence, random):
    shuffled = evidence.copy()
    random.shuffle(shuffled)
    assert assess(shuffled, POLICY) == assess(evidence, POLICY)


@given(some_items)
def test_what_does_not_count_changes_nothing(evidence):
    counting = [item for item in evidence if item.counted]
    assert assess(counting, POLICY) == assess(evidence, POLICY)


@given(some_items)
def test_an_assessment_carries_the_verdict_it_would_be(evidence):
    would_be = assess(evidence, POLICY).supported_status
    needs = requirements_for(would_be, evidence, evidence, POLICY)
    assert all(need.met for need in needs)


@given(some_items)
def test_unmet_is_empty_unless_unverified(evidence):
    assessment = assess(evidence, POLICY)
    assert bool(assessment.unmet) == (assessment.supported_status is Status.UNVERIFIED)


@given(some_items, st.integers(1, 4))
def test_more_support_on_a_known_line_confirms_nothing_new(evidence, line):
    supporting = [i for i in evidence if i.supports and i.group_number == line]
    if supporting:
        again = AssessedItem(id="again", stance="supports", verified=True, group_number=line)
        before, after = assess(evidence, POLICY), assess([*evidence, again], POLICY)
        assert before.supported_status == after.supported_status
