"""Servers for tests that behave as told, and what to say of how a fetch fails."""

import re
import socketserver
import threading
import time
from contextlib import contextmanager

import pytest

from api.outbound.client import FetchPolicy, Refused


class Site(socketserver.ThreadingTCPServer):
    """A server whose pages are scripts: bytes are sent, numbers are seconds to wait."""

    allow_reuse_address = daemon_threads = True
    block_on_close = False

    def __init__(self, ip="127.0.0.1", port=0, tls=None):
        super().__init__((ip, port), Visit)
        self.tls, self.pages, self.requests = tls, {}, []
        self.port = self.server_address[1]
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, path, host="127.0.0.1"):
        return f"http://{host}:{self.port}{path}"

    def policy(self, **settings):
        usual = {"ports": frozenset({self.port}), "allow": ("127.0.0.0/8",)}
        return FetchPolicy(**usual | settings)

    def finish_request(self, request, client_address):
        if self.tls:
            request = self.tls.wrap_socket(request, server_side=True)
        with request:
            Visit(request, client_address, self)

    def handle_error(self, request, client_address):
        pass  # visitors that give up are the point


class Visit(socketserver.StreamRequestHandler):
    def handle(self):
        head = b"".join(iter(self.rfile.readline, b"\r\n"))
        length = re.search(rb"Content-Length: (\d+)", head)
        body = self.rfile.read(int(length[1])) if length else b""
        self.server.requests.append(head + b"\r\n" + body)
        for step in self.server.pages[head.split()[1].decode()]:
            if isinstance(step, bytes):
                self.wfile.write(step)
            else:
                time.sleep(step)


def answer(body=b"", *lines, status="200 OK"):
    head = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *lines, "", ""]
    return "\r\n".join(head).encode() + body


def redirect(to, status="302 Found"):
    return [answer(b"", f"Location: {to}", status=status)]


def drip(text):
    for byte in text:
        yield bytes([byte])
        yield 0.3


@contextmanager
def fails(kind, code):
    """The block raises `Refused` with this rule or `Unreachable` with this reason."""
    with pytest.raises(kind) as failure:
        yield failure
    assert (failure.value.rule if kind is Refused else failure.value.reason) == code


@contextmanager
def lasts(seconds):
    """The block takes this long, or some longer on a busy machine, but not what it would without
    a limit: a `drip` and the policy's own limits take more.
    """
    started = time.monotonic()
    try:
        yield
    finally:
        assert seconds <= time.monotonic() - started < seconds + 8
