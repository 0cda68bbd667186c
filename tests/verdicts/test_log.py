"""The log of all verdicts: its places, checkpoints, keys and proofs, over HTTP."""

import json
import threading
from base64 import b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from sqlalchemy import MetaData, func, select, text
from sqlalchemy.exc import DBAPIError

from api.database.session import transaction
from api.verdicts.models import LogEntry, LogHead, LogNode, LogQueueEntry, Verdict
from api.verdicts.transparency_log import keys as signing
from api.verdicts.transparency_log import service as log
from api.verdicts.transparency_log.checkpoint import Checkpoint, PublicKey, Signer, open_note
from tests.support.databases import administer
from tests.support.examples import ARTICLE
from tests.support.review import give_verdict
from tests.support.tampering import check, make_key, verify
from verifier.claimledger_verify import check_consistency, check_inclusion, leaf_hash

pytestmark = pytest.mark.each_database

ORIGIN = "example.org/log"


@pytest.fixture
def key(api):
    return make_key(api)


@pytest.fixture
def claims(api):
    """Claims that can be decided on without evidence: as unverified."""
    made = []
    for number in range(3):
        article = ARTICLE | {"text": f"Claim {number}. " + ARTICLE["text"]}
        address = api.contributor.post("/articles", article, expect=201).headers["Location"]
        quote = {"quote": f"Claim {number}"}
        made.append(api.contributor.post(f"{address}/claims", quote, expect=201).json)
    return made


def checkpoint(api):
    note = api.anyone.get("/log/checkpoint").get_data(as_text=True)
    keys = api.anyone.get("/log/keys").json["items"]
    return Checkpoint.parse(open_note(note, [PublicKey.parse(each["key"]) for each in keys])[0])


def test_without_a_key_the_log_says_so_and_nothing_else_minds(api, claims):
    verdict = give_verdict(api.reviewer, claims[0], status="unverified").json
    api.work()
    paths = (
        "/log/checkpoint",
        "/log/keys",
        "/log/proof?index=0",
        f"/verdicts/{verdict['id']}/proof",
    )
    for path in (*paths, f"/claims/{claims[0]['id']}/bundle"):
        assert api.anyone.get(path, expect=503).json["type"] == "/problems/log-not-signed"
    assert api.anyone.get(f"/claims/{claims[0]['id']}/history").json["intact"] is True
    assert verify(api) == (0, "Verifying\nintact\n")


def test_a_key_signs_what_is_there_already(api, claims):
    give_verdict(api.reviewer, claims[0], status="unverified")
    api.work()
    make_key(api)
    assert checkpoint(api).size == 1


def test_a_log_begins_empty(api, key):
    answer = api.anyone.get("/log/checkpoint")
    assert answer.mimetype == "text/plain"
    empty = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert answer.get_data(as_text=True).startswith(f"{ORIGIN}\n0\n{empty}\n\n— {ORIGIN} ")


def test_verdicts_of_all_claims_get_their_places_in_turn(api, key, claims):
    given = [
        give_verdict(api.reviewer, claims[number], status="unverified").json
        for number in (0, 1, 0, 2, 1)
    ]
    assert api.work() > 0
    assert checkpoint(api).size == 5
    for index, verdict in enumerate(given):
        proof = api.anyone.get(f"/verdicts/{verdict['id']}/proof").json
        assert proof["index"] == index and proof["hash"] == verdict["hash"]
        assert proof["record"] == verdict["record"]


def test_one_pass_logs_all_that_wait(api, key, claims):
    for claim in claims:
        give_verdict(api.reviewer, claim, status="unverified")
    heads = count(api, LogHead)
    api.work()
    assert count(api, LogHead) == heads + 1 and count(api, LogQueueEntry) == 0


def count(api, table):
    with api.app.app_context(), transaction(reads=True) as session:
        return session.scalar(select(func.count()).select_from(table))


def test_more_than_a_batch_is_logged(api, key, claims, monkeypatch):
    monkeypatch.setattr(log, "MAX_ENTRIES_PER_TRANSACTION", 2)
    for number in range(5):
        give_verdict(api.reviewer, claims[number % 3], status="unverified")
    api.work()
    assert checkpoint(api).size == 5 and verify(api)[0] == 0


def test_a_verdict_is_not_proved_before_it_is_signed(api, key, claims):
    verdict = give_verdict(api.reviewer, claims[0], status="unverified").json
    for path in (f"/verdicts/{verdict['id']}/proof", f"/claims/{claims[0]['id']}/bundle"):
        refused = api.anyone.get(path, expect=503)
        assert refused.json["type"] == "/problems/not-logged-yet"
        assert refused.headers["Retry-After"] == "1"
    assert verify(api)[0] == 0
    api.work()
    api.anyone.get(f"/verdicts/{verdict['id']}/proof")


def test_many_writers_and_many_workers_leave_no_gap(api, key, claims):
    """On PostgreSQL they run at once, and only the log itself keeps them in line."""

    def write(claim):
        for _ in range(4):
            give_verdict(api.reviewer, claim, status="unverified")

    def work():
        with api.app.app_context():
            for _ in range(6):
                log.sign_checkpoint()

    jobs = [threading.Thread(target=write, args=[claim]) for claim in claims]
    jobs += [threading.Thread(target=work) for _ in range(3)]
    api.reviewer  # noqa: B018 (enrolled before the threads need it)
    for each in jobs:
        each.start()
    for each in jobs:
        each.join()
    api.work()
    assert checkpoint(api).size == count(api, LogEntry) == 12
    assert count(api, LogNode) == 2 * 12 - 2
    assert verify(api) == (0, "Verifying\nintact\n")


@pytest.fixture
def logged(api, key, claims):
    """Seven verdicts in the log; the checkpoints after each."""
    heads = [checkpoint(api)]
    for number in range(7):
        give_verdict(api.reviewer, claims[number % 3], status="unverified")
        api.work()
        heads.append(checkpoint(api))
    return heads


def test_the_log_proves_entries_and_growth(api, logged):
    hashes = [entry_hash(api, index) for index in range(7)]
    for size in range(1, 8):
        for index in range(size):
            proof = api.anyone.get(f"/log/proof?index={index}&size={size}").json
            assert (proof["index"], proof["first"], proof["size"]) == (index, None, size)
            path = [b64decode(step) for step in proof["path"]]
            leaf = leaf_hash(bytes.fromhex(hashes[index]))
            check_inclusion(index, size, leaf, path, logged[size].root)
        for first in range(size + 1):
            proof = api.anyone.get(f"/log/proof?first={first}&size={size}").json
            path = [b64decode(step) for step in proof["path"]]
            check_consistency(first, size, logged[first].root, logged[size].root, path)
            assert b64decode(proof["root"]) == logged[size].root


def entry_hash(api, index):
    with api.app.app_context(), transaction(reads=True) as session:
        return session.scalar(select(Verdict.hash).join(LogEntry).where(LogEntry.index == index))


def test_an_entry_is_found_by_its_verdict(api, logged, claims):
    newest = api.anyone.get(f"/claims/{claims[0]['id']}/verdicts").json["items"][0]
    by_verdict = api.anyone.get(f"/log/proof?verdict={newest['id']}").json
    assert by_verdict == api.anyone.get("/log/proof?index=6").json


def test_proofs_cost_the_same_few_queries_whatever_the_size(api, logged, statements):
    def cost(size):
        with statements() as sent:
            api.anyone.get(f"/log/proof?index=1&size={size}")
        return len(sent)

    assert cost(size=7) == cost(size=2)


UNPROVABLE = [
    ("", "index", "nothing-to-prove"),
    ("index=0&first=1", "index", "nothing-to-prove"),
    ("index=-1", "index", "invalid"),
    ("index=x", "index", "invalid"),
    ("index=99999999999999999999", "index", "invalid"),
    ("index=7", "index", "not-in-the-log"),
    ("index=3&size=3", "index", "not-in-the-log"),
    ("first=4&size=3", "first", "not-in-the-log"),
    ("index=0&size=8", "size", "not-in-the-log"),
    ("index=0&colour=red", "colour", "invalid"),
]


def test_what_cannot_be_proved(api, logged, subtests):
    for query, parameter, type_ in UNPROVABLE:
        with subtests.test(query):
            refused = api.anyone.get(f"/log/proof?{query}", expect=422).json
            assert refused["type"] == f"/problems/{type_}"
            assert refused["errors"][0]["parameter"] == parameter


def test_a_proof_of_what_is_not_there(api, logged):
    nowhere = "00000000-0000-7000-8000-000000000000"
    refused = api.anyone.get(f"/log/proof?verdict={nowhere}", expect=422).json
    assert refused["type"] == "/problems/not-in-the-log"
    refused = api.anyone.get(f"/verdicts/{nowhere}/proof", expect=404).json
    assert refused["type"] == "/problems/not-found"


def test_a_proof_verifies_offline_for_whoever_has_the_key(api, logged, key, claims, tmp_path):
    newest = api.anyone.get(f"/claims/{claims[0]['id']}/verdicts").json["items"][0]
    proof = api.anyone.get(f"/verdicts/{newest['id']}/proof").get_data()
    status, words = check(tmp_path, proof, "--key", key)
    assert status == 0 and words.endswith("verified\n")
    assert "verdict 3, unverified" in words and f"entry 6 of the 7 in {ORIGIN}" in words


def test_a_proof_verifies_for_whoever_kept_a_checkpoint(api, key, claims, tmp_path):
    first = give_verdict(api.reviewer, claims[0], status="unverified").json
    api.work()
    kept = api.anyone.get("/log/checkpoint").get_data(as_text=True)
    for claim in claims:
        give_verdict(api.reviewer, claim, status="unverified")
    api.work()
    path = f"/verdicts/{first['id']}/proof"
    proof = api.anyone.get(path).get_data()
    status, words = check(tmp_path, proof, known=kept)
    assert status == 1 and "fetch with ?since=1" in words
    proof = api.anyone.get(f"{path}?since=1").get_data()
    assert check(tmp_path, proof, known=kept)[0] == 0
    assert api.anyone.get(f"{path}?since=5", expect=422).json["type"] == "/problems/not-in-the-log"


def test_a_proof_with_something_else_in_it_does_not_verify(
    api, logged, key, claims, tmp_path, subtests
):
    newest = api.anyone.get(f"/claims/{claims[0]['id']}/verdicts").json["items"]
    proof, other = (api.anyone.get(f"/verdicts/{each['id']}/proof").json for each in newest[:2])
    other |= {"checkpoint": proof["checkpoint"].replace("\n7\n", "\n6\n"), "keys": "none"}
    for member in ("record", "hash", "index", "path", "checkpoint", "keys"):
        with subtests.test(member):
            wrong = json.dumps(proof | {member: other[member]})
            status, words = check(tmp_path, wrong, "--key", key)
            assert status != 0 and "\nverified" not in words


# --- Keys ---


def invoke(api, *command):
    result = api.app.test_cli_runner().invoke(args=["log-key", *command])
    return result.exit_code, result.output.strip()


def test_a_key_is_made_once_and_kept_out_of_the_database(api, settings, claims):
    status, key = invoke(api, "create", ORIGIN)
    assert status == 0 and key.startswith(f"{ORIGIN}+")
    status, refusal = invoke(api, "create", ORIGIN)
    assert status == 1 and "Rotate it" in refusal
    folder = Path(settings.log_keys)
    assert (folder / "1.private").stat().st_mode & 0o777 == 0o600
    secret = "".join((folder / "1.private").read_text().split("\n")[1:-2])
    give_verdict(api.reviewer, claims[0], status="unverified")
    api.work()
    assert (
        secret
        and secret not in dump(api)
        and api.anyone.get("/log/keys").json["items"] == [{"key": key, "succession": None}]
    )


def dump(api):
    """Every row of every table, as text."""
    engine, tables = api.app.extensions["engine"], MetaData()
    with engine.connect() as connection:
        tables.reflect(connection)
        rows = [connection.execute(select(each)).all() for each in tables.sorted_tables]
    return str(rows)


@pytest.mark.parametrize("origin", ["", "two words", "a+b"])
def test_a_log_needs_a_name_that_fits(api, origin):
    assert invoke(api, "create", origin)[0] == 1


def test_there_is_nothing_to_rotate_without_a_key(api):
    assert invoke(api, "rotate") == (
        1,
        "Error: There is no private key here to be followed by another.",
    )


@pytest.fixture
def off(api, cluster):
    """Have the database take no writes."""
    engine = api.app.extensions["engine"]

    def off():
        if cluster is None:
            Path(engine.url.database).rename(f"{engine.url.database}.away")
        else:
            name = engine.url.database
            administer(cluster, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
            sessions = f"FROM pg_stat_activity WHERE datname = '{name}'"
            administer(cluster, f"SELECT pg_terminate_backend(pid) {sessions}")
        engine.dispose()

    return off


def test_a_database_that_takes_nothing_costs_nobody_a_key(api, settings, off):
    off()
    status, told = invoke(api, "create", ORIGIN)
    assert (status, told.count("\n")) == (2, 0)
    assert not Path(settings.log_keys).exists()


def test_a_rotation_that_is_not_stored_changes_nothing(api, settings, claims, off):
    invoke(api, "create", ORIGIN)
    give_verdict(api.reviewer, claims[0], status="unverified")
    api.work()
    before = {path.name: path.read_bytes() for path in Path(settings.log_keys).iterdir()}
    off()
    assert invoke(api, "rotate")[0] == 2
    assert {path.name: path.read_bytes() for path in Path(settings.log_keys).iterdir()} == before


def test_what_a_new_key_did_not_come_to_sign_is_signed_by_a_job(api, claims, monkeypatch):
    give_verdict(api.reviewer, claims[0], status="unverified")
    api.work()

    def breaks():
        raise OSError("No space left on device")

    monkeypatch.setattr(log, "sign_checkpoint", breaks)
    status, told = invoke(api, "create", ORIGIN)
    assert status == 2 and told.startswith(f"{ORIGIN}+"), "the key is there, and was told"
    monkeypatch.undo()
    api.hurry()
    assert checkpoint(api).size == 1


def test_after_a_rotation_the_old_heads_and_the_old_trust_hold(api, key, claims, tmp_path):
    give_verdict(api.reviewer, claims[0], status="unverified")
    api.work()
    kept = api.anyone.get("/log/checkpoint").get_data(as_text=True)
    _, new = invoke(api, "rotate")
    signed_again = api.anyone.get("/log/checkpoint").get_data(as_text=True)
    assert signed_again != kept and open_note(signed_again, [PublicKey.parse(new)])
    _, newest = invoke(api, "rotate")
    folder = Path(api.app.extensions["settings"].log_keys)
    assert [path.name for path in folder.glob("*.private")] == ["3.private"]
    second = give_verdict(api.reviewer, claims[1], status="unverified").json
    api.work()
    proof = api.anyone.get(f"/verdicts/{second['id']}/proof?since=1").get_data()
    for trusted in (key, new, newest):
        assert check(tmp_path, proof, "--key", trusted)[0] == 0
    assert check(tmp_path, proof, known=kept)[0] == 0
    assert verify(api) == (0, "Verifying\nintact\n")


def test_a_key_that_no_trusted_key_names_is_not_trusted(api, key, claims, tmp_path):
    """Somebody else's log under the same name, with the real key listed before theirs."""
    verdict = give_verdict(api.reviewer, claims[0], status="unverified").json
    api.work()
    proof = api.anyone.get(f"/verdicts/{verdict['id']}/proof").json
    thief = Signer(ORIGIN, Ed25519PrivateKey.generate())
    text = signing.succession_text(thief.public)
    head = Checkpoint.parse(open_note(proof["checkpoint"], [PublicKey.parse(key)])[0])
    proof["checkpoint"] = thief.checkpoint(head, time=1_790_000_000)
    for succession in (None, thief.note(text), proof["checkpoint"]):
        proof["keys"] = [
            {"key": key, "succession": None},
            {"key": str(thief.public), "succession": succession},
        ]
        status, words = check(tmp_path, json.dumps(proof), "--key", key)
        assert status == 1 and "not signed by a key that you trust" in words


def test_a_lost_private_key_stops_nothing_but_signing(api, key, claims):
    folder = Path(api.app.extensions["settings"].log_keys)
    (folder / "1.private").unlink()
    give_verdict(api.reviewer, claims[0], status="unverified")
    api.work()
    assert checkpoint(api).size == 0 and count(api, LogEntry) == 1


def test_a_private_key_of_another_kind_signs_nothing(api, key, settings):
    other = ec.generate_private_key(ec.SECP256R1())
    file = Path(settings.log_keys, "1.private")
    file.write_bytes(other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    status, told = invoke(api, "rotate")
    assert status != 0 and "is no Ed25519 key" in told
    assert file.exists() and not Path(settings.log_keys, "2.public").exists()


# --- What the database itself refuses ---


def test_the_log_is_append_only(api, logged, subtests):
    engine = api.app.extensions["engine"]
    for table in ("log_entries SET leaf_index", "log_nodes SET position", "log_heads SET size"):
        for change in (f"UPDATE {table} = 9", f"DELETE FROM {table.split()[0]}"):
            refused = pytest.raises(DBAPIError, match="append-only")
            with subtests.test(change), refused, engine.begin() as connection:
                connection.execute(text(change))
