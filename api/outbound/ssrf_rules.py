"""Which addresses may be opened: rules over text and numbers, without a network.

The blocks follow IANA's special-purpose address registries (RFC 6890) and not
`ipaddress.is_global`, which changes between Python releases and calls a NAT64 form of
127.0.0.1 public.
"""

import re
from collections.abc import Collection, Iterable
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import NamedTuple

IPAddress = IPv4Address | IPv6Address

_SPECIAL = [
    (ip_network(block), meaning)
    for block, meaning in (
        ("0.0.0.0/8", "an unspecified address"),
        ("10.0.0.0/8", "a private address"),
        ("100.64.0.0/10", "an address behind a carrier's NAT"),
        ("127.0.0.0/8", "a loopback address"),
        ("168.63.129.16/32", "a cloud's metadata address"),
        ("169.254.0.0/16", "a link-local or cloud metadata address"),
        ("172.16.0.0/12", "a private address"),
        ("192.0.0.0/24", "an address for protocol assignments"),
        ("192.0.2.0/24", "an address for documentation"),
        ("192.88.99.0/24", "a 6to4 relay"),
        ("192.168.0.0/16", "a private address"),
        ("198.18.0.0/15", "an address for benchmarks"),
        ("198.51.100.0/24", "an address for documentation"),
        ("203.0.113.0/24", "an address for documentation"),
        ("224.0.0.0/4", "a multicast address"),
        ("240.0.0.0/4", "a reserved or broadcast address"),
        ("::/128", "an unspecified address"),
        ("::1/128", "a loopback address"),
        ("::/96", "an IPv4-compatible address"),
        ("2001::/23", "a Teredo address or one for protocol assignments"),
        ("2001:db8::/32", "an address for documentation"),
        ("2002::/16", "a 6to4 address"),
        ("3fff::/20", "an address for documentation"),
        ("fc00::/7", "a private address"),
        ("fe80::/10", "a link-local address"),
        ("fec0::/10", "a site-local address"),
        ("ff00::/8", "a multicast address"),
    )
]
_GLOBAL_UNICAST = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")

# RFC 6761, 6762 (with its appendix G), 8375, and ICANN's reservation of .internal.
_LOCAL_NAME = re.compile(
    r"[^.]+|(.+\.)?(localhost|localdomain|local|internal|intranet|private|corp|home|lan|home\.arpa)"
)
_HOST_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_NUMERIC_LABEL = re.compile(r"0x[0-9a-f]*|[0-9]+")


class Refused(Exception):
    """An address that the rules do not open.

    `rule` is a stable code: `malformed`, `scheme`, `userinfo`, `port`, `notation` (a number that
    is not written as an ordinary IP address), `local-name` or `private-address`. The message
    never names an address that was found by resolving a name or following a redirect.
    """

    def __init__(self, rule: str, message: str) -> None:
        super().__init__(message)
        self.rule = rule


class Allowance(NamedTuple):
    """Host names and networks that are opened in spite of the rules about hosts."""

    names: frozenset[str] = frozenset()
    networks: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def parse(cls, entries: Iterable[str]) -> "Allowance":
        """Sort entries such as `wiki.example.org`, `10.1.2.3` and `fd00::/8` into the two kinds.

        A name stands for itself alone, not for names below it. Raises `ValueError` for a network
        that is none.
        """
        names, networks = set(), []
        for entry in entries:
            if "/" in entry or ":" in entry or _NUMERIC_LABEL.fullmatch(entry.split(".")[-1]):
                networks.append(ip_network(entry))
            else:
                names.add(normalize_host(entry))
        return cls(frozenset(names), tuple(networks))


def normalize_host(host: str) -> str:
    """The host in small letters and without the dot that ends an absolute name."""
    return host.lower().removesuffix(".")


def special_use(address: IPAddress) -> str | None:
    """What an address is set aside for, in words; None for a public one.

    An address that carries an IPv4 address which its packets end up at (IPv4-mapped, NAT64) is
    judged by that one.
    """
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return special_use(address.ipv4_mapped)
        if address in _NAT64:
            return special_use(IPv4Address(address.packed[-4:]))
    for block, meaning in _SPECIAL:
        if address in block:
            return meaning
    if address.version == 6 and address not in _GLOBAL_UNICAST:
        return "outside the global unicast addresses"
    return None


def is_allowed(address: IPAddress, allowance: Allowance) -> bool:
    """Whether a connection may go to this address."""
    if isinstance(address, IPv6Address):
        address = address.ipv4_mapped or address
    return special_use(address) is None or any(address in each for each in allowance.networks)


def check_port(port: int, ports: Collection[int]) -> None:
    """Raise `Refused` unless the port is one of those allowed."""
    if port not in ports:
        known = ", ".join(map(str, sorted(ports)))
        raise Refused("port", f"Port {port} is not opened, only {known}.")


def check_host(host: str, allowance: Allowance) -> None:
    """Raise `Refused` for a host that can be seen to be local without asking a resolver.

    `host` is in ASCII, an IPv6 address without brackets.
    """
    name = normalize_host(host)
    if name in allowance.names:
        return
    if ":" in name or _NUMERIC_LABEL.fullmatch(name.rpartition(".")[2]):
        address = _parse_literal(name)
        if not is_allowed(address, allowance):
            raise Refused("private-address", f"{name} is {special_use(address)}, not a public one.")
    elif not _HOST_NAME.fullmatch(name):
        raise Refused("malformed", "The address has no proper host name.")
    # Where networks are opened, local names lead into them: what they resolve to decides.
    elif _LOCAL_NAME.fullmatch(name) and not allowance.networks:
        raise Refused("local-name", f"{name} is a name of local networks, not a public one.")


def check_answers(host: str, answers: Iterable[IPAddress], allowance: Allowance) -> None:
    """Raise `Refused` if any of the addresses that a host name leads to may not be opened."""
    if normalize_host(host) in allowance.names:
        return
    if not all(is_allowed(answer, allowance) for answer in answers):
        words = "The host name leads to an address that is not public (private-address)."
        raise Refused("private-address", words)


def _parse_literal(host: str) -> IPAddress:
    """The IP address that a host is. Browsers and C libraries also read 127.1, 0x7f000001 or
    0177.0.0.1, each in its own way, so one spelling is accepted and no guess is made.
    """
    try:
        if "%" not in host:  # a zone belongs to this machine's own interfaces
            return ip_address(host)
    except ValueError:
        pass
    raise Refused("notation", f"{host} is not an IP address in its ordinary notation.")
