"""The outbound client against servers made to hurt: slow, huge and broken ones."""

import gzip
import itertools
import tracemalloc
import zlib
from functools import partial
from http.cookiejar import CookieJar

import pytest

from api.outbound.client import Unreachable, fetch
from tests.support.tls_servers import Site, answer, drip, fails, lasts, redirect


@pytest.fixture
def site():
    with Site() as server:
        yield server
        server.shutdown()


# Time

HEAD = b"HTTP/1.1 200 OK\r\n"
DRIPS = {
    "body": [HEAD + b"Content-Length: 99\r\n\r\n", *drip(b"x" * 99)],
    "body without a length": [HEAD + b"\r\n", *drip(b"x" * 99)],
    "chunk": [HEAD + b"Transfer-Encoding: chunked\r\n\r\n63\r\n", *drip(b"x" * 99)],
    "chunk size": [HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *drip(b"1;" + b"x" * 99)],
    "trailer": [HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", *drip(b"x" * 99)],
    "silence": [answer(b"x" * 99)[:-9], 99],
}


@pytest.mark.parametrize("script", DRIPS.values(), ids=DRIPS)
def test_a_dripping_body_ends_with_the_time(site, script):
    site.pages["/"] = script
    with fails(Unreachable, "timeout"), lasts(0.4):
        fetch(site.url("/"), site.policy(total_seconds=0.4))


@pytest.mark.parametrize(
    "script",
    [
        [99],
        drip(b"HTTP/1.1 200 OK\r\n"),
        [HEAD, *drip(b"X: " + b"x" * 99)],
        [HEAD + b"X: 1\r\n", 99],
    ],
    ids=["silence", "status line", "header", "end"],
)
def test_a_head_has_less_time_than_the_whole(site, script):
    site.pages["/"] = script
    with fails(Unreachable, "timeout") as failure, lasts(0.35):
        fetch(site.url("/"), site.policy(header_seconds=0.35, total_seconds=30))
    assert str(failure.value) == "No answer began within 0.35 seconds."


def test_redirects_share_the_total_time(site):
    site.pages["/"] = [0.2, *redirect("/")]
    with fails(Unreachable, "timeout") as failure, lasts(0.5):
        fetch(site.url("/"), site.policy(total_seconds=0.5, max_redirects=99))
    assert str(failure.value) == "The answer was not complete within 0.5 seconds."


def test_the_body_of_a_redirect_is_not_waited_for(site):
    site.pages["/"] = [HEAD.replace(b"200", b"302") + b"Location: /end\r\n\r\n", 99]
    site.pages["/end"] = [answer(b"end")]
    assert fetch(site.url("/"), site.policy(total_seconds=5)).body == b"end"


def test_a_slow_answer_in_time_is_taken(site):
    site.pages["/"] = [HEAD + b"Content-Length: 2\r\n\r\no", 2.2, b"k"]
    assert fetch(site.url("/"), site.policy(header_seconds=2)).body == b"ok"


# Bytes

BIG = [b"x" * 65536] * 800


@pytest.mark.parametrize(
    "script",
    [
        [HEAD + b"Content-Length: 52428800\r\n\r\n", *BIG],
        [HEAD + b"\r\n", *itertools.repeat(BIG[0], 800)],
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\n", *(b"10000\r\n%b\r\n" % x for x in BIG)],
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffffffffff\r\n", *BIG],
        [HEAD + b"Content-Length: 1000000000000\r\n\r\n", *BIG],
        [HEAD, *(b"X: %b\r\n" % (b"x" * 60000) for _ in range(90))],
    ],
    ids=["length", "no length", "chunks", "one endless chunk", "impossible length", "head"],
)
def test_a_big_answer_costs_no_more_than_the_limit(site, script):
    site.pages["/"] = script
    assert memory_of(partial(refused_as_too_large, site)) < 25_000_000


def test_an_answer_that_says_it_is_too_big_is_not_read(site):
    site.pages["/"] = [HEAD + b"Content-Length: 5000001\r\n\r\n", 99]
    with fails(Unreachable, "too-large"):
        fetch(site.url("/"), site.policy(total_seconds=5))


def test_the_limit_counts_every_hop(site):
    site.pages["/"] = [answer(b"", "Location: /", "X: " + "x" * 900, status="302 Found")]
    with fails(Unreachable, "too-large"):
        fetch(site.url("/"), site.policy(max_bytes=3000))
    assert len(site.requests) == 4


def test_an_answer_at_the_limit_is_taken(site):
    site.pages["/"] = [answer(b"x" * 1000)]
    size = len(site.pages["/"][0])
    assert (
        len(fetch(site.url("/"), site.policy(max_bytes=size, max_decoded_bytes=1000)).body) == 1000
    )
    for limit in ({"max_bytes": size - 1}, {"max_decoded_bytes": 999}):
        with fails(Unreachable, "too-large"):
            fetch(site.url("/"), site.policy(**limit))


def refused_as_too_large(site, **limits):
    with fails(Unreachable, "too-large"):
        fetch(site.url("/"), site.policy(**limits))


def memory_of(act):
    """The bytes at the peak, at the least of some times: other threads of the process take some,
    too.
    """
    peaks = []
    for _ in range(3):
        tracemalloc.start()
        try:
            act()
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    return min(peaks)


# Content codings

TEXT = "每个来源都要读过。".encode() * 99


def raw_deflate(data):
    engine = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return engine.compress(data) + engine.flush()


CODINGS = {
    "gzip": ("gzip", gzip.compress),
    "x-gzip": ("X-GZIP", gzip.compress),
    "gzip in members": ("gzip", lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:])),
    "deflate": ("deflate", zlib.compress),
    "bare deflate": ("deflate", raw_deflate),
}


@pytest.mark.parametrize(("coding", "compress"), CODINGS.values(), ids=CODINGS)
def test_a_content_coding_is_taken_off(site, coding, compress):
    compressed = compress(TEXT)  # once: gzip writes the time into it
    site.pages["/"] = [answer(compressed, f"Content-Encoding: {coding}")]
    got = fetch(site.url("/"), site.policy())
    assert (got.body, got.payload) == (TEXT, compressed)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "identity"])
def test_nothing_in_any_coding_is_nothing(site, coding):
    site.pages["/"] = [answer(b"", f"Content-Encoding: {coding}")]
    assert fetch(site.url("/"), site.policy()).body == b""


@pytest.mark.parametrize(("coding", "compress"), CODINGS.values(), ids=CODINGS)
def test_a_bomb_costs_no_more_than_the_limit(site, coding, compress):
    site.pages["/"] = [answer(compress(b"\0" * 30_000_000), f"Content-Encoding: {coding}")]
    refused = partial(refused_as_too_large, site, max_decoded_bytes=1_000_000)
    assert memory_of(refused) < 5_000_000


@pytest.mark.parametrize(("coding", "compress"), CODINGS.values(), ids=CODINGS)
def test_a_coding_cut_short_is_no_answer(site, coding, compress):
    site.pages["/"] = [answer(compress(TEXT)[:-9], f"Content-Encoding: {coding}")]
    with fails(Unreachable, "encoding"):
        fetch(site.url("/"), site.policy())


@pytest.mark.parametrize("coding", ["br", "zstd", "compress", "gzip, gzip", "gzip, identity"])
def test_a_coding_nobody_asked_for_is_no_answer(site, coding):
    site.pages["/"] = [answer(gzip.compress(gzip.compress(TEXT)), f"Content-Encoding: {coding}")]
    with fails(Unreachable, "encoding"):
        fetch(site.url("/"), site.policy())
    assert b"Accept-Encoding: gzip, deflate\r\n" in site.requests[0]


def test_what_follows_a_gzip_stream_is_left_away(site):
    site.pages["/"] = [answer(gzip.compress(TEXT) + b"\0\0junk", "Content-Encoding: gzip")]
    assert fetch(site.url("/"), site.policy()).body == TEXT


def test_a_quarter_million_gzip_members_are_not_read(site):
    site.pages["/"] = [answer(gzip.compress(b"") * 249_000, "Content-Encoding: gzip")]
    with fails(Unreachable, "encoding"):
        fetch(site.url("/"), site.policy())


# Cookies


def test_no_cookie_is_read(site, monkeypatch):
    """http.cookiejar's time grows with the square of the lines, and heads have room for many."""
    read = []
    monkeypatch.setattr(CookieJar, "extract_cookies", lambda *_: read.append(1))
    monkeypatch.setattr(CookieJar, "make_cookies", lambda *_: read.append(1))
    cookies = ["Set-Cookie: a=1", *["Set-Cookie2: " + "b=1," * 99] * 50]
    site.pages["/"] = [answer(b"", "Location: /end", *cookies, status="302 Found")]
    site.pages["/end"] = [answer(b"end", *cookies)]
    got = fetch(site.url("/"), site.policy())
    assert got.body == b"end" and got.header("Set-Cookie") == "a=1" and read == []
    assert b"Cookie:" not in site.requests[1]


# Broken answers


@pytest.mark.parametrize(
    "script",
    [
        [b""],
        [b"SSH-2.0-OpenSSH_9.2\r\n"],
        [b"HTTP/1.1 abc\r\n\r\n"],
        [HEAD],
        [answer(b"x" * 99)[:-9]],
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\n63\r\nxxx"],
        [HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nxxx"],
        [HEAD + b"Content-Length: 1, 2\r\n\r\nxx"],
        [HEAD, *[b"X: 1\r\n"] * 101, b"\r\n"],
    ],
)
def test_a_broken_answer_is_no_answer(site, script):
    site.pages["/"] = script
    with fails(Unreachable, "protocol"):
        fetch(site.url("/"), site.policy())
