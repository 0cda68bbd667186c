"""How much one caller may ask: per address and per API key, told in RateLimit headers
(draft-ietf-httpapi-ratelimit-headers).
"""

import math
import time
from hashlib import sha256

from flask import Flask, Response, g, request
from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from api.config import Settings
from api.errors import Problem


class TooManyRequests(Problem):
    """You asked more often than `RateLimit-Policy` allows. Wait as long as `Retry-After` says."""

    status = 429
    title = "Too many requests"


def init_app(app: Flask, settings: Settings) -> None:
    limiter = FixedWindowRateLimiter(storage_from_string(settings.rate_limit_storage))
    per_address, per_key = parse(settings.rate_limit_address), parse(settings.rate_limit_key)

    @app.before_request
    def count() -> None:
        if request.path in {"/healthz", "/readyz"}:
            return
        # The address is counted whatever key comes with it: inventing keys wins nothing.
        counted = [("address", per_address, request.remote_addr or "")]
        if authorization := request.headers.get("Authorization"):
            counted.append(("key", per_key, sha256(authorization.encode()).hexdigest()))
        g.limits = counted
        for name, limit, caller in counted:
            if not limiter.hit(limit, name, caller):
                wait = limiter.get_window_stats(limit, name, caller).reset_time - time.time()
                raise TooManyRequests(
                    f"At most {limit} for one {name}.",
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


def _policy(name: str, limit: RateLimitItem) -> str:
    return f'"{name}";q={limit.amount};w={limit.get_expiry()}'
