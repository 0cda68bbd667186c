"""What a log signs, as text: signed notes and checkpoints of C2SP (c2sp.org/signed-note,
tlog-checkpoint, tlog-cosignature). Pure: text and keys in, text out.

A checkpoint names the log, the number of its entries, and the root of the tree over them. Each is
signed twice with the same Ed25519 key: as a plain note, which every reader of notes can check, and
as a cosignature, which adds the time.
"""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

#: The kinds of signature, as they enter a key's id.
PLAIN_SIGNATURE, TIMED_SIGNATURE = b"\x01", b"\x04"

NAME = re.compile(r"[^\s+]+")
SIZE = re.compile(r"0|[1-9][0-9]*")
SIGNATURE = re.compile(r"— ([^\s+]+) (\S+)")


class UntrustedNote(Exception):
    """The note is malformed, or a signature that it must have is missing or wrong."""


@dataclass(frozen=True)
class PublicKey:
    """An Ed25519 key, and the name that it signs under: the log's origin."""

    name: str
    raw: bytes

    def id(self, kind: bytes = PLAIN_SIGNATURE) -> bytes:
        """The four bytes that stand for the key in a signature of this kind."""
        return sha256(self.name.encode() + b"\n" + kind + self.raw).digest()[:4]

    def __str__(self) -> str:
        """The key as it is given out: name, id and key in one word (a "vkey")."""
        return f"{self.name}+{self.id().hex()}+{b64encode(PLAIN_SIGNATURE + self.raw).decode()}"

    @classmethod
    def parse(cls, word: str) -> "PublicKey":
        """Raises `UntrustedNote`."""
        try:
            name, _, rest = word.partition("+")
            id, _, encoded = rest.partition("+")
            decoded = _decode_base64(encoded)
            key = cls(name, decoded[1:])
            Ed25519PublicKey.from_public_bytes(key.raw)
        except ValueError:
            raise UntrustedNote("This is no key.") from None
        if not NAME.fullmatch(name) or decoded[:1] != PLAIN_SIGNATURE or key.id().hex() != id:
            raise UntrustedNote("This is no Ed25519 key with its own id.")
        return key

    def verify(self, signature: bytes, message: bytes) -> None:
        """Raises `UntrustedNote`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.raw).verify(signature, message)
        except InvalidSignature:
            raise UntrustedNote(f"The signature by {self.name} is wrong.") from None


@dataclass(frozen=True)
class Checkpoint:
    """A tree of so many leaves, in the log of that name, has this root (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def __str__(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """Raises `UntrustedNote`."""
        try:
            origin, size, root, end = text.split("\n")
            checkpoint = cls(origin, int(size), _decode_base64(root))
        except ValueError:
            raise UntrustedNote("The text is no checkpoint.") from None
        if not SIZE.fullmatch(size) or not origin or end or len(checkpoint.root) != 32:
            raise UntrustedNote("The text is no checkpoint.")
        return checkpoint


class Signer(NamedTuple):
    """A private key and the name that it signs under."""

    name: str
    private: Ed25519PrivateKey

    @property
    def public(self) -> PublicKey:
        return PublicKey(self.name, self.private.public_key().public_bytes_raw())

    def note(self, text: str) -> str:
        """The text as a signed note."""
        return f"{text}\n{self._line(PLAIN_SIGNATURE, self.private.sign(text.encode()))}"

    def checkpoint(self, checkpoint: Checkpoint, *, time: int) -> str:
        """The checkpoint as a note that is signed with and without the time (Unix, seconds)."""
        signature = self.private.sign(_timed_message(str(checkpoint), time))
        return self.note(str(checkpoint)) + self._line(
            TIMED_SIGNATURE, time.to_bytes(8) + signature
        )

    def _line(self, kind: bytes, signature: bytes) -> str:
        return f"— {self.name} {b64encode(self.public.id(kind) + signature).decode()}\n"


def _timed_message(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def open_note(note: str, keys: Iterable[PublicKey]) -> tuple[str, PublicKey]:
    """The text of a note, and the first of the keys that signed it. Signatures by other keys are
    ignored, as the format asks. Raises `UntrustedNote`.
    """
    text, signatures = _split_note(note)
    for key in keys:
        if (signature := signatures.get((key.name, key.id()))) is not None:
            key.verify(signature, text.encode())
            return text, key
    raise UntrustedNote("The note is not signed by a key that is known.")


def read_signing_time(note: str, key: PublicKey) -> int:
    """When the key signed a checkpoint (Unix time, seconds). Raises `UntrustedNote`."""
    text, signatures = _split_note(note)
    stamped = signatures.get((key.name, key.id(TIMED_SIGNATURE)), b"")
    time = int.from_bytes(stamped[:8])
    key.verify(stamped[8:], _timed_message(text, time))
    return time


def _split_note(note: str) -> tuple[str, dict[tuple[str, bytes], bytes]]:
    """A note's text, and its signatures by key name and id."""
    text, blank, lines = note.rpartition("\n\n")
    if not blank or not lines.endswith("\n"):
        raise UntrustedNote("The text is no signed note.")
    signatures = {}
    for line in lines[:-1].split("\n"):
        if not (found := SIGNATURE.fullmatch(line)):
            raise UntrustedNote("The note has a line that is no signature.")
        decoded = _decode_base64(found[2])
        signatures[found[1], decoded[:4]] = decoded[4:]
    return text + "\n", signatures


def _decode_base64(text: str) -> bytes:
    """Base64 in its one spelling. Raises `UntrustedNote`."""
    try:
        decoded = b64decode(text, validate=True)
    except ValueError:
        decoded = b""
    if b64encode(decoded).decode() != text:
        raise UntrustedNote("The note, or the key, has what is not base64.")
    return decoded
