"""What others read of a claim: ClaimReview, DataFeed, Web Annotation."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import time_machine

from api.claims.enums import Status
from api.config.settings import ROOT
from api.demo import stand_in_pages
from api.demo.fixtures import load_fixtures
from api.publishing.claimreview import build_rating
from tests.support.applications import start_app
from tests.support.callers import Callers
from tests.support.examples import ARTICLE
from tests.support.schema_org import expanded, faults, golden

LD_JSON = "application/ld+json"


def review_of(api, claim, **options):
    answer = api.anyone.get(f"/claims/{claim['id']}.jsonld", **options)
    assert answer.mimetype == LD_JSON
    assert list(faults(answer.json)) == []
    return answer.json


def masked(text):
    """Without what each run has of its own: ids, and when things were decided."""
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>", text)
    return re.sub(r'"20[0-9-]+T[0-9:]+Z"', '"<moment>"', text)


@pytest.fixture
def seeded(settings, tmp_path):
    """The real article with its claims, evidence and verdicts."""
    port, authority = stand_in_pages.serve_pages(ROOT / "fixtures/pages", tmp_path)
    stand_ins = (f"*:443=127.0.0.1:{port}",)
    house = replace(
        settings,
        fetch_connect_to=stand_ins,
        fetch_ca_file=str(authority),
        public_url="https://claims.example",
    )
    api = Callers(start_app(house))
    with api.app.app_context():
        load_fixtures(ROOT / "fixtures", wait=api.work)
    yield api
    api.app.extensions["engine"].dispose()


@pytest.mark.each_database
def test_the_real_articles_reviews_are_the_golden_ones(seeded):
    claims = seeded.anyone.get("/claims?limit=100").json["items"][::-1]
    for number in (2, 9, 13):
        review = review_of(seeded, claims[number - 1])
        expected = golden(f"claimreview-{number}.json")
        assert json.loads(masked(json.dumps(review))) == expected


@pytest.mark.parametrize("number", [2, 9, 13])
def test_what_is_written_means_what_schema_org_says(number):
    review = golden(f"claimreview-{number}.json")
    assert list(faults(review)) == []
    full = expanded(review)
    assert full["@type"] == ["http://schema.org/ClaimReview"]
    assert full["http://schema.org/url"] == [{"@id": review["url"]}]
    named = {f"http://schema.org/{name}" for name in review if not name.startswith("@")}
    assert {name for name in full if not name.startswith("@")} == named
    (item,) = full["http://schema.org/itemReviewed"]
    assert item["@type"] == ["http://schema.org/Claim"]


def test_the_check_finds_what_is_wrong():
    review = golden("claimreview-2.json")
    wrong = [
        review | {"ratingValue": 5},
        review | {"itemReviewed": "a claim"} | {"reviewRating": "true"},
        review | {"author": {"@type": "WebPage"}},
    ]
    assert all(list(faults(each)) for each in wrong)


@pytest.mark.parametrize(
    "status, supporting_lines, word, value",
    [
        (Status.CONFIRMED, 2, "Confirmed", 5),
        (Status.DISPUTED, 0, "Refuted", 1),
        (Status.DISPUTED, 1, "Contested", None),
        (Status.UNVERIFIED, 0, "Unverified", None),
        (Status.UNVERIFIED, 1, "Unverified", None),
    ],
)
def test_only_the_ends_of_the_scale_have_numbers(status, supporting_lines, word, value):
    found = build_rating(status, supporting_lines, None)
    scale = {"ratingValue": value, "bestRating": 5, "worstRating": 1} if value else {}
    assert found == {"@type": "Rating", "alternateName": word} | scale


def test_a_claim_is_had_as_json_or_as_claimreview_by_what_is_asked_for(api, claim):
    path = f"/claims/{claim['id']}"
    for accept, kind in {
        "*/*": "application/json",
        "application/json": "application/json",
        "text/html": "application/json",
        LD_JSON: LD_JSON,
        f"application/json;q=0.5, {LD_JSON}": LD_JSON,
        f"application/json, {LD_JSON};q=0.9": "application/json",
    }.items():
        answer = api.anyone.get(path, headers={"Accept": accept})
        assert (answer.mimetype, answer.headers["Vary"]) == (kind, "Accept"), accept
    wanted = {"Accept": LD_JSON}
    etag = api.anyone.get(path, headers=wanted).headers["ETag"]
    assert etag != api.anyone.get(path).headers["ETag"]
    again = api.anyone.get(path, headers=wanted | {"If-None-Match": etag}, expect=304)
    assert again.headers["Vary"] == "Accept"
    assert api.anyone.get(path, headers=wanted).json == review_of(api, claim)
    api.anyone.get("/claims/01930000-0000-7000-8000-000000000001.jsonld", expect=404)


def test_a_claim_that_nobody_decided_on_has_no_review(api, claim):
    found = review_of(api, claim)
    assert found["@type"] == "Claim" and found["author"]["name"] == "The Herald"
    assert found["url"] == f"http://localhost/claims/{claim['id']}"
    assert expanded(found)["@type"] == ["http://schema.org/Claim"]


def test_a_withdrawn_claim_has_no_review_any_more(api, claim, submit):
    decided(api, claim, submit)
    assert review_of(api, claim)["@type"] == "ClaimReview"
    api.reviewer.post(f"/claims/{claim['id']}/withdrawal", {"reason": "Void."}, expect=200)
    assert review_of(api, claim)["@type"] == "Claim"


def decide(api, claim, status, items=()):
    decision = {"status": status, "reasons": "Because.", "evidence": [i["id"] for i in items]}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)


def decided(api, claim, submit):
    """Confirmed by two publishers; gives their evidence."""
    items = [submit(claim, host) for host in ("a.example", "b.example")]
    api.work()
    decide(api, claim, "confirmed", items)
    return items


def test_what_was_decided_otherwise_before_is_told_as_a_correction(api, claim, submit):
    a, _ = decided(api, claim, submit)
    assert "correction" not in review_of(api, claim)
    reason = {"reason": "I misread it."}
    api.contributor.post(f"/evidence/{a['id']}/retraction", reason, expect=200)
    api.work()
    review = review_of(api, claim)
    assert review["reviewRating"]["alternateName"] == "Unverified"
    (correction,) = review["correction"]
    assert correction["text"].startswith("Changed from confirmed to unverified. Withdrawn: ")
    assert review["datePublished"] <= correction["dateCreated"] == review["dateModified"]


def test_a_review_that_was_changed_keeps_its_first_date(api, claim):
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False):
        decide(api, claim, "unverified")
    with time_machine.travel("2026-02-01T00:00:00Z", tick=False):
        decide(api, claim, "unverified")
        review = review_of(api, claim)
        (element,) = api.anyone.get("/feeds/datafeed.json").json["dataFeedElement"]
    assert review["datePublished"] == element["dateCreated"] == "2026-01-01T00:00:00Z"
    assert review["dateModified"] == element["dateModified"] == "2026-02-01T00:00:00Z"


def test_a_citation_is_archived_where_the_snapshot_is(api, claim, submit):
    items = decided(api, claim, submit)
    for item, citation in zip(items, review_of(api, claim)["citation"], strict=True):
        snapshot = api.anyone.get(f"/evidence/{item['id']}").json["snapshot"]["id"]
        assert citation["archivedAt"] == f"http://localhost/v1/snapshots/{snapshot}"
        api.anyone.get(citation["archivedAt"].removeprefix("http://localhost"))
        assert citation["text"] == item["quote"] and citation["url"] == item["source_url"]


def test_the_licence_is_the_settings(restart, claim):
    licence = "https://licences.example/ours"
    api = restart(data_licence=licence)
    decide(api, claim, "unverified")
    assert review_of(api, claim)["sdLicense"] == licence
    feed = api.anyone.get("/feeds/datafeed.json").json
    assert feed["sdLicense"] == feed["dataFeedElement"][0]["item"][0]["sdLicense"] == licence


def test_the_feed_has_each_review_once(api, article, claim, submit):
    api.contributor.post(f"/articles/{article['id']}/claims", {"quote": "It cost much"}, expect=201)
    other = {"quote": "It cost 4.2 million pounds"}
    other = api.contributor.post(f"/articles/{article['id']}/claims", other, expect=201).json
    decided(api, claim, submit)
    decide(api, other, "unverified")
    decide(api, claim, "unverified")
    api.reviewer.post(f"/claims/{other['id']}/withdrawal", {"reason": "Void."}, expect=200)

    found, path = [], "/v1/feeds/datafeed.json?limit=1"
    while path:
        answer = api.anyone.get(path)
        assert answer.mimetype == LD_JSON and list(faults(answer.json)) == []
        found += answer.json["dataFeedElement"]
        link = answer.headers.get("Link", "")
        path = link.removeprefix("<").partition(">")[0]
    gone, kept = found
    (review,) = kept["item"]
    assert {"@context": "https://schema.org"} | review == review_of(api, claim)
    assert review["identifier"] == claim["id"] and "dateDeleted" not in kept
    assert gone["item"][0]["@type"] == "Claim" and gone["dateDeleted"]


def test_the_feed_costs_as_many_queries_for_many_as_for_one(api, article, statements):
    def cost():
        with statements() as sent:
            api.anyone.get("/feeds/datafeed.json")
        return len(sent)

    quotes = [
        "The bridge was opened on 19 March 1932",
        "It cost 4.2 million pounds",
        "It cost much",
    ]
    costs = []
    for quote in quotes:
        path = f"/articles/{article['id']}/claims"
        claim = api.contributor.post(path, {"quote": quote}, expect=201).json
        decide(api, claim, "unverified")
        costs.append(cost())
    assert costs[0] == costs[1] == costs[2]


def test_annotations_stand_where_the_claims_do(api):
    page = ARTICLE | {"url": "http://www.a.example/story"}
    article = api.contributor.post("/articles", page, expect=201).json
    path = f"/articles/{article['id']}"
    for quote in ("It cost 4.2 million pounds", "The bridge was opened", "It cost much"):
        api.contributor.post(f"{path}/claims", {"quote": quote}, expect=201)
    withdrawn = api.anyone.get("/claims").json["items"][0]
    reason = {"reason": "Not worth it."}
    api.contributor.post(f"/claims/{withdrawn['id']}/withdrawal", reason, expect=200)

    first = api.anyone.get(f"{path}/annotations?limit=1")
    assert first.content_type == f'{LD_JSON}; profile="http://www.w3.org/ns/anno.jsonld"'
    second = api.anyone.get(first.json["next"].removeprefix("http://localhost"))
    assert "next" not in second.json
    assert first.json["partOf"] == second.json["partOf"]
    found = first.json["items"] + second.json["items"]
    text = api.anyone.get(f"{path}/text").get_data(as_text=True)
    for annotation in found:
        on_the_text, on_the_page = annotation["target"]
        words, place = on_the_text["selector"]
        assert text[place["start"] : place["end"]] == words["exact"]
        assert on_the_text["source"] == f"http://localhost/v1{path}/text"
        assert on_the_page == {"source": page["url"], "selector": words}
    assert [each["target"][1]["selector"]["exact"] for each in found] == [
        "It cost 4.2 million pounds",
        "The bridge was opened",
    ]


def test_a_status_is_told_with_its_exception(api, article, claim, submit):
    item = submit(claim, "register.example", kind="primary")
    api.work()
    told = "By exception: It is the register itself."
    decision = {"status": "confirmed", "reasons": "So it says.", "evidence": [item["id"]]}
    decision |= {"finding": "True", "exception": "It is the register itself."}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)
    rating = review_of(api, claim)["reviewRating"]
    assert rating["ratingExplanation"] == f"True. {told}"
    (element,) = api.anyone.get("/feeds/datafeed.json").json["dataFeedElement"]
    assert element["item"][0]["reviewRating"] == rating
    (note,) = api.anyone.get(f"/articles/{article['id']}/annotations").json["items"]
    assert told in [body.get("value") for body in note["body"]]
    for form in ("json", "atom"):
        news = api.anyone.get(f"/feeds/news.{form}").get_data(as_text=True)
        assert told in news and f"Confirmed (by exception): {claim['statement']}" in news


def test_that_one_person_decided_is_told(api, article, claim, submit, restart):
    item = submit(claim, "register.example", "disputes")
    api.work()
    alone = restart(one_person=True)
    decision = {"status": "unverified", "reasons": "Too little.", "evidence": [item["id"]]}
    alone.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)
    told = "Submitted and decided by one person."
    assert review_of(alone, claim)["reviewRating"]["ratingExplanation"] == told
    (note,) = alone.anyone.get(f"/articles/{article['id']}/annotations").json["items"]
    assert told in [body.get("value") for body in note["body"]]
    page = alone.app.test_client().get(f"/articles/{article['id']}").get_data(as_text=True)
    assert "unverified (submitted and decided by one person)" in page.lower()


def test_an_annotation_is_the_golden_one(api, article, claim):
    document = api.anyone.get(f"/articles/{article['id']}/annotations").json
    document = json.loads(masked(json.dumps(document)))
    for moment in ("created", "modified"):
        value = document["items"][0].pop(moment)
        assert datetime.fromisoformat(value) < datetime.now(UTC)
    assert document == golden("annotations.json")
    full = expanded(document)
    ((note,),) = (items["@list"] for items in full["http://www.w3.org/ns/activitystreams#items"])
    assert note["http://www.w3.org/ns/oa#motivatedBy"] == [
        {"@id": "http://www.w3.org/ns/oa#assessing"}
    ]
    (target,) = note["http://www.w3.org/ns/oa#hasTarget"]
    quote, place = target["http://www.w3.org/ns/oa#hasSelector"]
    assert quote["http://www.w3.org/ns/oa#exact"] == [{"@value": claim["exact"]}]
    assert place["@type"] == ["http://www.w3.org/ns/oa#TextPositionSelector"]
