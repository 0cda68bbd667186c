"""Bytes kept once, under their SHA-256, in a folder or in a cloud's object store."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, BinaryIO, cast

from flask import Flask, current_app
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, from_url
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from api.database.session import transaction
from api.errors import Unavailable
from api.sources.models import Snapshot

ASKED_EVERY = 5
AWAY = "the store of snapshots does not answer, or takes nothing"
LACKS = "the store of snapshots lacks what was kept: it is another one"
CHUNK = 1024**2


class BytesUnavailable(Unavailable):
    """What sources answered with is kept in a store of its own. It does not answer just now, or
    no longer has the bytes as they were kept.
    """

    title = "The stored bytes cannot be had"


def init_app(app: Flask, where: str) -> None:
    """Keep blobs at `where`: a folder, or an address that obstore knows (s3://, gs://, az://),
    whose credentials it takes from the environment. Raises `ValueError` for any other.
    """
    app.extensions["blobs"] = opened = cache(lambda: _open(where))
    if "://" in where:  # a folder is made when it is needed
        try:
            opened()
        except BaseError:
            raise ValueError(f"BLOB_STORE is no address of a store: {where}") from None


def _open(where: str, *, retries: int = 3) -> ObjectStore:
    if "://" in where:
        patience = {"max_retries": retries, "retry_timeout": timedelta(seconds=20)}
        return from_url(where, retry_config=patience)  # type: ignore[call-overload,no-any-return]
    # Not made anew where there was one: it was moved, or its disk is not there, and what is kept
    # meanwhile would lie apart from the rest.
    folder = Path(where).resolve()
    return LocalStore(folder, mkdir=not folder.exists() and first() is None)


def first() -> str | None:
    """The SHA-256 of the bytes that were kept first; None if none were."""
    with transaction(reads=True) as session:
        return session.scalar(select(Snapshot.payload_sha256).order_by(Snapshot.id).limit(1))


def keep(content: bytes) -> str:
    """Store bytes, unless they are stored already; returns their SHA-256.

    Raises `BytesUnavailable`. Not for use while a transaction is open.
    """
    digest = sha256(content).hexdigest()
    _keep(digest, content, len(content))
    return digest


def keep_stream(stream: BinaryIO) -> str:
    """The same for what is too long to be held in memory; it is put by on the disk first."""
    digest = sha256()
    with TemporaryFile() as file:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            file.write(chunk)
        size = file.tell()
        file.seek(0)
        _keep(digest.hexdigest(), file, size)
    return digest.hexdigest()


def _keep(digest: str, content: bytes | IO[bytes], size: int) -> None:
    try:
        store = _store()
        how: Any = {"use_multipart": False} if isinstance(content, bytes) else {}
        try:
            store.put(_key(digest), content, mode="create", **how)
        except AlreadyExistsError:
            if store.head(_key(digest))["size"] == size:
                return
            # A power failure cut it short.
            store.put(_key(digest), content, mode="overwrite", **how)
        if isinstance(store, LocalStore):
            _settle(Path(str(store.prefix), _key(digest)))
    except (BaseError, OSError) as error:
        raise _unavailable("The store of snapshots takes nothing.", error) from error


@contextmanager
def opened(digest: str) -> Iterator[BinaryIO]:
    """The bytes of a SHA-256 as a file, for what is too long to be held in memory.

    Raises `BytesUnavailable`. Not for use while a transaction is open.
    """
    found = sha256()
    with TemporaryFile() as file:
        try:
            for chunk in _store().get(_key(digest)).stream(min_chunk_size=CHUNK):
                found.update(chunk)
                file.write(chunk)
        except (BaseError, OSError) as error:
            raise _unavailable("The store of snapshots does not give the bytes.", error) from error
        if found.hexdigest() != digest:
            raise _unavailable("The store of snapshots has other bytes than were kept.", None)
        file.seek(0)
        yield file


def read(digest: str) -> bytes:
    """The bytes of a SHA-256. Raises `BytesUnavailable`.

    Not for use while a transaction is open.
    """
    try:
        content = bytes(_store().get(_key(digest)).bytes())
    except (BaseError, OSError) as error:
        raise _unavailable("The store of snapshots does not give the bytes.", error) from error
    if sha256(content).hexdigest() != digest:
        raise _unavailable("The store of snapshots has other bytes than were kept.", None)
    return content


def reach() -> None:
    """Raises `BytesUnavailable` where the store's folder is gone; a cloud's is not looked for."""
    if (where := folder()) and not where.is_dir():
        raise BytesUnavailable("The store of snapshots is not there.")


def trouble(kept: str | None) -> str | None:
    """What is wrong with the store, in words; None if nothing. A folder must take files. It must
    have the bytes `kept`, if any; a cloud's is asked for them at most once in `ASKED_EVERY`
    seconds, however often somebody wants to know.
    """
    where: str = current_app.extensions["settings"].blob_store
    if "://" in where:
        return _asked(where, kept, int(time.monotonic() // ASKED_EVERY))
    try:
        store = cast(LocalStore, _store())
        if not os.access(str(store.prefix), os.W_OK | os.X_OK):
            return AWAY
        return _lacks(store, kept)
    except SQLAlchemyError:
        return None  # whether there should be a folder, the database does not say
    except (BaseError, OSError):
        return AWAY


@lru_cache(maxsize=1)
def _asked(where: str, kept: str | None, _moment: int) -> str | None:
    try:
        return _lacks(_open(where, retries=0), kept)
    except (BaseError, OSError):
        return AWAY


def _lacks(store: ObjectStore, kept: str | None) -> str | None:
    try:
        store.head(_key(kept or "0" * 64))
    except FileNotFoundError:
        return LACKS if kept else None
    return None


def folder() -> Path | None:
    """Where the bytes lie, if that is on a disk of this machine."""
    where: str = current_app.extensions["settings"].blob_store
    return None if "://" in where else Path(where)


def _store() -> ObjectStore:
    opened: Callable[[], ObjectStore] = current_app.extensions["blobs"]
    return opened()


def _key(digest: str) -> str:
    return f"sha256/{digest[:2]}/{digest}"


def _settle(path: Path) -> None:
    """Have a file survive a power failure, as the row that will name it does."""
    for each in (path, path.parent):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _unavailable(what: str, error: Exception | None) -> BytesUnavailable:
    # A line, not a traceback: while it is away, all come here.
    reason = f" {error}".partition("\n")[0] if error else ""
    current_app.logger.error("%s%s", what, reason)
    return BytesUnavailable(what, headers={"Retry-After": "60"})
