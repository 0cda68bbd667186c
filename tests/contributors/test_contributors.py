"""People and their keys."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from tests.support.callers import Caller
from tests.support.examples import ARTICLE


def enrol(api, role="contributor"):
    return api.admin.post("/contributors", {"name": "Ann", "role": role}, expect=201)


def key_for(api, person, **options):
    issued = api.admin.post(f"/contributors/{person['id']}/keys", options, expect=201).json
    return issued, Caller(api.app, {"Authorization": f"Bearer {issued['key']}"})


@pytest.mark.each_database
def test_an_admin_enrols_somebody_who_can_then_write(api):
    created = enrol(api)
    person = api.admin.get(created.headers["Location"]).json
    assert person == created.json and person["role"] == "contributor" and person["active"]
    _, ann = key_for(api, person)
    ann.post("/articles", ARTICLE, expect=201)
    names = [each["name"] for each in api.admin.get("/contributors").json["items"]]
    assert names == ["Admin", "Ann"]


def test_a_key_is_shown_once_and_never_stored(api, app):
    person = enrol(api).json
    issued, _ = key_for(api, person)
    (listed,) = api.admin.get(f"/contributors/{person['id']}/keys").json["items"]
    assert "key" not in listed and issued["key"].startswith(listed["prefix"])
    with app.extensions["engine"].connect() as connection:
        for table in ("api_keys", "idempotent_answers", "audit_log"):
            rows = connection.execute(text(f"SELECT * FROM {table}")).all()
            assert issued["key"] not in str(rows)


def test_a_key_has_an_address_that_tells_all_but_the_key(api):
    made = api.admin.post(f"/contributors/{enrol(api).json['id']}/keys", {}, expect=201)
    assert made.headers["Cache-Control"] == "no-store"
    seen = api.admin.get(made.headers["Location"]).json
    assert seen == {name: value for name, value in made.json.items() if name != "key"}
    api.reviewer.get(made.headers["Location"], expect=403)


@pytest.mark.parametrize("active", [1, 0, "yes", "true", None])
def test_active_is_true_or_false(api, active):
    where = enrol(api).headers["Location"]
    match = {"If-Match": api.admin.get(where).headers["ETag"]}
    api.admin.patch(where, {"active": active}, headers=match, expect=422)


def test_a_key_is_not_kept_for_its_idempotency_key(api, app):
    person, once = enrol(api).json, {"Idempotency-Key": "k"}
    path = f"/contributors/{person['id']}/keys"
    key = api.admin.post(path, headers=once, expect=201).json["key"]
    again = api.admin.post(path, headers=once, expect=409)
    assert again.json["type"] == "/problems/shown-once"
    assert len(api.admin.get(path).json["items"]) == 1
    with app.extensions["engine"].connect() as connection:
        stored = connection.execute(text("SELECT * FROM idempotent_answers")).all()
        assert stored and key not in str(stored)


def test_a_revoked_key_opens_nothing(api):
    issued, ann = key_for(api, enrol(api).json)
    ann.get("/claims")
    revoked = api.admin.post(f"/keys/{issued['id']}/revocation", expect=200)
    assert revoked.json["revoked_at"]
    ann.post("/articles", ARTICLE, expect=401)
    ann.get("/claims", expect=401)
    again = api.admin.post(f"/keys/{issued['id']}/revocation", expect=409)
    assert again.json["type"] == "/problems/already-revoked"


def test_a_key_expires(api):
    soon = datetime.now(UTC) + timedelta(hours=1)
    past = datetime.now(UTC) - timedelta(seconds=1)
    person = enrol(api).json
    _, fresh = key_for(api, person, expires_at=soon.isoformat())
    _, stale = key_for(api, person, expires_at=past.isoformat())
    fresh.post("/articles", ARTICLE, expect=201)
    stale.post("/articles", ARTICLE, expect=401)


def change(api, person, expect=200, **what):
    address = f"/contributors/{person['id']}"
    match = {"If-Match": api.admin.get(address).headers["ETag"]}
    return api.admin.patch(address, what, headers=match, expect=expect)


def test_access_ends_and_comes_back(api):
    person = enrol(api).json
    _, ann = key_for(api, person)
    change(api, person, active=False)
    ann.post("/articles", ARTICLE, expect=401)
    change(api, person, active=True)
    ann.post("/articles", ARTICLE, expect=201)


def test_a_role_changes(api):
    person = enrol(api).json
    _, ann = key_for(api, person)
    ann.get("/contributors", expect=403)
    change(api, person, role="admin")
    ann.get("/contributors")


def test_nobody_saws_off_their_own_branch(api):
    me = {"id": str(api.admin.id)}
    for what in ({"active": False}, {"role": "contributor"}):
        assert change(api, me, expect=409, **what).json["type"] == "/problems/own-account"


def test_when_a_key_was_used_to_write_is_known_to_the_hour(api):
    person = enrol(api).json
    _, ann = key_for(api, person)
    path = f"/contributors/{person['id']}/keys"
    ann.get("/claims")
    assert api.admin.get(path).json["items"][0]["last_used_at"] is None
    ann.post("/articles", ARTICLE, expect=201)
    assert api.admin.get(path).json["items"][0]["last_used_at"]


@pytest.mark.parametrize("who", ["anyone", "contributor", "reviewer"])
def test_only_admins_see_people_and_keys(api, who):
    expected = 401 if who == "anyone" else 403
    getattr(api, who).get("/contributors", expect=expected)
    getattr(api, who).post("/contributors", {"name": "X", "role": "admin"}, expect=expected)


def test_the_command_line_makes_the_first_key(app, api):
    runner = app.test_cli_runner()
    result = runner.invoke(args=["key", "First", "--role", "admin"])
    caller = Caller(app, {"Authorization": f"Bearer {result.output.strip()}"})
    caller.get("/contributors")
    runner.invoke(args=["key", "First", "--role", "admin"])
    names = [each["name"] for each in caller.get("/contributors").json["items"]]
    assert names.count("First") == 1
