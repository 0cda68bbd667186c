"""Find, add and describe publishers."""

import json
import re
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import TypedDict, Unpack

from publicsuffixlist import PublicSuffixList
from sqlalchemy import bindparam, select
from sqlalchemy.dialects import postgresql, sqlite

from api.database.session import session
from api.jobs.queue import enqueue
from api.sources.host_leases import normalise_host
from api.sources.models import Source, SourceKind

#: Owners of well-known publishers by domain: defaults, which an admin can change.
KNOWN_OWNERS = {
    domain: owner
    for owner, domains in json.loads((Path(__file__).parent / "owners.json").read_text()).items()
    for domain in domains
}

#: Archives whose addresses hold a moment and the address of the page that they keep a copy of.
ARCHIVE_DOMAINS = frozenset(
    {"archive.org", *(f"archive.{end}" for end in ("fo", "is", "li", "md", "ph", "today", "vn"))}
)
_ARCHIVED_URL = re.compile(
    r"https?://[^/]+/(?:web/)?[0-9][0-9.-]{3,17}(?:[a-z]{2}_)?/(https?:)/+(\S+)"
)


@cache
def _suffixes() -> PublicSuffixList:
    """Load the public suffix list at its first use: ten thousand lines."""
    return PublicSuffixList()


def registrable_domain(url: str) -> str:
    """Return the domain that somebody registered, which stands for the publisher: "bbc.co.uk".

    By the public suffix list that ships with its package. An IP address, which has no suffix,
    stands for itself alone, in its one canonical spelling; so does a bare name.
    """
    host = normalise_host(url)
    try:
        return str(ip_address(host))
    except ValueError:
        pass
    return _suffixes().privatesuffix(host) or host


def parse_domain(stated: str) -> str | None:
    """Return the registrable domain of what may be an address; None where it is none."""
    try:
        return registrable_domain(stated) or None
    except ValueError:
        return None


_BY_DOMAIN = select(Source).where(Source.domain == bindparam("domain"))


def get_or_create_source(url: str) -> Source:
    """Return the publisher of a page by its domain; add it when it is new.

    Of several transactions that add it at once, one does and the others read its row.
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
    known = insert.values(domain=domain, name=domain, owner=KNOWN_OWNERS.get(domain))
    session.execute(known.on_conflict_do_nothing(index_elements=[Source.domain]))


def get_or_create_publisher(url: str) -> Source:
    """Return who published the page at an address: for a copy in an archive, the publisher of the
    original. Only known archives are unwrapped: any site could use such addresses.
    """
    found = get_or_create_source(url)
    while found.domain in ARCHIVE_DOMAINS or found.kind is SourceKind.ARCHIVE:
        if (copy := _ARCHIVED_URL.fullmatch(url)) is None:
            break
        url = f"{copy[1]}//{copy[2]}"
        if not parse_domain(url):
            break
        found = get_or_create_source(url)
    return found


class SourceChanges(TypedDict, total=False):
    """The columns of a publisher that may change."""

    name: str
    owner: str | None
    kind: SourceKind
    interests: str | None


def update_source(source: Source, **changes: Unpack[SourceChanges]) -> Source:
    """Change what is known of a publisher.

    Enqueues the regrouping of the evidence that it published: the owner decides on independence.
    """
    for name, value in changes.items():
        setattr(source, name, value)
    session.flush()
    enqueue("lines.redraw", source_id=source.id)
    return source
