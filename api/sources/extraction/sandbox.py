"""The process that parses, on the other side of `reading.read`.

It has one thread, so it can be forked safely, and it has the parsers loaded, so that a fork is
all that a body costs. Every body has a child of its own: one that a hostile body takes over can
lie about that body and no other.
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
from typing import Any, BinaryIO

from api.sources.extraction.extract import extract, readings
from api.sources.extraction.result import Unreadable


def serve() -> None:
    """Fork a child for each line that comes in over standard input, until that is closed or whoever
    asked is gone.
    """
    logging.disable()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children leave no zombies
    extract(b"<title>Warm</title><p>What is loaded at first use is loaded now.", "text/html")
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
            order = json.loads(ordered)
            _limit(order["seconds"], order["memory_mb"])
            for answer in _answers(incoming, order):
                outgoing.write(json.dumps(answer, ensure_ascii=False).encode() + b"\n")
                outgoing.flush()
    except ConnectionError:
        pass  # whoever asked is gone
    except BaseException:
        traceback.print_exc()  # a fault of ours: into the caller's log
    finally:
        os._exit(0)


def _answers(incoming: BinaryIO, order: dict[str, Any]) -> Iterator[dict[str, Any]]:
    try:
        for reading in readings(incoming.read(), order["content_type"], order["url"]):
            yield {"reading": vars(reading)}
    except Unreadable as error:
        yield {"unreadable": [error.reason, str(error)]}
    except MemoryError:
        words = f"It could not be read within {order['memory_mb']} MB of memory."
        yield {"unreadable": ["too-large", words]}


def _limit(seconds: float, memory_mb: int) -> None:
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
