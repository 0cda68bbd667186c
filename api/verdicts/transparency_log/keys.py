"""The log's signing keys: files in a folder of their own, never rows of the database.

Whoever can change the database can rebuild the log in it, but cannot sign it. The folder holds,
for the keys 1, 2, 3 …:

- `N.public`: the key as it is given out and, from the second on, the note in which the key before
  names it as its successor, so that whoever trusts one key can come to trust the next;
- `N.private`: its private half (PKCS #8), for the newest key only;
- `signed`: the checkpoint that was signed last. What is signed next must contain it.
"""

from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from flask import current_app

from api.atomic_file import replace_file
from api.verdicts.transparency_log.checkpoint import NAME, PublicKey, Signer


class SigningKeyRefused(Exception):
    """A key cannot be made: there is one already, or none to follow, or its name is unfit."""


class PublishedKey(NamedTuple):
    """A public key, with the note by the key before that names it (None for the first)."""

    key: PublicKey
    succession: str | None


class KeyFolder(NamedTuple):
    """The keys in a folder, which need not exist as long as nothing is written."""

    folder: Path

    def given_out(self) -> list[PublishedKey]:
        """The public keys, oldest first; the last one signs."""
        return [self._read(number) for number in self._numbers()]

    def public(self) -> list[PublicKey]:
        """The public keys, newest first."""
        return [each.key for each in reversed(self.given_out())]

    def signer(self) -> Signer | None:
        """The newest key, to sign with; None if there is none here."""
        newest = max(self._numbers(), default=0)
        private = self.folder / f"{newest}.private"
        if not private.exists():
            return None
        loaded = load_pem_private_key(private.read_bytes(), password=None)
        if not isinstance(loaded, Ed25519PrivateKey):
            raise SigningKeyRefused(f"{private} is no Ed25519 key.")
        return Signer(self._read(newest).key.name, loaded)

    def create(self, origin: str) -> PublicKey:
        """Make the first key of a log of this name. Raises `SigningKeyRefused`."""
        if not NAME.fullmatch(origin):
            raise SigningKeyRefused(
                "A log's name has neither spaces nor plus signs: example.org/log."
            )
        if self._numbers():
            raise SigningKeyRefused("The log has a key. Rotate it.")
        return self._add(1, origin, None)

    def rotate(self) -> PublicKey:
        """Make the next key, have it named by the present one, and destroy that one's private
        half. What it signed stays verifiable. Raises `SigningKeyRefused`.
        """
        if (signer := self.signer()) is None:
            raise SigningKeyRefused("There is no private key here to be followed by another.")
        number = self._numbers()[-1]
        made = self._add(number + 1, signer.name, signer)
        for old in range(1, number + 1):
            (self.folder / f"{old}.private").unlink(missing_ok=True)
        return made

    def signed(self) -> str | None:
        """The checkpoint that was signed last."""
        path = self.folder / "signed"
        return path.read_text("utf-8") if path.exists() else None

    def remember(self, note: str) -> None:
        """Keep the checkpoint that is being signed, whatever becomes of the database."""
        _write_file(self.folder / "signed", note)

    def _add(self, number: int, name: str, before: Signer | None) -> PublicKey:
        signer = Signer(name, Ed25519PrivateKey.generate())
        secret = signer.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.folder.mkdir(parents=True, exist_ok=True)
        _write_file(self.folder / f"{number}.private", secret.decode(), mode=0o600)
        # The public half comes last: with it the key is there.
        succession = before.note(succession_text(signer.public)) if before else ""
        _write_file(self.folder / f"{number}.public", f"{signer.public}\n{succession}")
        return signer.public

    def _numbers(self) -> list[int]:
        return sorted(int(path.stem) for path in self.folder.glob("[0-9]*.public"))

    def _read(self, number: int) -> PublishedKey:
        key, _, succession = (self.folder / f"{number}.public").read_text("utf-8").partition("\n")
        return PublishedKey(PublicKey.parse(key), succession or None)


def succession_text(key: PublicKey) -> str:
    """What a key signs to name the next one. It cannot be taken for a checkpoint."""
    return f"{key.name}\nis signed from now on by\n{key}\n"


def signing_keys() -> KeyFolder:
    """The application's keys."""
    return KeyFolder(Path(current_app.extensions["settings"].log_keys))


def _write_file(path: Path, text: str, mode: int = 0o644) -> None:
    with replace_file(path, mode=mode) as file:
        file.write(text)
