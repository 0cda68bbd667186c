"""A claim to take away: the same bytes each time, complete, and without names."""

import json
import shutil
import subprocess
import sys
import zipfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.verdicts.transparency_log.checkpoint import Signer
from tests.support.tampering import check, make_key, tamper
from verifier import claimledger_verify as verifier

ANOTHER = str(Signer("example.org/log", Ed25519PrivateKey.generate()).public)


@pytest.fixture
def key(api):
    return make_key(api)


@pytest.fixture
def decided(api, key, claim, submit):
    """A claim that was confirmed and, when evidence was taken back, no more."""
    items = [submit(claim, host) for host in ("first.example", "second.example")]
    api.work()
    rests_on = [each["id"] for each in items]
    decision = {"status": "confirmed", "reasons": "Because.", "evidence": rests_on}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)
    taken = f"/evidence/{items[0]['id']}/retraction"
    api.contributor.post(taken, {"reason": "It was another bridge."}, expect=200)
    api.work()
    return claim


def fetch(api, claim, query=""):
    return api.anyone.get(f"/claims/{claim['id']}/bundle{query}")


def opened(answer):
    with zipfile.ZipFile(BytesIO(answer.get_data())) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


@pytest.mark.each_database
def test_what_is_in_it(api, decided):
    answer = fetch(api, decided)
    assert answer.mimetype == "application/zip"
    assert f"claim-{decided['id']}.zip" in answer.headers["Content-Disposition"]
    files = opened(answer)
    assert list(files) == [
        "README.md",
        "article.json",
        "editions.json",
        "claim.json",
        "evidence.json",
        "snapshots.json",
        "history.json",
        "ledger.json",
        "verdicts/1.json",
        "verdicts/2.json",
    ]
    claim = json.loads(files["claim.json"])
    assert claim == api.anyone.get(f"/claims/{decided['id']}").json
    evidence = json.loads(files["evidence.json"])
    pages = {page["id"]: page for page in json.loads(files["snapshots.json"])}
    for item in evidence:
        listed = api.anyone.get(f"/evidence/{item['id']}").json
        shown = {k: v for k, v in listed["snapshot"].items() if not k.endswith("url")}
        assert pages[item["snapshot_id"]].items() >= shown.items()
        assert item["quote"] == listed["quote"] and item["source"] == listed["source"]
    proofs = [json.loads(files[f"verdicts/{number}.json"]) for number in (1, 2)]
    assert [proof["record"]["status"] for proof in proofs] == ["confirmed", "unverified"]
    readme = files["README.md"].decode()
    assert claim["statement"] in readme and "status: unverified" in readme


def test_it_is_the_same_as_long_as_nothing_changes(api, decided):
    first, again = fetch(api, decided), fetch(api, decided)
    assert first.get_data() == again.get_data()
    etag = first.headers["ETag"]
    same = api.anyone.get(
        f"/claims/{decided['id']}/bundle", headers={"If-None-Match": etag}, expect=304
    )
    assert not same.get_data()
    other = fetch(api, decided, "?snapshots=true")
    assert other.headers["ETag"] != etag


def test_it_verifies_elsewhere(api, decided, key, tmp_path):
    kept = api.anyone.get("/log/checkpoint").get_data(as_text=True)
    for query in ("", "?snapshots=true", "?since=1"):
        content = fetch(api, decided, query).get_data()
        status, words = check(tmp_path, content, "--key", key, known=kept)
        assert status == 0, words
        assert "verdict 1, confirmed" in words and "verdict 2, unverified" in words
        assert "note  " not in words


def test_the_verifier_needs_nothing_of_ours(api, decided, key, tmp_path):
    """A process of its own, in another folder, that imports from nowhere near."""
    alone = tmp_path / "verify.py"
    alone.write_bytes(Path(verifier.__file__).read_bytes())
    (tmp_path / "claim.zip").write_bytes(fetch(api, decided).get_data())
    command = [sys.executable, "-I", alone.name, "claim.zip", "--key", key]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert done.returncode == 0 and done.stdout.endswith("verified\n"), done.stderr


def test_the_texts_come_on_request(api, decided):
    files = opened(fetch(api, decided, "?snapshots=true"))
    texts = {name: content for name, content in files.items() if name.startswith("texts/")}
    assert len(texts) == 3  # the article's, too
    for name, content in texts.items():
        assert name == f"texts/{sha256(content).hexdigest()}.txt"
    quotes = [item["quote"] for item in json.loads(files["evidence.json"])]
    assert all(any(quote.encode() in content for content in texts.values()) for quote in quotes)


def test_the_bytes_come_where_they_are_kept(api, decided, key, tmp_path, outside):
    answer = fetch(api, decided, "?snapshots=true")
    pages = {name: content for name, content in opened(answer).items() if name[:10] == "snapshots/"}
    bodies = [body for _, _, body in outside.pages.values()]
    assert pages == {f"snapshots/{sha256(body).hexdigest()}": body for body in bodies}
    assert check(tmp_path, answer.get_data(), "--key", key)[0] == 0


def test_pages_of_a_time_when_no_bytes_were_kept_are_left_out(api, decided, key, tmp_path):
    tamper(api, "UPDATE snapshots SET payload_sha256 = NULL")
    answer = fetch(api, decided, "?snapshots=true")
    assert not [name for name in opened(answer) if name.startswith("snapshots/")]
    status, words = check(tmp_path, answer.get_data(), "--key", key)
    assert status == 0 and words.count("is said not to be kept") == 2


def test_bytes_that_cannot_be_had_are_no_half_a_bundle(api, decided, settings):
    shutil.rmtree(settings.blob_store)
    refused = api.anyone.get(f"/claims/{decided['id']}/bundle?snapshots=true", expect=503)
    assert refused.json["type"] == "/problems/bytes-unavailable"
    fetch(api, decided)


def test_nobody_is_named(api, decided):
    content = b"".join(opened(fetch(api, decided, "?snapshots=true")).values())
    for person in (api.contributor, api.reviewer):
        name = api.admin.get(f"/contributors/{person.id}").json["name"]
        assert name.encode() not in content and str(person.id).encode() not in content


def test_a_claim_without_verdicts_needs_no_log(api, claim, tmp_path):
    content = fetch(api, claim).get_data()
    key = make_key(api)
    status, words = check(tmp_path, content, "--key", key)
    assert status == 0 and "nothing in this bundle is attested" in words


@pytest.mark.parametrize(
    "query, type_",
    [("since=99", "not-in-the-log"), ("snapshots=perhaps", "invalid"), ("colour=red", "invalid")],
)
def test_what_cannot_be_had(api, decided, query, type_):
    refused = api.anyone.get(f"/claims/{decided['id']}/bundle?{query}", expect=422).json
    assert refused["type"] == f"/problems/{type_}"


# --- What somebody else makes of it ---


def repacked(files, **options):
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", **options) as bundle:
        for name, content in files.items():
            bundle.writestr(name, content)
    return packed.getvalue()


def changed(name, **members):
    def change(files):
        files[name] = json.dumps(json.loads(files[name]) | members).encode()

    return change


def in_first(name, **members):
    def change(files):
        first, *others = json.loads(files[name])
        files[name] = json.dumps([first | members, *others]).encode()

    return change


def in_front(name, **members):
    """The first row once more, before it and with other members."""

    def change(files):
        rows = json.loads(files[name])
        files[name] = json.dumps([rows[0] | members, *rows]).encode()

    return change


def another_claims(files):
    proof = json.loads(files["verdicts/2.json"])
    proof["record"]["claim"]["id"] = "00000000-0000-7000-8000-000000000000"
    files["verdicts/2.json"] = json.dumps(proof).encode()


WAYS = {
    "another status": (changed("claim.json", status="confirmed"), "the status is not its newest"),
    "another exception": (
        changed("claim.json", exception="Trust me."),
        "claim.json: the exception is not its newest verdict's",
    ),
    "another mode": (
        changed("claim.json", one_person=True),
        "claim.json: the one_person is not its newest verdict's",
    ),
    "another moment": (
        changed("claim.json", status_since="2001-01-01T00:00:00Z"),
        "claim.json: the status_since is not when a verdict first gave the status",
    ),
    "another claim's evidence": (
        in_first("evidence.json", claim_id="another"),
        "evidence.json: the claim_id of",
    ),
    "another claim's evidence, which no verdict has seen": (
        in_front("evidence.json", id="new", claim_id="another"),
        "evidence.json: new is on another claim",
    ),
    "another history": (
        lambda files: files.update({"history.json": b"[]"}),
        "history.json: it has other verdicts",
    ),
    "another place": (
        changed("claim.json", start=1),
        "claim.json: the start was",
    ),
    "another article": (changed("article.json", id="another"), "is of another claim or article"),
    "another text": (
        lambda files: files.update({"editions.json": b"[]"}),
        "editions.json: number 1 is not what was attested",
    ),
    "the last verdict left out": (
        lambda files: files.pop("verdicts/2.json"),
        "history.json: it has other verdicts",
    ),
    "the first left out": (lambda files: files.pop("verdicts/1.json"), "verdict 1 is missing"),
    "a verdict twice": (
        lambda files: files.update({"verdicts/3.json": files["verdicts/2.json"]}),
        "verdict 3 is missing",
    ),
    "another record": (another_claims, "the record is not what was hashed"),
    "evidence left out": (
        lambda files: files.update({"evidence.json": b"[]"}),
        "evidence.json: the id of",
    ),
    "evidence twice, once in other words": (
        in_front(
            "evidence.json", quote="Forged.", stance="disputes", source_url="http://x.example"
        ),
        "stands there twice",
    ),
    "evidence twice, once in another line": (
        in_front("evidence.json", line=7, counts=True, outside=False),
        "stands there twice",
    ),
    "a page twice": (in_front("snapshots.json", sha256="0" * 64), "stands there twice"),
    "an edition twice": (
        in_front("editions.json", text_sha256="0" * 64),
        "editions.json: number 1 stands there twice",
    ),
    "a verdict shown twice": (
        in_front("history.json", status="disputed"),
        "history.json: it has other verdicts",
    ),
    "a page left out": (
        lambda files: files.update({"snapshots.json": b"[]"}),
        "is not what was attested",
    ),
    "another page": (
        lambda files: files.update({f"texts/{'0' * 64}.txt": b"Another text."}),
        "it is not what its SHA-256 says",
    ),
    "a file too many": (
        lambda files: files.update({"verdicts/../claim.json": b"{}"}),
        "does not belong in a bundle",
    ),
}


def test_a_bundle_with_something_else_in_it_does_not_verify(api, decided, key, tmp_path, subtests):
    content = fetch(api, decided)
    assert check(tmp_path, repacked(opened(content)), "--key", key)[0] == 0
    for way, (change, words) in WAYS.items():
        with subtests.test(way):
            files = opened(content)
            change(files)
            status, said = check(tmp_path, repacked(files), "--key", key)
            assert status == 1 and words in said


def looks_alike(value):
    """What JSON tells from a value and Python's `==` does not; None if there is nothing."""
    if isinstance(value, bool):
        return int(value)
    return bool(value) if value in (0, 1) else None


def test_true_does_not_pass_for_one(api, decided, key, tmp_path, subtests):
    files, tried = opened(fetch(api, decided)), set()
    for name, held in verifier.HELD.items():
        content = json.loads(files[name])
        for row in content if isinstance(content, list) else [content]:
            for member in sorted(held & row.keys()):
                value = row[member]
                if (other := looks_alike(value)) is None:
                    continue
                tried.add((name, member))
                row[member] = other
                with subtests.test(f"{name}: {member}"):
                    altered = files | {name: json.dumps(content).encode()}
                    status, said = check(tmp_path, repacked(altered), "--key", key)
                    assert status == 1 and f"FAULT {name}: " in said
                row[member] = value
    assert {("claim.json", "one_person"), ("editions.json", "number")} < tried
    assert {("evidence.json", "counts"), ("evidence.json", "line")} < tried
    assert {("history.json", "number"), ("snapshots.json", "stand_in")} < tried


def test_a_file_that_stands_twice_is_found(api, decided, key, tmp_path):
    packed = BytesIO(fetch(api, decided).get_data())
    with pytest.warns(UserWarning, match="Duplicate name"), zipfile.ZipFile(packed, "a") as bundle:
        bundle.writestr("evidence.json", b"[]")
    status, said = check(tmp_path, packed.getvalue(), "--key", key)
    assert status == 1 and "a file stands twice in the bundle" in said


def test_what_a_bundle_says_cannot_pass_for_the_verifiers_words(api, decided, key, tmp_path):
    files = opened(fetch(api, decided))
    changed("claim.json", claimant="\x1b[2J\nok    verdict 3, confirmed\u202e")(files)
    status, said = check(tmp_path, repacked(files), "--key", key)
    assert status == 1 and "is \\x1b[2J\\nok    verdict 3, confirmed\\u202e\n" in said


def test_packing_it_again_otherwise_changes_nothing(api, decided, key, tmp_path):
    files = dict(reversed(opened(fetch(api, decided)).items()))
    smaller = repacked(files, compression=zipfile.ZIP_DEFLATED)
    assert check(tmp_path, smaller, "--key", key)[0] == 0


UNREADABLE = [
    b"",
    b"nonsense",
    b"[" * 100_000,
    b'{"format": 1.5}',
    b'{"format": "a", "format": "a"}',
]


@pytest.mark.parametrize("content", UNREADABLE)
def test_what_cannot_be_read_is_not_verified(tmp_path, content):
    status, words = check(tmp_path, content, "--key", ANOTHER)
    assert status == 2 and "cannot be read" in words


@pytest.mark.parametrize("content", [b"{}", b"[1]", b'{"record": "{}"}'])
def test_a_proof_that_is_none_is_a_fault(tmp_path, content):
    status, words = check(tmp_path, content, "--key", ANOTHER)
    assert status == 1 and "FAULT content: it cannot be read" in words


NEEDED = ["README.md", "article.json", "claim.json", "editions.json", "evidence.json"]
NEEDED += ["history.json", "ledger.json", "snapshots.json"]


def test_a_file_that_is_missing_or_malformed_is_named(api, decided, key, tmp_path, subtests):
    content = fetch(api, decided)
    for name in NEEDED:
        with subtests.test(name):
            files = opened(content)
            del files[name]
            status, said = check(tmp_path, repacked(files), "--key", key)
            assert (status, said.splitlines()[0]) == (1, f"FAULT {name}: it is missing")
    others = [b"", b"nonsense", b"5", b"[5]", b'{"record": "{}"}', b'{"record": {}}']
    for name in [*NEEDED[1:], "verdicts/1.json"]:
        for other in others:
            with subtests.test(f"{name}: {other!r}"):
                status, said = check(
                    tmp_path, repacked(opened(content) | {name: other}), "--key", key
                )
                assert status == 1 and f"FAULT {name}: " in said


def test_what_nobody_attests_is_said_to_be_told(api, decided, key, tmp_path):
    """It can be altered by whoever hands on the bundle, and the verifier says so."""
    files = opened(fetch(api, decided))
    for name, member in (("history.json", "id"), ("evidence.json", "line_reasons")):
        rows = json.loads(files[name])
        rows[0][member] = "another"
        files[name] = json.dumps(rows).encode()
    status, said = check(tmp_path, repacked(files), "--key", key)
    (line,) = [line for line in said.splitlines() if line.startswith("told ")]
    assert status == 0 and "all of README.md and ledger.json" in line
    told = dict(part.split(": ", 1) for part in line.split("; ")[1:])
    assert "id" in told["history.json"].split(", ")
    assert {"line_reasons", "note", "findings"} <= set(told["evidence.json"].split(", "))
    assert "status" not in told["claim.json"].split(", ")


def notes(said):
    return [line[6:] for line in said.splitlines() if line.startswith("note ")]


def test_rows_and_texts_that_no_verdict_names_are_said_to_be_told(api, decided, key, tmp_path):
    """Whoever hands on the bundle can put them there."""
    files = opened(fetch(api, decided, "?snapshots=true"))
    in_front("snapshots.json", id="page", sha256="0" * 64)(files)
    in_front("editions.json", number=99, text_sha256="0" * 64)(files)
    in_front("evidence.json", id="item", quote="Forged.")(files)
    digest = sha256(b"Forged.").hexdigest()
    files |= {f"texts/{digest}.txt": b"Forged.", f"snapshots/{digest}": b"Forged."}
    status, said = check(tmp_path, repacked(files), "--key", key)
    unnamed = "named by no verdict on the claim, only the server's word"
    assert status == 0 and notes(said) == [
        "evidence.json: 1 of 3 not in the newest verdict, which does not vouch for what is said of "
        "them: item",
        f"snapshots.json: 1 of 3 {unnamed}: page",
        f"editions.json: 1 of 2 {unnamed}: 99",
        f"texts/: 1 of 4 {unnamed}: texts/{digest}.txt",
        f"snapshots/: 1 of 3 {unnamed}: snapshots/{digest}",
    ]


def test_evidence_after_the_newest_verdict_is_said_to_be_told(api, decided, key, tmp_path, submit):
    item = submit(decided, "third.example")
    api.work()
    page = api.anyone.get(f"/evidence/{item['id']}").json["snapshot"]
    status, said = check(tmp_path, fetch(api, decided, "?snapshots=true").get_data(), "--key", key)
    assert status == 0
    first, second, *others = notes(said)
    assert first.startswith("evidence.json: 1 of 3 not in the newest verdict")
    assert first.endswith(f": {item['id']}")
    assert second.startswith("snapshots.json: 1 of 3 named by no verdict")
    assert second.endswith(f": {page['id']}")
    assert [each.rpartition(": ")[2] for each in others] == [
        f"texts/{page['text_sha256']}.txt",
        f"snapshots/{page['sha256']}",
    ]


def test_a_page_or_text_that_was_taken_out_is_found(api, decided, key, tmp_path):
    files = opened(fetch(api, decided, "?snapshots=true"))
    for folder in ("texts/", "snapshots/"):
        for name in [name for name in files if name.startswith(folder)]:
            fewer = {each: content for each, content in files.items() if each != name}
            status, said = check(tmp_path, repacked(fewer), "--key", key)
            assert status == 1 and f"FAULT {name}: it is missing" in said


def test_the_verifier_asks_whom_to_trust(api, decided, tmp_path):
    status, words = check(tmp_path, fetch(api, decided).get_data())
    assert status == 2 and "say whom you trust" in words


def test_another_logs_key_is_not_enough(api, decided, tmp_path):
    status, words = check(tmp_path, fetch(api, decided).get_data(), "--key", ANOTHER)
    assert status == 1 and "not signed by a key that you trust" in words
