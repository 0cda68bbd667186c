"""How publishers come to be known."""

from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from api.db import session
from api.sources.models import Source, SourceKind

SUFFIXES = PublicSuffixList()


def registrable_domain(url: str) -> str:
    """The domain that somebody registered, which stands for the publisher: "bbc.co.uk".

    By the public suffix list that ships with its package; a bare address stands for itself.
    """
    host = (urlsplit(url).hostname or "").rstrip(".").encode("idna").decode().lower()
    return SUFFIXES.privatesuffix(host) or host


def source_of(url: str) -> Source:
    """The publisher of a page, entered under its domain when it is met for the first time."""
    domain = registrable_domain(url)
    named = select(Source).filter_by(domain=domain)
    if (source := session.scalar(named)) is not None:
        return source
    try:
        with session.begin_nested():
            session.add(Source(domain=domain, name=domain))
    except IntegrityError:
        pass  # another request met it at the same moment
    return session.scalars(named).one()


def describe(
    *, domain: str, name: str, kind: SourceKind, owner: str | None, interests: str | None
) -> Source:
    """Say who a publisher is, whether it has been met yet or not."""
    source = source_of(f"https://{domain}/")
    source.name, source.kind, source.owner, source.interests = name, kind, owner, interests
    return source
