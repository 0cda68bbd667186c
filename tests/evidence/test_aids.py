"""What helps to judge an item of evidence, and judges nothing."""

from tests.support.examples import ARTICLE


def aids_of(api, statement, quote, submit):
    article = ARTICLE | {"text": statement}
    made = api.contributor.post("/articles", article, expect=201).json
    path = f"/articles/{made['id']}/claims"
    claim = api.contributor.post(path, {"quote": statement}, expect=201).json
    page = f"<html><body><p>Xiaomi said so. {quote} Suppliers gave the figure.</p></body></html>"
    item = submit(claim, "first.example", words=quote, page=page)
    address = f"/evidence/{item['id']}/review-hints"
    before = api.anyone.get(address).json
    api.work()
    return before, api.anyone.get(address).json


def test_figures_that_the_quote_lacks_are_named(api, submit):
    statement = "Suppliers of Xiaomi say that 92% of the chain is domestic."
    before, after = aids_of(api, statement, "About 60% of the chain is domestic.", submit)
    assert after["missing_figures"] == [{"figure": "92%", "reason": "the figures there are 60%"}]
    told = [(each["what"], each["here"], each["there"]) for each in after["differences"]]
    assert ("number", "60%", "92%") in told
    assert set(before["not_covered"]) > set(after["not_covered"])  # what stands around it counts
    assert before["coverage"] < after["coverage"] < 1 and "92%" in after["not_covered"]


def test_a_quote_that_says_all_of_it_lacks_nothing(api, submit):
    statement = "小米今年研发投入将超过100亿元。"
    _, after = aids_of(api, statement, "小米今年研发投入将超过100亿元。", submit)
    assert after == {
        "missing_figures": [],
        "differences": [],
        "coverage": 1,
        "coverage_reason": "the passage has 14 of 14 words",
        "not_covered": [],
        "suggestions": [],
    }


def test_across_languages_figures_are_compared_and_words_are_not(api, submit):
    statement = "小米今年研发投入将超过100亿元。"
    quote = "Xiaomi will invest more than 10 million yuan in research."
    _, after = aids_of(api, statement, quote, submit)
    (missing,) = after["missing_figures"]
    assert missing == {"figure": "100亿元", "reason": "the figures there are 10 million yuan"}
    assert after["coverage"] is None and after["not_covered"] == []
    assert after["coverage_reason"] == "the claim's language is zh, the quote's en"
