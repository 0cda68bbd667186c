"""Is the log as it was signed? Recomputes the tree from the verdicts, and every checkpoint."""

from collections.abc import Callable, Iterator
from heapq import merge

from sqlalchemy import func, select

from api.database.session import session
from api.verdicts.models import LogEntry, LogHead, LogNode, LogQueueEntry, Verdict
from api.verdicts.transparency_log import keys as signing
from api.verdicts.transparency_log import merkle
from api.verdicts.transparency_log import service as log
from api.verdicts.transparency_log.checkpoint import (
    Checkpoint,
    PublicKey,
    UntrustedNote,
    open_note,
    read_signing_time,
)
from api.verdicts.transparency_log.merkle import Frontier

#: Entries that are recomputed together.
BATCH_SIZE = 1_000

#: A checkpoint's size and name, and its root or what is wrong with it.
Head = tuple[int, str, bytes | str]


def find_faults(progress: Callable[[int], None]) -> Iterator[str]:
    """What is wrong, in words that begin with the row's name. Tells `progress` of rows done. The
    tree and the roots are followed to the first fault, which makes all that comes after it wrong.
    """
    yield from _verdicts_not_logged()
    tree, heads = Frontier(), _Heads()
    yield from heads.faults_at(tree)
    intact = True
    for entries in _entries():
        began = tree.size
        grown: list[dict[int, bytes]] = []
        of_heads: list[str] = []
        for index, hash in entries:
            if index != tree.size or hash is None:
                yield from of_heads
                yield f"log entry {tree.size}: it or its verdict is missing"
                return
            grown.append(tree.add(merkle.leaf_hash(bytes.fromhex(hash))))
            of_heads += heads.faults_at(tree)
        if intact and (broken := _first_wrong_node(grown)) is not None:
            intact = False
            yield f"log entry {began + broken}: the tree was made from another verdict"
        yield from of_heads
        progress(len(entries))
    yield from heads.faults_beyond(tree)
    if intact and session.scalar(select(func.count()).select_from(LogNode)) != tree.nodes:
        yield f"log: the tree over {tree.size} entries has {tree.nodes} nodes, and there are others"


def _verdicts_not_logged() -> Iterator[str]:
    """Verdicts that are neither in the log nor waiting for their place."""
    logged = select(LogEntry.index).where(LogEntry.verdict_id == Verdict.id).exists()
    waits = select(LogQueueEntry.verdict_id).where(LogQueueEntry.verdict_id == Verdict.id).exists()
    outside = select(Verdict.claim_id, Verdict.number).where(~logged, ~waits)
    for claim_id, number in session.execute(outside.order_by(Verdict.id)):
        yield f"claim {claim_id}, verdict {number}: it is not in the log"


def _entries() -> Iterator[list[tuple[int, str | None]]]:
    """The entries in their order, in batches: index, and the verdict's hash if it is there."""
    entries = select(LogEntry.index, Verdict.hash).outerjoin(
        Verdict, Verdict.id == LogEntry.verdict_id
    )
    ordered, last = entries.order_by(LogEntry.index).limit(BATCH_SIZE), -1
    while batch := session.execute(ordered.where(LogEntry.index > last)).all():
        yield [(index, hash) for index, hash in batch]
        last = batch[-1][0]


def _first_wrong_node(grown: list[dict[int, bytes]]) -> int | None:
    """Which of these entries completed a subtree whose stored hash is another, if any."""
    stored = log.load_nodes(place for complete in grown for place in complete)
    for which, complete in enumerate(grown):
        if any(stored.get(place) != hash for place, hash in complete.items()):
            return which
    return None


class _Heads:
    """The checkpoints that were signed, by size, to be held against the tree as it grows."""

    def __init__(self) -> None:
        self.left = merge(_stored_heads(), _last_signed_head())
        self.next = next(self.left, None)

    def faults_at(self, tree: Frontier) -> Iterator[str]:
        """What is wrong with the checkpoints of this size. After a wrong root, no more of them."""
        while self.next is not None and self.next[0] <= tree.size:
            _, name, root = self.next
            self.next = next(self.left, None)
            if isinstance(root, str):
                yield f"{name}: {root}"
            elif root != tree.root:
                yield f"{name}: its root is not that of the first {tree.size} entries"
                self.next = None

    def faults_beyond(self, tree: Frontier) -> Iterator[str]:
        """The first of the checkpoints that speak of more entries than there are."""
        if self.next is not None:
            size, name, _ = self.next
            yield f"{name}: {size} entries were signed, of which the log has only {tree.size}"


def _stored_heads() -> Iterator[Head]:
    keys, number = signing.signing_keys().public(), 0
    ordered = select(LogHead).order_by(LogHead.size, LogHead.number)
    for head in session.scalars(ordered.execution_options(yield_per=500)):
        number += 1
        name = f"checkpoint {head.number}"
        if head.number != number:
            yield head.size, name, f"checkpoint {number} is missing or out of place"
            number = head.number
        yield head.size, name, _read_root(head.note, keys, head)


def _last_signed_head() -> Iterator[Head]:
    """The checkpoint that was signed last, kept where the database's owner does not reach. The
    database has it, too, unless signing it was broken off; then the next job signs another.
    """
    keys = signing.signing_keys()
    if (note := keys.signed()) is None:
        return
    name = "the checkpoint beside the keys"
    try:
        checkpoint = Checkpoint.parse(open_note(note, keys.public())[0])
    except UntrustedNote as reason:
        yield 0, name, str(reason)
    else:
        yield checkpoint.size, name, checkpoint.root
        if (
            session.scalar(select(LogHead.number).filter_by(size=checkpoint.size, note=note))
            is None
        ):
            yield checkpoint.size, name, "it was signed last, and is missing from the database"


def _read_root(note: str, keys: list[PublicKey], head: LogHead) -> bytes | str:
    """The root that a stored checkpoint speaks of, or what is wrong with it."""
    try:
        text, key = open_note(note, keys)
        checkpoint, time = Checkpoint.parse(text), read_signing_time(note, key)
    except UntrustedNote as reason:
        return str(reason)
    if (checkpoint.size, time) != (head.size, head.signed_at.timestamp()):
        return "what stands beside the note is not what it says"
    return checkpoint.root
