"""Candidates of an article, over HTTP, and how they become claims."""

import json
from pathlib import Path

import pytest

FIXTURES = Path(__file__).parents[2] / "fixtures"


@pytest.fixture
def real(api):
    about = json.loads((FIXTURES / "article.json").read_text())
    text = (FIXTURES / "article.txt").read_text()
    submission = {"title": about["title"], "text": text, "published_at": "2020-10-18"}
    return api.contributor.post("/articles", submission | {"language": "en"}, expect=201).json


def candidates(api, article, **query):
    path = f"/articles/{article['id']}/candidates"
    return api.anyone.get(path, query_string=query).json


def test_every_claim_of_fact_in_the_real_article_is_proposed(api, real):
    """A passage that was claimed is covered when a candidate above the threshold overlaps it."""
    found = candidates(api, real)["items"]
    text = (FIXTURES / "article.txt").read_text()
    for claim in json.loads((FIXTURES / "claims.json").read_text()):
        start = text.index(claim["quote"])
        end = start + len(claim["quote"])
        covered = [c for c in found if c["start"] < end and start < c["end"]]
        assert bool(covered) == (claim["key"] != "14"), claim["quote"]


def test_a_candidate_says_why(api, real):
    best = candidates(api, real)["items"][0]
    assert best["score"] > 0.5 and best["reasons"]
    assert {"feature", "shown_by", "weight"} == set(best["reasons"][0])
    text = (FIXTURES / "article.txt").read_text()
    assert text[best["start"] : best["end"]] == best["quote"]
    shares = [f for c in candidates(api, real)["items"] for f in c["figures"] if f["text"] == "92%"]
    assert shares[0]["kind"] == "percent" and shares[0]["value"] == "92"


def test_they_come_by_score_or_in_text_order_from_a_threshold_on(api, real):
    by_score = candidates(api, real)["items"]
    assert [c["score"] for c in by_score] == sorted((c["score"] for c in by_score), reverse=True)
    in_order = candidates(api, real, order="text")["items"]
    assert [c["start"] for c in in_order] == sorted(c["start"] for c in in_order)
    assert len(candidates(api, real, threshold=0)["items"]) > len(by_score)
    assert candidates(api, real, threshold=1)["items"] == []
    path = f"/articles/{real['id']}/candidates"
    for bad in ("threshold=2", "order=mood"):
        api.anyone.get(f"{path}?{bad}", expect=422)


@pytest.mark.parametrize(
    "text, found, last",
    [
        ("It cost 5%.\n" * 2_000, 1_000, 11_999),
        ("It cost 5%, 6%, 7%, 8% and 9% of it.\n" * 2_000, 400, 14_799),
        ("1 " * 249_990, 3, 4_499),
        (f"It costs 5% {'of it ' * 200}.\n" * 300, 123, 149_321),
        (f"It cost 5% {'and more ' * 300}.\nIt cost 6% of it.", 1, 2_730),
    ],
    ids=["sentences", "figures", "nothing but figures", "characters", "a long sentence"],
)
def test_so_much_of_an_article_is_looked_at(api, text, found, last):
    article = {"title": "Many", "text": text, "language": "en"}
    article = api.contributor.post("/articles", article, expect=201).json
    items = candidates(api, article, threshold=0, order="text")["items"]
    assert (len(items), items[-1]["end"]) == (found, last)


def test_a_candidate_becomes_a_claim_with_what_it_proposes(api, real):
    found = candidates(api, real)["items"]
    said = next(c for c in found if c["claimant"] == "Lei Jun")
    path = f"/articles/{real['id']}/claims"
    claim = api.contributor.post(path, {"candidate": said["id"]}, expect=201).json
    assert claim["exact"] == said["quote"] and claim["start"] == said["start"]
    assert claim["claimant"] == "Lei Jun" and claim["said_on"] == "2020-10-18"
    other = {"candidate": found[0]["id"], "claimant": "The programme"}
    assert api.contributor.post(path, other, expect=201).json["claimant"] == "The programme"


def test_a_candidate_of_another_article_is_refused(api, real, article):
    first = candidates(api, real)["items"][0]
    path = f"/articles/{article['id']}/claims"
    refused = api.contributor.post(path, {"candidate": first["id"]}, expect=422).json
    assert refused["type"] == "/problems/no-such-candidate"
    for neither in ({}, {"candidate": "1.2.3", "quote": "It cost much"}):
        api.contributor.post(path, neither, expect=422)
