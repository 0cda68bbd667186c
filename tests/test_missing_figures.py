"""The figures of a claim that a passage lacks."""

import pytest

from api.quotes.figures import figures, missing_figures


def test_figures_are_listed_as_written():
    text = "5 %, −3.5 and 5–10 (COVID-19, 2020-10-18): 10,000 or 1 000 000, 92 percent, 5 %"
    assert figures(text) == (
        ["5 %", "−3.5", "5", "10", "19", "2020", "18", "10,000", "1 000 000", "92 percent"]
    )
    assert figures("10⁵ and 1½ are ５０％") == ["10⁵", "1½", "５０％"]
    assert figures("no figure, none") == []


@pytest.mark.parametrize(
    ("claim", "passage", "missing"),
    [
        ("92% of 300", "92 percent, 300", []),
        ("92% of 300", "92 people, 3000", ["92%", "300"]),
        ("10,000 and 10.5", "10000 and 105", ["10.5"]),
        ("1 000", "1000", []),
        ("−5", "5", ["−5"]),
        ("−5", "-5", []),
        ("５０％", "50 %", []),
        ("3, 3 and 4", "", ["3", "4"]),
        ("增长了12%，达到300家", "300多家，12%", []),
    ],
)
def test_the_figures_that_a_passage_lacks(claim, passage, missing):
    assert missing_figures(claim, passage) == missing
