"""The hash chain of a claim's verdicts. Pure: plain records in, hashes and findings out.

What a verdict attests is one record in canonical JSON (RFC 8785); its hash is the SHA-256 of
those bytes. A record holds the hash of the record before it, so that none can be changed, left
out or moved without breaking every later one.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import rfc8785

RECORD_FORMAT = "claimledger-verdict/1"


@dataclass(frozen=True)
class ChainLink:
    """A verdict as it is stored: its number in the claim's chain (from 1), the record's text,
    the hashes that stand beside it, and what else of the record does (`beside`).
    """

    number: int
    record: str
    previous_hash: str | None
    hash: str
    beside: dict[str, Any] = field(default_factory=dict)


def canonical_json(record: Mapping[str, Any]) -> str:
    return rfc8785.dumps(dict(record)).decode()


def sha256_hex(text: str) -> str:
    """SHA-256 of a record's canonical text, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def commit_to_person(*, salt: str, person: str) -> str:
    """What stands for a person in a record. Whoever knows the salt can check who was meant;
    when the salt is destroyed nobody can, and the chain still holds.
    """
    return sha256(f"{salt}:{person}".encode()).hexdigest()


def find_faults(
    links: Iterable[ChainLink], *, after: ChainLink | None = None
) -> Iterator[tuple[ChainLink, str]]:
    """What is wrong with a claim's verdicts in their order, beginning after a link known good.

    Yields each link that does not hold, with the reason in words; nothing if all is well.
    """
    number, previous = (after.number, after.hash) if after else (0, None)
    for link in links:
        number += 1
        for fault in _faults_of_link(link, number, previous):
            yield link, fault
        number, previous = link.number, link.hash


def _faults_of_link(link: ChainLink, number: int, previous: str | None) -> Iterator[str]:
    if link.number != number:
        yield f"verdict {number} is missing: the next is {link.number}"
    if sha256_hex(link.record) != link.hash:
        yield "the record is not what was hashed"
    if link.previous_hash != previous:
        yield "it does not follow the verdict before it"
    try:
        record = json.loads(link.record)
        if canonical_json(record) != link.record:
            yield "the record is not canonical JSON"
        if (record["number"], record["previous"]) != (link.number, link.previous_hash):
            yield "the record is of another place in the chain"
        for name, value in link.beside.items():
            if record[name] != value:
                yield f"the {name} beside it is not the record's"
    except (ValueError, KeyError, TypeError, rfc8785.CanonicalizationError):
        yield "the record cannot be read"
