"""Whether a text has been checked before, and never confused when a figure differs."""

import pytest

from api.claims.matching import service as matching
from tests.support.differing_statements import PAIRS, TURNED
from tests.support.examples import STATEMENTS

pytestmark = pytest.mark.each_database


def ask(api, text, **more):
    answer = api.anyone.post("/matches", {"text": text} | more, expect=200)
    return answer.json["items"]


def best(api, text, **more):
    (sentence,) = ask(api, text, **more)
    return sentence["matches"][0] if sentence["matches"] else None


@pytest.mark.parametrize("name", STATEMENTS)
def test_the_same_words_are_the_same_claim(api, stored, name):
    found = best(api, STATEMENTS[name], language=name[:2] if len(name) == 2 else "en")
    assert found["claim"]["id"] == stored[name]["id"] and found["score"] > 0.95
    assert found["relation"] == "same" and found["applies"] is True
    assert found["differences"] == [] and found["shared"]


def test_a_paraphrase_is_found_with_the_words_that_are_shared(api, stored):
    found = best(api, "On 19 March 1932 the bridge was opened before a large crowd")
    assert found["claim"]["id"] == stored["bridge"]["id"] and found["applies"]
    assert {"March", "bridge", "crowd"} <= set(found["shared"])


@pytest.mark.parametrize(
    "text, what, here, there",
    [
        ("The bridge was opened on 19 March 1933, before a large crowd.", "date",
         "19 March 1933", "19 March 1932"),
        ("The bridge was never opened on 19 March 1932, before a large crowd.", "negation",
         "never", None),
        ("小米今年的研发投入将超过10亿元，雷军表示。", "number",
         "10亿元", "100亿元"),
        ("Building the bridge cost 4.2 million pounds, 40% of it borrowed.", "number",
         "40%", "60%"),
    ],
)  # fmt: skip
def test_a_figure_that_differs_keeps_the_status_away(api, stored, text, what, here, there):
    found = best(api, text)
    assert found["relation"] == "similar_but_differs" and found["applies"] is False
    told = [(each["what"], each["here"], each["there"]) for each in found["differences"]]
    assert (what, here, there) in told


def test_what_says_the_same_stands_before_what_differs(api, article):
    quote = "The bridge was opened on 19 March 1932"
    for number in ("three", "four", "five", "two", "six"):
        claim = {"quote": quote, "statement": f"Gorvan hired {number} workers in Denmark"}
        api.contributor.post(f"/articles/{article['id']}/claims", claim, expect=201)
    (found,) = ask(api, "Gorvan hired 2 workers in Denmark", limit=1)[0]["matches"]
    assert found["relation"] == "same" and "two" in found["claim"]["statement"]


@pytest.mark.parametrize("what, here, there", PAIRS)
def test_no_status_crosses_a_difference(api, article, what, here, there):
    claim = {"quote": "The bridge was opened on 19 March 1932", "statement": here}
    api.contributor.post(f"/articles/{article['id']}/claims", claim, expect=201)
    found = best(api, there)
    assert found is None or not found["applies"]
    assert best(api, here)["applies"]


def test_no_status_crosses_words_that_turn_it(api, article):
    path = f"/articles/{article['id']}/claims"
    for _, here, there in TURNED:
        claim = {"quote": "The bridge was opened on 19 March 1932", "statement": here}
        made = api.contributor.post(path, claim, expect=201).json
        for text, applies in ((here, True), (there, False)):
            (sentence,) = ask(api, text, limit=20)
            of_it = [m["applies"] for m in sentence["matches"] if m["claim"]["id"] == made["id"]]
            assert of_it == [True] if applies else True not in of_it, (here, there)
        api.contributor.post(f"/claims/{made['id']}/withdrawal", {"reason": "Told."}, expect=200)


def test_a_claims_own_quote_is_the_claim(api, article):
    """Where the statement says all that matters of it."""
    path = f"/articles/{article['id']}/claims"
    quote = "The bridge was opened on 19 March 1932"
    claim = {"quote": quote, "statement": "Opening day of the Tidewater Bridge: 19 March 1932."}
    made = api.contributor.post(path, claim, expect=201).json
    found = best(api, quote)
    assert found["claim"]["id"] == made["id"] and found["applies"] and found["differences"] == []
    found = best(api, quote.replace("1932", "1933"))
    assert not found["applies"] and found["differences"]
    vague = {"quote": quote, "statement": "The Tidewater Bridge was opened."}
    vague = api.contributor.post(path, vague, expect=201).json
    (sentence,) = ask(api, quote)
    assert {m["claim"]["id"]: m["applies"] for m in sentence["matches"]}.get(
        vague["id"]
    ) is not True


def test_withdrawn_claims_hide_none(api, article):
    path = f"/articles/{article['id']}/claims"
    claim = {"quote": "The bridge was opened on 19 March 1932", "statement": "Gorvan sold 12 ships"}
    for _ in range(matching.MAX_FINALISTS + 1):
        made = api.contributor.post(path, claim, expect=201).json
        api.contributor.post(f"/claims/{made['id']}/withdrawal", {"reason": "Twice."}, expect=200)
    made = api.contributor.post(path, claim, expect=201).json
    assert best(api, "Gorvan sold 12 ships")["claim"]["id"] == made["id"]


def test_a_claimant_is_not_what_is_claimed(api, article):
    claim = {"quote": "It cost much", "claimant": "Lei Jun", "tags": ["old bridges"]}
    api.contributor.post(f"/articles/{article['id']}/claims", claim, expect=201)
    assert best(api, "Lei Jun") is None and best(api, "old bridges") is None


@pytest.mark.parametrize(
    "text", ["Cats like fish.", "今天天气很好。", "What a wonderful evening it was!", "!!!", "42"]
)
def test_nothing_near_is_said_to_be_near(api, stored, text):
    assert [each["matches"] for each in ask(api, text)] in ([[]], [])


def test_an_article_is_read_by_sentences(api, stored, monkeypatch):
    text = f"Hello there, dear readers. {STATEMENTS['bridge']} 𝕏 Nothing else happened."
    hello, bridge, *_ = ask(api, text, language="en")
    assert hello["matches"] == [] and bridge["matches"][0]["applies"]
    assert text[bridge["start"] : bridge["end"]] == bridge["text"] == STATEMENTS["bridge"]
    monkeypatch.setattr(matching, "MAX_SENTENCES", 1)
    answer = api.anyone.post("/matches", {"text": text, "language": "en"}, expect=200).json
    assert len(answer["items"]) == 1 and answer["left_out"] >= 1


def test_of_a_sentence_longer_than_any_claim_the_beginning_is_looked_up(api, stored):
    (sentence,) = ask(api, STATEMENTS["bridge"].rstrip(".") + " and so on" * 2_000)
    assert sentence["end"] > 20_000
    assert sentence["matches"][0]["claim"]["id"] == stored["bridge"]["id"]


def test_a_claim_that_is_made_is_told_what_is_there(api, stored, article):
    new = {
        "quote": "The bridge was opened on 19 March 1932",
        "statement": "The bridge was opened on 19 March 1932 before a large crowd.",
    }
    path = f"/articles/{article['id']}/claims"
    made = api.contributor.post(path, new, expect=201).json
    assert made["matches"][0]["claim"]["id"] == stored["bridge"]["id"]
    similar = api.anyone.get(f"/claims/{stored['bridge']['id']}/similar").json["items"]
    assert similar[0]["claim"]["id"] == made["id"] and similar[0]["applies"]
    assert stored["bridge"]["id"] not in [each["claim"]["id"] for each in similar]
    api.contributor.post(f"/claims/{made['id']}/withdrawal", {"reason": "Twice."}, expect=200)
    similar = api.anyone.get(f"/claims/{stored['bridge']['id']}/similar").json["items"]
    assert made["id"] not in [each["claim"]["id"] for each in similar]


def test_asking_writes_nothing(api, stored, statements):
    with statements() as sent:
        api.contributor.post("/matches", {"text": STATEMENTS["bridge"]}, expect=200)
    assert not [each for each in sent if each.lstrip().startswith(("INSERT", "UPDATE", "DELETE"))]


@pytest.mark.parametrize(
    "body", [{}, {"text": " "}, {"text": "x", "limit": 0}, {"text": "x", "language": "?"}]
)
def test_bad_questions_are_refused(api, body):
    api.anyone.post("/matches", body, expect=422)
