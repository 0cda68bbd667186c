"""How much one caller may ask: per address and per API key, told in RateLimit headers
(draft-ietf-httpapi-ratelimit-headers).
"""

import math
import time
from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network
from itertools import count
from typing import Any, NamedTuple

import structlog
from flask import Flask, request
from limits import RateLimitItem, parse
from limits.storage import storage_from_string

from api.auth.permissions import Permission
from api.config.settings import Settings
from api.errors import Problem
from api.observability.request_context import (
    RequestContext,
    on_arrival,
    on_leaving,
    request_context,
)

log = structlog.stdlib.get_logger("api.limits")

#: Seconds between two looks for windows that are over.
SWEEP_INTERVAL_SECONDS = 60

#: Seconds that a store of counts may take to answer, and that one which did not is left alone.
STORE_TIMEOUT_SECONDS, STORE_RETRY_SECONDS = 1, 5


class TooManyRequests(Problem):
    """You asked more often than `RateLimit-Policy` allows. Wait as long as `Retry-After` says."""

    status = 429
    title = "Too many requests"


class Window(NamedTuple):
    """A stretch of time in which a caller's requests are counted, and when it ends."""

    numbers: Iterator[int]
    end: float


class ProcessCounts:
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
            self.next_sweep = at + SWEEP_INTERVAL_SECONDS
            # In one step, since other threads count meanwhile.
            windows = self.windows.copy()
            self.windows = {key: each for key, each in windows.items() if each.end > at}


class SharedCounts:
    """Counts that processes share. While their store is away, each counts for itself."""

    def __init__(self, address: str) -> None:
        patience = {"socket_timeout": STORE_TIMEOUT_SECONDS} if address.startswith("redis") else {}
        self.storage: Any = storage_from_string(address, **patience)
        self.meanwhile = ProcessCounts()
        self.away_until = 0.0

    def hit(self, limit: RateLimitItem, name: str, caller: str) -> tuple[int, float]:
        key = limit.key_for(name, caller)
        if time.monotonic() >= self.away_until:
            try:
                return self.storage.incr(key, limit.get_expiry()), self.storage.get_expiry(key)
            except self.storage.base_exceptions as error:
                log.warning("the store of rate counts does not answer", reason=str(error))
                self.away_until = time.monotonic() + STORE_RETRY_SECONDS
        return self.meanwhile.hit(limit, name, caller)


class Limit(NamedTuple):
    """How often a caller may ask, under a name."""

    name: str
    item: RateLimitItem
    policy: str

    @classmethod
    def from_setting(cls, name: str, setting: str) -> "Limit":
        item = parse(setting)
        return cls(name, item, f'"{name}";q={item.amount};w={item.get_expiry()}')


class Remaining(NamedTuple):
    """What one limit leaves to a caller for so many seconds; less than nothing: a refusal."""

    limit: Limit
    requests: int
    seconds: int


def init_app(app: Flask, settings: Settings) -> None:
    where = settings.rate_limit_storage
    counts = ProcessCounts() if where == "memory://" else SharedCounts(where)
    per_address = Limit.from_setting("address", settings.rate_limit_address)
    per_key = Limit.from_setting("key", settings.rate_limit_key)
    appeals = Limit.from_setting("appeals", settings.rate_limit_appeals)

    def hit(context: RequestContext, limit: Limit, caller: str) -> None:
        number, end = counts.hit(limit.item, limit.name, caller)
        left = limit.item.amount - number
        seconds = max(0, math.ceil(end - time.time()))
        context.limits.append(Remaining(limit, left, seconds))
        if left < 0 and context.refusal is None:
            context.refusal = TooManyRequests(
                f'The limit "{limit.name}" is {limit.item}.',
                headers={"Retry-After": str(max(1, seconds))},
            )

    def count_request(context: RequestContext) -> None:
        if context.path in {"/healthz", "/readyz"}:
            return
        # The address is counted whatever key comes with it: inventing keys wins nothing.
        hit(context, per_address, _caller(context))
        if authorization := context.environ.get("HTTP_AUTHORIZATION"):
            hit(context, per_key, sha256(authorization.encode()).hexdigest())

    @app.before_request
    def count_appeals() -> None:
        if request.method == "POST" and _permission(app) is Permission.APPEAL:
            context = request_context()
            hit(context, appeals, _caller(context))
            if context.refusal:
                raise context.refusal

    on_arrival(app, count_request)
    on_leaving(app, write_headers)


def write_headers(context: RequestContext) -> None:
    for limit, requests, seconds in context.limits:
        context.headers += [
            ("RateLimit", f'"{limit.name}";r={max(0, requests)};t={seconds}'),
            ("RateLimit-Policy", limit.policy),
        ]


def _caller(context: RequestContext) -> str:
    return caller_network(context.environ.get("REMOTE_ADDR", ""))


@lru_cache(4096)
def caller_network(address: str) -> str:
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
