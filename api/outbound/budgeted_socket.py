"""Connections to checked addresses, within the time and bytes that a fetch may take.

A name is resolved, checked and connected in one place, so no second look-up can answer differently.
What speaks HTTP on them is in `transport`.
"""

import contextlib
import http.client
import queue
import socket
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from api.outbound.ssrf_rules import Allowance, IPAddress, Refused, check_answers, normalize_host

Endpoint = tuple[IPAddress, int]


class Unreachable(Exception):
    """No complete answer could be had.

    `reason` is a stable code: `dns`, `connect`, `tls`, `timeout`, `too-large`,
    `too-many-redirects`, `encoding` (the content coding) or `protocol` (not HTTP, or cut short).
    """

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True)
class FetchPolicy:
    """What a fetch may reach, and take. What cannot be read raises `ValueError`.

    `allow` names hosts and networks that are opened in spite of the rules. `connect_to` maps
    "host:port" or "*:port" to the "ip:port" that is connected instead, like curl's
    `--connect-to`; what is read so is marked as a stand-in. `ca_file` is trusted in addition to
    certifi's authorities. `proxy` ("http://host:port") is asked to CONNECT to the address that
    was resolved and checked here, for http as for https.

    `max_bytes` counts all that a fetch receives, heads and redirects included,
    `max_decoded_bytes` the body without its content coding. `header_seconds` run from the
    look-up of a host to the end of the answer's head, anew for each redirect, `total_seconds`
    over the whole fetch.
    """

    ports: frozenset[int] = frozenset({80, 443})
    allow: tuple[str, ...] = ()
    connect_to: Mapping[str, str] = field(default_factory=dict)
    ca_file: str | None = None
    proxy: str | None = None
    user_agent: str = "Claimledger/0.1"
    max_redirects: int = 5
    max_bytes: int = 5_000_000
    max_decoded_bytes: int = 10_000_000
    header_seconds: float = 10
    total_seconds: float = 20

    def __post_init__(self) -> None:
        self.allowance()
        self.proxy_host()
        for where in self.connect_to.values():
            _parse_endpoint(where)

    def allowance(self) -> Allowance:
        """`allow`, sorted into names and networks."""
        return Allowance.parse(self.allow)

    def stand_in(self, host: str, port: int) -> Endpoint | None:
        """Where `connect_to` leads this host, if anywhere."""
        where = self.connect_to.get(f"{normalize_host(host)}:{port}") or self.connect_to.get(
            f"*:{port}"
        )
        return _parse_endpoint(where) if where else None

    def proxy_host(self) -> tuple[str, int] | None:
        """The proxy's host and port."""
        if self.proxy is None:
            return None
        parts = urlsplit(self.proxy)
        if parts.scheme != "http" or not parts.hostname or not parts.port:
            raise ValueError("a proxy is written http://host:port")
        return parts.hostname, parts.port


class FetchBudget:
    """One fetch under way: its clock, its byte count, and what went out on the last connection."""

    def __init__(self, policy: FetchPolicy) -> None:
        self.policy = policy
        self.began = datetime.now(UTC)
        self.stood_in = False
        self.sent = bytearray()
        self._received = 0
        self._started = monotonic()
        self._ends = self._started + policy.total_seconds
        self.start_head_clock()

    def elapsed(self) -> float:
        """The seconds since the fetch began."""
        return monotonic() - self._started

    def start_head_clock(self) -> None:
        """From now on the time for a head runs, and that for the whole."""
        self._in_head = True
        self._until = min(self._ends, monotonic() + self.policy.header_seconds)

    def start_body_clock(self) -> None:
        """From now on only the time for the whole runs."""
        self._in_head = False
        self._until = self._ends

    def left(self) -> float:
        """The seconds left; raises `Unreachable` when there are none."""
        seconds = self._until - monotonic()
        if seconds <= 0:
            raise self.timeout_error()
        return seconds

    def timeout_error(self) -> Unreachable:
        """The error that says which time ran out."""
        if self._until < self._ends:
            message = f"No answer began within {self.policy.header_seconds:g} seconds."
        else:
            message = f"The answer was not complete within {self.policy.total_seconds:g} seconds."
        return Unreachable("timeout", message)

    def count(self, received: int) -> None:
        """Count bytes; raises `Unreachable` when they are too many, or a head has no more."""
        if not received and self._in_head:  # http.client takes such a head for a complete one
            raise Unreachable("protocol", "The server broke off before its answer began.")
        self._received += received
        if self._received > self.policy.max_bytes:
            raise too_large_error(self.policy.max_bytes)

    def connect(self, host: str, port: int) -> socket.socket:
        """Connect to a host: to the first of its addresses that answers, if all are allowed."""
        stand_in = self.policy.stand_in(host, port)
        if stand_in:
            self.stood_in = True
            endpoints = [stand_in]
        else:
            endpoints = self._resolve(host, port)
            check_answers(host, (address for address, _ in endpoints), self.policy.allowance())
        for untried, endpoint in zip(range(len(endpoints), 0, -1), endpoints, strict=True):
            with contextlib.suppress(OSError):
                # A dead address may use up its share of the time, not that of the others.
                return self._connect_to(endpoint, self.left() / untried, direct=bool(stand_in))
        self.left()
        raise Unreachable("connect", "The host takes no connection.")

    def _connect_to(self, endpoint: Endpoint, seconds: float, *, direct: bool) -> socket.socket:
        proxy = None if direct else self.policy.proxy_host()
        address, port = self._resolve(*proxy)[0] if proxy else endpoint
        line = BudgetedSocket(socket.AF_INET if address.version == 4 else socket.AF_INET6)
        line.budget = self
        try:
            line.settimeout(seconds)
            line.connect((str(address), port))
            peer = line.getpeername()
            if (ip_address(peer[0]), peer[1]) != (address, port):
                raise Refused("private-address", "The connection went to an unchecked address.")
            if proxy:
                _open_tunnel(line, endpoint)
            self.sent.clear()
            line.settimeout(self.left())  # for the TLS handshake
        except BaseException:
            line.close()
            raise
        return line

    def _resolve(self, host: str, port: int) -> list[Endpoint]:
        """Look a name up. A resolver cannot be interrupted, so a slow one is left behind."""
        found: queue.SimpleQueue[list[Any] | Exception] = queue.SimpleQueue()

        def look_up() -> None:
            try:
                found.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
            except (OSError, UnicodeError) as error:
                found.put(error)

        threading.Thread(target=look_up, daemon=True).start()
        try:
            answers = found.get(timeout=self.left())
        except queue.Empty:
            raise self.timeout_error() from None
        if isinstance(answers, Exception):
            raise Unreachable("dns", "The host name leads to no address.") from answers
        return [(ip_address(sockaddr[0]), port) for *_, sockaddr in answers]


def too_large_error(limit: int) -> Unreachable:
    """The error for an answer of more bytes than the limit."""
    return Unreachable("too-large", f"The answer is larger than {limit} bytes.")


def _parse_endpoint(text: str) -> Endpoint:
    host, _, port = text.rpartition(":")
    return ip_address(host.strip("[]")), int(port)


def _open_tunnel(line: socket.socket, endpoint: Endpoint) -> None:
    address, port = endpoint
    where = f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"
    line.sendall(f"CONNECT {where} HTTP/1.1\r\nHost: {where}\r\n\r\n".encode())
    with contextlib.closing(http.client.HTTPResponse(line, method="CONNECT")) as answer:
        answer.begin()
        if answer.status != 200:
            raise ConnectionError("the proxy does not connect")


class BudgetedSocket(socket.socket):
    """A socket that keeps to its budget's time and bytes.

    A socket's own timeout starts anew with each wait, so that a server which sends a byte now and
    then never meets it: here every wait ends when the budget's time does.
    """

    budget: FetchBudget

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        with self._within_budget():
            received = super().recv_into(*args, **kwargs)
        self.budget.count(received)
        return received

    def sendall(self, data: Any, *args: Any) -> None:
        self.budget.sent += data
        with self._within_budget():
            super().sendall(data, *args)

    @contextlib.contextmanager
    def _within_budget(self) -> Iterator[None]:
        self.settimeout(self.budget.left())
        try:
            yield
        except TimeoutError:
            raise self.budget.timeout_error() from None
