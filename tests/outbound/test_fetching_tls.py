"""The outbound client and who is at the other end: certificates, stand-ins and proxies."""

import contextlib
import socket
import threading
from dataclasses import replace

import pytest

from api.outbound.client import FetchPolicy, Refused, Unreachable, fetch
from tests.support.tls_servers import Site, answer, drip, fails, lasts, redirect


@pytest.fixture
def site():
    with Site() as server:
        yield server
        server.shutdown()


@pytest.fixture
def secure(authority):
    """A server for some real names, and a policy in which it stands in for the whole of https."""
    ca_file, certificate = authority
    with Site(tls=certificate("news.example", "xn--bcher-kva.example")) as server:
        server.stand_in = {
            "ca_file": ca_file,
            "connect_to": {"*:443": f"127.0.0.1:{server.port}"},
        }
        yield server
        server.shutdown()


@pytest.mark.parametrize("host", ["news.example", "NEWS.example.", "bücher.example"])
def test_a_stand_in_is_asked_under_the_real_name(secure, host):
    secure.pages["/a"] = [answer(b"stand-in")]
    got = fetch(f"https://{host}/a", FetchPolicy(**secure.stand_in))
    real = host.lower().removesuffix(".").replace("bücher", "xn--bcher-kva")
    assert (got.body, got.stand_in) == (b"stand-in", True)
    assert f"\r\nHost: {real}\r\n".encode() in secure.requests[0]
    assert [got.request] == secure.requests


def test_one_name_on_one_port_can_have_a_stand_in(secure):
    where = {"news.example:443": secure.stand_in["connect_to"]["*:443"]}
    secure.pages["/"] = redirect("http://127.0.0.1:443/")
    with fails(Refused, "private-address"):
        fetch("https://news.example./", FetchPolicy(**secure.stand_in | {"connect_to": where}))
    assert len(secure.requests) == 1


def test_a_stand_in_does_not_open_what_is_closed(secure):
    for url in ("https://10.0.0.1/", "https://localhost/", "https://news.example:444/"):
        with pytest.raises(Refused):
            fetch(url, FetchPolicy(**secure.stand_in))


@pytest.mark.parametrize(
    ("url", "change"),
    [("https://other.example/", {}), ("https://news.example/", {"ca_file": None})],
    ids=["another name", "unknown authority"],
)
def test_a_certificate_must_hold(secure, url, change):
    with fails(Unreachable, "tls"):
        fetch(url, FetchPolicy(**secure.stand_in | change))
    assert secure.requests == []


def test_time_and_bytes_are_counted_under_tls_too(secure):
    head = b"HTTP/1.1 200 OK\r\n\r\n"
    secure.pages |= {"/slow": [head, *drip(b"x" * 99)], "/big": [head, *[b"x" * 65536] * 99]}
    with fails(Unreachable, "timeout"), lasts(0.4):
        fetch("https://news.example/slow", FetchPolicy(total_seconds=0.4, **secure.stand_in))
    with fails(Unreachable, "too-large"):
        fetch("https://news.example/big", FetchPolicy(**secure.stand_in))


def test_a_handshake_has_the_time_of_a_head():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        stand_in = {"*:443": f"127.0.0.1:{mute.getsockname()[1]}"}
        with fails(Unreachable, "timeout"), lasts(0.4):
            fetch("https://news.example/", FetchPolicy(connect_to=stand_in, header_seconds=0.4))


# By way of a proxy


class Proxy(Site):
    """A proxy that connects every CONNECT to one server and keeps what it was asked."""

    def __init__(self, target, status="200 OK"):
        super().__init__()
        self.target, self.status = target, status

    def finish_request(self, request, client_address):
        self.requests.append(request.recv(65536))
        request.sendall(f"HTTP/1.1 {self.status}\r\n\r\n".encode())
        with socket.create_connection(("127.0.0.1", self.target)) as onwards:
            threading.Thread(target=pump, args=(request, onwards), daemon=True).start()
            pump(onwards, request)


def pump(source, sink):
    with contextlib.suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)


def test_a_proxy_is_given_the_checked_address(site):
    site.pages["/"] = [answer(b"by proxy")]
    with Proxy(site.port) as proxy:
        policy = FetchPolicy(proxy=f"http://127.0.0.1:{proxy.port}")
        got = fetch("http://93.184.216.34/", policy)
        assert (got.body, got.stand_in) == (b"by proxy", False)
        assert [got.request] == site.requests
        with fails(Refused, "private-address"):
            fetch("http://10.0.0.1/", policy)
        stand_in = replace(policy, connect_to={"*:80": f"127.0.0.1:{site.port}"})
        assert fetch("http://news.example/", stand_in).stand_in
        proxy.status = "403 Forbidden"
        with fails(Unreachable, "connect"):
            fetch("http://93.184.216.34/", policy)
        proxy.shutdown()
    assert proxy.requests[0].startswith(b"CONNECT 93.184.216.34:80 HTTP/1.1\r\n")
    assert len(proxy.requests) == 2


def test_sources_are_read_by_way_of_the_proxy_that_is_set(site, claim, restart):
    words = "It was opened on 19 March 1932"
    site.pages["/"] = [answer(words.encode(), "Content-Type: text/plain")]
    with Proxy(site.port) as proxy:
        api = restart(fetch_connect_to=(), fetch_proxy=f"http://127.0.0.1:{proxy.port}")
        item = {"source_url": "http://93.184.216.34/", "quote": words, "stance": "supports"}
        created = api.contributor.post(f"/claims/{claim['id']}/evidence", item, expect=202)
        api.work()
        proxy.shutdown()
    assert api.anyone.get(created.headers["Location"]).json["state"] == "quote_verified"
    assert len(proxy.requests) == len(site.requests) == 1


def test_no_tls_where_tls_is_due(site):
    with Proxy(site.port, "400 Bad Request") as plain:
        with fails(Unreachable, "tls"):
            fetch(f"https://127.0.0.1:{plain.port}/", plain.policy())
        plain.shutdown()
