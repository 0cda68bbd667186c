"""Rows that many tests begin with, and the requests that make them."""

from urllib.parse import quote

#: An id that nothing has.
NOWHERE = "00000000-0000-7000-8000-000000000000"

ARTICLE = {
    "title": "The bridge",
    "text": "The bridge was opened on 19 March 1932. It cost 4.2 million pounds. It cost much.",
    "published_at": "2020-10-18",
    "language": "en",
}

#: Claims in several languages, by name; the first two letters are what their language is called.
STATEMENTS = {
    "bridge": "The bridge was opened on 19 March 1932, before a large crowd.",
    "cost": "Building the bridge cost 4.2 million pounds, 60% of it borrowed.",
    "wifi": "The café's Wi-Fi was the first in the city.",
    "zh": "小米今年的研发投入将超过100亿元，雷军表示。",
    "ja": "日本銀行は金利を0.5%に引き上げた。",
    "th": "ประเทศไทยมีประชากรประมาณ 66 ล้านคน",
    "ko": "삼성전자는 작년에 스마트폰 2억대를 출하했다.",
    "de": "Die Brücke über den Fluß wurde 1932 eröffnet.",
}


ITEM = {
    "source_url": "http://first.example/bridge",
    "quote": "opened on 19 March 1932",
    "stance": "supports",
}

PAGE = "<html><body><p>The bridge was\n <b>opened</b> on 19&nbsp;March 1932.</p></body></html>"


def create_article(api):
    return api.contributor.post("/articles", ARTICLE, expect=201).json


def create_claim(api, article):
    quote = {"quote": "The bridge was opened on 19 March 1932", "claimant": "The Herald"}
    return api.contributor.post(f"/articles/{article['id']}/claims", quote, expect=201).json


def create_statements(api):
    """A claim for each of `STATEMENTS`, by its name."""
    article = ARTICLE | {"text": "\n".join(STATEMENTS.values()), "url": "https://a.example/1"}
    made = api.contributor.post("/articles", article, expect=201).json
    path = f"/articles/{made['id']}/claims"
    return {
        name: api.contributor.post(path, {"quote": each, "language": name[:2]}, expect=201).json
        for name, each in STATEMENTS.items()
    }


def submit_evidence(
    api, outside, claim, host, stance="supports", *, words=None, page=None, by=None, **more
):
    """Publish a page with the quote in it and submit it as evidence; the worker's job is due."""
    words = words or f"The opening was on 19 March 1932, {host} found"
    url = f"http://{host}/{quote(words)}"
    outside.publish(url, page or f"<html><body><p>{words}.</p></body></html>")
    item = {"source_url": url, "quote": words, "stance": stance} | more
    path = f"/claims/{claim['id']}/evidence"
    return (by or api.contributor).post(path, item, expect=202).json


def evidence_path(claim):
    return f"/claims/{claim['id']}/evidence"
