"""Articles that come as a page: read by a worker, recognised when they come again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.articles.text_diff import diff_paragraphs
from tests.support.examples import ARTICLE

FIRST = "The bridge was opened on 19 March 1932 by the premier, in front of a very large crowd."
SECOND = "It cost 4.2 million pounds, which was twice what the engineers had said in the beginning."
THIRD = (
    "More than a million people walked over it on that day, and nobody was hurt, the papers say."
)
URL = "http://herald.example/bridge"


def page(*paragraphs, head=""):
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return (
        "<!doctype html><html lang='en'><head><title>The bridge opens</title>"
        f"{head}</head><body><nav>Home News</nav><article><h1>The bridge opens</h1>{body}"
        "</article><footer>Imprint</footer></body></html>"
    )


def fetched(api, url=URL, **more):
    created = api.contributor.post("/articles", {"url": url} | more, expect=202)
    assert created.json["state"] == "reading"
    api.work()
    return api.anyone.get(created.headers["Location"]).json


def text_of(api, article):
    return api.anyone.get(f"/articles/{article['id']}/text").get_data(as_text=True)


@pytest.mark.each_database
def test_an_address_becomes_an_article(api, outside):
    linked_data = (
        '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "The bridge",'
        '"datePublished": "1932-03", "author": {"@type": "Person", "name": "Ann Lee"}}</script>'
        f'<link rel="canonical" href="{URL}">'
    )
    outside.publish(f"{URL}?from=mail", page(FIRST, SECOND, THIRD, head=linked_data))
    article = fetched(api, f"{URL}?from=mail")
    assert article["state"] == "ready" and article["canonical_url"] == URL
    assert article["title"] == "The bridge" and article["author"] == "Ann Lee"
    assert article["published_at"] == "1932-03" and article["language"] == "en"
    text = text_of(api, article)
    assert FIRST in text and THIRD in text and "Imprint" not in text and "Home News" not in text
    assert text.index(FIRST) < text.index("\n", text.index(FIRST)) < text.index(SECOND)


def test_html_is_read_without_fetching(api, outside):
    html = page(FIRST, SECOND, THIRD)
    created = api.contributor.post("/articles", {"html": html, "title": "Ours"}, expect=202)
    api.work()
    article = api.anyone.get(created.headers["Location"]).json
    assert article["state"] == "ready" and article["title"] == "Ours"
    assert FIRST in text_of(api, article) and outside.requests == []


@pytest.mark.parametrize(
    "body, content_type, status, words",
    [
        (page("Subscribe to read on."), "text/html", 200, "no article"),
        ("", "text/html", 200, ""),
        (page(FIRST, SECOND, THIRD), "text/html", 404, "status 404"),
        (b"\x89PNG\r\n", "image/png", 200, ""),
        ("<p>" + "x" * 2_200_000, "text/html", 200, ""),
        ("<div>" * 100_000 + FIRST, "text/html", 200, ""),
    ],
    ids=["stub", "empty", "gone", "picture", "too large", "bomb"],
)
def test_what_is_no_article_says_so(api, outside, body, content_type, status, words):
    outside.publish(URL, body, content_type=content_type, status=status)
    article = fetched(api)
    assert article["state"] == "failed" and words in article["state_reason"]
    assert article["state_reason"] and text_of(api, article) == ""
    outside.publish(URL, page(FIRST, SECOND, THIRD))
    assert fetched(api)["state"] == "ready"  # the worker lives on


def test_an_address_that_is_never_fetched_is_refused_at_once(api):
    refused = api.contributor.post("/articles", {"url": "http://127.0.0.1/"}, expect=422).json
    assert refused["errors"][0]["pointer"] == "#/url"


@pytest.mark.parametrize(
    "submission, pointer",
    [
        ({}, "#/text"),
        ({"text": "a text", "html": "<p>a text", "title": "T"}, "#/html"),
        ({"text": "a text"}, "#/title"),
    ],
)
def test_it_must_be_said_what_comes(api, submission, pointer):
    refused = api.contributor.post("/articles", submission, expect=422).json
    assert refused["errors"][0]["pointer"] == pointer


def test_the_same_article_again_is_the_one_that_is_there(api, outside):
    outside.publish(URL, page(FIRST, SECOND, THIRD))
    first = fetched(api)
    again = fetched(api)
    assert again["state"] == "merged" and again["same_as"] == first["id"]
    assert api.anyone.get(f"/articles/{first['id']}").json["edition"] == 1
    submission = {"text": "Some text of it.", "title": "T", "url": "http://b.example/"}
    created = api.contributor.post("/articles", submission, expect=201).json
    assert api.contributor.post("/articles", submission, expect=200).json["id"] == created["id"]


def test_a_changed_page_is_a_new_edition_in_which_claims_are_found_again(api, outside):
    outside.publish(URL, page(FIRST, SECOND, THIRD))
    article = fetched(api)
    path = f"/articles/{article['id']}/claims"
    kept = api.contributor.post(path, {"quote": "It cost 4.2 million pounds"}, expect=201).json
    gone = api.contributor.post(path, {"quote": "nobody was hurt"}, expect=201).json
    outside.publish(URL, page("A new beginning, put in by the editors.", FIRST, SECOND, FIRST))
    fetched(api)
    now = api.anyone.get(f"/articles/{article['id']}").json
    assert now["edition"] == 2
    text = text_of(api, article)
    kept, gone = (api.anyone.get(f"/claims/{each['id']}").json for each in (kept, gone))
    assert kept["edition"] == 2 and kept["gone_since"] is None
    assert text[kept["start"] : kept["end"]] == kept["exact"]
    assert gone["edition"] == 1 and gone["gone_since"] == 2
    numbers = [
        e["number"] for e in api.anyone.get(f"/articles/{article['id']}/versions").json["items"]
    ]
    assert numbers == [1, 2]
    diff = api.anyone.get(f"/articles/{article['id']}/versions/2/diff").json
    assert any("A new beginning" in change["after"] for change in diff["changes"])
    assert any("nobody was hurt" in change["before"] for change in diff["changes"])
    api.anyone.get(f"/articles/{article['id']}/versions/1/diff", expect=404)


def test_a_new_edition_leaves_the_verdict_of_a_claim_that_moved(api, outside, submit):
    outside.publish(URL, page(FIRST, SECOND, THIRD))
    article = fetched(api)
    quote = {"quote": "opened on 19 March 1932"}
    claim = api.contributor.post(f"/articles/{article['id']}/claims", quote, expect=201).json
    against = submit(claim, "first.example", "disputes")
    api.work()
    decision = {"status": "disputed", "reasons": "So.", "evidence": [against["id"]]}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)
    outside.publish(URL, page("Before it stands another paragraph now.", FIRST, SECOND, THIRD))
    fetched(api)
    assert api.anyone.get(f"/claims/{claim['id']}").json["edition"] == 2
    assert api.anyone.get(f"/claims/{claim['id']}/status").json["status"] == "disputed"


def canonical(address):
    return f'<link rel="canonical" href="{address}">'


def html_read(api, html, **more):
    created = api.contributor.post("/articles", {"html": html} | more, expect=202)
    api.work()
    return api.anyone.get(created.headers["Location"]).json


FORGED = FIRST.replace("19 March 1932", "1 April 1932")


@pytest.mark.parametrize("sent", ["address", "html"])
def test_a_page_that_calls_itself_another_publishers_article_is_its_own(api, outside, sent):
    outside.publish(URL, page(FIRST, SECOND, THIRD))
    honest = fetched(api)
    claim = {"quote": "opened on 19 March 1932"}
    claim = api.contributor.post(f"/articles/{honest['id']}/claims", claim, expect=201).json
    evil, forged = "http://evil.example/x", page(FORGED, SECOND, THIRD, head=canonical(URL))
    outside.publish(evil, forged)
    read = fetched(api, evil) if sent == "address" else html_read(api, forged, url=evil)
    assert read["state"] == "ready" and read["canonical_url"] == evil
    assert "1 April" in text_of(api, read)
    again = api.anyone.get(f"/articles/{honest['id']}").json
    assert again["edition"] == 1 and FIRST in text_of(api, honest)
    assert api.anyone.get(f"/claims/{claim['id']}").json["gone_since"] is None


def test_a_publishers_other_hosts_lead_to_its_article(api, outside):
    outside.publish(URL, page(FIRST, SECOND, THIRD))
    article = fetched(api)
    mobile = "http://m.herald.example/bridge"
    outside.publish(mobile, page(FORGED, SECOND, THIRD, head=canonical(URL)))
    assert fetched(api, mobile)["same_as"] == article["id"]
    assert api.anyone.get(f"/articles/{article['id']}").json["edition"] == 2


def test_html_of_no_address_changes_no_article(api, outside):
    outside.publish(URL, page(FIRST, SECOND, THIRD))
    honest = fetched(api)
    same = html_read(api, page(FIRST, SECOND, THIRD, head=canonical(URL)))
    assert same["state"] == "merged" and same["same_as"] == honest["id"]
    other = html_read(api, page(FORGED, SECOND, THIRD, head=canonical(URL)))
    assert other["state"] == "ready" and other["canonical_url"] is None
    assert api.anyone.get(f"/articles/{honest['id']}").json["edition"] == 1
    elsewhere = html_read(api, page(FORGED, SECOND, THIRD, head=canonical(f"{URL}/2")))
    assert elsewhere["canonical_url"] == f"{URL}/2"


@pytest.mark.parametrize("host", ["a..b", "a" * 70 + ".example", "bü..b"])
def test_an_address_that_no_page_can_have_is_not_believed(api, outside, host):
    stated = page(FIRST, SECOND, THIRD, head=canonical(f"https://{host}/x"))
    article = html_read(api, stated)
    assert article["state"] == "ready" and article["canonical_url"] is None
    outside.publish(URL, stated)
    assert fetched(api)["canonical_url"] == URL


texts = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d"]), max_size=12).map("".join)


@given(texts, texts)
def test_the_changes_make_the_new_text_of_the_old(old, new):
    made, at = [], 0
    for change in diff_paragraphs(old, new):
        assert old[change.start :].startswith(change.before)
        assert new[change.new_start :].startswith(change.after)
        made += [old[at : change.start], change.after]
        at = change.start + len(change.before)
    assert "".join([*made, old[at:]]) == new


def test_long_texts_are_compared_in_bounded_time():
    old, new = "a\nb\n" * 50_000, "b\na\n" * 50_000
    assert "".join(change.after for change in diff_paragraphs(old, new)) in new


def test_claims_that_come_to_stand_where_others_stood_are_found_again(api):
    text = "First. It cost much. After. It cost much. The sky was blue."
    story = ARTICLE | {"url": URL, "text": text}
    article = api.contributor.post("/articles", story, expect=201).json
    path = f"/articles/{article['id']}/claims"
    wanted = [
        {"quote": "It cost much", "prefix": "First. "},
        {"quote": "It cost much", "prefix": "After. "},
        {"quote": "The sky was blue"},
    ]
    claims = [api.contributor.post(path, each, expect=201).json for each in wanted]
    shift = claims[1]["start"] - claims[0]["start"]

    def now(text):
        api.contributor.post("/articles", story | {"text": text}, expect=200)
        api.work()
        found = (api.anyone.get(f"/claims/{claim['id']}").json for claim in claims)
        return [each["start"] if each["gone_since"] is None else None for each in found]

    assert now("-" * shift + text) == [claim["start"] + shift for claim in claims]
    # Of two that would stand in one place, the second has none.
    assert now("After. It cost much. The sky was blue.") == [7, None, 21]


def test_a_new_edition_with_the_text_of_an_item_takes_it_inside(api, submit):
    words = "The opening was on 19 March 1932, first.example found"
    page = words + ". " + " ".join(f"Sentence {n} is about steel and rivets." for n in range(30))
    story = ARTICLE | {"url": URL}
    article = api.contributor.post("/articles", story, expect=201).json
    path = f"/articles/{article['id']}/claims"
    quote = {"quote": "The bridge was opened on 19 March 1932"}
    claim = api.contributor.post(path, quote, expect=201).json
    items = [submit(claim, "first.example", page=f"<p>{page}</p>"), submit(claim, "second.example")]
    api.work()
    decision = {"status": "confirmed", "reasons": "So.", "evidence": [item["id"] for item in items]}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)
    api.contributor.post("/articles", story | {"text": page}, expect=200)
    api.work()
    assert api.anyone.get(f"/claims/{claim['id']}/status").json["status"] == "unverified"
