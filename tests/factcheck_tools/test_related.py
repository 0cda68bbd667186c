"""Looking up what others have published, at a stand-in that answers as Google documents it."""

import json
import threading
from collections import deque
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from api.factcheck_tools.lookup import service as lookup
from api.factcheck_tools.lookup.google import MAX_TEXT_LENGTH
from api.factcheck_tools.lookup.reviews import FoundReview, ProviderFailed, ProviderResult
from tests.support.processes import free_port

pytestmark = pytest.mark.once

KEY = "the-key"

#: As in the reference: FactCheckedClaimSearchResponse.
REVIEW = {
    "publisher": {"name": "Full Fact", "site": "fullfact.org"},
    "url": "https://fullfact.org/bridge/",
    "title": "The bridge was not opened in 1932",
    "reviewDate": "2021-01-02T00:00:00Z",
    "textualRating": "Incorrect. It was 1933.",
    "languageCode": "en",
}
CLAIM = {
    "text": "The bridge opened in 1932",
    "claimant": "The Herald",
    "claimDate": "2020-10-18T00:00:00Z",
    "claimReview": [REVIEW],
}


@dataclass
class Google:
    """`answers` are those to come: JSON, or (status, body); when there are none left, `{}`."""

    answers: deque = field(default_factory=deque)
    asked: list = field(default_factory=list)

    def answer(self, path, query):
        if path != "/v1alpha1/claims:search":
            return error(404, "NOT_FOUND")
        if query.get("key") != KEY:
            return error(400, "INVALID_ARGUMENT")
        return self.answers.popleft() if self.answers else {}

    def serve(self):
        google = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                parts = urlsplit(self.path)
                query = {name: value for name, (value,) in parse_qs(parts.query).items()}
                google.asked.append(query)
                answer = google.answer(parts.path, query)
                status, body = answer if isinstance(answer, tuple) else (200, answer)
                body = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=UTF-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.005,), daemon=True).start()
        self.port = server.server_port
        return server


def error(status, name):
    return status, {"error": {"code": status, "message": "It is refused.", "status": name}}


@pytest.fixture
def google():
    google = Google()
    server = google.serve()
    yield google
    server.shutdown()
    server.server_close()


@pytest.fixture
def settings(settings, google):
    return replace(
        settings,
        factcheck_key=KEY,
        factcheck_url="http://factchecktools.example/",
        fetch_connect_to=(
            f"factchecktools.example:80=127.0.0.1:{google.port}",
            f"dead.example:80=127.0.0.1:{free_port()}",
            *settings.fetch_connect_to,
        ),
    )


@pytest.fixture
def related(api, claim):
    def related(by=None, expect=200, **query):
        path = f"/claims/{claim['id']}/related"
        return (by or api.contributor).get(path, query_string=query, expect=expect).json

    return related


def test_what_is_found_is_passed_on(claim, google, related):
    google.answers.append({"claims": [CLAIM]})
    assert related() == {
        "claim": claim["id"],
        "query": claim["statement"],
        "coverage": "full",
        "providers": [
            {"name": "google-fact-check-tools", "answered": True, "complete": True, "reason": None}
        ],
        "items": [
            {
                "provider": "google-fact-check-tools",
                "url": "https://fullfact.org/bridge/",
                "claim": "The bridge opened in 1932",
                "claimant": "The Herald",
                "claimed_on": "2020-10-18T00:00:00Z",
                "publisher": "Full Fact",
                "site": "fullfact.org",
                "title": "The bridge was not opened in 1932",
                "reviewed_on": "2021-01-02T00:00:00Z",
                "rating": "Incorrect. It was 1933.",
                "language": "en",
            }
        ],
    }
    assert google.asked == [{"query": claim["statement"], "pageSize": "10", "key": KEY}]


def test_what_is_asked_can_be_said(google, related):
    assert related(query="小米 2020", language="zh", limit=3)["query"] == "小米 2020"
    assert google.asked == [
        {"query": "小米 2020", "languageCode": "zh", "pageSize": "3", "key": KEY}
    ]


def test_nothing_found_is_an_empty_list_in_full(related):
    found = related()
    assert (found["items"], found["coverage"]) == ([], "full")


def test_a_claim_with_several_reviews_is_several(google, related):
    another = REVIEW | {"url": "https://another.example/"}
    google.answers.append({"claims": [CLAIM | {"claimReview": [REVIEW, another]}, {"text": "x"}]})
    assert [item["site"] for item in related()["items"]] == ["fullfact.org"] * 2


def test_of_more_than_is_shown_it_is_said(google, related):
    google.answers.append({"claims": [CLAIM], "nextPageToken": "CAo"})
    found = related()
    assert found["coverage"] == "degraded" and len(found["items"]) == 1
    assert found["providers"][0]["reason"] == "it has more"


@pytest.mark.parametrize(
    "broken",
    [
        "no object",
        {"claimReview": "no list"},
        {"claimReview": ["no object"]},
        {"claimReview": [{}]},
        {"claimReview": [REVIEW | {"url": "javascript:alert(1)"}]},
        {"claimReview": [REVIEW | {"url": "https://a.example/\ud800"}]},
        {"claimReview": [REVIEW | {"url": f"https://a.example/{'a' * 2_000}"}]},
        {"claimReview": [REVIEW | {"url": 7}]},
    ],
)
def test_what_cannot_be_read_costs_only_itself(google, related, broken):
    google.answers.append({"claims": [broken, CLAIM]})
    found = related()
    assert found["coverage"] == "degraded"
    assert [item["site"] for item in found["items"]] == ["fullfact.org"]
    assert found["providers"][0]["reason"] == "1 of its reviews could not be read"


def test_hostile_text_is_text(google, related):
    odd = {"textualRating": "\ud800 \0 <b>", "title": "x" * 9_000, "publisher": ["no object"]}
    google.answers.append({"claims": [{"text": 7, "claimReview": [REVIEW | odd]}]})
    (item,) = related()["items"]
    assert item["rating"] == "? \ufffd <b>" and item["title"] == "x" * MAX_TEXT_LENGTH
    assert item["publisher"] is item["site"] is item["claim"] is None


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (error(403, "PERMISSION_DENIED"), "It answered with status 403 (PERMISSION_DENIED)."),
        (error(429, "RESOURCE_EXHAUSTED"), "It answered with status 429 (RESOURCE_EXHAUSTED)."),
        ((500, b"<html>"), "It answered with status 500."),
        ((302, {}), "It answered with status 302."),
        ((200, b"<html>"), "Its answer is not understood."),
        ((200, b"[" * 100_000), "Its answer is not understood."),
        ((200, []), "Its answer is not understood."),
        ((200, {"claims": "none"}), "Its answer is not understood."),
    ],
)
def test_a_look_up_that_failed_is_an_error_and_not_nothing(google, related, answer, reason):
    google.answers.append(answer)
    problem = related(expect=503)
    assert problem["type"] == "/problems/lookup-failed"
    assert problem["providers"] == {"google-fact-check-tools": reason}
    assert "items" not in problem


def test_a_key_that_is_no_good_is_an_error_and_not_shown(restart, related):
    problem = related(by=restart(factcheck_key="another").contributor, expect=503)
    assert "INVALID_ARGUMENT" in str(problem) and "another" not in str(problem)


@pytest.mark.parametrize("url", ["http://dead.example", "http://127.0.0.1"])
def test_nobody_there_is_an_error(restart, related, url):
    problem = related(by=restart(factcheck_url=url).contributor, expect=503)
    assert problem["type"] == "/problems/lookup-failed" and KEY not in str(problem)


def test_without_a_key_nobody_is_asked(restart, related, google):
    problem = related(by=restart(factcheck_key="").contributor, expect=404)
    assert problem["type"] == "/problems/lookup-is-off"
    assert google.asked == []


def test_only_who_may_bring_evidence_may_ask(api, related, google):
    related(by=api.anyone, expect=401)
    assert google.asked == []


def test_of_no_claim_nothing_is_asked(api, google):
    api.contributor.get("/claims/01930000-0000-7000-8000-000000000001/related", expect=404)
    assert google.asked == []


def test_no_transaction_is_open_while_it_is_waited_for(api, claim, google, related):
    """SQLite would refuse the write, had the look-up not let go."""

    class Slow(deque):
        def popleft(self):
            path = f"/claims/{claim['id']}"
            etag = {"If-Match": api.anyone.get(path).headers["ETag"]}
            api.reviewer.patch(path, {"tags": ["bridges"]}, expect=200, headers=etag)
            return {"claims": [CLAIM]}

    google.answers = Slow([1])
    assert len(related()["items"]) == 1


class Provider:
    def __init__(self, name, found):
        self.name, self.found = name, found

    def search(self, query, *, language, limit):
        if isinstance(self.found, Exception):
            raise self.found
        return self.found


def test_of_several_providers_some_may_fail():
    review = FoundReview("one", "https://a.example/", *[None] * 9)
    asked = [
        Provider("one", ProviderResult([review])),
        Provider("two", ProviderFailed("It is away.")),
    ]
    found = lookup.search_providers(asked, "words", language=None, limit=10)
    assert found.items == [review] and found.coverage is lookup.Coverage.DEGRADED
    assert [(each.name, each.answered, each.reason) for each in found.providers] == [
        ("one", True, None),
        ("two", False, "It is away."),
    ]
    with pytest.raises(lookup.LookupFailed):
        lookup.search_providers(asked[1:], "words", language=None, limit=10)
