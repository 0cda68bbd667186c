"""Items of a file, one at a time, however many it holds."""

from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

import ijson
import orjson

#: Levels that no review needs. (Without a limit, those that read JSON run out of stack.)
MAX_DEPTH = 100
#: More bytes than an item is; a document that is no feed may have as many.
MAX_ITEM_BYTES = 2_000_000

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
NDJSON, LD_JSON = "application/x-ndjson", "application/ld+json"


class ItemTooLarge(Exception):
    """It is longer, or nested deeper, than anybody means."""


class MalformedItem(NamedTuple):
    """What stands where an item should."""

    words: str


def read_items(file: BinaryIO, kind: str) -> Iterator[tuple[int, Any]]:
    """Each item of a file with its number from 1: a line's JSON (`NDJSON`), or an element of a
    DataFeed or list, or else the whole document (`LD_JSON`). Memory is that of one item.
    """
    return enumerate(_read_lines(file) if kind == NDJSON else _read_elements(file), start=1)


def _read_lines(file: BinaryIO) -> Iterator[Any]:
    while line := file.readline(MAX_ITEM_BYTES):
        if len(line) == MAX_ITEM_BYTES and not line.endswith(b"\n"):
            while (rest := file.readline(MAX_ITEM_BYTES)) and not rest.endswith(b"\n"):
                pass
            yield MalformedItem(f"The line is longer than {MAX_ITEM_BYTES} bytes.")
        elif line.strip():
            yield _parse(line)


def _parse(text: bytes) -> Any:
    try:
        return orjson.loads(text.removeprefix(BYTE_ORDER_MARK))
    except orjson.JSONDecodeError as error:
        return MalformedItem(f"It is not JSON: {error}.")


def _read_elements(file: BinaryIO) -> Iterator[Any]:
    found = False
    try:
        for each in _array_items(file):
            found = True
            yield each
    except (ijson.JSONError, UnicodeDecodeError, ItemTooLarge) as error:
        yield MalformedItem(f"From here on it cannot be read: {error}.")
        return
    if not found:
        file.seek(0)
        document = file.read(MAX_ITEM_BYTES)
        if file.read(1):
            yield MalformedItem("It is neither a DataFeed nor a list, and too long for one review.")
        else:
            yield _parse(document)


class _LimitedReader:
    """A file that ends in `ItemTooLarge` when too much is read of it for one item."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.read_bytes = file, 0

    def read(self, size: int) -> bytes:
        chunk = self._file.read(size)
        self.read_bytes += len(chunk)
        if self.read_bytes > MAX_ITEM_BYTES + size:
            raise ItemTooLarge(f"an item is longer than {MAX_ITEM_BYTES} bytes")
        return chunk


def _array_items(file: BinaryIO) -> Iterator[Any]:
    """The elements of the outermost list, or of a feed. Raises `ijson.JSONError`,
    `ItemTooLarge`.
    """
    depth, key, array, builder = 0, None, None, ijson.ObjectBuilder()
    meter = _LimitedReader(file)
    for event, value in ijson.basic_parse(meter, use_float=True):
        depth -= event in {"end_map", "end_array"}
        if array is None:
            if event == "map_key" and depth == 1:
                key = value
            elif event == "start_array" and (depth, key) in {(0, None), (1, "dataFeedElement")}:
                array = depth
        elif depth == array:
            array = None
        else:
            builder.event(event, value)
            if depth == array + 1 and event not in {"start_map", "start_array"}:
                yield builder.value
                meter.read_bytes = 0
                builder = ijson.ObjectBuilder()
        depth += event in {"start_map", "start_array"}
        if depth > MAX_DEPTH:
            raise ItemTooLarge(f"it is nested more than {MAX_DEPTH} deep")
