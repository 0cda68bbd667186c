"""Clients of Google's Fact Check Tools API, at another address."""

import threading
from datetime import timedelta
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import time_machine
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from hypothesis import given
from hypothesis import strategies as st

from api.db import now
from api.feeds import factcheck

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
    assert factcheck.moment(text) == moment


@given(st.datetimes(timezones=st.timezones()))
def test_every_moment_is_given_in_utc(at):
    try:
        assert factcheck.moment(at.isoformat()) is not None
    except OverflowError:
        assert at.year in {1, 9999}
