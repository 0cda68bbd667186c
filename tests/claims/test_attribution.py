"""Who is said to have said it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.claims.candidates.speakers import find_speaker


@pytest.mark.parametrize(
    ("sentence", "claimant"),
    [
        ("Finally, Lei Jun said that Xiaomi will not stop.", "Lei Jun"),
        ("Xiaomi CEO Lei Jun said it.", "Lei Jun"),
        ("Lei Jun, the chief executive of Xiaomi, said so.", "Lei Jun"),
        ("Sales rose 5%, according to Canalys.", "Canalys"),
        ("According to Xiaomi Inc., sales rose.", "Xiaomi Inc."),
        ('"We won," said President Barack Obama.', "Barack Obama"),
        ("However, Angela Merkel has repeatedly warned of it.", "Angela Merkel"),
        ("Ursula von der Leyen added that it was done.", "Ursula von der Leyen"),
        ("Sales fell, the World Health Organization reported.", "World Health Organization"),
        ("The Bureau of Labor Statistics reports a rise.", "Bureau of Labor Statistics"),
        ("The company said that sales rose.", "The company"),
        ("Mr. Smith told reporters.", "Smith"),
        ("It is said that sales rose.", None),
        ("I said no.", None),
        ("The earnings reports Xiaomi published were long.", None),
        ("Xiaomi sold 5 million phones.", None),
    ],
)
def test_english(sentence, claimant):
    found = find_speaker(sentence, "en")
    assert (found and found.claimant) == claimant
    if found:
        assert not found.pronoun
        assert sentence[found.start : found.end] == claimant


@pytest.mark.parametrize(
    ("sentence", "claimant"),
    [
        ("最后，雷军说，今年投资将超过100亿元。", "雷军"),
        ("小米CEO雷军在采访中表示，公司将坚持。", "雷军"),
        ("据Canalys数据，小米位居第四。", "Canalys"),
        ("国家统计局指出，经济增长3%。", "国家统计局"),
        ("也就是说，这是真的。", None),
        ("消息称，小米增长了。", None),
        ("这被称为奇迹，名称很长。", None),
    ],
)
def test_chinese(sentence, claimant):
    found = find_speaker(sentence, "zh-CN")
    assert (found and found.claimant) == claimant
    if found:
        assert sentence[found.start : found.end] == claimant


@pytest.mark.parametrize(
    ("sentence", "language"), [("Then she added more.", "en"), ("他表示，会的。", "zh")]
)
def test_a_pronoun_names_nobody(sentence, language):
    assert find_speaker(sentence, language).pronoun


WORDS = ["Lei Jun", "Mr.", "said", "the", "company", ",", "according to", "CEO", "of", "(x)", "told",
         "he", '"', "’s", "A.", "表示", "雷军", "据", "数据", "，", "称", "他"]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=15).map(" ".join), st.sampled_from(["en", "zh"]))
def test_a_claimant_stands_in_the_sentence(sentence, language):
    found = find_speaker(sentence, language)
    if found:
        assert sentence[found.start : found.end] == found.claimant != ""
