"""The keys of a signed verdict record, format claimledger-verdict/1. Pure.

Signed records keep these keys for ever: a "line" is what the code calls an independent source
group, "outside" says that an item is independent of the claim, "cites" is the applied verdict.
Moments are RFC 3339 in UTC with microseconds, ids are UUIDs, digests are SHA-256 in hexadecimal.
"""

from typing import NotRequired, TypedDict

from api.verdicts.policy import UnmetRequirement


class JudgedFields(TypedDict):
    """What a verdict judges of a claim."""

    statement: str
    claimant: str | None
    said_on: str | None


class ArticleRecord(TypedDict):
    """An article, and the digest of the edition's text that a claim's place is in."""

    id: str
    text_sha256: str


class ClaimRecord(JudgedFields):
    """A claim's words, and their place in a text: `start` and `end` are offsets in code points."""

    id: str
    article: ArticleRecord
    edition: int
    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


class SnapshotRecord(TypedDict):
    """A stored copy of a source, by its digests."""

    id: str
    sha256: str
    text_sha256: str
    retrieved_at: str
    stand_in: bool


class EvidenceRecord(TypedDict):
    """An item of evidence as it counted, and whether the verdict cites it."""

    id: str
    source_url: str
    quote: str
    stance: str
    kind: str
    state: str
    review: str | None
    counts: bool
    cited: bool
    line: int | None
    outside: bool | None
    snapshot: SnapshotRecord | None


class OpinionRecord(TypedDict):
    """What the first of two reviewers would have decided; `evidence` and `cites` are ids."""

    id: str
    status: str
    finding: str | None
    reasons: str
    exception: str | None
    evidence: list[str]
    given_by: dict[str, str]
    given_at: str
    cites: NotRequired[str | None]


class AppliedVerdictRecord(TypedDict):
    """A verdict on another claim that a verdict applies: ids, hash, and what it rests on."""

    claim: str
    verdict: str
    number: int
    hash: str
    supporting_lines: int
    disputing_lines: int
    stand_in: bool


class VerdictRecord(TypedDict):
    """All that a verdict attests. `previous` is the hash of the record before it. Records from
    before there were two reviewers or applied verdicts lack `opinion` and `cites`.
    """

    format: str
    number: int
    previous: str | None
    claim: ClaimRecord
    status: str
    finding: str | None
    reasons: str
    exception: str | None
    supporting_lines: int
    disputing_lines: int
    unmet: list[UnmetRequirement]
    evidence: list[EvidenceRecord]
    policy: dict[str, int]
    one_person: bool
    decided_by: dict[str, str]
    opinion: NotRequired[OpinionRecord | None]
    cites: NotRequired[AppliedVerdictRecord | None]
    decided_at: str
