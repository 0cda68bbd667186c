"""A person is erased: no name is left, and everything still verifies."""

from uuid import UUID

import pytest
from sqlalchemy import MetaData, select

from api.contributors.models import Contributor
from api.database.session import get_or_404, transaction
from api.verdicts import hash_chain
from tests.support.callers import Caller
from tests.support.tampering import check, make_key, tamper, verify

NAME = 'Aurélie "Nobody" O\'Hara-Wójcik'


@pytest.fixture
def key(api):
    return make_key(api)


@pytest.fixture
def person(api):
    """A reviewer who was enrolled over HTTP, whose name has been answered and stored."""
    once = {"Idempotency-Key": "enrol"}
    who = {"name": NAME, "role": "reviewer"}
    made = api.admin.post("/contributors", who, headers=once, expect=201).json
    issued = api.admin.post(f"/contributors/{made['id']}/keys", expect=201).json
    return Caller(
        api.app, {"Authorization": f"Bearer {issued['key']}"}, UUID(made["id"]), issued["key"]
    )


@pytest.fixture
def decided(api, key, claim, submit, person):
    """The person decided on a claim, submitted evidence, and judged others'."""
    items = [submit(claim, host) for host in ("first.example", "second.example")]
    mine = submit(claim, "third.example", "context", by=person)
    api.work()
    once = {"Idempotency-Key": "mine"}
    path = f"/evidence/{items[0]['id']}/review"
    person.post(path, {"decision": "accepted"}, headers=once, expect=200)
    path = f"/evidence/{mine['id']}/review"
    api.reviewer_2.post(path, {"decision": "accepted"}, headers=once, expect=200)
    decision = {"status": "confirmed", "reasons": "Because."}
    decision["evidence"] = [each["id"] for each in items]
    path = f"/claims/{claim['id']}/verdicts"
    person.post(path, decision, headers={"Idempotency-Key": "decide"}, expect=201)
    api.work()
    return claim


def erase(api, person, expect=200, **options):
    return api.admin.post(f"/contributors/{person.id}/erasure", expect=expect, **options)


def everything(api):
    """Every value in every table, the job engine's too."""
    engine, tables = api.app.extensions["engine"], MetaData()
    with engine.connect() as connection:
        for schema in (None, "dbos") if engine.dialect.name == "postgresql" else (None,):
            tables.reflect(connection, schema=schema)
        for table in tables.sorted_tables:
            for row in connection.execute(select(table)):
                yield from ((table.name, value) for value in row)


def named(api, words):
    """The tables that hold these words, however they were encoded."""
    found = set()
    for table, value in everything(api):
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        if any(word in text for word in words):
            found.add(table)
    return found


WORDS = ("Aurélie", "Aur\\u00e9lie", "Nobody", "Hara-W")


@pytest.mark.each_database
def test_no_name_is_left_anywhere(api, decided, person):
    assert named(api, WORDS) == {"contributors", "idempotent_answers", "status_documents"}
    erase(api, person)
    assert named(api, WORDS) == set()


def test_the_salt_is_gone_and_with_it_who_was_meant(api, decided, person):
    (verdict,) = api.anyone.get(f"/claims/{decided['id']}/history").json["items"]
    commitment = verdict["record"]["decided_by"]["commitment"]
    salt = row(api, person).salt
    assert hash_chain.commit_to_person(salt=salt, person=str(person.id)) == commitment
    erase(api, person)
    assert row(api, person).salt == "" and named(api, [salt]) == set()
    assert verdict["record"] == api.anyone.get(f"/verdicts/{verdict['id']}").json["record"]


def row(api, person):
    with api.app.app_context(), transaction(reads=True):
        return get_or_404(Contributor, person.id)


def test_every_chain_and_every_proof_still_verifies(api, decided, person, key, tmp_path):
    path = f"/claims/{decided['id']}"
    before = api.anyone.get(f"{path}/bundle").get_data()
    erase(api, person)
    assert verify(api) == (0, "Verifying\nintact\n")
    assert api.anyone.get(f"{path}/history").json["intact"] is True
    after = api.anyone.get(f"{path}/bundle").get_data()
    for each in (before, after):
        assert check(tmp_path, each, "--key", key, known=before)[0] == 0
    assert b'"decider": "erased"' in after and b'"decider": "erased"' not in before


def test_what_they_did_stays_as_nobodys_in_particular(api, decided, person):
    erased = erase(api, person).json
    assert erased["name"] == "erased" and erased["erased_at"] and not erased["active"]
    status = api.anyone.get(f"/claims/{decided['id']}/status").json
    assert status["status"] == "confirmed" and status["decided_by"]["name"] == "erased"
    listed = api.anyone.get(f"/claims/{decided['id']}/evidence?stance=context").json["items"]
    assert listed[0]["submitted_by"]["name"] == "erased"


def test_all_access_ends_for_good(api, person):
    erase(api, person)
    person.get("/claims", expect=401)
    (listed,) = api.admin.get(f"/contributors/{person.id}/keys").json["items"]
    assert listed["revoked_at"]
    address = f"/contributors/{person.id}"
    match = {"If-Match": api.admin.get(address).headers["ETag"]}
    refused = api.admin.patch(address, {"active": True}, headers=match, expect=409)
    assert refused.json["type"] == "/problems/is-erased"
    assert erase(api, person, expect=409).json["type"] == "/problems/is-erased"


def test_what_was_answered_under_a_key_is_neither_told_nor_done_again(api, decided, person):
    erase(api, person)
    who = {"name": NAME, "role": "reviewer"}
    once = {"Idempotency-Key": "enrol"}
    again = api.admin.post("/contributors", who, headers=once, expect=409)
    assert again.json["type"] == "/problems/shown-once"
    names = [each["name"] for each in api.admin.get("/contributors").json["items"]]
    assert NAME not in names and names.count("erased") == 1


def test_others_answers_are_kept(api, person, article):
    once = {"Idempotency-Key": "other"}
    quote = {"quote": "It cost much"}
    path = f"/articles/{article['id']}/claims"
    first = api.contributor.post(path, quote, headers=once, expect=201)
    erase(api, person)
    assert api.contributor.post(path, quote, headers=once, expect=201).json == first.json


def test_nobody_erases_themselves(api):
    refused = api.admin.post(f"/contributors/{api.admin.id}/erasure", expect=409)
    assert refused.json["type"] == "/problems/own-account"


def test_an_old_version_is_not_erased(api, person):
    stale = {"If-Match": '"000000000000.9"'}
    erase(api, person, expect=412, headers=stale)
    assert row(api, person).name == NAME


@pytest.mark.parametrize("who", ["anyone", "contributor", "reviewer"])
def test_only_admins_erase(api, person, who):
    path = f"/contributors/{person.id}/erasure"
    getattr(api, who).post(path, expect=401 if who == "anyone" else 403)


def test_a_salt_that_is_merely_gone_is_no_erasure(api, decided, person):
    tamper(api, "UPDATE contributors SET salt = '' WHERE name LIKE 'Aur%'")
    status, words = verify(api)
    assert status == 1 and "verdict 1: the decided_by beside it is another" in words
