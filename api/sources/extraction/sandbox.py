"""The process that parses bodies for `result.extract_document`.

It has one thread, so it can be forked safely, and it has the parsers loaded, so that a body costs
no more than a fork. Every body has a child of its own: a hostile body that takes its child over
can falsify its own extraction and no other.
"""

import gc
import json
import logging
import math
import os
import resource
import signal
import socket
import sys
import traceback
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO, TypedDict

from api.sources.extraction.extract import extract_stages, extract_without_limits
from api.sources.extraction.result import Unreadable


class ExtractionOrder(TypedDict):
    """The first line that a caller sends, as JSON; the body follows it."""

    content_type: str | None
    url: str | None
    seconds: float
    memory_mb: int


def serve() -> None:
    """Fork a child for each socket that standard input hands over, until the caller closes it."""
    logging.disable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children leave no zombies
    extract_without_limits(
        b"<title>Warm</title><p>What is loaded at first use is loaded now.", "text/html"
    )
    gc.freeze()
    with suppress(ConnectionError):
        _fork_for_each(socket.socket(fileno=sys.stdin.fileno()))


def _fork_for_each(line: socket.socket) -> None:
    line.send(b".")
    while True:
        message, descriptors, _, _ = socket.recv_fds(line, 1, 1)
        if not message:
            return
        if os.fork() == 0:
            line.close()
            _serve_one(socket.socket(fileno=descriptors[0]))
        os.close(descriptors[0])


def _serve_one(line: socket.socket) -> None:
    """Answer with an empty line at once, then with JSON objects, a line each, the last the best."""
    try:
        line.send(b"\n")
        with line.makefile("rb") as incoming, line.makefile("wb") as outgoing:
            if not (ordered := incoming.readline()):
                return
            order: ExtractionOrder = json.loads(ordered)
            _set_limits(order["seconds"], order["memory_mb"])
            for answer in _extract_answers(incoming, order):
                outgoing.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
                outgoing.flush()
    except ConnectionError:
        pass  # the caller is gone
    except BaseException:
        traceback.print_exc()  # a fault of ours: into the caller's log
    finally:
        os._exit(0)


def _extract_answers(incoming: BinaryIO, order: ExtractionOrder) -> Iterator[dict[str, object]]:
    try:
        for document in extract_stages(incoming.read(), order["content_type"], order["url"]):
            yield {"document": vars(document)}
    except Unreadable as error:
        yield {"unreadable": [error.reason, str(error)]}
    except MemoryError:
        words = f"It could not be read within {order['memory_mb']} MB of memory."
        yield {"unreadable": ["too-large", words]}


def _set_limits(seconds: float, memory_mb: int) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)  # ends the process, whatever it is at
    signal.setitimer(signal.ITIMER_REAL, seconds)
    most = {
        resource.RLIMIT_AS: memory_mb * 1024**2,
        resource.RLIMIT_CPU: math.ceil(seconds) + 1,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, limit in most.items():
        _, hard = resource.getrlimit(kind)
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(kind, (limit, limit))
