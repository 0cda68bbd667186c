"""Extract the text and the metadata of a fetched body, in a sandbox.

A body may be hostile, so the process that fetched it does not parse it. A second process, the
sandbox, has the parsers loaded and forks a child for each body, with limits of time and memory. A
child that crashes or is late harms neither the caller nor the sandbox.
"""

import json
import os
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# The sandbox loads the parsers only: importing `api` itself would bring the whole application.
_START_CODE = """
import sys, types
sys.modules["api"] = package = types.ModuleType("api")
package.__path__ = [sys.argv[1]]
from api.sources.extraction.sandbox import serve
serve()
"""
_START_TIMEOUT_SECONDS = 60
# How much later than its own time limit a child's end may show.
_GRACE_SECONDS = 0.5
NO_TEXT = "The page has no text of its own, only markup or scripts."
_MAX_ANSWER_BYTES = 64 * 1024**2


@dataclass(frozen=True, kw_only=True)
class ExtractedDocument:
    """What was extracted from a body. Every text is valid Unicode without NUL; None is unknown.

    `text` is all that is shown, menus included, with line breaks between blocks: quotes are
    looked for here. `main_text` is the article's own text. `language` is an ISO 639 code.
    `published_at` and `modified_at` are an RFC 3339 date-time, an ISO date, "YYYY-MM" or "YYYY",
    never more precise than stated. `json_ld` holds the page's top-level JSON-LD objects,
    `broken_json_ld` the numbers, from 1, of its blocks that cannot be read. `pages` are the offsets
    in `text` (code points) where each page of a PDF begins.
    """

    text: str
    main_text: str
    title: str | None = None
    author: str | None = None
    publisher: str | None = None
    canonical_url: str | None = None
    language: str | None = None
    published_at: str | None = None
    modified_at: str | None = None
    json_ld: tuple[dict[str, Any], ...] = ()
    broken_json_ld: tuple[int, ...] = ()
    pages: tuple[int, ...] = ()


class Unreadable(Exception):
    """A body that cannot be extracted; the message tells a person why.

    `reason` is a stable code: `unsupported-type`, `encrypted`, `too-large`, `too-slow`,
    `malformed` or `no-text`.
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


def extract_document(
    body: bytes,
    content_type: str | None,
    *,
    url: str | None = None,
    seconds: float = 10,
    memory_mb: int = 512,
    needs_text: bool = True,
) -> ExtractedDocument:
    """Extract HTML, PDF or plain text within `seconds` of wall time and `memory_mb` of memory.

    `content_type` is the answer's header, `url` where the body was found. Where only the main text
    was not found in time, `main_text` is all the text. With `needs_text=False`, a page may hold
    JSON-LD alone. Raises `Unreadable`; `RuntimeError` when the sandbox cannot be started.
    """
    order = {"content_type": content_type, "url": url, "seconds": seconds, "memory_mb": memory_mb}
    message = json.dumps(order).encode() + b"\n" + body
    for _ in range(2):
        began = time.monotonic()
        sandbox, line = _SANDBOX.fork()
        lines = _exchange(line, message, began + seconds + _GRACE_SECONDS)
        if lines:  # the first one says that there is a child
            break
        sandbox.kill()  # it is dead, or does not answer
        sandbox.wait()
    else:
        raise RuntimeError("The sandbox for fetched bodies dies again and again.")
    if len(lines) > 1:
        document = _parse_answer(lines[-1])
        if needs_text and not document.text:
            raise Unreadable("no-text", NO_TEXT)
        return document
    if time.monotonic() - began >= seconds:
        raise Unreadable("too-slow", f"It could not be read within {seconds:g} seconds.")
    raise Unreadable("malformed", "It is so broken that the attempt to read it failed.")


class _SandboxProcess:
    """The process that forks, started when it is first needed and again when it has died."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: tuple[subprocess.Popen[bytes], socket.socket] | None = None

    def fork(self) -> tuple[subprocess.Popen[bytes], socket.socket]:
        """Fork a child for one body; return the sandbox process and a socket to the child."""
        with self._lock:
            if self._running and self._running[0].poll() is not None:
                self._running[1].close()
                self._running = None
            process, control = self._running = self._running or _start_sandbox()
            ours, childs = socket.socketpair()
            with childs, suppress(ConnectionError):  # it may have just died, and the line with it
                socket.send_fds(control, [b"."], [childs.fileno()])
            return process, ours


_SANDBOX = _SandboxProcess()


def _start_sandbox() -> tuple[subprocess.Popen[bytes], socket.socket]:
    control, sandboxs = socket.socketpair()
    with sandboxs:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", "-c", _START_CODE, str(Path(__file__).parents[2])],
            stdin=sandboxs.fileno(),
            stdout=subprocess.DEVNULL,
            # No more of the environment: it holds our passwords.
            env={"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,
        )
    control.settimeout(_START_TIMEOUT_SECONDS)
    with suppress(TimeoutError):
        if control.recv(1):
            return process, control
    control.close()
    process.kill()
    process.wait()
    raise RuntimeError("The sandbox for fetched bodies does not start.")


def _exchange(line: socket.socket, message: bytes, deadline: float) -> list[bytes]:
    """Send a message; return the lines that came back before the end or the deadline."""
    received = bytearray()
    with line:
        with suppress(OSError):  # a child that dies breaks the line, maybe after an answer
            line.settimeout(deadline - time.monotonic())
            line.sendall(message)
            line.shutdown(socket.SHUT_WR)
        with suppress(OSError):  # which TimeoutError is too
            while len(received) < _MAX_ANSWER_BYTES:
                line.settimeout(max(deadline - time.monotonic(), 0.001))
                chunk = line.recv(65_536)
                if not chunk:
                    break
                received += chunk
    return bytes(received).split(b"\n")[:-1]  # what follows the last line end was cut off


def _parse_answer(line: bytes) -> ExtractedDocument:
    answer = json.loads(line)
    if "unreadable" in answer:
        raise Unreadable(*answer["unreadable"])
    fields = answer["document"]
    lists = ("json_ld", "broken_json_ld", "pages")
    return ExtractedDocument(**fields | {name: tuple(fields[name]) for name in lists})
