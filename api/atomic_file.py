"""Files that are written whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex
from typing import IO


@contextmanager
def replace_file(path: Path, *, mode: int = 0o666) -> Iterator[IO[str]]:
    """Yield a UTF-8 text file that takes the place of `path` when the block ends without an error.
    `mode` is what others may do with it, less the umask. Line ends are written as given.
    """
    draft = path.with_name(f".{path.name}.{token_hex(4)}")
    draft.touch(mode=mode)
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
