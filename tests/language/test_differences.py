"""No two texts are the same across a changed figure, negation, direction or name."""

import pytest

from api.language.comparison.differences import are_nearly_identical, find_differences
from tests.support.differing_statements import PAIRS, TURNED, differences_of


@pytest.mark.parametrize("what, here, there", [*PAIRS, *TURNED])
def test_what_matters_is_seen_from_both_sides(what, here, there):
    for pair in ((here, there), (there, here)):
        assert what in [each.kind for each in differences_of(*pair)]


@pytest.mark.parametrize(
    "here, there",
    [
        ("It invested 10 billion yuan.", "It invested RMB 10 billion."),
        ("Xiaomi covers 92% of it.", "Xiaomi covers 92 percent of it."),
        ("The bridge was opened on 19 March 1932.", "On March 19, 1932 the bridge was opened."),
        ("It has nearly 100 shops.", "It has at most 100 shops."),
        ("It can not open.", "It can't open."),
        ("It will not open.", "It won't open."),
        ("It shall not open.", "It shan’t open."),
        ("10,000 people came.", "10000 people came!"),
        ("小米投入100亿元。", "小米投入了100亿元人民币。"),
        ("The Bridge was opened.", "the bridge was opened"),
        ("It opened. — Ada (@ada) May 3, 2020", "It opened. https://t.co/abc123"),
        ("不断增长的投入不仅如此", "不断增长的投入不仅如此。"),
        ("The U.S. attacked the base", "The US attacked the base"),
        ("The vaccine isn't safe", "The vaccine is not safe"),
        ("没有人死亡", "没人死亡"),
        ("小米的研发投入超过100亿元", "小米研发投入超过100亿元"),
        ("Xiaomi's share is 92% of the market", "The share of Xiaomi is 92% of the market"),
        ("Trump Will Ban TikTok", "Trump will ban TikTok"),
        ("The mayor resigned in May", "In May the mayor resigned"),
        ("The law was not passed in 2020", "In 2020 the law was not passed"),
        ("５０％ of them came", "50% of them came"),
    ],
)
def test_the_same_in_other_words_does_not_differ(here, there):
    assert differences_of(here, there) == []


def test_both_sides_are_told():
    (found,) = find_differences("It covers 92% of them.", "It covers 60% of them.", language="en")
    assert (found.here, found.there) == ("92%", "60%")


def test_one_text_with_some_words_changed():
    assert are_nearly_identical("The bridge opened in 1932.", "The bridge opened in 1933.")
    assert not are_nearly_identical(
        "The bridge opened in 1932.", "A tower fell, and nobody saw it."
    )


def test_one_character_of_a_long_text_is_found():
    text = "工" * 1_500
    other = "工" * 1_000 + "程" + "工" * 499
    assert are_nearly_identical(text, text) and are_nearly_identical(text, other)
    assert find_differences(text, text, language="zh") == []
    (found,) = find_differences(text, other, language="zh")
    assert (found.kind, found.here, found.there) == ("words", "工", "程")


def test_how_sure_it_is_is_told_only_in_languages_that_are_read_in_full():
    german = "Die Regierung wird die Steuern senken."
    found = find_differences("The government will cut taxes.", german, language="en", other="de")
    assert "modality" not in [each.kind for each in found]


def test_what_is_told_has_an_end():
    here = " ".join(f"{each}%" for each in range(2, 300))
    there = " ".join(f"{each}%" for each in range(302, 600))
    assert len(find_differences(here, there, language="en", other="en")) == 20
