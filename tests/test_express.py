"""What is answered by the short way is what the usual way would have answered."""

import pytest

from api.errors import NotFound

ROUTES = ["/v1/claims/{}/status", "/v1/claims/{}/dossier"]
#: A condition that changes nothing, and that only the usual way knows.
USUAL = {"If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}
#: Headers that differ from one request to the next.
OWN = {"X-Request-Id", "RateLimit", "Date"}


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def decided(api, claim, submit):
    item = submit(claim, "first.example")
    api.work()
    verdict = {"status": "unverified", "reasons": "Not yet.", "evidence": [item["id"]]}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", verdict, expect=201)
    return claim["id"]


@pytest.fixture
def no_usual_way(app, monkeypatch):
    """Flask, where it is asked, finds nothing."""

    def nothing(**_):
        raise NotFound("The usual way was taken.")

    for endpoint in ("verdicts.get_status", "evidence.get_dossier"):
        monkeypatch.setitem(app.view_functions, endpoint, nothing)


def told(answer):
    headers = {name: value for name, value in answer.headers if name not in OWN}
    return answer.status_code, headers, answer.data


@pytest.mark.parametrize("route", ROUTES)
def test_both_ways_answer_the_same(client, decided, route):
    path = route.format(decided)
    short = client.get(path)
    assert short.status_code == 200
    assert told(short) == told(client.get(path, headers=USUAL))
    for asked in (short.headers["ETag"], f'W/{short.headers["ETag"]}, "other"', '"other"', "*"):
        asking = {"If-None-Match": asked}
        assert told(client.get(path, headers=asking)) == told(
            client.get(path, headers=asking | USUAL)
        )
    assert client.get(path, headers={"If-None-Match": short.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("route", ROUTES)
def test_the_short_way_needs_no_flask(client, decided, route, no_usual_way):
    path = route.format(decided)
    assert client.get(path).status_code == 200
    keys = {"Authorization": "Bearer none"}, {"Authorization": ""}
    for usual in (USUAL, {"Range": "bytes=0-1"}, {"Read-After": "0/0"}, *keys):
        assert client.get(path, headers=usual).status_code == 404
    assert client.get(path, headers={"Host": "a..b"}).status_code == 400
    assert client.get(f"{path}?limit=1").status_code == 404
    assert client.head(path).status_code == 404
    assert client.get(path, base_url="http://localhost/mounted").status_code == 404


@pytest.mark.parametrize("route", ROUTES)
def test_refusals_are_problems_and_counted_once(client, route):
    path = route.format("01930000-0000-7000-8000-000000000001")
    left = []
    for _ in range(2):
        answer = client.get(path)
        assert answer.status_code == 404
        assert answer.mimetype == "application/problem+json"
        left.append(int(answer.headers["RateLimit"].split(";r=")[1].split(";")[0]))
    assert left[0] - left[1] == 1
    assert client.get(route.format("x")).status_code == 404


def test_the_limits_hold(restart, decided):
    client = restart(rate_limit_address="2/minute").app.test_client()
    path = ROUTES[0].format(decided)
    assert [client.get(path).status_code for _ in range(3)] == [200, 200, 429]


def test_an_edit_is_seen_at_once(api, client, decided):
    path = ROUTES[1].format(decided)
    before = client.get(path)
    claim = api.contributor.get(f"/claims/{decided}")
    change = {"tags": ["bridges"]}
    api.contributor.patch(f"/claims/{decided}", change, headers={"If-Match": claim.headers["ETag"]})
    after = client.get(path, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert after.json["claim"]["tags"] == ["bridges"]
