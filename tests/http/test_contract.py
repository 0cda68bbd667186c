"""The HTTP contract: what every endpoint promises alike."""

import json
import threading

import pytest

from tests.support.examples import ARTICLE, NOWHERE
from tests.support.problems import assert_problem


def raw(caller, body, content_type="application/json", path="/v1/articles", **headers):
    return caller.open("POST", path, data=body, content_type=content_type, headers=headers)


def nothing_stored(api):
    return api.anyone.get("/articles").json["items"] == []


BAD = {
    "unknown field": ({**ARTICLE, "colour": "red"}, "#/colour"),
    "missing field": ({"title": "No text"}, "#/text"),
    "wrong type": ({**ARTICLE, "title": 7}, "#/title"),
    "null": ({**ARTICLE, "title": None}, "#/title"),
    "too long": ({**ARTICLE, "title": "x" * 501}, "#/title"),
    "blank": ({**ARTICLE, "title": " \n"}, "#/title"),
    "NUL": ({**ARTICLE, "text": "a\0b"}, "#/text"),
    "lone surrogate": ({**ARTICLE, "text": "a\ud800b"}, "#/text"),
    "bad address": ({**ARTICLE, "url": "a.example/1"}, "#/url"),
    "NUL in an address": ({**ARTICLE, "url": "http://a.example/\0"}, "#/url"),
    "lone surrogate in an address": ({**ARTICLE, "url": "http://a.example/\ud800"}, "#/url"),
    "line break at the end": ({**ARTICLE, "language": "en\n"}, "#/language"),
    "endless language": ({**ARTICLE, "language": "en" + "-abcdefgh" * 50}, "#/language"),
    "nothing to see": ({**ARTICLE, "title": "\u200b\x1e"}, "#/title"),
    "no such month": ({**ARTICLE, "published_at": "2020-13"}, "#/published_at"),
    "a moment without its zone": (
        {**ARTICLE, "published_at": "2020-05-31T09:00:00"},
        "#/published_at",
    ),
    "inside a list": ({**ARTICLE, "retells": ["fine", 3]}, "#/retells/1"),
    "odd key": ({**ARTICLE, "a/b~c": 1}, "#/a~1b~0c"),
    "not an object": ([1, 2], "#"),
}


@pytest.mark.parametrize("body, pointer", BAD.values(), ids=BAD)
def test_what_is_wrong_is_pointed_to(api, body, pointer):
    answer = assert_problem(raw(api.contributor, json.dumps(body)), 422, "invalid")
    assert pointer in [error["pointer"] for error in answer["errors"]]
    assert nothing_stored(api)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"",
        b'{"title": NaN}',
        b'{"title": "a", "title": "b"}',
        b'{"\\ud800": 1}',
        b"\xff\xfe",
        b"[" * 100_000,
        b"1" * 5_000,
    ],
)
def test_what_is_not_json_is_refused(api, body):
    answer = raw(api.contributor, body)
    assert_problem(answer, 400, "bad-request")
    assert nothing_stored(api)


@pytest.mark.parametrize("host", ["[1::::2]", "...", "@", "a" * 64 + ".example", "a..example"])
def test_an_address_that_names_no_host_is_refused(api, host):
    answer = api.contributor.post("/articles", {**ARTICLE, "url": f"http://{host}/"})
    assert_problem(answer, 422, "address-refused")
    assert nothing_stored(api)


def test_other_content_is_refused(api):
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = raw(api.contributor, "title=x", content_type)
        assert_problem(answer, 415, "unsupported-media-type")


def test_a_body_over_the_limit_is_refused(api):
    body = json.dumps(ARTICLE | {"text": "x" * 2_600_000})
    assert_problem(raw(api.contributor, body), 413, "content-too-large")


@pytest.mark.parametrize(
    "path", [f"/claims/{NOWHERE}", f"/claims/{NOWHERE}/status", "/claims/7", "/nothing"]
)
def test_what_is_not_there_is_not_found(api, path):
    assert_problem(api.anyone.get(path, expect=404), 404, "not-found")


@pytest.mark.parametrize("number", [0, 3, 2**31, 2**63, 10**30])
def test_a_number_that_nothing_has_is_not_found(api, article, number):
    path = f"/articles/{article['id']}/versions/{number}/diff"
    assert_problem(api.anyone.get(path, expect=404), 404, "not-found")


def test_another_method_is_told_which_are_allowed(api):
    answer = api.anyone.open("DELETE", "/claims")
    assert_problem(answer, 405, "method-not-allowed")
    assert "GET" in answer.headers["Allow"]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer é"])
def test_strangers_get_401_before_anything_else(api, header):
    headers = {"Authorization": header} if header else {}
    answer = raw(api.anyone, "{", **headers)
    assert_problem(answer, 401, "unauthenticated")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_the_wrong_role_gets_403_before_shapes_are_looked_at(api):
    answer = api.contributor.post("/contributors", {"nonsense": 1})
    assert_problem(answer, 403, "forbidden")


def test_a_bad_key_is_told_so_even_where_none_is_needed(api):
    answer = api.anyone.open("GET", "/claims", headers={"Authorization": "Bearer nonsense"})
    assert_problem(answer, 401, "unauthenticated")


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=x",
        "cursor=nonsense",
        "cursor=%1E",
        "colour=red",
        "tag=%00",
        "withdrawn=yes",
        "since=2020-05-31",
        "since=0001-01-01T00:00:00%2B12:00",
        "until=9999-12-31T23:00:00-12:00",
    ],
)
def test_bad_query_parameters_are_named(api, query):
    answer = api.anyone.get(f"/claims?{query}", expect=422)
    assert answer.json["errors"][0]["parameter"] == query.partition("=")[0]


@pytest.fixture
def articles(api):
    for number in range(5):
        title = {"title": f"Article {number}"}
        api.contributor.post("/articles", ARTICLE | title, expect=201)


@pytest.mark.each_database
def test_pages_hold_everything_once(api, articles):
    titles, path = [], "/v1/articles?limit=2"
    while path:
        answer = api.anyone.get(path)
        titles += [item["title"] for item in answer.json["items"]]
        link = answer.headers.get("Link")
        assert bool(link) == bool(answer.json["next_cursor"])
        path = link and link.removeprefix("<").partition(">")[0]
    assert titles == [f"Article {number}" for number in (4, 3, 2, 1, 0)]


def test_what_comes_in_meanwhile_shifts_nothing(api, articles):
    first = api.anyone.get("/articles?limit=2").json
    api.contributor.post("/articles", ARTICLE, expect=201)
    second = api.anyone.get(f"/articles?limit=2&cursor={first['next_cursor']}").json
    assert [item["title"] for item in second["items"]] == ["Article 2", "Article 1"]


def test_a_cursor_of_another_list_is_refused(api, articles):
    cursor = api.anyone.get("/articles?limit=2").json["next_cursor"]
    for path in (f"/claims?cursor={cursor}", f"/articles?url=http://a.example/&cursor={cursor}"):
        assert_problem(api.anyone.get(path, expect=422), 422, "foreign-cursor")


def test_every_read_has_an_etag(api, article):
    for path in ("/articles", f"/articles/{article['id']}", f"/articles/{article['id']}/text"):
        etag = api.anyone.get(path).headers["ETag"]
        same = api.anyone.get(path, headers={"If-None-Match": etag}, expect=304)
        assert same.headers["ETag"] == etag and not same.get_data()
        api.anyone.get(path, headers={"If-None-Match": '"other"'}, expect=200)


def test_a_read_may_ask_for_one_version_alone(api, article):
    path = f"/articles/{article['id']}"
    api.anyone.get(path, headers={"If-Match": api.anyone.get(path).headers["ETag"]}, expect=200)
    answer = api.anyone.get(path, headers={"If-Match": '"another"'}, expect=412)
    assert_problem(answer, 412, "precondition-failed")


@pytest.mark.each_database
def test_a_post_sent_twice_under_a_key_is_done_once(api):
    key = {"Idempotency-Key": "a-1"}
    first = api.contributor.post("/articles", ARTICLE, headers=key, expect=201)
    again = api.contributor.post("/articles", ARTICLE, headers=key, expect=201)
    assert again.get_data() == first.get_data()
    for header in ("Location", "ETag", "Content-Type"):
        assert again.headers[header] == first.headers[header]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(api.anyone.get("/articles").json["items"]) == 1


def test_a_key_with_another_request_is_refused(api):
    key = {"Idempotency-Key": "a-1"}
    api.contributor.post("/articles", ARTICLE, headers=key, expect=201)
    other = ARTICLE | {"title": "Other"}
    answer = api.contributor.post("/articles", other, headers=key)
    assert_problem(answer, 422, "key-reused")


def test_a_key_with_another_address_is_refused(api, article):
    key, quote = {"Idempotency-Key": "a-1"}, {"quote": "It cost much"}
    second = api.contributor.post("/articles", ARTICLE, expect=201).json
    path = f"/articles/{article['id']}/claims"
    api.contributor.post(path, quote, headers=key, expect=201)
    for other in (f"/articles/{second['id']}/claims", f"{path}?again"):
        assert_problem(api.contributor.post(other, quote, headers=key), 422, "key-reused")
    assert len(api.anyone.get("/claims").json["items"]) == 1


def test_a_second_key_does_not_forget_the_first(api):
    first, second = ({"Idempotency-Key": each} for each in ("a-1", "a-2"))
    for key in (first, second):
        api.contributor.post("/articles", ARTICLE, headers=key, expect=201)
    again = api.contributor.post("/articles", ARTICLE, headers=first, expect=201)
    assert again.headers["Idempotent-Replayed"] == "true"
    assert len(api.anyone.get("/articles").json["items"]) == 2


def test_a_key_is_its_callers_own(api):
    key = {"Idempotency-Key": "a-1"}
    for caller in (api.contributor, api.contributor_2):
        caller.post("/articles", ARTICLE, headers=key, expect=201)
    assert len(api.anyone.get("/articles").json["items"]) == 2


def test_a_refusal_is_not_kept(api):
    key = {"Idempotency-Key": "a-1"}
    api.contributor.post("/articles", {"title": "No text"}, headers=key, expect=422)
    api.contributor.post("/articles", ARTICLE, headers=key, expect=201)


@pytest.mark.parametrize("key", ["", "x" * 201, "é"])
def test_an_unusable_key_is_refused(api, key):
    answer = api.contributor.post("/articles", ARTICLE, headers={"Idempotency-Key": key})
    assert assert_problem(answer, 422, "invalid")["errors"][0]["parameter"] == "Idempotency-Key"
    assert nothing_stored(api)


def test_a_key_is_forgotten_after_a_day(api, app):
    import time_machine

    key = {"Idempotency-Key": "a-1"}
    with time_machine.travel("2026-01-01T00:00:00Z", tick=False):
        api.contributor.post("/articles", ARTICLE, headers=key, expect=201)
    with time_machine.travel("2026-01-02T00:00:01Z", tick=False):
        api.contributor.post("/articles", ARTICLE, headers=key, expect=201)
    assert len(api.anyone.get("/articles").json["items"]) == 2


@pytest.mark.each_database
def test_the_same_request_at_once_is_done_once(api):
    key, answers = {"Idempotency-Key": "a-1"}, []
    caller = api.contributor

    def send():
        client = api.app.test_client()
        answers.append(client.post("/v1/articles", json=ARTICLE, headers=caller.headers | key))

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {201, 409}
    for answer in answers:
        if answer.status_code == 409:
            assert_problem(answer, 409, "still-running")
    assert len(api.anyone.get("/articles").json["items"]) == 1


def test_the_limits_are_told_and_kept(api, restart):
    tight = restart(rate_limit_address="3/minute", rate_limit_key="2/minute")
    first = tight.anyone.get("/claims")
    assert first.headers["RateLimit-Policy"] == '"address";q=3;w=60'
    assert first.headers["RateLimit"].startswith('"address";r=2;t=')
    keyed = tight.contributor
    keyed.get("/claims")
    assert '"key";r=0' in ",".join(keyed.get("/claims").headers.getlist("RateLimit"))
    refused = keyed.open("GET", "/claims")
    assert_problem(refused, 429, "too-many-requests")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    tight.anyone.get("/healthz")


def test_each_type_of_problem_leads_to_its_meaning(api):
    listing = api.anyone.client.get("/problems/").get_data(as_text=True)
    assert "The article does not say that (422)" in listing
    meaning = api.anyone.client.get("/problems/quote-not-found")
    assert meaning.status_code == 200 and meaning.mimetype == "text/plain"
    assert api.anyone.client.get("/problems/content-too-large").status_code == 200
    assert api.anyone.client.get("/problems/nonsense").status_code == 404


def test_our_own_mistakes_say_nothing_of_the_inside(api, monkeypatch):
    from api.articles import service

    def broken(**_):
        raise RuntimeError("/secret/path SELECT")

    monkeypatch.setattr(service, "add_article", broken)
    answer = api.contributor.post("/articles", ARTICLE)
    body = assert_problem(answer, 500, "internal-error")
    assert "secret" not in json.dumps(body) and "SELECT" not in json.dumps(body)
