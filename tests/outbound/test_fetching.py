"""The outbound client against real sockets: what comes back, redirects, names and addresses."""

import re
import socket
import threading
from datetime import UTC, datetime, timedelta

import pytest

from api.outbound import budgeted_socket
from api.outbound.client import FetchPolicy, Redirect, Refused, Unreachable, fetch, send
from tests.support.tls_servers import Site, answer, fails, lasts, redirect

PUBLIC = "93.184.216.34"


@pytest.fixture
def site():
    with Site() as server:
        yield server
        server.shutdown()


@pytest.fixture
def names(monkeypatch):
    """A resolver whose answers the test writes: name -> addresses, or a function of them."""
    real, table = socket.getaddrinfo, {}

    def getaddrinfo(host, port, *args, **kwargs):
        found = table.get(host)
        if found is None:
            return real(host, port, *args, **kwargs)
        ips = found() if callable(found) else found
        return [each for ip in ips for each in real(ip, port, type=socket.SOCK_STREAM)]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return table


@pytest.fixture
def connected(monkeypatch):
    """Every address that was asked for a connection; none beyond this machine is reached."""
    asked = []

    def connect(self, where):
        asked.append(where[0])
        if not where[0].startswith("127."):
            raise ConnectionRefusedError
        socket.socket.connect(self, where)

    monkeypatch.setattr(budgeted_socket.BudgetedSocket, "connect", connect)
    return asked


# What comes back


def test_an_answer_is_kept_as_it_came(site):
    page = answer(b"<p>caf\xe9", "Content-Type: text/html; charset=latin-1", "X: 1", "X: 2")
    site.pages["/a%20b?q=%C3%A9"] = [page]
    before = datetime.now(UTC)
    got = fetch(site.url("/a b?q=é#part"), site.policy(), headers={"If-None-Match": '"1"'})

    assert (got.status, got.reason, got.http_version) == (200, "OK", "HTTP/1.1")
    assert got.body == got.payload == b"<p>caf\xe9"
    assert got.content_type == "text/html; charset=latin-1"
    assert got.headers[2:] == (("X", "1"), ("X", "2"))
    assert got.header("x") == "1, 2"
    assert got.header("ETag") is None
    assert got.requested_url == site.url("/a b?q=é#part")
    assert got.final_url == site.url("/a%20b?q=%C3%A9#part")
    assert (got.redirects, got.stand_in) == ((), False)
    assert before <= got.fetched_at <= before + timedelta(seconds=5)
    assert 0 < got.elapsed < 5
    assert [got.request] == site.requests
    assert b'If-None-Match: "1"\r\n' in got.request


@pytest.mark.parametrize("status", ["204 No Content", "304 Not Modified", "404 Gone?", "500 Oh"])
def test_every_status_is_an_answer(site, status):
    site.pages["/"] = [answer(b"", status=status)]
    assert fetch(site.url("/"), site.policy()).status == int(status[:3])


def test_nothing_is_taken_from_the_environment_or_remembered(site, monkeypatch, tmp_path):
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    site.pages["/"] = [answer(b"", "Set-Cookie: a=b", "Location: /there", status="301 Moved")]
    site.pages["/there"] = [answer(b"here")]
    assert fetch(site.url("/"), site.policy()).body == b"here"
    for request in site.requests:
        assert not re.search(rb"cookie|authorization|referer", request, re.IGNORECASE)


def test_send_posts_and_does_not_follow(site):
    site.pages["/hook"] = redirect("/elsewhere", "307 Temporary Redirect")
    got = send("POST", site.url("/hook"), site.policy(), headers={"X-Id": "7"}, body=b'{"a": 1}')
    assert (got.status, got.header("location")) == (307, "/elsewhere")
    assert site.requests == [got.request]
    assert got.request.endswith(b'\r\n\r\n{"a": 1}')


# Redirects


def test_redirects_are_followed_and_listed(site):
    site.pages["/1"] = redirect("/2?x=1", "301 Moved")
    site.pages["/2?x=1"] = redirect(f"//127.0.0.1:{site.port}/3", "308 Permanent Redirect")
    site.pages["/3"] = redirect("café", "303 See Other")
    site.pages["/caf%C3%A9"] = [answer(b"end")]
    got = fetch(site.url("/1"), site.policy())
    assert (got.body, got.final_url) == (b"end", site.url("/caf%C3%A9"))
    assert got.requested_url == site.url("/1")
    assert got.redirects == (
        Redirect(site.url("/1"), 301),
        Redirect(site.url("/2?x=1"), 308),
        Redirect(site.url("/3"), 303),
    )


def test_an_address_in_another_charset_keeps_its_bytes(site):
    site.pages["/"] = [b"HTTP/1.1 302 Found\r\nLocation: /\xd0\xc2.html\r\n\r\n"]
    site.pages["/%D0%C2.html"] = [answer(b"end")]
    assert fetch(site.url("/"), site.policy()).body == b"end"


def test_a_redirect_without_a_target_is_an_answer(site):
    site.pages["/"] = [answer(b"choose", status="302 Found")]
    assert fetch(site.url("/"), site.policy()).body == b"choose"


@pytest.mark.parametrize(
    ("target", "rule"),
    {
        "http://169.254.169.254/latest/": "private-address",
        "http://10.0.0.1/": "private-address",
        "http://[::ffff:192.168.0.1]/": "private-address",
        "http://2130706433/": "notation",
        "http://localhost.localdomain/": "private-address",
        "http://user@example.com/": "userinfo",
        "http://example.com:22/": "port",
        "file:///etc/passwd": "scheme",
        "javascript:alert(1)": "scheme",
        "http://[bad/": "malformed",
        "\\\\10.0.0.1\\": "malformed",
    }.items(),
)
def test_redirects_are_checked_like_the_first_address(site, names, connected, target, rule):
    names["localhost.localdomain"] = ["10.0.0.1"]
    site.pages["/"] = redirect(target)
    policy = site.policy(allow=("127.0.0.1",), ports=frozenset({site.port, 80}))
    with fails(Refused, rule) as failure:
        fetch(site.url("/"), policy)
    assert str(failure.value) == f"It redirects to a closed address ({rule})."
    assert connected == ["127.0.0.1"]


def test_a_loop_ends(site):
    site.pages["/"] = redirect("/")
    with fails(Unreachable, "too-many-redirects"):
        fetch(site.url("/"), site.policy(max_redirects=5))
    assert len(site.requests) == 6


# Names


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["::ffff:10.0.0.1"],
        ["64:ff9b::a00:1"],
        ["fd00:ec2::254"],
        ["100.64.0.1"],
        [PUBLIC, "10.0.0.1"],
        ["10.0.0.1", PUBLIC],
        ["2606:4700::1111", PUBLIC, "0.0.0.0"],
    ],
)
def test_a_name_is_refused_if_one_of_its_addresses_is_bad(names, connected, answers):
    names["rebind.example"] = answers
    with fails(Refused, "private-address") as failure:
        fetch("http://rebind.example/", FetchPolicy())
    assert connected == []
    assert not re.search(r"\d", str(failure.value))


def test_the_allow_list_opens_a_name(site, names):
    site.pages["/"] = [answer(b"inside")]
    names["wiki.example"] = ["127.0.0.1"]
    assert fetch(site.url("/", "wiki.example"), site.policy(allow=("wiki.example",))).status == 200
    assert site.requests[0].startswith(b"GET / HTTP/1.1\r\nHost: wiki.example:%d\r\n" % site.port)
    with fails(Refused, "private-address"):
        fetch(site.url("/", "wiki.example"), site.policy(allow=("other.example",)))


def test_the_checked_address_is_the_connected_one(site, names, connected):
    """A resolver that lies the second time is not asked a second time, or is caught."""
    site.pages["/"] = [answer(b"first")]
    site.pages["/again"] = redirect("/")
    policy = site.policy(allow=("127.0.0.1",))
    turns = iter([["127.0.0.1"], ["127.0.0.1"], ["127.0.0.2"]])
    names["rebind.example"] = lambda: next(turns)
    assert fetch(site.url("/", "rebind.example"), policy).body == b"first"
    with fails(Refused, "private-address"):
        fetch(site.url("/again", "rebind.example"), policy)
    assert connected == ["127.0.0.1", "127.0.0.1"]


def test_a_connection_that_lands_elsewhere_is_refused(site, monkeypatch):
    with Site("127.0.0.2", site.port) as elsewhere:
        monkeypatch.setattr(
            budgeted_socket.BudgetedSocket,
            "connect",
            lambda self, where: socket.socket.connect(self, ("127.0.0.2", where[1])),
        )
        with fails(Refused, "private-address"):
            fetch(site.url("/"), site.policy())
        elsewhere.shutdown()
    assert elsewhere.requests == []


def test_a_name_without_an_address(names):
    def unknown():
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    names["nowhere.example"] = unknown
    with fails(Unreachable, "dns"):
        fetch("http://nowhere.example/", FetchPolicy())


def test_the_resolver_has_no_more_time_than_the_rest(names):
    done = threading.Event()
    names["slow.example"] = lambda: done.wait(30) and []
    with fails(Unreachable, "timeout"), lasts(0.5):
        fetch("http://slow.example/", FetchPolicy(total_seconds=0.5))
    done.set()


# Addresses that do not answer


def test_another_address_is_tried_when_the_first_is_dead(site, names, connected):
    site.pages["/"] = [answer(b"alive")]
    names["two.example"] = ["127.0.0.2", "127.0.0.1"]
    assert fetch(site.url("/", "two.example"), site.policy()).body == b"alive"
    assert connected == ["127.0.0.2", "127.0.0.1"]


def test_a_silent_address_takes_only_its_share_of_the_time(site, names):
    site.pages["/"] = [answer(b"alive")]
    names["two.example"] = ["127.0.0.2", "127.0.0.1"]
    with socket.create_server(("127.0.0.2", site.port), backlog=0) as full:
        waiting = [socket.socket() for _ in range(3)]  # a full queue: the kernel drops the next
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        with lasts(1.5):
            got = fetch(site.url("/", "two.example"), site.policy(header_seconds=3))
        for each in waiting:
            each.close()
    assert got.body == b"alive"


def test_no_address_answers(names):
    names["dead.example"] = ["127.0.0.2", "127.0.0.3"]
    with fails(Unreachable, "connect") as failure:
        fetch("http://dead.example:1/", FetchPolicy(ports=frozenset({1}), allow=("127.0.0.0/8",)))
    assert "127" not in str(failure.value)
