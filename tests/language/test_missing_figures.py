"""The figures of a claim that a passage lacks, by what they say."""

import pytest

from api.language.comparison.missing_figures import find_missing_figures
from tests.support.differing_statements import guess_language


@pytest.mark.parametrize(
    ("claim", "passage", "missing"),
    [
        ("92% of 300 firms", "92 percent, 300 of them", []),
        ("92% of 300 firms", "92 people, 3000 firms", ["92%", "300"]),
        ("10,000 and 10.5 tons", "10000 people and 105 tons", ["10.5 tons"]),
        ("It fell to -5 degrees", "It fell to 5 degrees", ["-5 degrees"]),
        ("５０％ of them", "50 % of them", []),
        ("It was 3, 3 and 4 percent", "", ["3", "4 percent"]),
        ("增长了12%，达到300家", "300多家，12%", ["300"]),
        ("增长了12%，达到300家", "300家，增长12%", []),
        ("It invested 10 billion yuan", "投入100亿元", []),
        ("It invested 10 billion yuan", "投入100万元", ["10 billion yuan"]),
        ("It invested 10 billion dollars", "It invested 10 million dollars", ["10 billion dollars"]),
        ("It costs $5", "It costs €5", ["$5"]),
        ("92% of it is domestic", "国产化率达到百分之九十二", []),
        ("It is the third largest maker", "It is the second largest maker", ["third"]),
        ("It has three factories", "It has four factories", ["three"]),
        ("它有三家工厂", "它有四家工厂", ["三"]),
        ("It has more than 5 shops", "It has less than 5 shops", ["5"]),
        ("It opened in 1932", "It opened on 19 March 1932", []),
        ("It opened on 19 March 1932", "It opened in 1932", ["19 March 1932"]),
    ],
)  # fmt: skip
def test_the_figures_that_a_passage_lacks(claim, passage, missing):
    found = find_missing_figures(
        claim, passage, language=guess_language(claim), other=guess_language(passage)
    )
    assert [each.figure for each in found] == missing


def test_what_stands_in_its_place_is_named():
    (one,) = find_missing_figures(
        "It covers 92%.", "In 2019 it covered 60%, then 61%.", language="en"
    )
    assert one.reason == "the figures there are 60%, 61%"
    (one,) = find_missing_figures("It covers 92%.", "It covers much.", language="en")
    assert one.reason == "there is no figure"
