"""The measure of extraction, on pages of our own in the published format."""

import gzip
import json

import pytest

from tests.measuring import eval_matching
from tests.measuring.eval_extraction import main, shares

TEXT = "one two three four five six"


@pytest.mark.parametrize(
    "true, found, expected",
    [
        (TEXT, TEXT, (1, 1)),
        (TEXT, "", (1, 0)),
        (TEXT, "one two three four", (1, 1 / 3)),
        ("one two three four", TEXT, (1 / 3, 1)),
        (TEXT, "quite other words than these here", (0, 0)),
        ("", "", (1, 1)),
        ("short", "short", (1, 1)),
    ],
)
def test_shares_of_a_page(true, found, expected):
    assert shares(true, found) == pytest.approx(expected)


def test_a_folder_of_pages_is_measured(tmp_path, capsys):
    body = "The bridge was opened on 19 March 1932 by the premier, before a large crowd. " * 5
    (tmp_path / "html").mkdir()
    page = f"<html><body><nav>Home</nav><article><p>{body}</p></article></body></html>"
    (tmp_path / "html" / "a.html.gz").write_bytes(gzip.compress(page.encode("gbk")))
    truth = {"a": {"articleBody": body, "url": "http://a.example/"}}
    (tmp_path / "ground-truth.json").write_text(json.dumps(truth))
    main(tmp_path)
    assert "F1 1.000" in capsys.readouterr().out


def test_matching_is_measured_on_a_folder(tmp_path, capsys):
    claims = ["The bridge opened in 1932.", "The tower is made of steel.", "Rain fell on the town."]
    rows = [f"{number}\t{claim}\tTitle {number}" for number, claim in enumerate(claims)]
    (tmp_path / "verified_claims.docs.tsv").write_text("\n".join(["\tvclaim\ttitle", *rows]))
    (tmp_path / "test").mkdir()
    asked = ["\ttweet_content", "7\tThe bridge opened in 1932!", "8\tNothing of the sort."]
    (tmp_path / "test/tweets.queries.tsv").write_text("\n".join(asked))
    (tmp_path / "test/tweet-vclaim-pairs.qrels").write_text("7\t0\t0\t1\n")
    eval_matching.main(tmp_path)
    words, meaning = (
        line.split("\t")
        for line in capsys.readouterr().out.splitlines()
        if line.startswith("test\t")
    )
    for row in (words, meaning):
        assert row[1] == "1" and row[2:7] == ["1.0000"] * 5 and row[8:] == ["1", "1.000"]


def test_average_precision_of_a_ranking():
    assert eval_matching.average_precision(["b", "a", "c"], {"a"}, 5) == 0.5
    assert eval_matching.average_precision(["b", "a", "c"], {"a"}, 1) == 0
    assert eval_matching.average_precision(["a", "x", "b"], {"a", "b"}, 5) == pytest.approx(5 / 6)
