"""A model is measured before anybody trusts it."""

import json

import pytest
from click.testing import CliRunner

from api.evidence.enums import Stance
from api.evidence.suggestions.stances import Question, SuggestionOutcome
from tests.measuring import eval_stances
from tests.measuring.stance_measures import Labelled, Said, report
from tests.support.fake_llm import completion, model_at_hand

LINES = [
    {"claim": "92% is domestic", "passage": "About 60% is domestic.", "stance": "disputes"},
    {"claim": "60% is domestic", "passage": "About 60% is domestic.", "stance": "supports"},
]


@pytest.fixture
def model():
    with model_at_hand() as model:
        yield model


@pytest.fixture
def measure(model, monkeypatch, tmp_path):
    """Run the measurement on a file with these lines."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'none.sqlite'}")
    monkeypatch.setenv("STANCE_MODEL", "small")

    def measure(*lines, stance_url=f"http://127.0.0.1:{model.port}/v1"):
        file = tmp_path / "labelled.jsonl"
        file.write_bytes(
            b"\n".join(x if isinstance(x, bytes) else json.dumps(x).encode() for x in lines)
        )
        monkeypatch.setenv("STANCE_URL", stance_url)
        return CliRunner().invoke(eval_stances.main, [str(file)])

    return measure


def test_a_file_is_measured(measure, model):
    model.says("supports")
    done = measure(LINES[0], b"", LINES[1])
    assert done.exit_code == 0, done.output
    table = [line.split() for line in done.stdout.splitlines() if line]
    assert table[:4] == [
        ["labelled", "supports", "disputes", "context", "none"],
        ["supports", "1", "0", "0", "0"],
        ["disputes", "1", "0", "0", "0"],
        ["context", "0", "0", "0", "0"],
    ]
    assert table[4:8] == [
        ["precision", "recall"],
        ["supports", "0.500", "1.000"],
        ["disputes", "-", "0.000"],
        ["context", "-", "-"],
    ]
    assert "no suggestion: 0 of 2 (0.000)\n" in done.stdout
    assert "supports where a figure of the claim lacks: 1 of 1 (1.000)\n" in done.stdout
    assert "ms per item: " in done.stdout
    assert model.questions()[0] == {
        "claim": LINES[0]["claim"],
        "claimant": None,
        "said_on": None,
        "quote": LINES[0]["passage"],
        "passage": LINES[0]["passage"],
    }


def test_no_suggestion_is_counted_apart(measure, model):
    model.answers(completion("I think so."))
    done = measure(*LINES)
    assert "no suggestion: 2 of 2 (1.000), unparsable 2\n" in done.stdout


@pytest.mark.parametrize(
    "line",
    [
        b"{",
        b"\xff",
        b"[]",
        b"7",
        LINES[0] | {"stance": "true"},
        LINES[0] | {"source": "here"},
        LINES[0] | {"claim": ""},
        {"claim": "It is.", "passage": "It is."},
    ],
)
def test_a_bad_line_is_named_before_anybody_is_asked(measure, model, line):
    done = measure(*LINES, line)
    assert done.exit_code == 1 and "line 3: " in done.stderr and not done.stdout
    assert not model.requests


def test_without_lines_or_a_model_there_is_nothing_to_measure(measure, model):
    assert measure(b"").exit_code == 1
    assert measure(*LINES, stance_url="").exit_code == 2
    assert not model.requests


def test_what_is_reported_is_counted_rightly():
    def said(true, stance, outcome=SuggestionOutcome.SUGGESTED, milliseconds=100):
        asked = Question("It is 5", None, None, "It is 5", "It is 5")
        return Said(
            Labelled(asked, Stance(true)), stance and Stance(stance), outcome, milliseconds / 1000
        )

    lines = "\n".join(
        report(
            [
                *[said("supports", "supports")] * 6,
                *[said("supports", "disputes")] * 2,
                *[said("disputes", "disputes")] * 3,
                said("disputes", "supports"),
                said("context", None, SuggestionOutcome.UNAVAILABLE),
                said("context", None, SuggestionOutcome.REFUSED, 200),
                *[said("context", "context")] * 2,
            ]
        )
    )
    table = [line.split() for line in lines.splitlines() if line]
    assert table[1:4] == [
        ["supports", "6", "2", "0", "0"],
        ["disputes", "1", "3", "0", "0"],
        ["context", "0", "0", "2", "2"],
    ]
    assert table[5:8] == [
        ["supports", "0.857", "0.750"],
        ["disputes", "0.600", "0.750"],
        ["context", "1.000", "0.500"],
    ]
    assert "no suggestion: 2 of 16 (0.125), refused 1, unavailable 1" in lines
    assert "supports where a figure of the claim lacks: 0 of 0 (-)" in lines
    assert "ms per item: 100 (median)" in lines
