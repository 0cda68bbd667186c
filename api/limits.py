"""How much one caller may ask: per address and per API key, told in RateLimit headers
(draft-ietf-httpapi-ratelimit-headers).
"""

import math
import time
from hashlib import sha256
from ipaddress import IPv6Address, ip_address, ip_network

from flask import Flask, Response, g, request
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from api.config import Settings
from api.errors import Problem
from api.policy import Permission


class TooManyRequests(Problem):
    """You asked more often than `RateLimit-Policy` allows. Wait as long as `Retry-After` says."""

    status = 429
    title = "Too many requests"


def init_app(app: Flask, settings: Settings) -> None:
    limiter = FixedWindowRateLimiter(storage_from_string(settings.rate_limit_storage))
    per_address, per_key = parse(settings.rate_limit_address), parse(settings.rate_limit_key)
    appeals = parse(settings.rate_limit_appeals)

    @app.before_request
    def count() -> None:
        if request.path in {"/healthz", "/readyz"}:
            return
        # The address is counted whatever key comes with it: inventing keys wins nothing.
        address = network_of(request.remote_addr or "")
        counted = [("address", per_address, address)]
        if authorization := request.headers.get("Authorization"):
            counted.append(("key", per_key, sha256(authorization.encode()).hexdigest()))
        if request.method == "POST" and _permission(app) is Permission.APPEAL:
            counted.append(("appeals", appeals, address))
        g.limits = counted
        for name, limit, caller in counted:
            if not limiter.hit(limit, name, caller):
                wait = limiter.get_window_stats(limit, name, caller).reset_time - time.time()
                raise TooManyRequests(
                    f'The limit "{name}" is {limit}.',
                    headers={"Retry-After": str(max(1, math.ceil(wait)))},
                )

    @app.after_request
    def tell(response: Response) -> Response:
        for name, limit, caller in g.get("limits", ()):
            left = limiter.get_window_stats(limit, name, caller)
            wait = max(0, math.ceil(left.reset_time - time.time()))
            response.headers.add("RateLimit", f'"{name}";r={left.remaining};t={wait}')
            response.headers.add("RateLimit-Policy", _policy(name, limit))
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


def _policy(name: str, limit: RateLimitItem) -> str:
    return f'"{name}";q={limit.amount};w={limit.get_expiry()}'
