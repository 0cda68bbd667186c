"""Atom and JSON Feed: what readers are told, and that their formats' rules are kept."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree

import pytest

from api.publishing.syndication import atom, jsonfeed
from api.publishing.syndication.items import CorrectionNews, Feed, FeedItem, StatusChange
from tests.support.examples import ARTICLE

GOLDEN = Path(__file__).parents[1] / "golden"
ATOM = {"a": atom.NAMESPACE}

HOSTILE = "A bell \x07, a <script>alert('&')</script> ]]>\nand \ufffe no character"
CHANGE = StatusChange("unverified", "disputed", "Refuted", "Two archives say 1933.", False)
FALLEN = StatusChange("disputed", "unverified", None, "Withdrawn: a source fell away.", True)
CORRECTED = CorrectionNews("We said April.", "It was in March.", "We misread <it>.")


def item(number, news, statement, claimant=None, **more):
    return FeedItem(
        id=UUID(int=number),
        at=datetime(2026, 11, 23, 12, number, tzinfo=UTC),
        title=news.title(statement),
        text=news.text(statement, claimant),
        url=f"https://facts.example/claims/{number}",
        **more,
    )


FEED = Feed(
    title="Claimledger: status changes and corrections, bridges",
    url="https://facts.example/v1/feeds/news.atom?tag=bridges&limit=3",
    home="https://facts.example/",
    author="Claimledger",
    items=[
        item(3, CORRECTED, HOSTILE),
        item(2, FALLEN, "小米2020年研发投入超100亿元", "雷军", language="zh"),
        item(
            1,
            CHANGE,
            "The bridge was opened in 1932",
            "The Herald",
            about="http://herald.example/bridge?a=1&b=2",
            language="en",
            tags=["bridges", 'quoted "tag"'],
        ),
    ],
)


def test_atom_is_as_kept():
    assert atom.render(FEED) == (GOLDEN / "news.atom").read_bytes()


def test_json_feed_is_as_kept():
    assert jsonfeed.render(FEED) == json.loads((GOLDEN / "news.json").read_bytes())


def assert_is_atom(document):
    """What RFC 4287, sections 4.1.1 and 4.1.2, ask for of a feed and its entries."""
    root = ElementTree.fromstring(document)
    assert root.tag == f"{{{atom.NAMESPACE}}}feed"
    for part in (root, *root.findall("a:entry", ATOM)):
        for name in ("id", "title", "updated"):
            (found,) = part.findall(f"a:{name}", ATOM)
            assert found.text
        datetime.fromisoformat(part.findtext("a:updated", namespaces=ATOM))
    assert root.findtext("a:author/a:name", namespaces=ATOM)
    links = {link.get("rel"): link.get("href") for link in root.findall("a:link", ATOM)}
    assert links["self"] == root.findtext("a:id", namespaces=ATOM)
    entries = root.findall("a:entry", ATOM)
    ids = [entry.findtext("a:id", namespaces=ATOM) for entry in entries]
    assert len(ids) == len(set(ids))
    assert all(entry.find("a:link[@rel='alternate']", ATOM) is not None for entry in entries)
    return entries


def test_hostile_text_stays_text():
    entries = assert_is_atom(atom.render(FEED))
    content = entries[0].find("a:content", ATOM)
    assert content.get("type") == "text" and not len(content)
    assert "<script>alert('&')</script> ]]>" in content.text
    assert "A bell \ufffd" in content.text
    assert entries[2].find("a:category[2]", ATOM).get("term") == 'quoted "tag"'


def test_a_feed_of_nothing_is_one():
    assert_is_atom(atom.render(Feed("T", "http://a.example/", "http://a.example/", "A", [])))


@pytest.fixture
def decided(api, submit):
    """Make a claim and have it disputed, or whatever is decided."""

    def decided(quote, *, url, tags=(), status="disputed", stance="disputes"):
        article = ARTICLE | {"url": url, "text": f"{quote}. That is {url}."}
        made = api.contributor.post("/articles", article, expect=201).json
        claim = {"quote": quote, "tags": list(tags), "claimant": "The Herald"}
        path = f"/articles/{made['id']}/claims"
        claim = api.contributor.post(path, claim, expect=201).json
        evidence = submit(claim, f"{claim['id'][-12:]}.example", stance)
        api.work()
        decision = {"status": status, "reasons": "So it is.", "evidence": [evidence["id"]]}
        api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)
        return claim | {"evidence": evidence}

    return decided


@pytest.fixture
def news(api):
    def news(**query):
        answer = api.anyone.get("/feeds/news.json", query_string=query)
        assert answer.mimetype == jsonfeed.MEDIA_TYPE
        entries = assert_is_atom(api.anyone.get("/feeds/news.atom", query_string=query).data)
        told = [entry.findtext("a:id", namespaces=ATOM) for entry in entries]
        assert told == [item["id"] for item in answer.json["items"]]
        return answer.json["items"]

    return news


@pytest.mark.each_database
def test_a_status_that_changes_is_told_and_one_that_does_not_is_not(api, decided, news):
    claim = decided("It opened in 1932", url="http://herald.example/1", tags=["bridges"])
    again = {"status": "disputed", "reasons": "Again.", "evidence": [claim["evidence"]["id"]]}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", again, expect=201)
    (told,) = news()
    entries = api.anyone.get(f"/claims/{claim['id']}/audit-log").json["items"]
    (entry,) = [e for e in entries if e["details"].get("number") == 1]
    assert told == {
        "id": f"urn:uuid:{entry['id']}",
        "url": f"http://localhost/claims/{claim['id']}",
        "external_url": "http://herald.example/1",
        "title": "Disputed: It opened in 1932",
        "content_text": "The Herald: It opened in 1932\n\nWas unverified, is disputed.\n\nSo it is.",
        "date_published": entry["created_at"].replace("+00:00", "Z"),
        "language": "en",
        "tags": ["bridges"],
    }
    path = f"/evidence/{claim['evidence']['id']}/retraction"
    api.contributor.post(path, {"reason": "I misread it."}, expect=200)
    api.work()
    assert [item["title"] for item in news()] == [
        "No longer disputed: It opened in 1932",
        "Disputed: It opened in 1932",
    ]


def test_the_feed_keeps_to_what_was_judged(api, decided, news):
    claim = decided("It opened in 1932", url="http://herald.example/1")
    path = f"/claims/{claim['id']}"
    etag = {"If-Match": api.anyone.get(path).headers["ETag"]}
    api.reviewer.patch(path, {"statement": "Another"}, expect=200, headers=etag)
    assert news()[-1]["title"] == "Disputed: It opened in 1932"


def test_filters(decided, news):
    first = decided("It opened in 1932", url="http://herald.example/1", tags=["bridges", "old"])
    decided("It cost 4 million", url="http://www.times.example/2", tags=["bridges"])

    def told(**query):
        return [item["external_url"][-1] for item in news(**query)]

    assert told() == told(tag="bridges") == told(status="disputed") == ["2", "1"]
    assert told(tag="old") == told(publisher="herald.example") == ["1"]
    assert told(publisher="times.example") == told(limit=1) == ["2"]
    assert told(tag="new") == told(status="confirmed") == told(publisher="x.example") == []
    assert told(tag="old", publisher="times.example") == []
    assert first["tags"] == ["bridges", "old"]


def test_a_correction_is_told(api, claim, news):
    correction = {"wrong": "We said April.", "right": "It was March.", "reason": "We misread it."}
    api.reviewer.post(f"/claims/{claim['id']}/corrections", correction, expect=201)
    (told,) = news(status="unverified")
    assert told["title"] == f"Correction: {claim['statement']}"
    assert told["content_text"].split("\n\n") == [
        f"The Herald: {claim['statement']}",
        "Wrong: We said April.",
        "Right: It was March.",
        "We misread it.",
    ]
    assert news(status="disputed") == []


def test_addresses_are_those_that_it_is_reached_at(restart, claim):
    api = restart(public_url="https://facts.example/", publisher_name="The House")
    correction = {"wrong": "We said April.", "right": "It was March.", "reason": "We misread it."}
    api.reviewer.post(f"/claims/{claim['id']}/corrections", correction, expect=201)
    feed = api.anyone.get("/feeds/news.json?limit=3&status=unverified").json
    assert feed["feed_url"] == "https://facts.example/v1/feeds/news.json?limit=3&status=unverified"
    assert feed["home_page_url"] == "https://facts.example/"
    assert feed["title"] == "The House: status changes and corrections, unverified"
    assert feed["items"][0]["url"] == f"https://facts.example/claims/{claim['id']}"


def test_what_is_had_already_is_not_sent_again(api, claim):
    for path in ("/feeds/news.atom", "/feeds/news.json"):
        etag = api.anyone.get(path).headers["ETag"]
        api.anyone.get(path, expect=304, headers={"If-None-Match": etag})


def test_statements_do_not_grow_with_the_feed(decided, api, statements):
    counts = []
    for number in range(3):
        decided("It opened in 1932", url=f"http://herald.example/{number}")
        with statements() as sent:
            api.anyone.get("/feeds/news.json")
        counts.append(len(sent))
    assert counts[0] == counts[2]
