"""Clients of Google's Fact Check Tools API, at another address."""

import json
import threading
from datetime import timedelta
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import googleapiclient
import pytest
import time_machine
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from hypothesis import given
from hypothesis import strategies as st

from api.database.session import now
from api.factcheck_tools import search_format
from tests.support.uploads import upload_reviews

DOCUMENTS = Path(googleapiclient.__file__).parent / "discovery_cache" / "documents"
PATH = "/v1alpha1/claims:search"


@pytest.fixture
def search(app):
    return lambda **asked: app.test_client().get(PATH, query_string=asked)


@pytest.fixture
def reviewed(api, submit):
    """Claims with a verdict each, the last one decided on last."""

    def reviewed(*quotes, host="one.example", **known):
        text = " ".join(f"{quote}." for quote in quotes)
        article = {"title": "The bridge", "text": text, "language": "en"} | known
        article = api.contributor.post("/articles", article, expect=201).json
        for quote in quotes:
            submission = {"quote": quote, "claimant": "Ann Lee", "said_on": "2020-08-11"}
            path = f"/articles/{article['id']}/claims"
            claim = api.contributor.post(path, submission, expect=201).json
            item = submit(claim, host, "disputes")
            api.work()
            verdict = {"status": "disputed", "reasons": "So.", "evidence": [item["id"]]}
            api.reviewer.post(f"/claims/{claim['id']}/verdicts", verdict, expect=201)
        return claim

    return reviewed


def texts(answer):
    assert answer.status_code == 200, answer.json
    return [claim["text"] for claim in answer.json.get("claims", [])]


@pytest.mark.each_database
def test_a_reviewed_claim_is_answered_field_for_field(api, reviewed, search):
    claim = reviewed("The bridge cost 4.2 million pounds")
    verdict = api.anyone.get(f"/claims/{claim['id']}/verdicts").json["items"][0]
    assert search(query="bridge cost").json == {
        "claims": [
            {
                "text": "The bridge cost 4.2 million pounds",
                "claimant": "Ann Lee",
                "claimDate": "2020-08-11T00:00:00Z",
                "claimReview": [
                    {
                        "publisher": {"name": "Claimledger", "site": "localhost"},
                        "url": f"http://localhost/claims/{claim['id']}",
                        "title": "The bridge cost 4.2 million pounds",
                        "reviewDate": verdict["decided_at"][:19] + "Z",
                        "textualRating": "Refuted",
                        "languageCode": "en",
                    }
                ],
            }
        ]
    }


def test_nothing_found_is_an_empty_object(claim, reviewed, search):
    reviewed("The tower is 300 metres high")
    assert search(query="submarine").json == {}
    assert search(query="bridge").json == {}, "nobody has decided on that claim"
    assert search(query="…").json == {}
    assert search(query="tower", reviewPublisherSiteFilter="other.example").json == {}


def test_results_are_paged_by_token_and_by_offset(reviewed, search):
    quotes = [f"The bridge has {number} arches" for number in ("two", "three", "four", "five")]
    reviewed(*quotes)
    for asked in ({"query": "bridge"}, {"reviewPublisherSiteFilter": "localhost"}):
        first = search(pageSize=3, **asked)
        token = first.json["nextPageToken"]
        second = search(pageSize=3, pageToken=token, offset=3, **asked)
        assert texts(first) + texts(second) == quotes[::-1]
        assert "nextPageToken" not in second.json
        assert texts(search(pageSize=3, offset=3, **asked)) == texts(second)
        assert texts(search(**asked)) == quotes[::-1]
        refused = search(pageToken=token, languageCode="en", **asked)
        assert refused.status_code == 400
        assert refused.json["error"]["message"].startswith("pageToken: ")


def test_language_counts_without_its_region(reviewed, search):
    reviewed("The bridge is red", language="en-GB")
    reviewed("The bridge is grey", host="two.example", language="fr")
    assert texts(search(query="bridge", languageCode="en-US")) == ["The bridge is red"]
    assert texts(search(query="bridge", languageCode="fr")) == ["The bridge is grey"]
    assert texts(search(query="bridge", languageCode="de")) == []


def test_the_newer_of_claim_and_review_decides_on_the_age(reviewed, search):
    with time_machine.travel(now() - timedelta(days=10)):
        reviewed("The bridge is red")
    assert texts(search(query="bridge", maxAgeDays=9)) == []
    assert texts(search(query="bridge", maxAgeDays=11)) == ["The bridge is red"]
    assert texts(search(query="bridge", maxAgeDays=2**31 - 1)) == ["The bridge is red"]


@pytest.mark.parametrize(
    "asked",
    [{}, {"query": "x", "pageSize": "-1"}, {"query": "x", "pageToken": "?"}, {"qurey": "x"}],
)
def test_a_refusal_is_a_problem_and_an_error_of_googles(search, asked):
    answer = search(**asked)
    assert answer.status_code == answer.json["status"] == 400
    assert answer.mimetype == "application/problem+json"
    error = answer.json["error"]
    assert error.keys() == {"code", "message", "status"} and error["message"]
    assert error["code"] == 400 and error["status"] == "INVALID_ARGUMENT"


def test_too_many_requests_are_an_error_of_googles_too(restart):
    client = restart(rate_limit_address="1/minute").app.test_client()
    client.get(PATH, query_string={"query": "x"})
    refused = client.get(PATH, query_string={"query": "x"})
    assert refused.status_code == 429 and refused.headers["Retry-After"]
    assert refused.json["error"]["status"] == "RESOURCE_EXHAUSTED"


def test_every_parameter_of_googles_is_taken(search, reviewed):
    reviewed("The bridge is red")
    discovery = json.loads((DOCUMENTS / "factchecktools.v1alpha1.json").read_text())
    method = discovery["resources"]["claims"]["methods"]["search"]
    values = {"alt": "json", "query": "bridge", "prettyPrint": "false", "pageToken": ""}
    values |= {"languageCode": "en", "reviewPublisherSiteFilter": "localhost"}
    for name, about in (discovery["parameters"] | method["parameters"]).items():
        value = values.get(name, "1" if about["type"] == "integer" else "x")
        assert search(**{"query": "bridge", name: value}).status_code == 200, name
    assert search(query="bridge", alt="media").status_code == 400


REVIEW = {
    "@type": "ClaimReview",
    "url": "http://www.snopes.com/bridge",
    "claimReviewed": "The bridge cost forty million pounds",
    "datePublished": "2020-11-02",
    "inLanguage": "en",
    "reviewRating": {"@type": "Rating", "alternateName": "Miscaptioned"},
}


@pytest.fixture
def imported(api):
    """Take in reviews, each in turn."""

    def imported(*reviews):
        upload_reviews(api, list(reviews))

    return imported


def sites(answer):
    """The publishers of the reviews of each claim that is answered."""
    claims = answer.json.get("claims", [])
    return [[each["publisher"]["site"] for each in claim["claimReview"]] for claim in claims]


def test_an_imported_review_is_answered_field_for_field(imported, search):
    imported(REVIEW)
    (claim,) = search(query="bridge").json["claims"]
    review = {
        "publisher": {"name": "snopes.com", "site": "snopes.com"},
        "url": "http://www.snopes.com/bridge",
        "reviewDate": "2020-11-02T00:00:00Z",
        "textualRating": "Miscaptioned",
        "languageCode": "en",
    }
    assert claim == {"text": "The bridge cost forty million pounds", "claimReview": [review]}


def test_what_is_not_known_of_an_imported_review_is_left_out(imported, search):
    imported(REVIEW | {"datePublished": "2020-11", "reviewRating": None})
    (claim,) = search(query="bridge").json["claims"]
    (review,) = claim["claimReview"]
    assert review.keys() == {"publisher", "url", "languageCode"}


def test_our_review_stands_beside_those_of_others(api, imported, search):
    other = REVIEW | {"url": "http://www.politifact.com/bridge"}
    imported(REVIEW, other)
    (claim,) = api.anyone.get("/claims").json["items"]
    decision = {"status": "unverified", "reasons": "So it is."}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)
    assert sites(search(query="bridge")) == [["localhost", "snopes.com", "politifact.com"]]
    for site in ("localhost", "snopes.com", "www.politifact.com"):
        expected = [[site.removeprefix("www.")]]
        assert sites(search(query="bridge", reviewPublisherSiteFilter=site)) == expected
        assert sites(search(reviewPublisherSiteFilter=site)) == expected
    for site in ("afp.com", "[", "matics.com"):
        assert search(reviewPublisherSiteFilter=site).json == {}
        assert search(query="bridge", reviewPublisherSiteFilter=site).json == {}


def test_a_publishers_reviews_are_paged_newest_first_each_claim_once(imported, search):
    said = [f"The bridge has {number} arches" for number in ("two", "three", "four", "five")]
    reviews = [
        REVIEW | {"claimReviewed": words, "url": f"http://www.snopes.com/{number}"}
        for number, words in enumerate(said)
    ]
    imported(*reviews, reviews[0] | {"url": "http://www.snopes.com/again"})
    expected = [said[0], *said[:0:-1]]
    asked = {"reviewPublisherSiteFilter": "snopes.com", "pageSize": 2}
    first = search(**asked)
    second = search(pageToken=first.json["nextPageToken"], **asked)
    assert texts(first) + texts(second) == expected and "nextPageToken" not in second.json
    assert texts(search(offset=2, **asked)) == texts(second)
    assert sites(first) == [["snopes.com", "snopes.com"], ["snopes.com"]]


def test_the_age_of_an_imported_review_counts(imported, search):
    lately = (now() - timedelta(days=3)).date().isoformat()
    late = {"claimReviewed": "The bridge is to be painted red", "datePublished": lately}
    imported(REVIEW, REVIEW | late)
    for asked in ({"query": "bridge"}, {"reviewPublisherSiteFilter": "snopes.com"}):
        assert texts(search(maxAgeDays=5, **asked)) == [late["claimReviewed"]]
        assert texts(search(maxAgeDays=1, **asked)) == []
        assert len(texts(search(maxAgeDays=20_000, **asked))) == 2


def test_a_retracted_import_is_no_review(api, imported, search):
    imported(REVIEW)
    (claim,) = api.anyone.get("/claims").json["items"]
    (item,) = api.anyone.get(f"/claims/{claim['id']}/evidence").json["items"]
    api.contributor.post(
        f"/evidence/{item['id']}/retraction", {"reason": "A mistake of mine."}, expect=200
    )
    assert search(query="bridge").json == {}
    assert search(reviewPublisherSiteFilter="snopes.com").json == {}


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        pass


@pytest.fixture
def google(app):
    """Google's own client, told to ask this installation."""
    server = make_server("127.0.0.1", 0, app, handler_class=Quiet)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    endpoint = {"api_endpoint": f"http://127.0.0.1:{server.server_port}"}
    with build("factchecktools", "v1alpha1", developerKey="any", client_options=endpoint) as client:
        yield client.claims()
    server.shutdown()
    server.server_close()


def test_googles_own_client_is_served(google, reviewed):
    quotes = [f"The bridge has {number} arches" for number in ("two", "three", "four")]
    reviewed(*quotes)
    asked = google.search(query="bridge arches", languageCode="en-US", pageSize=2, maxAgeDays=7)
    found = []
    while asked is not None:
        answer = asked.execute()
        found += [claim["text"] for claim in answer["claims"]]
        asked = google.search_next(asked, answer)
    assert found == quotes[::-1]
    assert google.search(query="submarine").execute() == {}


def test_googles_own_client_understands_a_refusal(google):
    with pytest.raises(HttpError) as refused:
        google.search().execute()
    assert refused.value.status_code == 400
    assert refused.value.reason == "query: query is required unless a site is given."


@pytest.mark.parametrize(
    "text, moment",
    [
        ("2020-08-11", "2020-08-11T00:00:00Z"),
        ("2020-08-11T12:30:00Z", "2020-08-11T12:30:00Z"),
        ("2020-08-11T00:30:00.5+01:00", "2020-08-10T23:30:00Z"),
        ("2020-08", None),
        ("2020", None),
        ("", None),
    ],
)
def test_precision_is_not_invented(text, moment):
    assert search_format.format_google_datetime(text) == moment


@given(st.datetimes(timezones=st.timezones()))
def test_every_moment_is_given_in_utc(at):
    try:
        assert search_format.format_google_datetime(at.isoformat()) is not None
    except OverflowError:
        assert at.year in {1, 9999}
