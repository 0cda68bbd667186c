"""What is answered by the short way is what the usual way would have answered."""

import pytest

from api.errors import NotFound

ROUTES = ["/v1/claims/{}/status", "/v1/claims/{}/dossier"]
#: Of these, what was answered before.
LISTS = ["/v1/claims?limit=1", "/v1/claims?status=unverified", "/v1/claims/{}/dossier?limit=1"]
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


@pytest.fixture
def listed(api, article, decided):
    """So many that lists go on."""
    quote = {"quote": "The bridge was opened on 19 March 1932", "statement": "It was opened."}
    api.contributor.post(f"/articles/{article['id']}/claims", quote, expect=201)


@pytest.mark.parametrize("route", ROUTES + LISTS)
@pytest.mark.usefixtures("listed")
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


@pytest.mark.parametrize("route", ROUTES + LISTS)
def test_what_was_answered_before_is_only_asked_for(client, decided, route, monkeypatch):
    path = route.format(decided)
    first = client.get(path)
    for rendering in ("api.prepared.Form.row", "api.answers.encode"):
        monkeypatch.setattr(rendering, None)  # nothing can be made any more
    again = client.get(path)
    assert (again.status_code, again.data) == (200, first.data)
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 304


@pytest.fixture
def changes(api, claim, submit):
    """All that changes what is said about a claim, one after the other."""

    def edited():
        etag = api.contributor.get(f"/claims/{claim['id']}").headers["ETag"]
        change = {"tags": ["bridges"], "claimant": "The Example Herald"}
        api.contributor.patch(f"/claims/{claim['id']}", change, headers={"If-Match": etag})

    def submitted():
        submit(claim, "first.example")
        submit(claim, "second.example", "disputes")

    def items():
        return api.anyone.get(f"/claims/{claim['id']}/evidence").json["items"]

    def reviewed():
        rejection = {"decision": "rejected", "reason": "off_topic"}
        api.reviewer.post(f"/evidence/{items()[1]['id']}/review", rejection, expect=200)

    def decided(status, **more):
        verdict = {"status": status, "reasons": "So it is.", "evidence": [items()[0]["id"]]}
        api.reviewer.post(f"/claims/{claim['id']}/verdicts", verdict | more, expect=201)

    def renamed():
        source = api.anyone.get("/sources").json["items"][0]
        found = api.admin.get(f"/sources/{source['id']}")
        headers = {"If-Match": found.headers["ETag"]}
        api.admin.patch(f"/sources/{source['id']}", {"name": "The First"}, headers=headers)

    def corrected():
        correction = {"wrong": "1931", "right": "1932", "reason": "A slip."}
        api.reviewer.post(f"/claims/{claim['id']}/corrections", correction, expect=201)

    def tied():
        interest = {"interest": "I have a house there."}
        api.reviewer.post(f"/claims/{claim['id']}/interests", interest, expect=201)

    def retracted():
        own = {"reason": "I misread it."}
        api.contributor.post(f"/evidence/{items()[0]['id']}/retraction", own, expect=200)

    def withdrawn():
        api.reviewer.post(f"/claims/{claim['id']}/withdrawal", {"reason": "Gone."}, expect=200)

    return [
        *(edited, submitted, api.work, reviewed, lambda: decided("unverified")),
        *(renamed, corrected, tied, retracted, api.work, withdrawn),
    ]


@pytest.mark.parametrize("route", ROUTES + LISTS)
def test_every_change_is_seen_at_once(client, claim, changes, route):
    path = route.format(claim["id"])
    seen = [client.get(path).data]
    for change in changes:
        change()
        short = client.get(path)
        assert told(short) == told(client.get(path, headers=USUAL))
        seen.append(short.data)
    assert len(set(seen)) >= 3


def test_another_address_is_another_answer(client, claim):
    assert client.get("/v1/claims?claimant=a?").status_code == 200
    assert client.get("/v1/claims%3Fclaimant=a").status_code == 404


def test_no_more_is_kept_than_may_be(app, client, claim):
    remembered = app.express.remembered
    remembered.answers = type(remembered.answers)(5_000, getsizeof=remembered.answers.getsizeof)
    for n in range(20):
        assert client.get(f"/v1/claims?claimant={n}").status_code == 200
        assert 0 < remembered.answers.currsize <= 5_000
    assert client.get("/v1/claims?q=bridge").status_code == 200
    assert "q=bridge" not in {address.query for address in remembered.answers}
