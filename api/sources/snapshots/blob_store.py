"""Store bytes once, under their SHA-256, in a folder or in a cloud's object store."""

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

CHECK_INTERVAL_SECONDS = 5
STORE_UNAVAILABLE = "the store of snapshots does not answer, or takes nothing"
BYTES_MISSING = "the store of snapshots lacks what was kept: it is another one"
CHUNK_BYTES = 1024**2


class BytesUnavailable(Unavailable):
    """What sources answered with is kept in a store of its own. It does not answer just now, or
    no longer has the bytes as they were kept.
    """

    title = "The stored bytes cannot be had"


def init_app(app: Flask, where: str) -> None:
    """Keep blobs at `where`: a folder, or an address that obstore knows (s3://, gs://, az://),
    whose credentials it takes from the environment. Raises `ValueError` for any other.
    """
    app.extensions["blobs"] = open_store = cache(lambda: _open(where))
    if "://" in where:  # a folder is made when it is needed
        try:
            open_store()
        except BaseError:
            raise ValueError(f"BLOB_STORE is no address of a store: {where}") from None


def _open(where: str, *, retries: int = 3) -> ObjectStore:
    if "://" in where:
        patience = {"max_retries": retries, "retry_timeout": timedelta(seconds=20)}
        return from_url(where, retry_config=patience)  # type: ignore[call-overload,no-any-return]
    # Not made anew where there was one: it was moved, or its disk is not there, and what is kept
    # meanwhile would lie apart from the rest.
    folder = Path(where).resolve()
    return LocalStore(folder, mkdir=not folder.exists() and first_digest() is None)


def first_digest() -> str | None:
    """Return the SHA-256 (hex) of the bytes that were stored first; None if none were."""
    with transaction(reads=True) as session:
        return session.scalar(select(Snapshot.payload_sha256).order_by(Snapshot.id).limit(1))


def store_bytes(content: bytes) -> str:
    """Store bytes, unless they are stored already; return their SHA-256 (hex).

    Raises `BytesUnavailable`. Not for use while a transaction is open.
    """
    digest = sha256(content).hexdigest()
    _store_blob(digest, content, len(content))
    return digest


def store_stream(stream: BinaryIO) -> str:
    """As `store_bytes`, for what does not fit into memory: a temporary file buffers it."""
    digest = sha256()
    with TemporaryFile() as file:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
            file.write(chunk)
        size = file.tell()
        file.seek(0)
        _store_blob(digest.hexdigest(), file, size)
    return digest.hexdigest()


def _store_blob(digest: str, content: bytes | IO[bytes], size: int) -> None:
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
            _sync_to_disk(Path(str(store.prefix), _key(digest)))
    except (BaseError, OSError) as error:
        raise _unavailable("The store of snapshots takes nothing.", error) from error


@contextmanager
def open_blob(digest: str) -> Iterator[BinaryIO]:
    """Open the bytes of a SHA-256 (hex) as a file, for what does not fit into memory.

    Raises `BytesUnavailable`. Not for use while a transaction is open.
    """
    found = sha256()
    with TemporaryFile() as file:
        try:
            for chunk in _store().get(_key(digest)).stream(min_chunk_size=CHUNK_BYTES):
                found.update(chunk)
                file.write(chunk)
        except (BaseError, OSError) as error:
            raise _unavailable("The store of snapshots does not give the bytes.", error) from error
        if found.hexdigest() != digest:
            raise _unavailable("The store of snapshots has other bytes than were kept.", None)
        file.seek(0)
        yield file


def read_bytes(digest: str) -> bytes:
    """Return the bytes of a SHA-256 (hex). Raises `BytesUnavailable`.

    Not for use while a transaction is open.
    """
    try:
        content = bytes(_store().get(_key(digest)).bytes())
    except (BaseError, OSError) as error:
        raise _unavailable("The store of snapshots does not give the bytes.", error) from error
    if sha256(content).hexdigest() != digest:
        raise _unavailable("The store of snapshots has other bytes than were kept.", None)
    return content


def check_folder() -> None:
    """Raise `BytesUnavailable` where the store's folder is gone; a cloud's store is not checked."""
    if (where := local_folder()) and not where.is_dir():
        raise BytesUnavailable("The store of snapshots is not there.")


def find_fault(digest: str | None) -> str | None:
    """Say what is wrong with the store, in words; None if nothing.

    A folder must be writable. The store must have the bytes of the SHA-256 `digest`, if any; a
    cloud's store is asked for them at most once in `CHECK_INTERVAL_SECONDS`.
    """
    where: str = current_app.extensions["settings"].blob_store
    if "://" in where:
        return _find_fault_of_cloud(where, digest, int(time.monotonic() // CHECK_INTERVAL_SECONDS))
    try:
        store = cast(LocalStore, _store())
        if not os.access(str(store.prefix), os.W_OK | os.X_OK):
            return STORE_UNAVAILABLE
        return _find_missing(store, digest)
    except SQLAlchemyError:
        return None  # whether there should be a folder, the database does not say
    except (BaseError, OSError):
        return STORE_UNAVAILABLE


@lru_cache(maxsize=1)
def _find_fault_of_cloud(where: str, digest: str | None, _moment: int) -> str | None:
    try:
        return _find_missing(_open(where, retries=0), digest)
    except (BaseError, OSError):
        return STORE_UNAVAILABLE


def _find_missing(store: ObjectStore, digest: str | None) -> str | None:
    try:
        store.head(_key(digest or "0" * 64))
    except FileNotFoundError:
        return BYTES_MISSING if digest else None
    return None


def local_folder() -> Path | None:
    """Return the store's folder; None for a cloud's store."""
    where: str = current_app.extensions["settings"].blob_store
    return None if "://" in where else Path(where)


def _store() -> ObjectStore:
    open_store: Callable[[], ObjectStore] = current_app.extensions["blobs"]
    return open_store()


def _key(digest: str) -> str:
    return f"sha256/{digest[:2]}/{digest}"


def _sync_to_disk(path: Path) -> None:
    """Write a file through to the disk, so that it survives a power failure as its row does."""
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
