#!/usr/bin/env python3
"""Check what a Claimledger says of a claim, offline and without trusting it.

Reads a bundle (`GET /v1/claims/{id}/bundle`) or a proof (`GET /v1/verdicts/{id}/proof`) and checks:
every record's hash and place in the claim's chain, its entry in the log's Merkle tree (RFC 9162),
the checkpoint's signature (c2sp.org/tlog-checkpoint), and that the other files say what the
records attest. It needs Python 3.9 and `cryptography`, and nothing of Claimledger.

Where the files say more than the records attest, it names that in one line ("told"), and rows and
texts that no record names in notes: nobody vouches for it.

What it trusts is given by you: the log's public key as you came to know it (`--key`), or what
you kept (`--known`): a checkpoint, which the log must still contain, so that nothing that was in
it can have been cut off, changed or moved since, whoever holds the key; or a proof or bundle, whose
verdicts must be there, too. What it cannot tell: whether what was written down was true, and
whether there are newer verdicts than it was given.

Exit status: 0 verified, 1 not verified (or a bundle's file is missing or not to be read),
2 neither a bundle nor a proof.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from datetime import datetime, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PROOF, RECORD = "claimledger-proof/1", "claimledger-verdict/1"
LARGEST = 2_000_000_000

#: What changes of an item when something is done to it, or to any of the claim's.
JUDGED, DRAWN = ("state", "review", "snapshot_id"), ("counts", "line", "outside")
FILES = re.compile(
    r"README\.md|(article|claim|editions|evidence|history|ledger|prov|snapshots)\.json|verdicts/[1-9][0-9]*\.json"
    r"|cited/[0-9a-f]{64}\.json|texts/[0-9a-f]{64}\.txt|snapshots/[0-9a-f]{64}"
)

#: What of each readable file is held against the records. The rest is only told.
HELD = {
    "article.json": {"id"},
    "claim.json": {"id", "article_id", "edition", "exact", "prefix", "suffix", "start", "end"}
    | {"statement", "claimant", "said_on", "status", "status_since", "exception", "one_person"},
    "editions.json": {"number", "text_sha256"},
    "evidence.json": {"id", "claim_id", "source_url", "quote", "stance", "kind", *JUDGED, *DRAWN},
    "history.json": {"claim_id", "number", "status", "finding", "reasons", "exception", "hash"}
    | {"one_person", "evidence", "decider", "decided_at", "previous_hash", "cites"},
    "snapshots.json": {"id", "sha256", "text_sha256", "retrieved_at", "stand_in"},
}
#: Bundles of early versions have a prov.json, too.
NEEDED = {*HELD, "README.md", "ledger.json"}


class Fault(Exception):
    """Something is not as it must be."""


def unbase64(text: str) -> bytes:
    """Base64 in its one spelling."""
    try:
        decoded = b64decode(text, validate=True)
    except ValueError:
        decoded = b""
    if not decoded or b64encode(decoded).decode() != text:
        raise Fault(f"no base64: {text!r}")
    return decoded


# --- The Merkle tree (RFC 9162, 2.1) ---


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def check_inclusion(index: int, size: int, leaf: bytes, path: list[bytes], root: bytes) -> None:
    """That the leaf with this hash is the index-th (from 0) of the tree (2.1.3.2)."""
    if not 0 <= index < size:
        raise Fault("its place is not in the log")
    place, last, found = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise Fault("its path to the root is too long")
        if place & 1 or place == last:
            found = node_hash(step, found)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, step)
        place, last = place >> 1, last >> 1
    if last or found != root:
        raise Fault("the log's root does not contain it")


def check_consistency(
    first: int, size: int, first_root: bytes, root: bytes, path: list[bytes]
) -> None:
    """That the tree of `size` leaves begins with the tree of the `first` ones (2.1.4.2)."""
    if not 0 <= first <= size:
        raise Fault(f"the log was cut: it had {first} entries, now {size}")
    if first in (0, size):
        if path or (first_root != (root if first else sha256(b"").digest())):
            raise Fault("the log was rewritten: at the same size it has another root")
        return
    path = path if first & (first - 1) else [first_root, *path]
    if not path:
        raise Fault("nothing shows that the log contains the known checkpoint")
    place, last = first - 1, size - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    before = now = path[0]
    for step in path[1:]:
        if last == 0:
            raise Fault("the proof of consistency is too long")
        if place & 1 or place == last:
            before, now = node_hash(step, before), node_hash(step, now)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            now = node_hash(now, step)
        place, last = place >> 1, last >> 1
    if last or before != first_root or now != root:
        raise Fault("the log was rewritten: it does not contain the known checkpoint")


# --- Signed notes (c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature) ---


class Key(NamedTuple):
    name: str
    raw: bytes

    def id(self, kind: bytes) -> bytes:
        return sha256(self.name.encode() + b"\n" + kind + self.raw).digest()[:4]

    def verify(self, signature: bytes, message: bytes) -> None:
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            raise Fault(f"the signature by {self.name} is wrong") from None


class Checkpoint(NamedTuple):
    origin: str
    size: int
    root: bytes


def parse_key(word: str) -> Key:
    try:
        name, id, encoded = word.strip().split("+", 2)
        decoded = unbase64(encoded)
        key = Key(name, decoded[1:])
        Ed25519PublicKey.from_public_bytes(key.raw)
    except ValueError:
        raise Fault(f"no key: {word!r}") from None
    if decoded[:1] != b"\x01" or key.id(b"\x01").hex() != id:
        raise Fault(f"no Ed25519 key with its own id: {word!r}")
    return key


def parse_note(note: str) -> tuple[str, dict[tuple[str, bytes], bytes]]:
    """A note's text, and its signatures by the key's name and id."""
    text, _, lines = note.rpartition("\n\n")
    signatures = {}
    for line in lines.rstrip("\n").split("\n"):
        if not (parts := re.fullmatch(r"— ([^\s+]+) (\S+)", line)):
            raise Fault("the checkpoint is no signed note")
        decoded = unbase64(parts[2])
        signatures[parts[1], decoded[:4]] = decoded[4:]
    return text + "\n", signatures


def open_note(note: str, keys: list[Key]) -> tuple[str, Key]:
    """The text, and whose it is. Signatures by other keys are ignored, as the format asks."""
    text, signatures = parse_note(note)
    for key in keys:
        if (key.name, key.id(b"\x01")) in signatures:
            key.verify(signatures[key.name, key.id(b"\x01")], text.encode())
            return text, key
    names = ", ".join(f"{name}+{id.hex()}" for name, id in signatures)
    raise Fault(f"it is not signed by a key that you trust, but by {names}")


def parse_checkpoint(text: str) -> Checkpoint:
    try:
        origin, size, root, end = text.split("\n")
        checkpoint = Checkpoint(origin, int(size), unbase64(root))
    except ValueError:
        raise Fault("the signed text is no checkpoint") from None
    if str(checkpoint.size) != size or end or len(checkpoint.root) != 32:
        raise Fault("the signed text is no checkpoint")
    return checkpoint


def signed_at(note: str, key: Key) -> str:
    """When the checkpoint was signed, as its second signature says."""
    text, signatures = parse_note(note)
    stamped = signatures.get((key.name, key.id(b"\x04")), b"")
    time = int.from_bytes(stamped[:8], "big")
    key.verify(stamped[8:], f"cosignature/v1\ntime {time}\n{text}".encode())
    return datetime.fromtimestamp(time, timezone.utc).isoformat()


def trusted(given: list[dict[str, Any]], expected: list[Key]) -> list[Key]:
    """The keys you trust, and those that one of them, in turn, names as its successor."""
    found = list(expected)
    for each in given:
        key = parse_key(each["key"])
        if each["succession"] and key not in found:
            try:
                text, _ = open_note(each["succession"], found)
            except Fault:
                continue
            if text == f"{key.name}\nis signed from now on by\n{each['key']}\n":
                found.append(key)
    return found


# --- Records ---


def read_json(content: bytes) -> Any:
    """JSON in which every key stands once and every number is whole."""

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(found := dict(pairs)) < len(pairs):
            raise ValueError("a key stands twice in one object")
        return found

    def refuse(number: str) -> None:
        raise ValueError(f"{number} is no whole number")

    return json.loads(content, object_pairs_hook=unique, parse_float=refuse, parse_constant=refuse)


def canonical(record: Any) -> bytes:
    """Canonical JSON (RFC 8785) of what records consist of: for ASCII keys, texts, true, false,
    null and whole numbers below 2**53, Python's is exactly that.
    """

    def plain(value: Any) -> bool:
        if isinstance(value, dict):
            return all(k.isascii() for k in value) and all(map(plain, value.values()))
        if isinstance(value, list):
            return all(map(plain, value))
        return not isinstance(value, int) or abs(value) < 2**53

    if not plain(record):
        raise Fault("the record has what no record has")
    text = json.dumps(record, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same in JSON: in Python, `true` is 1, and `false` 0."""
    if isinstance(one, (dict, list)):
        return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
    return type(one) is type(other) and bool(one == other)


class Shown(NamedTuple):
    """What a proof shows: this record, by this hash, is this entry of the log, as it was signed."""

    record: dict[str, Any]
    hash: str
    entry: int
    checkpoint: Checkpoint
    signed_at: str


class Known(NamedTuple):
    """What you kept: a checkpoint, and the records that came with it, by hash."""

    checkpoint: str
    records: dict[str, dict[str, Any]]


def check_proof(proof: dict[str, Any], expected: list[Key], known: Known | None) -> Shown:
    """That the record is in a log which you trust. Raises `Fault`."""
    if proof["format"] != PROOF or proof["record"]["format"] != RECORD:
        raise Fault("its format is another")
    if not expected and known is not None:  # then trust who signed what you kept
        given = [parse_key(each["key"]) for each in proof["keys"]]
        expected = [open_note(known.checkpoint, given)[1]]
    text, key = open_note(proof["checkpoint"], trusted(proof["keys"], expected))
    checkpoint = parse_checkpoint(text)
    if checkpoint.origin != key.name:
        raise Fault("its checkpoint is of another log than the key")
    digest = sha256(canonical(proof["record"]))
    if digest.hexdigest() != proof["hash"]:
        raise Fault("the record is not what was hashed")
    leaf, path = leaf_hash(digest.digest()), hashes(proof["path"])
    check_inclusion(proof["index"], checkpoint.size, leaf, path, checkpoint.root)
    if known is not None:
        check_extends(parse_checkpoint(parse_note(known.checkpoint)[0]), checkpoint, proof)
    when = signed_at(proof["checkpoint"], key)
    return Shown(proof["record"], proof["hash"], proof["index"], checkpoint, when)


def check_extends(known: Checkpoint, checkpoint: Checkpoint, proof: dict[str, Any]) -> None:
    """That the log contains what it contained when you kept a checkpoint of it."""
    if known.origin != checkpoint.origin:
        raise Fault("the known checkpoint is another log's")
    steps: list[bytes] = []
    if known.size < checkpoint.size:
        if proof["since"] != known.size:
            raise Fault(f"it does not go back to your checkpoint: fetch with ?since={known.size}")
        steps = hashes(proof["consistency"])
    check_consistency(known.size, checkpoint.size, known.root, checkpoint.root, steps)


def hashes(path: list[str]) -> list[bytes]:
    steps = [unbase64(step) for step in path]
    if any(len(step) != 32 for step in steps):
        raise Fault("a path has a step that is no hash")
    return steps


# --- Bundles ---


def read_bundle(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as bundle:
        names = bundle.namelist()
        if len(set(names)) < len(names):
            raise Fault("a file stands twice in the bundle")
        if sum(info.file_size for info in bundle.infolist()) > LARGEST:
            raise Fault("the bundle is too large")
        for name in names:
            if not FILES.fullmatch(name):
                raise Fault(f"{name} does not belong in a bundle")
        return {name: of_file(name, bundle.read, name) for name in names}


def of_file(name: str, read: Callable[[Any], Any], content: Any) -> Any:
    """What is read of a file. Raises `Fault` with its name, whatever is wrong with it."""
    try:
        return read(content)
    except Exception as error:  # whatever a hostile file can provoke
        raise Fault(f"{name}: it cannot be read: {error!r}") from None


def naming(name: str, faults: Iterator[Any], fault: Callable[[str], Any] = str) -> Iterator[Any]:
    """The faults of a file, of which one is that it is not made as it must be."""
    try:
        yield from faults
    except Exception as error:  # whatever a hostile file can provoke
        yield fault(f"{name}: it cannot be read: {error!r}")


def read_known(path: Path) -> Known:
    """A checkpoint that was kept, or a proof or bundle with the checkpoint in it."""
    if zipfile.is_zipfile(path):
        files = read_bundle(path)
        proofs = [read_json(files[name]) for name in files if name.startswith("verdicts/")]
    elif not (content := path.read_bytes()).startswith(b"{"):
        return Known(content.decode(), {})
    else:
        proofs = [read_json(content)]
    if not proofs:
        raise Fault("what you kept has no checkpoint in it")
    records = (proof["record"] for proof in proofs)
    by_hash = {sha256(canonical(record)).hexdigest(): record for record in records}
    return Known(proofs[0]["checkpoint"], by_hash)


def kept_faults(known: Known, claim: dict[str, Any], shown: list[Shown]) -> Iterator[str]:
    """Verdicts on the claim that you kept, and that are not among those shown."""
    for hash in known.records.keys() - {each.hash for each in shown}:
        record = known.records[hash]
        if record["claim"]["id"] == claim["id"]:
            yield f"verdict {record['number']}, which you kept, is not there"


def chain_faults(numbers: list[int], shown: list[Shown]) -> Iterator[str]:
    """Where the verdicts, with the numbers that their files have, are not one claim's chain."""
    last = None
    for number, (place, each) in enumerate(zip(numbers, shown), 1):
        record = each.record
        if not place == number == record["number"]:
            yield f"verdict {number} is missing"
            return
        if record["previous"] != (last and last.hash):
            yield f"verdict {number} does not follow the verdict before it"
        if last and record["claim"]["id"] != last.record["claim"]["id"]:
            yield f"verdict {number} is of another claim than the one before it"
        if last and each.checkpoint != last.checkpoint:
            yield f"verdict {number} has another checkpoint than the one before it"
        last = each


def claim_faults(claim: dict[str, Any], records: list[dict[str, Any]]) -> Iterator[str]:
    """Where the claim's status, and what stands beside it, are not its newest verdict's."""
    status, since = "unverified", claim["created_at"]
    for record in records:
        if record["status"] != status:
            status, since = record["status"], record["decided_at"]
        attested = record["claim"]
        if (claim["id"], claim["article_id"]) != (attested["id"], attested["article"]["id"]):
            yield f"claim.json: verdict {record['number']} is of another claim or article"
    if claim["status"] != status:
        yield "claim.json: the status is not its newest verdict's"
    if moment(claim["status_since"]) != moment(since):
        yield "claim.json: the status_since is not when a verdict first gave the status"
    # Bundles of early versions do not show these here; history.json, which is checked, does.
    for name in sorted(claim.keys() & {"exception", "one_person"}):
        if records and not same(claim[name], records[-1][name]):
            yield f"claim.json: the {name} is not its newest verdict's"


def article_faults(article: dict[str, Any], records: list[dict[str, Any]]) -> Iterator[str]:
    for record in records:
        if article["id"] != record["claim"]["article"]["id"]:
            yield f"article.json: verdict {record['number']} is of another claim or article"


def repeated(file: str, rows: list[Any], name: str = "id") -> Iterator[str]:
    """Rows that stand under one name: whoever reads the file may see the one that is not held
    against the records.
    """
    seen = set()
    for row in rows:
        if row[name] in seen:
            yield f"{file}: {name} {row[name]} stands there twice"
        seen.add(row[name])


def edition_faults(editions: list[Any], records: list[dict[str, Any]]) -> Iterator[str]:
    yield from repeated("editions.json", editions, "number")
    rows = {edition["number"]: edition for edition in editions}
    for claim in (record["claim"] for record in records):
        was = {"number": claim["edition"], "text_sha256": claim["article"]["text_sha256"]}
        row = rows.get(claim["edition"], {})
        if not all(same(row.get(name), was[name]) for name in was):
            yield f"editions.json: number {claim['edition']} is not what was attested"


def evidence_faults(evidence: list[Any], records: list[dict[str, Any]]) -> Iterator[str]:
    """Where items are not what they were, of what never changes."""
    yield from repeated("evidence.json", evidence)
    items = {item["id"]: item for item in evidence}
    for record in records:
        for then in record["evidence"]:
            now, was = items.get(then["id"], {}), {**then, "claim_id": record["claim"]["id"]}
            for name in ("id", "claim_id", "source_url", "quote", "stance", "kind"):
                if not same(now.get(name), was[name]):
                    yield f"evidence.json: the {name} of {then['id']} is not what was attested"


def stray_faults(claim: dict[str, Any], evidence: list[Any]) -> Iterator[str]:
    """Items on another claim, also among those that no verdict has seen."""
    for item in evidence:
        if item.get("claim_id") != claim["id"]:
            yield f"evidence.json: {item['id']} is on another claim"


def snapshot_faults(snapshots: list[Any], records: list[dict[str, Any]]) -> Iterator[str]:
    yield from repeated("snapshots.json", snapshots)
    pages = {page["id"]: page for page in snapshots}
    for then in attested_pages(records):
        if not same_page(then, pages.get(then["id"], {})):
            yield f"snapshots.json: {then['id']} is not what was attested"


def attested_pages(records: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for record in records:
        yield from (item["snapshot"] for item in record["evidence"] if item["snapshot"])


def same_page(then: dict[str, Any], now: dict[str, Any]) -> bool:
    when = now and moment(now["retrieved_at"]) == moment(then["retrieved_at"])
    return bool(when) and all(
        same(now[name], then[name]) for name in then if name != "retrieved_at"
    )


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def history_faults(rows: list[dict[str, Any]], shown: list[Shown]) -> Iterator[str]:
    """Where a verdict is not shown as it was given. Of an erased person nobody can tell any more
    whether it was they who gave it.
    """
    if [row["hash"] for row in rows] != [each.hash for each in shown]:
        yield "history.json: it has other verdicts"
        return
    for row, (record, *_) in zip(rows, shown):
        attested = {name: record[name] for name in ("number", "status", "finding", "reasons")}
        attested |= {name: record[name] for name in ("exception", "one_person")}
        attested |= {"claim_id": record["claim"]["id"], "previous_hash": record["previous"]}
        attested["evidence"] = [item["id"] for item in record["evidence"] if item["cited"]]
        attested["decider"] = record["decided_by"].get("commitment", "policy")
        attested["cites"], row = record.get("cites"), {"cites": None, **row}
        other = {name for name in attested if not same(row[name], attested[name])}
        if row["decider"] == "erased" and attested["decider"] != "policy":
            other.discard("decider")
        if moment(row["decided_at"]) != moment(record["decided_at"]):
            other.add("decided_at")
        for name in sorted(other):
            yield f"history.json: the {name} of verdict {record['number']} is not what it attests"


def citation_faults(cited: dict[str, Shown], shown: list[Shown]) -> Iterator[str]:
    """Where a verdict that applies one on another claim does not have it with it, or says something
    else. `cited` are those by the hash that their file is named for.
    """
    citing = [each.record for each in shown if each.record.get("cites")]
    for hash in cited.keys() - {record["cites"]["hash"] for record in citing}:
        yield f"cited/{hash}.json: no verdict applies it"
    for record in citing:
        name, cites = f"cited/{record['cites']['hash']}.json", record["cites"]
        if (ground := cited.get(cites["hash"])) is None:
            yield f"{name}: it is missing, and verdict {record['number']} applies it"
            continue
        there = ground.record
        pages = (item["snapshot"] for item in there["evidence"] if item["counts"])
        attested = {
            **{each: there[each] for each in ("number", "supporting_lines", "disputing_lines")},
            "claim": there["claim"]["id"],
            "hash": ground.hash,
            "verdict": cites["verdict"],
            "stand_in": any(page and page["stand_in"] for page in pages),
        }
        if not same(cites, attested) or there["claim"]["id"] == record["claim"]["id"]:
            yield f"{name}: it is not what verdict {record['number']} says of it"
        if there["status"] != record["status"]:
            yield f"{name}: it says {there['status']}, and verdict {record['number']} otherwise"
        if there.get("cites") or "commitment" not in there["decided_by"]:
            yield f"{name}: nobody gave it on evidence"
        if ground.checkpoint != shown[0].checkpoint:
            yield f"{name}: it has another checkpoint than the verdicts"


def changes(files: dict[str, Any], record: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What is not as the newest verdict attests it: a note where the ledger says that something
    was done to it later (which nobody attests), else a fault.
    """
    decided, ledger = moment(record["decided_at"]), files["ledger.json"]
    try:
        later = {each["subject_id"] for each in ledger if moment(each["at"]) > decided}
    except Exception as error:  # whatever a hostile file can provoke
        yield "FAULT", f"ledger.json: it cannot be read: {error!r}"
        return
    yield from naming("claim.json", claim_changes(files["claim.json"], record, later), faulty)
    items = item_changes(files["evidence.json"], record, later)
    yield from naming("evidence.json", items, faulty)


def faulty(words: str) -> tuple[str, str]:
    return "FAULT", words


def claim_changes(
    claim: dict[str, Any], record: dict[str, Any], later: set[str]
) -> Iterator[tuple[str, str]]:
    for name, was in record["claim"].items():
        if name != "article" and not same(claim[name], was):
            words = f"claim.json: the {name} was {was}, is {claim[name]}"
            yield "note" if claim["id"] in later else "FAULT", words


def item_changes(
    evidence: list[Any], record: dict[str, Any], later: set[str]
) -> Iterator[tuple[str, str]]:
    items = {item["id"]: item for item in evidence}
    for then in record["evidence"]:
        now, page = items.get(then["id"], {}), then["snapshot"]
        was = {**then, "snapshot_id": page and page["id"]}
        for name in (*JUDGED, *DRAWN):
            known = then["id"] in later if name in JUDGED else bool(later)
            if not same(now.get(name), was[name]):
                words = f"evidence.json: the {name} of {then['id']} was {was[name]}, is "
                yield "note" if known else "FAULT", f"{words}{now.get(name)}"
    # Not said to be newer: only the service says when they came.
    if new := sorted(items.keys() - {item["id"] for item in record["evidence"]}):
        words = f"evidence.json: {len(new)} of {len(items)} not in the newest verdict, which "
        yield "note", f"{words}does not vouch for what is said of them: {', '.join(new)}"


def unnamed(
    contents: dict[str, Any], files: dict[str, bytes], records: list[dict[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Rows and texts that no verdict names. The service has such as well: an article's other
    editions, and pages that were read since the newest verdict.
    """
    claims, pages = [record["claim"] for record in records], list(attested_pages(records))
    named = {page["id"] for page in pages}
    yield from only_told("snapshots.json", [row["id"] for row in contents["snapshots.json"]], named)
    named = {claim["edition"] for claim in claims}
    numbers = [row["number"] for row in contents["editions.json"]]
    yield from only_told("editions.json", numbers, named)
    named = {f"texts/{claim['article']['text_sha256']}.txt" for claim in claims}
    named |= {f"texts/{page['text_sha256']}.txt" for page in pages}
    named |= {f"snapshots/{page['sha256']}" for page in pages}
    for folder in ("texts/", "snapshots/"):
        yield from only_told(folder, [name for name in files if name.startswith(folder)], named)


def only_told(where: str, there: list[Any], named: set[Any]) -> Iterator[tuple[str, str]]:
    if more := [str(each) for each in there if each not in named]:
        words = "named by no verdict on the claim, only the server's word"
        yield "note", f"{where}: {len(more)} of {len(there)} {words}: {', '.join(sorted(more))}"


def told(contents: dict[str, Any]) -> str:
    """What the files say that no verdict attests, so that nobody takes it for verified."""
    parts = ["all of README.md and ledger.json"]
    parts += [f"all of {name}" for name in contents.keys() & {"prov.json"}]
    for name, held in HELD.items():
        rows = contents[name] if isinstance(contents[name], list) else [contents[name]]
        if more := sorted({each for row in rows for each in row} - held):
            parts.append(f"{name}: {', '.join(more)}")
    return f"attested by no verdict, only told: {'; '.join(parts)}"


def text_faults(files: dict[str, bytes], records: list[dict[str, Any]]) -> Iterator[str]:
    """Texts and bytes that are not what they are named for, and claims that are not in theirs."""
    for name, content in files.items():
        folder, _, rest = name.partition("/")
        if folder in ("texts", "snapshots") and rest[:64] != sha256(content).hexdigest():
            yield f"{name}: it is not what its SHA-256 says"
    for record in records:
        claim = record["claim"]
        text = files.get(f"texts/{claim['article']['text_sha256']}.txt")
        if text and text.decode()[claim["start"] : claim["end"]] != claim["exact"]:
            yield f"the article does not have the words where verdict {record['number']} says"


def left_out(
    files: dict[str, bytes], pages: list[Any], records: list[dict[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Of a bundle with texts, those that the records name and it lacks. Bytes need not be there:
    they are not kept of every page, which `payload_sha256` tells.
    """
    if not any(name.startswith(("texts/", "snapshots/")) for name in files):
        return
    attested = list(attested_pages(records))
    texts = {record["claim"]["article"]["text_sha256"] for record in records}
    for digest in sorted(texts | {page["text_sha256"] for page in attested}):
        if f"texts/{digest}.txt" not in files:
            yield "FAULT", f"texts/{digest}.txt: it is missing"
    kept = {page["sha256"] for page in pages if page["payload_sha256"]}
    for digest in sorted({page["sha256"] for page in attested}):
        if f"snapshots/{digest}" not in files and digest in kept:
            yield "FAULT", f"snapshots/{digest}: it is missing"
        elif f"snapshots/{digest}" not in files:
            yield "note", f"snapshots/{digest}: it is not there, and is said not to be kept"


def check(path: Path, expected: list[Key], known: Known | None) -> Iterator[tuple[str, str]]:
    """All findings: kind ("ok", "note" or "FAULT") and words."""
    if not zipfile.is_zipfile(path):
        shown, findings = check_proofs({path.name: read_json(path.read_bytes())}, expected, known)
        yield from findings
        for each in shown:
            if cites := each.record.get("cites"):
                words = f"it applies verdict {cites['number']} on claim {cites['claim']}"
                yield "note", f"{words}, whose proof is another"
        return
    files = read_bundle(path)
    if missing := sorted(NEEDED - files.keys()):
        yield from (("FAULT", f"{name}: it is missing") for name in missing)
        return
    contents = {n: of_file(n, read_json, files[n]) for n in files if n.endswith(".json")}
    numbers = sorted(int(name[9:-5]) for name in files if name.startswith("verdicts/"))
    proofs = {f"verdicts/{n}.json": contents[f"verdicts/{n}.json"] for n in numbers}
    shown, findings = check_proofs(proofs, expected, known)
    yield from findings
    named = {name: contents[name] for name in sorted(files) if name.startswith("cited/")}
    grounds, findings = check_proofs(named, expected, known)
    yield from findings
    if len(shown) < len(proofs) or len(grounds) < len(named):
        return
    cited = {name[6:-5]: each for name, each in zip(named, grounds)}
    records = [each.record for each in shown]
    strays = stray_faults(contents["claim.json"], contents["evidence.json"])
    wrong = [
        *chain_faults(numbers, shown),
        *naming("history.json", history_faults(contents["history.json"], shown)),
        *naming("claim.json", claim_faults(contents["claim.json"], records)),
        *naming("article.json", article_faults(contents["article.json"], records)),
        *naming("editions.json", edition_faults(contents["editions.json"], records)),
        *naming("evidence.json", evidence_faults(contents["evidence.json"], records)),
        *naming("claim.json or evidence.json", strays),
        *naming("snapshots.json", snapshot_faults(contents["snapshots.json"], records)),
        *naming("cited/", citation_faults(cited, shown)),
        *naming("texts/", text_faults(files, records)),
    ]
    if known:
        wrong += naming("claim.json", kept_faults(known, contents["claim.json"], shown))
    yield from (("FAULT", words) for words in dict.fromkeys(wrong))
    if not records:
        yield "note", "there is no verdict: nothing in this bundle is attested"
        return
    yield from changes(contents, records[-1])
    missing_texts = left_out(files, contents["snapshots.json"], records)
    yield from naming("snapshots.json", missing_texts, faulty)
    if not wrong:
        yield from unnamed(contents, files, records)
        yield "told", told(contents)


def check_proofs(
    proofs: dict[str, Any], expected: list[Key], known: Known | None
) -> tuple[list[Shown], list[tuple[str, str]]]:
    shown, findings = [], []
    for name, proof in proofs.items():
        try:
            each = check_proof(proof, expected, known)
            record, checkpoint = each.record, each.checkpoint
            words = (
                f"verdict {record['number']}, {record['status']}, {record['decided_at']}: entry "
            )
            if name.startswith("cited/"):
                words = f"applied from claim {record['claim']['id']}, {words}"
        except Fault as fault:
            findings.append(("FAULT", f"{name}: {fault}"))
            continue
        except Exception as error:  # whatever a hostile file can provoke
            findings.append(("FAULT", f"{name}: it cannot be read: {error!r}"))
            continue
        words += f"{each.entry} of the {checkpoint.size} in {checkpoint.origin}, signed "
        findings.append(("ok", words + each.signed_at))
        shown.append(each)
    return shown, findings


def printable(words: str) -> str:
    """Words from a file, of which none can pass for a line of ours or move the cursor."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in words)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0] if __doc__ else None)
    parser.add_argument("file", type=Path, help="a bundle (zip) or a proof (JSON)")
    parser.add_argument("--key", action="append", default=[], help="the log's key: name+id+key")
    parser.add_argument("--known", type=Path, help="a checkpoint, proof or bundle that you kept")
    asked = parser.parse_args(arguments)
    if not asked.key and not asked.known:
        parser.error("say whom you trust: --key or --known")
    try:
        known = read_known(asked.known) if asked.known else None
        keys = [parse_key(word) for word in asked.key]
        findings = list(check(asked.file, keys, known))
    except Fault as fault:
        findings = [("FAULT", str(fault))]
    except Exception as error:  # whatever a hostile file can provoke
        print(f"It cannot be read: {error!r}", file=sys.stderr)
        return 2
    for kind, words in findings:
        print(f"{kind:5} {printable(words)}")
    faults = sum(kind == "FAULT" for kind, _ in findings)
    print(f"NOT VERIFIED: {faults} faults" if faults else "verified")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
