"""Somebody rewrites history in the database. Each way is found, by `flask verify` and by a
stranger with a bundle, the verifier, and the log's key or an old checkpoint.
"""

import json
import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.articles import service as articles
from api.articles.models import Article
from api.database.session import get_or_404, transaction
from api.evidence.examination import rechecking
from api.sources import service as sources
from api.verdicts.hash_chain import canonical_json, sha256_hex
from api.verdicts.transparency_log import keys as signing
from api.verdicts.transparency_log import merkle
from api.verdicts.transparency_log.checkpoint import Checkpoint, Signer
from api.verdicts.transparency_log.service import LogRewritten
from tests.support.examples import ARTICLE, create_article, create_claim, submit_evidence
from tests.support.tampering import check, intruder, make_key, tamper, tampered, verify


@dataclass
class Scene:
    """A claim with four verdicts, among others' in the log; what a stranger has of it."""

    claim: dict
    evidence: list
    key: str
    kept: str


def build_scene(api, outside):
    claim = create_claim(api, create_article(api))
    key = make_key(api)
    evidence = [
        submit_evidence(api, outside, claim, host) for host in ("first.example", "second.example")
    ]
    api.work()
    article = api.contributor.post("/articles", ARTICLE | {"title": "Other"}, expect=201).json
    path = f"/articles/{article['id']}/claims"
    other = api.contributor.post(path, {"quote": "It cost much"}, expect=201).json
    for status in ("unverified", "confirmed", "unverified", "confirmed"):
        rests_on = [each["id"] for each in evidence] if status == "confirmed" else []
        decide(api, claim, status=status, evidence=rests_on)
        decide(api, other)
        api.work()
    return Scene(claim, evidence, key, newest_checkpoint(api))


@pytest.fixture
def scenario(build_once):
    return build_once(build_scene)


@pytest.fixture
def scene(scenario):
    return scenario.rows


def decide(api, claim, status="unverified", evidence=()):
    decision = {"status": status, "reasons": "Because.", "evidence": list(evidence)}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)


def newest_checkpoint(api):
    return api.anyone.get("/log/checkpoint").get_data(as_text=True)


def bundle(api, scene, query=""):
    return api.anyone.get(f"/claims/{scene.claim['id']}/bundle{query}").get_data()


def found(api, scene):
    status, words = verify(api)
    assert status == 1
    return words


def accepted(api, scene, folder):
    """By both; returns the verifier's words."""
    assert verify(api) == (0, "Verifying\nintact\n")
    status, words = check(folder, bundle(api, scene, "?snapshots=true"), "--key", scene.key)
    assert status == 0, words
    return words


@pytest.mark.each_database
def test_an_untouched_history_verifies(api, scene, tmp_path):
    assert verify(api) == (0, "Verifying\nintact\n")
    for trust in ({"known": scene.kept}, {}):
        status, words = check(tmp_path, bundle(api, scene), "--key", scene.key, **trust)
        assert status == 0 and "FAULT" not in words and "note  " not in words
        assert "verdict 4, confirmed" in words


# --- Rows that were attested ---

HERALD = "claimant = 'The Herald'"
ROWS = [
    # statement, what `flask verify` says, what the verifier says ("" where it is not told it)
    ("verdicts SET record = replace(record, 'Because', 'Trust me') WHERE number = 3",
     "verdict 3: the record is not what was hashed", "verdicts/3.json: the record is not what"),
    ("verdicts SET previous_hash = NULL WHERE number = 3",
     "verdict 3: it does not follow the verdict before it",
     "history.json: the previous_hash of verdict 3"),
    ("verdicts SET status = 'disputed' WHERE number = 3", "verdict 3: the status beside it", "history.json: the status of verdict 3"),
    ("verdicts SET finding = 'True' WHERE number = 3", "verdict 3: the finding beside it", "history.json: the finding of verdict 3"),
    ("verdicts SET reasons = 'Quietly.' WHERE number = 3", "verdict 3: the reasons beside it", "history.json: the reasons of verdict 3"),
    ("verdicts SET exception = 'Why not' WHERE number = 3", "verdict 3: the exception beside", "history.json: the exception of verdict 3"),
    ("verdicts SET one_person = TRUE WHERE number = 3", "verdict 3: the one_person beside it", "history.json: the one_person of verdict 3"),
    ("verdicts SET decided_at = (SELECT min(created_at) FROM articles) WHERE number = 3",
     "verdict 3: the decided_at beside it is another", "history.json: the decided_at of verdict 3"),
    ("verdicts SET decided_by_id = (SELECT id FROM contributors WHERE name = 'Contributor')"
     " WHERE number = 3", "verdict 3: the decided_by beside it is another",
     "history.json: the decider of verdict 3"),
    ("verdicts SET decided_by_id = NULL WHERE number = 3",
     "verdict 3: the decided_by beside it is another",
     "history.json: the decider of verdict 3"),
    (f"claims SET exact = 'It cost nothing' WHERE {HERALD}",
     "its exact is not what verdict 4 attested", "claim.json: the exact was"),
    (f"claims SET prefix = 'They deny that ' WHERE {HERALD}",
     "its prefix is not what verdict 4 attested", "claim.json: the prefix was"),
    (f"claims SET suffix = ' as a joke' WHERE {HERALD}",
     "its suffix is not what verdict 4 attested", "claim.json: the suffix was"),
    (f"claims SET start_offset = start_offset + 1 WHERE {HERALD}",
     "its start is not what verdict 4 attested", "claim.json: the start was"),
    (f"claims SET end_offset = end_offset + 1 WHERE {HERALD}",
     "its end is not what verdict 4 attested", "claim.json: the end was"),
    (f"claims SET statement = 'It fell down.' WHERE {HERALD}",
     "its statement is not what verdict 4 attested", "claim.json: the statement was"),
    (f"claims SET said_on = '1999' WHERE {HERALD}",
     "its said_on is not what verdict 4 attested", "claim.json: the said_on was"),
    (f"claims SET claimant = 'The Crier' WHERE {HERALD}",
     "its claimant is not what verdict 4 attested", "claim.json: the claimant was"),
    (f"claims SET status = 'disputed' WHERE {HERALD}",
     "its status is not that of verdict 4", "claim.json: the status is not its newest verdict's"),
    (f"claims SET status_exception = 'Because' WHERE {HERALD}",
     "its status is not that of verdict 4", "claim.json: the exception is not"),
    (f"claims SET status_one_person = TRUE WHERE {HERALD}",
     "its status is not that of verdict 4", "claim.json: the one_person is not"),
    (f"claims SET status_since = created_at WHERE {HERALD}",
     "its status is not that of verdict 4", "claim.json: the status_since is not"),
    (f"claims SET edition = 0 WHERE {HERALD}",
     "its edition is not what verdict 4 attested", "claim.json: the edition was 1, is 0"),
    ("editions SET text_sha256 = replace(text_sha256, '0', '1')",
     "its article is not what verdict 4 attested", "editions.json: number 1 is not what"),
    ("editions SET text = replace(text, '1932', '1933')",
     "its text is not what its SHA-256 says", ""),
    ("articles SET text_sha256 = replace(text_sha256, '0', '1')",
     "its text is not that of its edition 1", ""),
    ("articles SET text = replace(text, '1932', '1933')",
     "its text is not that of its edition 1", ""),
    ("evidence SET source_url = 'http://else.example/'",
     "its source_url is not what verdict 4 attested", "evidence.json: the source_url of"),
    ("evidence SET quote = 'It did not open'",
     "its quote is not what verdict 4 attested", "evidence.json: the quote of"),
    ("evidence SET stance = 'disputes'",
     "its stance is not what verdict 4 attested", "evidence.json: the stance of"),
    ("evidence SET kind = 'primary'",
     "its kind is not what verdict 4 attested", "evidence.json: the kind of"),
    ("evidence SET state = 'quote_absent'",
     "its state is not what verdict 4 attested", "was quote_verified, is quote_absent"),
    ("evidence SET review = 'rejected'",
     "its review is not what verdict 4 attested", "was True, is False"),
    ("evidence SET group_number = 7", "its line is not what verdict 4 attested", "was 1, is 7"),
    ("evidence SET independent = FALSE",
     "its outside is not what verdict 4 attested", "was True, is False"),
    ("evidence SET snapshot_id = NULL",
     "its snapshot is not what verdict 4 attested", "evidence.json: the snapshot_id of"),
    ("snapshots SET sha256 = replace(sha256, '0', '1')",
     "its content is not what verdict", "is not what was attested"),
    ("snapshots SET text_sha256 = replace(text_sha256, '0', '1')",
     "its content is not what verdict", "is not what was attested"),
    ("snapshots SET retrieved_at = (SELECT min(created_at) FROM articles)",
     "its content is not what verdict", "is not what was attested"),
    ("snapshots SET stand_in = FALSE",
     "its content is not what verdict", "is not what was attested"),
    ("snapshots SET text = replace(text, '1932', '1933')",
     "its text is not what its SHA-256 says", ""),
]  # fmt: skip


def test_a_changed_row_is_found(api, scene, tmp_path, subtests):
    for change, to_us, to_a_stranger in ROWS:
        with subtests.test(change), tampered(api, change):
            assert to_us in found(api, scene)
            status, words = check(tmp_path, bundle(api, scene), "--key", scene.key)
            assert to_a_stranger in words
            assert status == (1 if to_a_stranger else 0)
    assert verify(api)[0] == 0


def test_a_record_that_cannot_be_read_hides_nothing(api, scene):
    """It was rehashed, and lacks what every record has."""
    newest = "SELECT id, record FROM verdicts WHERE record LIKE '%Herald%' AND number = 4"
    with intruder(api) as execute:
        ((id, text),) = execute(newest)
        record = json.loads(text)
        del record["claim"]
        change = "UPDATE verdicts SET record = ?, hash = ? WHERE id = ?"
        execute(change, canonical_json(record), sha256_hex(canonical_json(record)), id)
    words = found(api, scene)
    assert "a verdict's record: it cannot be read: KeyError('claim')" in words
    assert "log entry 6: the tree was made from another verdict" in words


@pytest.mark.sqlite
def test_a_value_that_no_column_can_have_is_named(api, scene):
    """SQLite stores it, once its checks are off; PostgreSQL never does."""
    (before,) = api.anyone.get(f"/claims/{scene.claim['id']}/verdicts?limit=1").json["items"]
    with intruder(api) as execute:
        execute("PRAGMA ignore_check_constraints = ON")
        execute("UPDATE verdicts SET status = 'perhaps' WHERE hash = ?", before["hash"])
    assert f"verdict {before['id']}: it cannot be read" in found(api, scene)


def test_a_snapshot_that_cannot_be_read_is_named(api, scene):
    if api.app.extensions["engine"].dialect.name == "postgresql":
        pytest.skip("PostgreSQL has types")
    with intruder(api) as execute:
        execute("PRAGMA ignore_check_constraints = ON")
        execute("UPDATE snapshots SET headers = 'no JSON'")
    words = found(api, scene)
    assert re.search("\nsnapshot [0-9a-f-]{36}: it cannot be read: JSONDecodeError", words)
    assert "snapshots: one cannot be read: JSONDecodeError" in words


def test_verdicts_that_were_given_to_another_claim_are_found(api, scene, article):
    quote = {"quote": "It cost 4.2 million pounds"}
    other = api.contributor.post(f"/articles/{article['id']}/claims", quote, expect=201).json
    with intruder(api) as execute:
        mine = f"SELECT id FROM claims WHERE {HERALD}"
        theirs = "SELECT id FROM claims WHERE exact LIKE '%4.2 million%'"
        execute(f"UPDATE verdicts SET claim_id = ({theirs}) WHERE claim_id = ({mine})")
    words = found(api, scene)
    for number in range(1, 5):
        assert f"claim {other['id']}, verdict {number}: the claim_id beside it is another" in words


def test_a_changed_text_is_found_by_whoever_asks_for_it(api, scene, tmp_path):
    tamper(api, "UPDATE snapshots SET text = replace(text, '1932', '1933')")
    status, words = check(tmp_path, bundle(api, scene, "?snapshots=true"), "--key", scene.key)
    assert status == 1 and "it is not what its SHA-256 says" in words


def test_what_the_service_changed_itself_is_no_fault(api, scene, submit, tmp_path):
    first, second = scene.evidence
    review = {"decision": "rejected", "reason": "off_topic"}
    api.reviewer.post(f"/evidence/{first['id']}/review", review, expect=200)
    submit(scene.claim, "third.example", "disputes")
    api.work()
    api.contributor.post(f"/evidence/{second['id']}/retraction", {"reason": "Oh."}, expect=200)
    address = f"/claims/{scene.claim['id']}"
    match = {"If-Match": api.anyone.get(address).headers["ETag"]}
    api.reviewer.patch(address, {"statement": "It opened."}, headers=match, expect=200)
    assert "note  claim.json: the statement was The bridge" in accepted(api, scene, tmp_path)
    api.work()
    decide(api, scene.claim)
    api.work()
    assert "note  " not in accepted(api, scene, tmp_path)
    restored = {"decision": "accepted"}
    api.reviewer.post(f"/evidence/{first['id']}/review", restored, expect=200)
    words = accepted(api, scene, tmp_path)
    assert f"note  evidence.json: the review of {first['id']} was rejected, is accepted" in words


def test_an_article_that_changed_is_no_fault(api, scene, tmp_path):
    """The claim is found again in the next edition, at another place."""
    article = scene.claim["article_id"]
    kept = api.anyone.get(f"/articles/{article}/text").get_data(as_text=True)
    with api.app.app_context(), transaction():
        articles.add_edition(get_or_404(Article, UUID(article)), f"Opened! {kept}")
    api.work()
    words = accepted(api, scene, tmp_path)
    assert "note  claim.json: the edition was 1, is 2" in words
    assert (
        "note  editions.json: 1 of 2 named by no verdict on the claim, only the server's word: 2\n"
        in words
    )
    decide(api, scene.claim)
    api.work()
    assert "note  " not in accepted(api, scene, tmp_path)
    tamper(
        api, f"UPDATE editions SET text = 'A', text_sha256 = '{sha256_hex('A')}' WHERE number = 1"
    )
    assert "its content is not what verdict 1 attested" in found(api, scene)
    status, words = check(tmp_path, bundle(api, scene), "--key", scene.key)
    assert status == 1 and "editions.json: number 1 is not what was attested" in words


def test_a_page_that_changed_is_no_fault(api, scene, outside, tmp_path):
    """The quote is found again, in another snapshot. What was decided on the old one stays."""
    item = api.anyone.get(f"/evidence/{scene.evidence[0]['id']}").json
    page = f"<html><body><p>Corrected.</p><p>{item['quote']}.</p></body></html>"
    outside.publish(item["source_url"], page)
    api.reviewer.post(f"/evidence/{item['id']}/recheck", expect=202)
    with api.app.app_context():
        rechecking.enqueue_due_rechecks()
    api.work()
    again = api.anyone.get(f"/evidence/{item['id']}").json
    old = item["snapshot"]["sha256"]
    assert again["snapshot"]["sha256"] != old
    words, unnamed = (
        accepted(api, scene, tmp_path),
        "named by no verdict on the claim, only the server's word",
    )
    assert "note  evidence.json: the snapshot_id of" in words
    assert f"note  snapshots.json: 1 of 3 {unnamed}: {again['snapshot']['id']}\n" in words
    decide(api, scene.claim)
    api.work()
    assert "note  " not in accepted(api, scene, tmp_path)
    tamper(api, f"UPDATE snapshots SET sha256 = '{sha256_hex('A')}' WHERE sha256 = '{old}'")
    page = f"snapshot {item['snapshot']['id']}"
    assert f"{page}: its content is not what verdict 1 attested" in found(api, scene)
    status, words = check(tmp_path, bundle(api, scene), "--key", scene.key)
    assert status == 1 and "is not what was attested" in words


def test_lines_that_were_drawn_anew_are_no_fault(api, scene, tmp_path):
    """Both publishers turn out to be one house."""
    for item in scene.evidence:
        domain = api.anyone.get(f"/evidence/{item['id']}").json["source"]["domain"]
        with api.app.app_context(), transaction():
            sources.update_source(
                sources.get_or_create_publisher(f"http://{domain}/"), owner="One House"
            )
    api.work()
    accepted(api, scene, tmp_path)


# --- Rows that are gone or out of place ---


def test_a_verdict_that_is_gone_is_found(api, scene, tmp_path):
    tamper(api, "DELETE FROM verdicts WHERE record LIKE '%Herald%' AND number = 2")
    words = found(api, scene)
    assert "verdict 3: verdict 2 is missing: the next is 3" in words
    assert "log entry 2: it or its verdict is missing" in words
    status, words = check(tmp_path, bundle(api, scene), "--key", scene.key)
    assert status == 1 and "FAULT verdict 2 is missing" in words


def test_a_claims_last_verdict_cannot_be_left_out(api, scene, tmp_path):
    """The log is left as it is. A stranger who saw nothing before has no way to miss it; whoever
    kept the claim's bundle, or that verdict's proof, has.
    """
    before = bundle(api, scene)
    with zipfile.ZipFile(BytesIO(before)) as files:
        proof = files.read("verdicts/4.json")
    with intruder(api) as execute:
        execute("DELETE FROM verdicts WHERE record LIKE '%Herald%' AND number = 4")
        third = "(SELECT decided_at FROM verdicts WHERE record LIKE '%Herald%' AND number = 3)"
        execute(f"UPDATE claims SET status = 'unverified', status_since = {third} WHERE {HERALD}")
    assert "log entry 6: it or its verdict is missing" in found(api, scene)
    after = bundle(api, scene)
    assert check(tmp_path, after, "--key", scene.key, known=scene.kept)[0] == 0
    for kept in (before, proof):
        status, words = check(tmp_path, after, "--key", scene.key, known=kept)
        assert status == 1 and "FAULT verdict 4, which you kept, is not there" in words
        assert check(tmp_path, before, known=kept)[0] == 0


def test_a_claim_or_an_item_that_is_gone_is_found(api, scene):
    first = scene.evidence[0]["id"]
    with intruder(api) as execute:
        execute("DELETE FROM evidence WHERE source_url LIKE '%first.example%'")
        execute(f"DELETE FROM claims WHERE id != (SELECT id FROM claims WHERE {HERALD})")
    words = found(api, scene)
    assert f"evidence {first}: its row is not what verdict 4 attested" in words
    assert re.search("claim [0-9a-f-]{36}: it is missing", words)


def test_verdicts_that_changed_places_are_found(api, scene, tmp_path):
    swap = "UPDATE verdicts SET number = ? WHERE record LIKE '%Herald%' AND number = ?"
    with intruder(api) as execute:
        for new, old in ((9, 2), (2, 3), (3, 9)):
            execute(swap, new, old)
    assert "the record is of another place in the chain" in found(api, scene)
    status, words = check(tmp_path, bundle(api, scene), "--key", scene.key)
    assert status == 1 and "FAULT verdict 2 is missing" in words


def test_entries_of_the_log_that_changed_places_are_found(api, scene, tmp_path):
    with intruder(api) as execute:
        for new, old in ((99, 2), (2, 4), (4, 99)):
            execute("UPDATE log_entries SET leaf_index = ? WHERE leaf_index = ?", new, old)
    assert "log entry 2: the tree was made from another verdict" in found(api, scene)
    status, words = check(tmp_path, bundle(api, scene), "--key", scene.key)
    assert status == 1 and "the log's root does not contain it" in words


def test_a_hidden_verdict_is_found(api, scene):
    tamper(api, "DELETE FROM log_entries WHERE leaf_index = 7")
    assert "verdict 4: it is not in the log" in found(api, scene)


@pytest.mark.parametrize("which", ["number = (SELECT max(number) FROM log_heads)", "number > 0"])
def test_checkpoints_that_are_gone_are_found(api, scene, which):
    tamper(api, f"DELETE FROM log_heads WHERE {which}")
    missing = "the checkpoint beside the keys: it was signed last, and is missing from the database"
    assert missing in found(api, scene)


def test_bytes_that_are_gone_or_others_are_found(api, scene, settings):
    first, second = [path for path in Path(settings.blob_store).rglob("*") if path.is_file()]
    kept = first.read_bytes()
    first.write_bytes(b"Another page.")
    words = "The store of snapshots has other bytes than were kept."
    (snapshot,) = re.findall(f"snapshot ([0-9a-f-]{{36}}): {words}", found(api, scene))
    refused = api.anyone.get(f"/snapshots/{snapshot}/content", expect=503)
    assert refused.json["detail"] == words and refused.headers["Retry-After"]
    assert verify(api, "--no-bytes") == (0, "Verifying\nintact\n")
    first.write_bytes(kept)
    assert verify(api)[0] == 0
    second.unlink()
    words = "The store of snapshots does not give the bytes."
    assert re.search(f"snapshot [0-9a-f-]{{36}}: {words}", found(api, scene))


def test_an_entry_of_the_ledger_that_is_gone_is_found(api, scene):
    with intruder(api) as execute:
        execute("DELETE FROM audit_log WHERE what = 'claim made'")
    assert re.search("audit log entry [0-9a-f-]{36}: it is missing, and was the", found(api, scene))


def test_an_entry_of_the_ledger_without_a_place_is_found(api, scene):
    tamper(api, "DELETE FROM changes WHERE position = 3")
    assert re.search("audit log entry [0-9a-f-]{36}: it has no place", found(api, scene))


def test_a_claim_that_was_withdrawn_quietly_is_found(api, scene):
    claim = f"claim {scene.claim['id']}"
    body = {"reason": "It was a joke."}
    api.reviewer.post(f"/claims/{scene.claim['id']}/withdrawal", body, expect=200)
    assert verify(api)[0] == 0
    tamper(api, "UPDATE claims SET withdrawn_at = NULL")
    assert f"{claim}: the audit log says that it was withdrawn, and it is not" in found(api, scene)
    tamper(api, "UPDATE claims SET withdrawn_at = created_at")
    assert re.search("claim [0-9a-f-]{36}: it is withdrawn, and the audit log", found(api, scene))


def test_other_nodes_and_checkpoints_are_found(api, scene):
    with intruder(api) as execute:
        execute("UPDATE log_heads SET size = 3 WHERE number = 2")
        execute("DELETE FROM log_heads WHERE number = 3")
        execute("INSERT INTO log_nodes (position, hash) VALUES (?, ?)", 1_000, b"x" * 32)
    words = found(api, scene)
    assert "checkpoint 2: what stands beside the note is not what it says" in words
    assert "checkpoint 4: checkpoint 3 is missing or out of place" in words
    assert "log: the tree over 8 entries has 15 nodes, and there are others" in words


def cut(execute):
    """The claim's last verdict, and everything that speaks of it in the database."""
    execute("DELETE FROM verdicts WHERE record LIKE '%Herald%' AND number = 4")
    execute("DELETE FROM log_entries WHERE leaf_index >= 6")
    execute("DELETE FROM verdicts WHERE id NOT IN (SELECT verdict_id FROM log_entries)")
    execute("DELETE FROM log_nodes WHERE position > 10 OR position = 7")
    execute("DELETE FROM log_heads WHERE size > 6")
    execute(f"UPDATE claims SET status = 'unverified', status_since = created_at WHERE {HERALD}")


def test_a_cut_end_is_found(api, scene, tmp_path):
    with intruder(api) as execute:
        cut(execute)
    assert "the checkpoint beside the keys: 8 entries were signed, of which the log has only 6" in (
        found(api, scene)
    )
    status, words = check(tmp_path, bundle(api, scene), "--key", scene.key, known=scene.kept)
    assert status == 1 and "the log was cut: it had 8 entries, now 6" in words


def test_a_cut_log_is_not_signed_any_more(api, scene):
    with intruder(api) as execute:
        cut(execute)
    decide(api, scene.claim)
    with pytest.raises(LogRewritten, match="8 entries were signed, and the log has only 7"):
        api.work()


def test_a_checkpoint_beside_the_keys_that_is_none_is_found(api, scene, settings):
    Path(settings.log_keys, "signed").write_text("example.org/log\n8\n")
    assert "the checkpoint beside the keys: " in found(api, scene)


# --- Everything rebuilt ---


def rewrite(execute):
    """Change the first verdict, and rehash all that follows from it: the claim's chain, and the
    whole tree. Returns its size and root.
    """
    chosen = "SELECT id, record FROM verdicts WHERE record LIKE '%Herald%' ORDER BY number"
    previous = None
    for id, text in execute(chosen):
        record = json.loads(text) | {"previous": previous}
        record["reasons"] = record["reasons"].replace("Because", "Trust me")
        text = canonical_json(record)
        execute(
            "UPDATE verdicts SET record = ?, reasons = ?, previous_hash = ?, hash = ? WHERE id = ?",
            text, record["reasons"], previous, sha256_hex(text), id,
        )  # fmt: skip
        previous = sha256_hex(text)
    tree = merkle.Frontier()
    execute("DELETE FROM log_nodes")
    logged = "SELECT hash FROM verdicts JOIN log_entries ON verdict_id = id ORDER BY leaf_index"
    for (hash,) in execute(logged):
        for place, node in tree.add(merkle.leaf_hash(bytes.fromhex(hash))).items():
            execute("INSERT INTO log_nodes (position, hash) VALUES (?, ?)", place, node)
    return tree


def sign(execute, tree, signer):
    """One checkpoint over it all, in place of those that were signed."""
    note = signer.checkpoint(Checkpoint(signer.name, tree.size, tree.root), time=1_790_000_000)
    execute("DELETE FROM log_heads WHERE number > 1")
    execute("UPDATE log_heads SET size = ?, note = ?", tree.size, note)
    return note


def test_a_rehashed_chain_is_found(api, scene, tmp_path):
    with intruder(api) as execute:
        rewrite(execute)
    assert "checkpoint 2: its root is not that of the first 2 entries" in found(api, scene)
    status, words = check(tmp_path, bundle(api, scene), "--key", scene.key)
    assert status == 1 and "verdicts/1.json: the log's root does not contain it" in words


def test_a_rewritten_log_is_not_signed_any_more(api, scene):
    with intruder(api) as execute:
        rewrite(execute)
    decide(api, scene.claim)
    with pytest.raises(
        LogRewritten, match="Of the 8 entries that were signed, some are others now"
    ):
        api.work()


def test_a_log_signed_with_another_key_is_found(api, scene, tmp_path):
    thief = Signer("example.org/log", Ed25519PrivateKey.generate())
    with intruder(api) as execute:
        sign(execute, rewrite(execute), thief)
    assert "checkpoint 1: The note is not signed by a key that is known." in found(api, scene)
    status, words = check(tmp_path, bundle(api, scene), "--key", scene.key)
    assert status == 1 and "it is not signed by a key that you trust" in words
    status, words = check(tmp_path, bundle(api, scene), known=scene.kept)
    assert status == 1 and "it is not signed by a key that you trust" in words


def test_a_log_rewritten_by_those_who_hold_its_key_is_found(api, scene, tmp_path):
    """The house itself: the key signs, and even the checkpoint beside it is replaced. Then all
    that is left is what others kept.
    """
    with api.app.app_context():
        keys = signing.signing_keys()
    with intruder(api) as execute:
        note = sign(execute, rewrite(execute), keys.signer())
    assert "the checkpoint beside the keys: its root is not that" in found(api, scene)
    keys.remember(note)
    status, words = check(tmp_path, bundle(api, scene), "--key", scene.key)
    assert status == 0  # nobody who sees it for the first time can tell
    status, words = check(tmp_path, bundle(api, scene), "--key", scene.key, known=scene.kept)
    assert status == 1 and "the log was rewritten: at the same size it has another root" in words
    decide(api, scene.claim)
    api.work()
    longer = bundle(api, scene, "?since=8")
    status, words = check(tmp_path, longer, "--key", scene.key, known=scene.kept)
    assert status == 1 and "the log was rewritten: it does not contain the known" in words
