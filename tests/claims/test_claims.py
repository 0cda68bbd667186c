"""Articles and the claims they make."""

import pytest

from tests.support.examples import ARTICLE


def make(api, article, expect=201, by=None, **claim):
    path = f"/articles/{article['id']}/claims"
    return (by or api.contributor).post(path, claim, expect=expect)


@pytest.mark.each_database
def test_an_article_is_stored_with_its_text(api):
    created = api.contributor.post("/articles", ARTICLE, expect=201)
    article = api.anyone.get(created.headers["Location"]).json
    assert article == created.json
    assert article["title"] == "The bridge" and article["published_at"] == "2020-10-18"
    text = api.anyone.get(f"/articles/{article['id']}/text")
    assert text.get_data(as_text=True) == ARTICLE["text"]
    assert text.content_type == "text/plain; charset=utf-8"


def test_the_text_is_stored_as_it_came(api):
    odd = "A\r\nB\tC  D e\u0301 𝕏 «é» \u202e!"
    created = api.contributor.post("/articles", ARTICLE | {"text": odd}, expect=201)
    text = api.anyone.get(f"/articles/{created.json['id']}/text")
    assert text.get_data().decode() == odd


@pytest.mark.parametrize("date", ["2020", "2020-05", "2020-05-31", "2020-05-31T10:00:00+02:00"])
def test_a_date_keeps_its_precision(api, date):
    created = api.contributor.post("/articles", ARTICLE | {"published_at": date}, expect=201)
    assert created.json["published_at"] == date


@pytest.mark.parametrize("date", ["20", "2020-13", "2020-02-30", "May 2020", "2020-05-31T10:00:00"])
def test_a_date_that_is_none_is_refused(api, date):
    refused = api.contributor.post("/articles", ARTICLE | {"published_at": date}, expect=422)
    assert refused.json["errors"][0]["pointer"] == "#/published_at"


def test_articles_are_listed_newest_first_and_by_address(api):
    urls = ["https://a.example/1", "https://a.example/2"]
    for url in urls:
        api.contributor.post("/articles", ARTICLE | {"url": url}, expect=201)
    listed = api.anyone.get("/articles").json["items"]
    assert [each["url"] for each in listed] == urls[::-1]
    found = api.anyone.get("/articles", query_string={"url": urls[0]}).json["items"]
    assert [each["url"] for each in found] == urls[:1]


def test_a_claim_is_anchored_in_its_article(api, article):
    created = make(api, article, quote="It cost 4.2 million pounds", tags=["money", "bridges"])
    claim = api.anyone.get(created.headers["Location"]).json
    assert claim == {name: created.json[name] for name in claim} and created.json["matches"] == []
    start, end = claim["start"], claim["end"]
    assert ARTICLE["text"][start:end] == claim["exact"] == "It cost 4.2 million pounds"
    assert ARTICLE["text"][:start].endswith(claim["prefix"]) and claim["prefix"]
    assert ARTICLE["text"][end:].startswith(claim["suffix"]) and claim["suffix"]
    assert claim["tags"] == ["bridges", "money"]
    assert claim["status"] == "unverified" and claim["language"] == "en"


def test_offsets_count_code_points(api):
    text = "𝕏𝕏 e\u0301 中文字 the claim stands here."
    article = api.contributor.post("/articles", ARTICLE | {"text": text}, expect=201).json
    claim = make(api, article, quote="the claim stands").json
    assert text[claim["start"] : claim["end"]] == "the claim stands"


def test_typography_may_differ_and_the_articles_words_are_kept(api):
    text = "He said: “the bridge’s  cost — 4.2 million”."
    article = api.contributor.post("/articles", ARTICLE | {"text": text}, expect=201).json
    claim = make(api, article, quote="the bridge's cost - 4.2 million").json
    assert claim["exact"] == "the bridge’s  cost — 4.2 million"


@pytest.mark.parametrize(
    "quote", ["It cost 42 million pounds", "It cost 4.3 million", "Nothing of it"]
)
def test_a_quote_that_is_not_there_is_refused(api, article, quote):
    refused = make(api, article, quote=quote, expect=422).json
    assert refused["type"] == "/problems/quote-not-found"
    assert refused["errors"][0]["pointer"] == "#/quote"
    assert api.anyone.get("/claims").json["items"] == []


def test_a_quote_in_two_places_asks_which(api, article):
    refused = make(api, article, quote="It cost", expect=422).json
    assert refused["type"] == "/problems/quote-ambiguous"
    first = make(api, article, quote="It cost", suffix=" 4.2 million").json
    second = make(api, article, quote="It cost", prefix="pounds. ").json
    assert first["start"] < second["start"]


def test_the_same_claim_twice_is_a_conflict(api, article):
    first = make(api, article, quote="It cost 4.2 million pounds").json
    again = make(api, article, quote="It cost 4.2 million pounds", expect=409).json
    assert again["type"] == "/problems/claim-exists" and again["claim"] == first["id"]
    other = make(api, article, quote="It cost 4.2 million pounds", statement="It was dear.")
    assert other.status_code == 201


def test_lists_are_filtered(api, article):
    dear = make(api, article, quote="It cost 4.2 million pounds", tags=["money"]).json
    opened = make(api, article, quote="The bridge was opened").json
    other = api.contributor.post("/articles", ARTICLE | {"text": "Another text."}, expect=201).json
    make(api, other, quote="Another text")

    def listed(**filters):
        return [
            each["id"] for each in api.anyone.get("/claims", query_string=filters).json["items"]
        ]

    assert listed(article=article["id"]) == [opened["id"], dear["id"]]
    assert listed(tag="money") == [dear["id"]]
    assert listed(status="confirmed") == []
    assert listed(article=article["id"], status="unverified") == [opened["id"], dear["id"]]
    assert listed(until=dear["created_at"]) == []
    assert len(listed(since=opened["created_at"])) == 2


def test_an_edit_needs_the_etag_of_what_was_seen(api, claim):
    address, change = f"/claims/{claim['id']}", {"statement": "It opened in March 1932."}
    assert api.contributor.patch(address, change).json["type"] == "/problems/precondition-required"
    etag = api.anyone.get(address).headers["ETag"]
    edited = api.contributor.patch(address, change, expect=200, headers={"If-Match": etag})
    assert edited.json["statement"] == change["statement"]
    assert edited.headers["ETag"] != etag
    assert api.anyone.get(address).headers["ETag"] == edited.headers["ETag"]
    stale = api.contributor.patch(address, {"tags": ["x"]}, headers={"If-Match": etag}, expect=412)
    assert stale.json["type"] == "/problems/precondition-failed"
    assert api.anyone.get(address).json["tags"] == []


def test_a_change_of_tags_alone_changes_the_etag(api, claim):
    address = f"/claims/{claim['id']}"
    etag = api.anyone.get(address).headers["ETag"]
    match = {"If-Match": etag}
    edited = api.contributor.patch(address, {"tags": ["b", "a"]}, headers=match, expect=200)
    assert edited.json["tags"] == ["a", "b"] and edited.headers["ETag"] != etag


def test_only_its_maker_or_a_reviewer_changes_a_claim(api, claim):
    address = f"/claims/{claim['id']}"
    match = {"If-Match": api.anyone.get(address).headers["ETag"]}
    change = {"statement": "Something else."}
    refused = api.contributor_2.patch(address, change, headers=match, expect=403)
    assert refused.json["type"] == "/problems/not-yours"
    api.reviewer.patch(address, change, headers=match, expect=200)


def test_a_withdrawn_claim_stays_readable_and_takes_nothing_more(api, claim, submit):
    address = f"/claims/{claim['id']}"
    withdrawn = api.contributor.post(f"{address}/withdrawal", {"reason": "Misread."}, expect=200)
    assert withdrawn.json["withdrawn_reason"] == "Misread."
    assert api.anyone.get(address).json["withdrawn_at"]
    assert api.anyone.get(f"{address}/status").json["withdrawn"] is True
    assert api.anyone.get("/claims").json["items"] == []
    assert len(api.anyone.get("/claims?withdrawn=true").json["items"]) == 1
    again = api.contributor.post(f"{address}/withdrawal", {"reason": "Again."}, expect=409)
    assert again.json["type"] == "/problems/claim-is-withdrawn"
    item = {"source_url": "http://a.example/", "quote": "long enough", "stance": "supports"}
    api.contributor.post(f"{address}/evidence", item, expect=409)


def test_the_ledger_tells_what_happened(api, claim):
    address = f"/claims/{claim['id']}"
    match = {"If-Match": api.anyone.get(address).headers["ETag"]}
    api.reviewer.patch(address, {"statement": "Other words."}, headers=match, expect=200)
    entries = api.anyone.get(f"{address}/audit-log").json["items"]
    assert [each["what"] for each in entries] == ["claim made", "claim edited"]
    assert entries[1]["details"]["before"] == {"statement": claim["statement"]}
    assert entries[1]["by_id"] == str(api.reviewer.id)


def test_lists_cost_the_same_number_of_statements(api, article, statements):
    def cost(limit):
        with statements() as sent:
            api.anyone.get(f"/claims?limit={limit}")
        return len(sent)

    make(api, article, quote="It cost 4.2 million pounds", tags=["a", "b"])
    one = cost(limit=99)
    for place in range(5):
        make(api, article, quote="It cost much", statement=f"It cost {place}.", tags=["c", "d"])
    assert cost(limit=100) == one
