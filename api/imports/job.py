"""Run an import: by a worker, of a page or a stored file; or by a command, of a local file."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import current_app
from sqlalchemy import func, select

from api.config.settings import Settings
from api.database.session import get_or_404, session, transaction
from api.imports.files import LD_JSON, NDJSON, MalformedItem, read_items
from api.imports.models import Import, ImportRefusal, ImportState
from api.imports.reviews import find_reviews
from api.imports.service import finish_import, import_items
from api.outbound.client import Refused, Unreachable, fetch
from api.sources.extraction import result
from api.sources.extraction.result import Unreadable
from api.sources.snapshots import blob_store


class NoReviewsFound(Exception):
    """The address gives nothing that could be reviews."""


def run_import(import_id: str) -> None:
    """Import what is left of an import. One that was interrupted goes on where it was."""
    with transaction(reads=True):
        under_way = get_or_404(Import, UUID(import_id))
    if under_way.state is not ImportState.RUNNING:
        return
    failure = None
    try:
        if under_way.url:
            items, page = _fetch_items(under_way.url)
            _exhaust(import_items(under_way.id, items, page=page))
        else:
            with blob_store.open_blob(under_way.content_sha256 or "") as file:
                _exhaust(import_items(under_way.id, read_items(file, under_way.content_type or "")))
    except (Refused, Unreachable, Unreadable, NoReviewsFound) as error:
        failure = str(error)
    finish_import(under_way.id, failure)


def _exhaust(numbers: Iterable[int]) -> None:
    for _ in numbers:
        pass


def _fetch_items(url: str) -> tuple[Iterable[tuple[int, Any]], str | None]:
    """The items at an address: a feed's, or the reviews in a page, with the page's own address.

    Raises `Refused`, `Unreachable`, `Unreadable`, `NoReviewsFound`.
    """
    settings: Settings = current_app.extensions["settings"]
    fetched = fetch(url, settings.fetch_policy())
    if fetched.status != 200:
        raise NoReviewsFound(f"The source answered with status {fetched.status}.")
    kind = fetched.content_type.partition(";")[0].strip().lower()
    if kind == NDJSON or kind.endswith("json"):
        return read_items(BytesIO(fetched.body), kind), None
    page = result.extract_document(
        fetched.body, fetched.content_type, url=fetched.final_url, needs_text=False
    )
    items: list[Any] = list(find_reviews(list(page.json_ld)))
    items += [MalformedItem(f"Its JSON-LD block {n} cannot be read.") for n in page.broken_json_ld]
    if not items:
        raise NoReviewsFound("The page was read; there is no ClaimReview in its JSON-LD.")
    return enumerate(items, start=1), fetched.final_url


def import_file(import_id: UUID, path: Path) -> Iterator[int]:
    """Import a file in this process; yield how many of its bytes have been read."""
    kind = NDJSON if path.suffix in {".ndjson", ".jsonl"} else LD_JSON
    failure: str | None = "It was broken off. Import the file again."
    try:
        with path.open("rb") as file:
            for _ in import_items(import_id, read_items(file, kind)):
                yield file.tell()
        failure = None
    finally:
        finish_import(import_id, failure)


def describe_result(import_id: UUID) -> Iterator[str]:
    """The result of an import, in lines of text."""
    with transaction(reads=True):
        done = get_or_404(Import, import_id)
        yield (
            f"{done.items} items: {done.added} reviews added ({done.unmapped} with a rating of "
            f"unknown meaning), {done.known} known, {done.refused} refused"
        )
        codes = select(ImportRefusal.code, func.count(), func.min(ImportRefusal.item))
        of_this = codes.where(ImportRefusal.import_id == import_id).group_by(ImportRefusal.code)
        for code, count, first in session.execute(of_this.order_by(ImportRefusal.code)):
            yield f"  {code}: {count}, first item {first}"
