"""Scripts of any site may read, and none may write."""

import pytest

ORIGIN = {"Origin": "https://paper.example"}


@pytest.fixture
def client(app):
    return app.test_client()


def preflight(client, path, method):
    asked = ORIGIN | {
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "content-type",
    }
    return client.options(path, headers=asked)


@pytest.mark.parametrize(
    "path, status",
    [
        ("/v1/claims", 200),
        ("/v1/claims/none", 404),
        ("/v1/claims?limit=0", 422),
        ("/v1alpha1/claims:search?query=x", 200),
        ("/v1alpha1/claims:search", 400),
        ("/openapi.json", 200),
    ],
)
def test_answers_and_refusals_to_a_reader_may_be_read(client, path, status):
    for ask in (client.get, client.head):
        answer = ask(path, headers=ORIGIN)
        assert answer.status_code == status
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        exposed = answer.headers["Access-Control-Expose-Headers"].split(", ")
        assert {"ETag", "Link", "RateLimit", "RateLimit-Policy"} <= set(exposed)
        assert "Access-Control-Allow-Credentials" not in answer.headers


def test_what_has_not_changed_may_be_read(client):
    etag = client.get("/v1/claims").headers["ETag"]
    answer = client.get("/v1/claims", headers={"If-None-Match": etag})
    assert answer.status_code == 304
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/v1/status-lookup", "/v1/matches"])
def test_a_question_by_post_may_be_asked(client, path):
    before = preflight(client, path, "POST")
    assert before.status_code == 200
    assert before.headers["Access-Control-Allow-Origin"] == "*"
    assert before.headers["Access-Control-Allow-Methods"] == "POST"
    assert "Content-Type" in before.headers["Access-Control-Allow-Headers"]
    assert client.post(path, json={}).headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/v1/claims", "/v1alpha1/claims:search", "/openapi.json"])
def test_a_condition_may_be_sent(client, path):
    before = preflight(client, path, "GET")
    assert before.headers["Access-Control-Allow-Methods"] == "GET"
    assert "If-None-Match" in before.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    "path, method",
    [
        ("/v1/articles", "POST"),
        ("/v1/imports/uploads", "POST"),
        ("/v1/sources/019a0000-0000-7000-8000-000000000000", "PATCH"),
        ("/v1/matches", "PUT"),
        ("/v1/nowhere", "GET"),
        ("/claims", "GET"),
    ],
)
def test_nothing_else_is_open(client, path, method):
    answer = preflight(client, path, method)
    assert not [name for name in dict(answer.headers) if name.startswith("Access-Control")]


def test_a_write_without_a_preflight_is_not_answered_to_scripts(client):
    answer = client.post("/v1/articles", data="{}", content_type="text/plain", headers=ORIGIN)
    assert answer.status_code in {401, 415}
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_pages_for_people_stay_closed(client):
    for path in ("/", "/docs"):
        assert "Access-Control-Allow-Origin" not in client.get(path).headers


def test_a_preflight_to_no_host_is_a_problem(client):
    asked = ORIGIN | {"Access-Control-Request-Method": "GET", "Host": "a..b"}
    answer = client.options("/v1/claims", headers=asked)
    assert (answer.status_code, answer.mimetype) == (400, "application/problem+json")
