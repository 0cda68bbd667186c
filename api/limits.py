"""How much one caller may ask: per address and per API key, told in RateLimit headers
(draft-ietf-httpapi-ratelimit-headers).
"""

import math
import time
from collections.abc import Iterator
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from itertools import count
from typing import Any, NamedTuple

from flask import Flask, Response, g, request
from limits import RateLimitItem, parse
from limits.storage import storage_from_string

from api.config import Settings
from api.errors import Problem
from api.policy import Permission

#: Seconds between two looks for windows that are over.
SWEEPS_EVERY = 60


class TooManyRequests(Problem):
    """You asked more often than `RateLimit-Policy` allows. Wait as long as `Retry-After` says."""

    status = 429
    title = "Too many requests"


class Window(NamedTuple):
    """A stretch of time in which a caller's requests are counted, and when it ends."""

    numbers: Iterator[int]
    end: float


class InProcess:
    """Counts of this process. The library's own store for that has a thread look through all its
    keys, a hundred times a second.
    """

    def __init__(self) -> None:
        self.windows: dict[tuple[str, str], Window] = {}
        self.next_sweep = 0.0

    def hit(self, limit: RateLimitItem, name: str, caller: str) -> tuple[int, float]:
        """Count a request; returns how many there are in this window, and when that ends."""
        at = time.time()
        window = self.windows.get((name, caller))
        if window is None or window.end <= at:
            self._sweep(at)
            window = self.windows[name, caller] = Window(count(1), at + limit.get_expiry())
        return next(window.numbers), window.end

    def _sweep(self, at: float) -> None:
        if at >= self.next_sweep:
            self.next_sweep = at + SWEEPS_EVERY
            # In one step, since other threads count meanwhile.
            windows = self.windows.copy()
            self.windows = {key: each for key, each in windows.items() if each.end > at}


class Shared:
    """Counts that processes share."""

    def __init__(self, address: str) -> None:
        self.storage: Any = storage_from_string(address)

    def hit(self, limit: RateLimitItem, name: str, caller: str) -> tuple[int, float]:
        key = limit.key_for(name, caller)
        return self.storage.incr(key, limit.get_expiry()), self.storage.get_expiry(key)


class Left(NamedTuple):
    """What one limit leaves to a caller for so many seconds; less than nothing: a refusal."""

    name: str
    limit: RateLimitItem
    requests: int
    seconds: int


def init_app(app: Flask, settings: Settings) -> None:
    where = settings.rate_limit_storage
    counts = InProcess() if where == "memory://" else Shared(where)
    per_address, per_key = parse(settings.rate_limit_address), parse(settings.rate_limit_key)
    appeals = parse(settings.rate_limit_appeals)

    def left(name: str, limit: RateLimitItem, caller: str) -> Left:
        number, end = counts.hit(limit, name, caller)
        seconds = max(0, math.ceil(end - time.time()))
        return Left(name, limit, limit.amount - number, seconds)

    @app.before_request
    def count_it() -> None:
        if request.path in {"/healthz", "/readyz"}:
            return
        # The address is counted whatever key comes with it: inventing keys wins nothing.
        address = network_of(request.remote_addr or "")
        g.limits = [left("address", per_address, address)]
        if authorization := request.environ.get("HTTP_AUTHORIZATION"):
            g.limits.append(left("key", per_key, sha256(authorization.encode()).hexdigest()))
        if request.method == "POST" and _permission(app) is Permission.APPEAL:
            g.limits.append(left("appeals", appeals, address))
        for each in g.limits:
            if each.requests < 0:
                raise TooManyRequests(
                    f'The limit "{each.name}" is {each.limit}.',
                    headers={"Retry-After": str(max(1, each.seconds))},
                )

    @app.after_request
    def tell(response: Response) -> Response:
        for name, limit, requests, seconds in g.get("limits", ()):
            left = f'"{name}";r={max(0, requests)};t={seconds}'
            policy = f'"{name}";q={limit.amount};w={limit.get_expiry()}'
            response.headers.add("RateLimit", left)
            response.headers.add("RateLimit-Policy", policy)
        return response


def network_of(address: str) -> str:
    """What is counted as one caller: an IPv4 address, or the /64 that an IPv6 customer has."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or ip_network((ip, 64), strict=False))
    return str(ip)


def _permission(app: Flask) -> Permission | None:
    """What the request in hand needs, if there is anything at its address."""
    return getattr(app.view_functions.get(request.endpoint or ""), "permission", None)
