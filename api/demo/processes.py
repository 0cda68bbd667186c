"""The demo's server and worker: started together, ended together, and never left behind."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import click
import requests

from api.config.settings import ROOT

START_TIMEOUT_SECONDS = 30
STOP_TIMEOUT_SECONDS = 45
#: After so long granian kills a worker that missed the signal, as while it starts it always does.
REQUEST_TIMEOUT_SECONDS = 5
LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1

Processes = list[subprocess.Popen[bytes]]
#: Waits so many seconds.
Pause = Callable[[float], None]


def require_free_port(port: int) -> None:
    """Servers can share a port without noticing; nobody would know whose answers they get."""
    try:
        socket.create_server(("127.0.0.1", port)).close()
    except OSError as error:
        reason = os.strerror(error.errno or 0).lower()
        raise SystemExit(f"Port {port} cannot be used: {reason}. Set PORT to another.") from None


@contextmanager
def run_processes(port: int, pause: Pause) -> Iterator[Processes]:
    """Server and worker as processes of their own, ended together. KeyboardInterrupt, which a pause
    may raise, is told of and passes.
    """
    python = [sys.executable, "-m"]
    server = ["granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "4"]
    server += ["--backpressure", "64", "--no-ws", "--log-level", "error"]
    server += ["--workers-kill-timeout", str(REQUEST_TIMEOUT_SECONDS), "wsgi:app"]
    processes: Processes = []
    try:
        for command in (server, ["flask", "--app", "wsgi", "worker"]):
            # In a session of their own, Ctrl-C reaches this process alone, which ends them in turn.
            processes.append(
                subprocess.Popen(  # noqa: S603
                    [*python, *command],
                    cwd=ROOT,
                    start_new_session=True,
                    preexec_fn=end_with_parent,
                )
            )
        _await_answer(f"http://127.0.0.1:{port}/readyz", processes, pause)
        yield processes
    except KeyboardInterrupt:
        click.echo("\nStopping.")
        raise
    finally:
        _stop_processes(processes)


def wait_for_exit(processes: Processes, pause: Pause) -> None:
    """Return when one of them has ended."""
    while all(process.poll() is None for process in processes):
        pause(0.5)


def end_with_parent() -> None:
    """Have Linux send SIGTERM here when the process that started this one is dead, in any way."""
    if sys.platform == "linux":
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _stop_processes(processes: Processes) -> None:
    deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(deadline - time.monotonic())
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def _await_answer(url: str, processes: Processes, pause: Pause) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while all(process.poll() is None for process in processes) and time.monotonic() < deadline:
        with suppress(requests.RequestException):
            if requests.get(url, timeout=1).ok:
                return
        pause(0.1)
    raise SystemExit(f"The demo did not start: {url} does not answer. What was said stands above.")
