"""The SSRF-safe HTTP client: the only code that opens a connection to an address somebody sent."""

import re
import string
import zlib
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit

import requests
import urllib3
from requests.models import REDIRECT_STATI

from api.outbound import ssrf_rules
from api.outbound.adapter import Adapter
from api.outbound.budgeted_socket import FetchBudget, FetchPolicy, Unreachable, too_large_error
from api.outbound.ssrf_rules import Refused

__all__ = [
    "FetchPolicy",
    "FetchResponse",
    "Redirect",
    "Refused",
    "Unreachable",
    "check_address",
    "decode_content",
    "fetch",
    "host_of_origin",
    "policy_for_service",
    "send",
]

_GZIP = 16 + zlib.MAX_WBITS
_MAX_GZIP_MEMBERS = 100
_PORTS = {"http": 80, "https": 443}
# Parsers disagree about what these mean in an address, and browsers drop or turn them.
_UNCLEAR = re.compile(r"[\x00-\x1f\x7f\\]")


class Redirect(NamedTuple):
    """An address on the way, and the status with which it pointed onwards."""

    url: str
    status: int


class FetchResponse(NamedTuple):
    """An answer of any status, as it came.

    `headers` are the answer's header lines, repeated ones side by side; `payload` is the body as
    it was transferred and `body` the same without its content coding; `request` is the request of
    the last hop, byte by byte. `stand_in`: a hop was read by `FetchPolicy.connect_to`.
    `fetched_at` is when the fetch began (UTC), `elapsed` its duration in seconds.
    """

    requested_url: str
    final_url: str
    redirects: tuple[Redirect, ...]
    status: int
    reason: str
    http_version: str
    headers: tuple[tuple[str, str], ...]
    payload: bytes
    body: bytes
    request: bytes
    stand_in: bool
    fetched_at: datetime
    elapsed: float

    def header(self, name: str) -> str | None:
        """The value of a header field; several lines of it are joined (RFC 9110, 5.3)."""
        values = [value for each, value in self.headers if each.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def content_type(self) -> str:
        """The media type with its parameters, as the server gave it; may be empty."""
        return self.header("Content-Type") or ""


def check_address(url: str, policy: FetchPolicy) -> None:
    """Raise `Refused` for a URL that can be seen to be closed without using the network."""
    parts = _split_url(url, policy)
    try:
        host = host_of_origin(f"{parts.scheme}://{parts.netloc}/")
    except ValueError:
        raise _malformed_error() from None
    ssrf_rules.check_host(host, policy.allowance())


def fetch(
    url: str, policy: FetchPolicy, *, headers: Mapping[str, str] | None = None
) -> FetchResponse:
    """Get what is at a URL, following its redirects, each checked like the first.

    Nothing is remembered between hops or fetches, and nothing is taken from the environment:
    no cookies, no credentials, no proxy. `headers` go out with every hop.

    Raises `Refused` for an address that is closed, `Unreachable` when no complete answer is had.
    """
    budget = FetchBudget(policy)
    redirects: list[Redirect] = []
    answer = _send_request(budget, _request("GET", url, headers), follow=True)
    while (onwards := _redirect_target(answer)) is not None:
        if len(redirects) == policy.max_redirects:
            raise Unreachable("too-many-redirects", f"It redirects over {len(redirects)} times.")
        redirects.append(Redirect(answer.final_url, answer.status))
        try:
            answer = _send_request(budget, _request("GET", onwards, headers), follow=True)
        except Refused as refusal:
            # Which one is not told: it may be a name or an address of somebody's own network.
            words = f"It redirects to a closed address ({refusal.rule})."
            raise Refused(refusal.rule, words) from None
    return answer._replace(requested_url=url, redirects=tuple(redirects))


def send(
    method: str, url: str, policy: FetchPolicy, *, headers: Mapping[str, str], body: bytes = b""
) -> FetchResponse:
    """Send one request; a redirect is an answer like any other.

    Raises as `fetch` does.
    """
    return _send_request(FetchBudget(policy), _request(method, url, headers, body), follow=False)


def policy_for_service(url: str, **limits: Any) -> FetchPolicy:
    """The policy for a service of the operator's own, which may stand on a private address.

    It opens this host in spite of the rules, at this port and no other. It is not a way in for what
    people send: it is made of an address from the settings, for requests to that address, and
    `send` follows no redirect. Neither a proxy nor stand-ins lie on that way. `limits` are
    `FetchPolicy`'s own. Raises `ValueError` for what is no http or https address.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise ValueError("is no http or https address")
    port = _PORTS[parts.scheme] if parts.port is None else parts.port
    return FetchPolicy(ports=frozenset({port}), allow=(parts.hostname,), **limits)


def _malformed_error() -> Refused:
    return Refused("malformed", "This is not a proper web address.")


def _request(
    method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b""
) -> requests.Request:
    return requests.Request(method, url, headers, data=body)


def _prepare_checked(request: requests.Request, policy: FetchPolicy) -> requests.PreparedRequest:
    _split_url(str(request.url), policy)
    try:
        prepared = request.prepare()  # puts an international host name into ASCII
        host = urlsplit(str(prepared.url)).hostname
    except ValueError:
        raise _malformed_error() from None
    ssrf_rules.check_host(host or "", policy.allowance())
    return prepared


@lru_cache(2_000)
def host_of_origin(origin: str) -> str:
    """The host that a request to an origin would ask, in ASCII (by IDNA 2008; another standard's
    may be somebody else's): preparing one costs more than all other checks. Raises `ValueError`.
    """
    prepared = _request("GET", origin).prepare()
    return urlsplit(str(prepared.url)).hostname or ""


def _split_url(url: str, policy: FetchPolicy) -> SplitResult:
    """The parts of a URL. Raises `Refused` for what its host has no part in."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _malformed_error() from None
    if _UNCLEAR.search(url):
        raise _malformed_error()
    if parts.scheme not in _PORTS:
        raise Refused("scheme", "Only http:// and https:// addresses are opened.")
    if "@" in parts.netloc:
        raise Refused("userinfo", "The address must not carry a user name or password.")
    ssrf_rules.check_port(_PORTS[parts.scheme] if port is None else port, policy.ports)
    return parts


def _send_request(budget: FetchBudget, request: requests.Request, *, follow: bool) -> FetchResponse:
    """One request and its answer; the body of a redirect that is followed is left unread."""
    prepared = _prepare_checked(request, budget.policy)
    prepared.headers.setdefault("User-Agent", budget.policy.user_agent)
    prepared.headers.setdefault("Accept", "*/*")
    prepared.headers.setdefault("Accept-Encoding", "gzip, deflate")
    budget.start_head_clock()
    with closing(Adapter(budget)) as adapter:
        try:
            response = adapter.send(prepared, stream=True)
            budget.start_body_clock()
            with response:
                moved = follow and response.is_redirect
                payload = b"" if moved else _read_payload(response.raw, budget.policy.max_bytes)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise Unreachable("protocol", "The server broke off or does not speak HTTP.") from error
    headers = response.raw.headers
    return FetchResponse(
        requested_url=str(request.url),
        final_url=str(prepared.url),
        redirects=(),
        status=response.status_code,
        reason=response.reason,
        http_version=f"HTTP/{response.raw.version / 10}",
        headers=tuple(headers.items()),
        payload=payload,
        body=decode_content(
            payload, headers.get("Content-Encoding", ""), budget.policy.max_decoded_bytes
        ),
        request=bytes(budget.sent),
        stand_in=budget.stood_in,
        fetched_at=budget.began,
        elapsed=budget.elapsed(),
    )


def _read_payload(raw: "urllib3.HTTPResponse", limit: int) -> bytes:
    if (raw.length_remaining or 0) > limit:
        raise too_large_error(limit)
    # In pieces: a single read() sets aside the memory that the server announces.
    return b"".join(raw.stream(65536, decode_content=False))


def decode_content(payload: bytes, coding: str, limit: int) -> bytes:
    """Take the content coding off, at most `limit` bytes of it.

    Only what was asked for in Accept-Encoding is taken, and only once: codings upon codings are
    bombs. urllib3's own decoder takes a stream that was cut off for a complete one, and a gzip
    stream of many members costs it time that grows with their square. Raises `Unreachable`.
    """
    coding = coding.strip().lower()
    if coding in {"", "identity"} or not payload:
        body = payload
    elif coding in {"gzip", "x-gzip"}:
        body = _inflate(payload, _GZIP, limit + 1)
    elif coding == "deflate":
        # RFC 9110 means zlib's format, whose first byte ends in 8; some send the bare stream.
        wrapped = payload[0] & 0x0F == 8
        body = _inflate(payload, zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS, limit + 1)
    else:
        raise Unreachable("encoding", "The answer has a content coding nobody asked for.")
    if len(body) > limit:
        raise too_large_error(limit)
    return body


def _inflate(payload: bytes, wbits: int, limit: int) -> bytes:
    """Inflate up to `limit` bytes. A gzip stream goes on with its next member (RFC 1952, 2.2);
    anything else that follows is left away, as browsers do.
    """
    body = bytearray()
    broken = Unreachable("encoding", "The compressed answer is broken or cut short.")
    for _ in range(_MAX_GZIP_MEMBERS):
        engine = zlib.decompressobj(wbits)
        try:
            body += engine.decompress(payload, limit - len(body))
        except zlib.error:
            raise broken from None
        if len(body) == limit:
            return bytes(body)
        if not engine.eof:
            raise broken
        payload = engine.unused_data
        if not payload.startswith(b"\x1f\x8b"):
            return bytes(body)
    raise broken


def _redirect_target(answer: FetchResponse) -> str | None:
    """Where an answer redirects to; None if it does not."""
    location = answer.header("Location")
    if answer.status not in REDIRECT_STATI or location is None:
        return None
    raw = location.encode("latin-1")
    try:
        text = raw.decode()
    except UnicodeDecodeError:  # an old site in its own charset: keep its bytes
        text = quote(raw, safe=string.punctuation)
    try:
        return urljoin(answer.final_url, text)
    except ValueError:
        return text  # refused like any other malformed address
