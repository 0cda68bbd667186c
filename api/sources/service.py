"""How publishers come to be known."""

import json
import re
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from publicsuffixlist import PublicSuffixList
from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from api.database.session import session
from api.jobs.queue import enqueue
from api.sources.host_leases import host_of
from api.sources.models import Source, SourceKind

#: Who owns what among well-known publishers: where an admin begins, not where they end.
OWNERS = {
    domain: owner
    for owner, domains in json.loads((Path(__file__).parent / "owners.json").read_text()).items()
    for domain in domains
}

#: Archives whose addresses hold a moment and the address of the page that they keep a copy of.
ARCHIVES = frozenset(
    {"archive.org", *(f"archive.{end}" for end in ("fo", "is", "li", "md", "ph", "today", "vn"))}
)
_COPY = re.compile(r"https?://[^/]+/(?:web/)?[0-9][0-9.-]{3,17}(?:[a-z]{2}_)?/(https?:)/+(\S+)")


@cache
def _suffixes() -> PublicSuffixList:
    """Read when it is first asked for: ten thousand lines."""
    return PublicSuffixList()


def registrable_domain(url: str) -> str:
    """The domain that somebody registered, which stands for the publisher: "bbc.co.uk".

    By the public suffix list that ships with its package. An IP address, which has no suffix,
    stands for itself alone, in its one canonical spelling; so does a bare name.
    """
    host = host_of(url)
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    return _suffixes().privatesuffix(host) or host


def domain_of(stated: str) -> str | None:
    """The registrable domain of what somebody says is an address; None where it can be none."""
    try:
        return registrable_domain(stated) or None
    except ValueError:
        return None


_BY_DOMAIN = select(Source).where(Source.domain == bindparam("domain"))


def source_of(url: str) -> Source:
    """The publisher of a page; entered under its domain when it is met for the first time, by
    whichever of several transactions comes first.
    """
    by_domain = {"domain": registrable_domain(url)}
    known = session.scalar(_BY_DOMAIN, by_domain)
    if known is not None:
        return known
    _insert_unless_known(by_domain["domain"])
    return session.scalars(_BY_DOMAIN, by_domain).one()


def _insert_unless_known(domain: str) -> None:
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(Source) if on_sqlite else postgresql.insert(Source)
    known = insert.values(domain=domain, name=domain, owner=OWNERS.get(domain))
    session.execute(known.on_conflict_do_nothing(index_elements=[Source.domain]))


def publisher_of(url: str) -> Source:
    """Who published what is read at an address: of a copy in an archive, whoever published the
    page that was copied. Only archives are believed: any site could write such addresses.
    """
    found = source_of(url)
    while found.domain in ARCHIVES or found.kind is SourceKind.ARCHIVE:
        if (copy := _COPY.fullmatch(url)) is None:
            break
        url = f"{copy[1]}//{copy[2]}"
        if not domain_of(url):
            break
        found = source_of(url)
    return found


def describe(source: Source, **changes: Any) -> Source:
    """Say who a publisher is: `name`, `owner`, `kind`, `interests`. Claims whose lines it is in
    are drawn anew, since who owns whom decides what is one line.
    """
    for name, value in changes.items():
        setattr(source, name, value)
    session.flush()
    enqueue("lines.redraw", source_id=source.id)
    return source
