"""Which addresses the rules open, told without a network."""

import socket
from ipaddress import IPv6Address, IPv6Network

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.outbound.client import FetchPolicy, Refused, check_address, fetch
from api.outbound.ssrf_rules import special_use

CASES = {
    # open
    "http://example.com/": None,
    "https://EXAMPLE.com:443/a?b=c#d": None,
    "http://example.com:80": None,
    "http://example.com./": None,
    "https://bücher.example/": None,
    "https://新华网.中国/": None,
    "http://a_b.example.com/": None,
    "http://8.8.8.8/": None,
    "http://[2606:4700::1111]/": None,
    "http://[::ffff:8.8.8.8]/": None,
    "http://[64:ff9b::8.8.8.8]/": None,
    "http://example.com/?next=http://user@10.0.0.1/": None,
    # malformed
    "": "scheme",
    "http://": "malformed",
    "http:///path": "malformed",
    "http:example.com": "malformed",
    "http://exa mple.com/": "malformed",
    "http://example.com\\@10.0.0.1/": "malformed",
    "http://example.com/\r\nHost: x": "malformed",
    "http://exam\nple.com/": "malformed",
    "http://example.com:99999/": "malformed",
    "http://example.com:x/": "malformed",
    "http://[::1/": "malformed",
    "http://.example.com/": "malformed",
    "http://a..example.com/": "malformed",
    "http://*.example.com/": "malformed",
    f"http://{'a' * 64}.example.com/": "malformed",
    f"http://{'a.' * 126}com/": "malformed",
    "http://\ud800.example.com/": "malformed",
    "http://１２７.０.０.１/": "malformed",
    "http://127。0。0。1/": "malformed",
    "http://①②⑦.⓪.⓪.①/": "malformed",
    # scheme
    "example.com/a": "scheme",
    "//example.com/a": "scheme",
    "ftp://example.com/": "scheme",
    "file:///etc/passwd": "scheme",
    "gopher://example.com:70/_": "scheme",
    "javascript:alert(1)": "scheme",
    "data:text/plain,x": "scheme",
    "httpx://example.com/": "scheme",
    "unix:///var/run/docker.sock": "scheme",
    # userinfo
    "http://user:secret@example.com/": "userinfo",
    "http://@example.com/": "userinfo",
    "http://example.com@10.0.0.1/": "userinfo",
    # port
    "http://example.com:22/": "port",
    "http://example.com:8080/": "port",
    "http://example.com:0/": "port",
    # addresses set aside
    "http://127.0.0.1/": "private-address",
    "http://127.255.0.3/": "private-address",
    "http://127.0.0.1./": "private-address",
    "http://10.0.0.1/": "private-address",
    "http://172.16.0.1/": "private-address",
    "http://172.31.255.255/": "private-address",
    "http://192.168.1.1/": "private-address",
    "http://100.64.0.1/": "private-address",
    "http://169.254.169.254/latest/meta-data/": "private-address",
    "http://100.100.100.200/": "private-address",
    "http://168.63.129.16/": "private-address",
    "http://192.0.0.192/": "private-address",
    "http://192.88.99.1/": "private-address",
    "http://198.18.0.1/": "private-address",
    "http://203.0.113.9/": "private-address",
    "http://224.0.0.1/": "private-address",
    "http://255.255.255.255/": "private-address",
    "http://0.0.0.0/": "private-address",
    "http://[::]/": "private-address",
    "http://[::1]/": "private-address",
    "http://[0:0:0:0:0:0:0:1]/": "private-address",
    "http://[::127.0.0.1]/": "private-address",
    "http://[::ffff:127.0.0.1]/": "private-address",
    "http://[::ffff:a9fe:a9fe]/": "private-address",
    "http://[64:ff9b::7f00:1]/": "private-address",
    "http://[64:ff9b:1::1]/": "private-address",
    "http://[2002:7f00:1::]/": "private-address",
    "http://[2001:0:7f00:1::]/": "private-address",
    "http://[fe80::1]/": "private-address",
    "http://[fec0::1]/": "private-address",
    "http://[fd00:ec2::254]/": "private-address",
    "http://[ff02::1]/": "private-address",
    "http://[5f00::1]/": "private-address",
    "http://%31%32%37.0.0.1/": "private-address",
    # numbers that are no ordinary IP address
    "http://2130706433/": "notation",
    "http://0x7f000001/": "notation",
    "http://0X7F.1/": "notation",
    "http://017700000001/": "notation",
    "http://0177.0.0.1/": "notation",
    "http://127.1/": "notation",
    "http://127.0.1/": "notation",
    "http://127.0.0.0x1/": "notation",
    "http://0/": "notation",
    "http://1.2.3.4.5/": "notation",
    "http://256.1.1.1/": "notation",
    "http://example.1/": "notation",
    "http://[fe80::1%25eth0]/": "notation",
    "http://[2606:4700::1111%251]/": "notation",
    # names of local networks
    "http://localhost/": "local-name",
    "http://LocalHost./": "local-name",
    "http://a.localhost/": "local-name",
    "http://printer.local/": "local-name",
    "http://metadata.google.internal/": "local-name",
    "http://nas.home.arpa/": "local-name",
    "http://postgres/": "local-name",
}


@pytest.fixture
def no_network(monkeypatch):
    def opened(*args):
        raise AssertionError("a packet would have left")

    monkeypatch.setattr(socket, "getaddrinfo", opened)
    monkeypatch.setattr(socket.socket, "connect", opened)


@pytest.mark.parametrize(("url", "rule"), CASES.items(), ids=[ascii(url) for url in CASES])
def test_addresses(url, rule, no_network):
    if rule is None:
        check_address(url, FetchPolicy())
        return
    for attempt in (check_address, fetch):
        with pytest.raises(Refused) as refusal:
            attempt(url, FetchPolicy())
        assert refusal.value.rule == rule


def rule_of(url, **settings):
    try:
        check_address(url, FetchPolicy(**settings))
    except Refused as refusal:
        return refusal.rule


def test_the_allow_list_opens_what_it_names_and_no_more():
    named = {"allow": ("localhost", "Wiki.corp.")}
    assert rule_of("http://localhost/", **named) is None
    assert rule_of("http://wiki.corp./", **named) is None
    assert rule_of("http://a.localhost/", **named) == "local-name"
    assert rule_of("http://127.0.0.1/", **named) == "private-address"

    opened = {"allow": ("10.0.0.0/8", "fd00::/8", "127.0.0.1")}
    assert rule_of("http://10.1.2.3/", **opened) is None
    assert rule_of("http://[::ffff:10.1.2.3]/", **opened) is None
    assert rule_of("http://[fd00::1]/", **opened) is None
    assert rule_of("http://127.0.0.1/", **opened) is None
    assert rule_of("http://wiki.corp/", **opened) is None  # what it resolves to decides
    assert rule_of("http://127.0.0.2/", **opened) == "private-address"
    assert rule_of("http://10.1/", **opened) == "notation"
    assert rule_of("http://10.1.2.3:22/", **opened) == "port"
    assert rule_of("http://10.1.2.3:8080/", ports=frozenset({8080}), **opened) is None


@pytest.mark.parametrize(
    "setting",
    [
        {"allow": ("10.0.0.0/33",)},
        {"allow": ("10.0.0.1/8",)},
        {"allow": ("example.com:8080",)},
        {"connect_to": {"*:443": "example.com:8443"}},
        {"connect_to": {"*:443": "127.0.0.1"}},
        {"proxy": "socks5://127.0.0.1:1080"},
        {"proxy": "127.0.0.1:3128"},
    ],
)
def test_settings_that_cannot_be_read_fail_at_start(setting):
    with pytest.raises(ValueError):
        FetchPolicy(**setting)


@given(st.ip_addresses(v=4))
def test_an_embedded_address_is_judged_like_the_plain_one(address):
    embedded = [IPv6Address(f"::ffff:{address}"), IPv6Address(f"64:ff9b::{address}")]
    assert {special_use(each) for each in embedded} == {special_use(address)}


@given(st.ip_addresses())
def test_nothing_that_python_calls_special_is_public(address):
    embeds = address.version == 6 and (
        address.ipv4_mapped or address in IPv6Network("64:ff9b::/96")
    )
    assume(not embeds)
    special = (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_unspecified
        or address.is_reserved
    )
    assert not special or special_use(address) is not None


@given(st.ip_addresses(v=4), st.data())
def test_no_odd_spelling_of_an_ipv4_address_is_opened(address, data):
    number, parts = int(address), str(address).split(".")
    spellings = [
        str(number),
        hex(number),
        f"0{number:o}",
        ".".join(hex(int(part)) for part in parts),
        ".".join(f"0{int(part):o}" for part in parts),
        f"{parts[0]}.{number & 0xFFFFFF}",
        f"{parts[0]}.{parts[1]}.{number & 0xFFFF}",
    ]
    spelling = data.draw(st.sampled_from(spellings))
    assert rule_of(f"http://{spelling}/") == "notation"
    # The spelling is one that the C library would have understood.
    assert socket.inet_aton(spelling) == address.packed


@given(st.ip_addresses())
def test_an_address_is_refused_exactly_when_it_is_set_aside(address):
    host = f"[{address}]" if address.version == 6 else address
    expected = None if special_use(address) is None else "private-address"
    assert rule_of(f"http://{host}/") == expected


def test_what_a_refusal_says():
    with pytest.raises(Refused, match=r"^169\.254\.169\.254 is a link-local or cloud metadata"):
        check_address("http://169.254.169.254/", FetchPolicy())
