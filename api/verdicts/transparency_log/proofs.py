"""What the log answers with: its keys, and its proofs."""

from typing import TypedDict

from api.verdicts.record_format import VerdictRecord


class LogKey(TypedDict):
    """A public key as it is published ("name+id+key"), and the signed note in which the key before
    names it; None for the first.
    """

    key: str
    succession: str | None


class LogProof(TypedDict):
    """That the tree of `size` entries has an entry at `index`, or begins with the tree of the
    `first` entries: `root` and `path` in base64 (RFC 9162, 2.1.3 and 2.1.4).
    """

    size: int
    root: str
    index: int | None
    first: int | None
    path: list[str]


class VerdictProof(TypedDict):
    """What shows a verdict to be in the log, offline. `hash` is in hexadecimal, `path` and
    `consistency` are in base64, `checkpoint` is a signed note (c2sp.org/tlog-checkpoint).
    """

    format: str
    record: VerdictRecord
    hash: str
    index: int
    path: list[str]
    checkpoint: str
    keys: list[LogKey]
    since: int | None
    consistency: list[str] | None
