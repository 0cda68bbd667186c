"""The log of all verdicts: how they get their places in it, its signed heads, its proofs.

Verdicts are given by many writers at once. One job at a time gives those that wait their places,
so that there is no gap; then it signs the tree. What it signed can be taken back by nobody.
"""

from base64 import b64encode
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select

from api.database.session import now, session, transaction
from api.errors import Invalid, Unavailable
from api.jobs.queue import enqueue
from api.verdicts.models import LogEntry, LogHead, LogNode, LogQueueEntry, Verdict
from api.verdicts.transparency_log import keys as signing
from api.verdicts.transparency_log import merkle
from api.verdicts.transparency_log.checkpoint import (
    Checkpoint,
    PublicKey,
    Signer,
    UntrustedNote,
    open_note,
)
from api.verdicts.transparency_log.merkle import Frontier, Range
from api.verdicts.transparency_log.proofs import LogKey, LogProof, VerdictProof

#: Verdicts that get their places in one transaction.
MAX_ENTRIES_PER_TRANSACTION = 1_000

#: The advisory lock on PostgreSQL that whoever adds to the log holds.
LOG_LOCK_KEY = 0x636C2D6C6F67


class LogNotSigned(Unavailable):
    """The installation has not made a signing key for its log (`flask log-key create`), so that
    there are no checkpoints and nothing can be proved by them. Everything else works.
    """

    title = "The log is not signed"


class NotLoggedYet(Unavailable):
    """The verdict has not got its place in a signed checkpoint of the log yet. A job gives it one
    in a moment: ask again.
    """

    title = "The verdict is not in the log yet"


class NotInTheLog(Invalid):
    """The log, as it was signed last, has no such entry, or is not as long."""

    title = "The log does not have that"


class NothingToProve(Invalid):
    """A proof is of one thing: that an entry is in the log (`index` or `verdict`), or that the log
    begins with a smaller one (`first`).
    """

    title = "It is not said what to prove"


class LogRewritten(Exception):
    """The database's log is not one that goes on from what was signed before: it is not signed."""


def queue_verdict(verdict: Verdict) -> None:
    """Have a verdict logged, in the transaction that gives it."""
    session.add(LogQueueEntry(verdict_id=verdict.id))
    enqueue("log.checkpoint")


def sign_checkpoint() -> None:
    """Give all the verdicts that wait their places and, where there is a key, sign the log.
    Raises `LogRewritten`.
    """
    while True:
        with transaction():
            if assign_positions() < MAX_ENTRIES_PER_TRANSACTION:
                break
    # The entries are committed: a checkpoint never speaks of what a crash could undo.
    if (signer := signing.signing_keys().signer()) is not None:
        with transaction():
            sign_tree(signer)


def assign_positions() -> int:
    """Log the verdicts that have waited longest, at most a batch of them; returns how many."""
    _lock_log()
    waiting = session.execute(
        select(Verdict.id, Verdict.hash)
        .join(LogQueueEntry)
        .order_by(Verdict.id)
        .limit(MAX_ENTRIES_PER_TRANSACTION)
    ).all()
    if not waiting:
        return 0
    tree = load_frontier(count_entries())
    entries: list[dict[str, Any]] = []
    nodes: list[dict[str, Any]] = []
    for id, hash in waiting:
        entries.append({"index": tree.size, "verdict_id": id})
        complete = tree.add(merkle.leaf_hash(bytes.fromhex(hash)))
        nodes += ({"position": place, "hash": hash} for place, hash in complete.items())
    session.execute(insert(LogEntry), entries)
    session.execute(insert(LogNode), nodes)
    logged = [id for id, _ in waiting]
    session.execute(delete(LogQueueEntry).where(LogQueueEntry.verdict_id.in_(logged)))
    return len(waiting)


def _lock_log() -> None:
    """Let one transaction at a time add to the log. SQLite's writers take turns by themselves."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(LOG_LOCK_KEY)))


def count_entries() -> int:
    """How many entries the log has."""
    last = session.scalar(select(func.max(LogEntry.index)))
    return 0 if last is None else last + 1


def load_frontier(size: int) -> Frontier:
    """The right edge of the tree over the first `size` entries."""
    places = merkle.subtrees((0, size))
    nodes = load_nodes(places)
    return Frontier(size, [nodes[place] for place in places])


def load_nodes(places: Iterable[int]) -> dict[int, bytes]:
    """The stored hashes at these positions."""
    wanted = select(LogNode.position, LogNode.hash).where(LogNode.position.in_(places))
    return dict(session.execute(wanted).all())


def sign_tree(signer: Signer) -> None:
    """Sign the log as it is, unless this key has. Raises `LogRewritten`."""
    _lock_log()
    size, last = count_entries(), find_newest_head()
    if last and last.size == size and _is_signed_by(signer.public, last.note):
        return
    root = load_frontier(size).root
    keys = signing.signing_keys()
    _refuse_rewritten(size, keys.signed(), keys.public())
    moment = now().replace(microsecond=0)
    signed = Checkpoint(signer.name, size, root)
    note = signer.checkpoint(signed, time=int(moment.timestamp()))
    keys.remember(note)  # before anybody can have seen it
    number = last.number + 1 if last else 1
    session.add(LogHead(number=number, size=size, signed_at=moment, note=note))


def _is_signed_by(key: PublicKey, note: str) -> bool:
    try:
        return bool(open_note(note, [key]))
    except UntrustedNote:
        return False


def _refuse_rewritten(size: int, signed: str | None, keys: list[PublicKey]) -> None:
    """A log signs only what contains everything that it signed before."""
    if signed is None:
        return
    before = Checkpoint.parse(open_note(signed, keys)[0])
    if size < before.size:
        raise LogRewritten(f"{before.size} entries were signed, and the log has only {size}.")
    if load_frontier(before.size).root != before.root:
        raise LogRewritten(f"Of the {before.size} entries that were signed, some are others now.")


def find_newest_head() -> LogHead | None:
    return session.scalar(select(LogHead).order_by(LogHead.number.desc()).limit(1))


def get_signed_head() -> LogHead:
    """The log as it was signed last. Raises `LogNotSigned`."""
    if (found := find_newest_head()) is None:
        raise LogNotSigned("No key has been made for the log.")
    return found


def list_public_keys() -> list[LogKey]:
    """The log's public keys, oldest first, each named by the one before. Raises `LogNotSigned`."""
    found = signing.signing_keys().given_out()
    if not found:
        raise LogNotSigned("No key has been made for the log.")
    return [{"key": str(each.key), "succession": each.succession} for each in found]


def find_entry_index(verdict_id: UUID, size: int) -> int:
    """A verdict's index among the first `size` entries. Raises `NotInTheLog`, `NotLoggedYet`."""
    if session.get(Verdict, verdict_id) is None:
        raise NotInTheLog("There is no such verdict.", at="verdict")
    index = session.scalar(select(LogEntry.index).filter_by(verdict_id=verdict_id))
    if index is None or index >= size:
        raise NotLoggedYet("Ask again in a second.", headers={"Retry-After": "1"})
    return index


def build_proof_path(ranges: list[Range]) -> list[str]:
    """What a proof consists of: the hashes of these ranges, in base64. One query."""
    nodes = load_nodes([place for leaves in ranges for place in merkle.subtrees(leaves)])
    return [b64encode(merkle.root(leaves, nodes)).decode() for leaves in ranges]


def build_proof(
    *,
    size: int | None = None,
    index: int | None = None,
    verdict: UUID | None = None,
    first: int | None = None,
) -> LogProof:
    """Prove that the tree of `size` entries (by default all that were signed) contains an entry, or
    that it begins with the tree of the `first` ones. Raises `NothingToProve`, `LogNotSigned`,
    `NotLoggedYet`, `NotInTheLog`.
    """
    if [index, verdict, first].count(None) != 2:
        raise NothingToProve("Send one of index, verdict and first.", at="index")
    signed = get_signed_head().size
    size = signed if size is None else size
    if size > signed:
        raise NotInTheLog(f"It has {signed} entries.", at="size")
    if verdict is not None:
        index = find_entry_index(verdict, size)
    if index is not None and index >= size:
        raise NotInTheLog(f"The entries are counted from 0, and there are {size}.", at="index")
    if first is not None and first > size:
        raise NotInTheLog(f"The other tree has {size} entries.", at="first")
    ranges = (
        merkle.consistency(first or 0, size) if index is None else merkle.inclusion(index, size)
    )
    root = b64encode(load_frontier(size).root).decode()
    return {
        "size": size,
        "root": root,
        "index": index,
        "first": first,
        "path": build_proof_path(ranges),
    }


def build_verdict_proof(verdict: Verdict, *, since: int | None = None) -> VerdictProof:
    """All that shows a verdict to be in the log, offline: the record, its place, the path to the
    root, the signed checkpoint and the keys; and with `since`, that the log still begins with
    its first `since` entries. Raises `LogNotSigned`, `NotLoggedYet`, `NotInTheLog`.
    """
    signed = get_signed_head()
    if since is not None and since > signed.size:
        raise NotInTheLog(f"It has {signed.size} entries.", at="since")
    index = find_entry_index(verdict.id, signed.size)
    return {
        "format": "claimledger-proof/1",
        "record": verdict.attested_record,
        "hash": verdict.hash,
        "index": index,
        "path": build_proof_path(merkle.inclusion(index, signed.size)),
        "checkpoint": signed.note,
        "keys": list_public_keys(),
        "since": since,
        "consistency": None
        if since is None
        else build_proof_path(merkle.consistency(since, signed.size)),
    }
