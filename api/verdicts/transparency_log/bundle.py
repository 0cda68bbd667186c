"""A claim to take away: what it was decided on, and what proves it, in one zip file."""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import file_digest
from tempfile import SpooledTemporaryFile
from typing import IO, Any, NamedTuple, cast
from uuid import UUID
from zipfile import ZipFile, ZipInfo

from flask import Response, send_file
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from api.articles.models import Article, Edition
from api.articles.schemas import ArticleView, EditionView
from api.claims.models import Claim
from api.claims.schemas import ClaimView
from api.database.session import get_or_404, session, transaction
from api.evidence.models import Evidence
from api.http.blueprints import with_etag
from api.sources.models import Snapshot
from api.sources.snapshots import service as snapshots
from api.verdicts.models import Verdict
from api.verdicts.status import list_audit_events
from api.verdicts.transparency_log import service as log
from api.verdicts.transparency_log.schemas import (
    BundledEvidenceView,
    BundledSnapshotView,
    BundledVerdictView,
    HappenedView,
    VerdictProofView,
)

#: What is kept in memory of a bundle; the rest goes to a temporary file.
MAX_MEMORY_BYTES = 16_000_000

README_TEMPLATE = """\
# A claim, and what is known about it

Claim {claim}, status: {status}.

> {statement}

- `claim.json`: the claim, with its place in the article
- `article.json`, `editions.json`: the article it stands in, and the texts that it has had, each
  known by its SHA-256
- `evidence.json`: all that was put forward for and against it, as it is now
- `snapshots.json`: what was read on the sources' pages, by SHA-256
- `texts/`, `snapshots/`: if asked for, the texts of article and pages and, where they are kept,
  the pages' bytes, each named by its SHA-256
- `history.json`: every verdict as it is shown
- `ledger.json`: what was done to the claim and its evidence, and when
- `verdicts/N.json`: every verdict: the record of what it attests, and the proof that it is in
  the log
- `cited/`: the same of verdicts on other claims, which one of these applies to this claim, each
  named by its hash

A record holds the claim and every item of evidence as they were when the verdict was given, and
the hash of the record before it. Its own hash (the SHA-256 of `record` in canonical JSON, RFC
8785) is an entry of the log of all verdicts, a Merkle tree (RFC 9162) whose root stands in the
signed `checkpoint`. What the other files say beyond the records is attested by nobody: the
verifier names it in one line ("told"). People are named by salted commitments only.

To check it, offline, with the log's public key as you came to know it, or with a checkpoint of
the log that you kept:

    pip install cryptography
    python claimledger_verify.py claim.zip --key 'name+id+key'
    python claimledger_verify.py claim.zip --known checkpoint

The verifier is one file of the project's source, `verifier/claimledger_verify.py`. Do not take it
from those whom you check.
"""


def build_bundle(claim_id: UUID, *, with_snapshots: bool, since: int | None = None) -> Response:
    """A claim's bundle as a response: the same bytes as long as nothing changes. Not for use while
    a transaction is open. Raises `NotFound`, `LogNotSigned`, `NotLoggedYet`, `NotInTheLog`,
    `BytesUnavailable`.
    """
    file = cast(IO[bytes], SpooledTemporaryFile(MAX_MEMORY_BYTES))  # noqa: SIM115 (the response closes it)
    with ZipFile(file, "w") as packed:
        with transaction(reads=True):
            material = _load_content(claim_id)
            write_files(packed, _files(material, since=since))
            if with_snapshots:
                write_files(packed, _texts([*material.editions, *material.pages]))
        if with_snapshots:
            write_files(packed, _bodies(material.pages))
    file.seek(0)
    etag = file_digest(cast(Any, file), "sha256").hexdigest()
    file.seek(0)
    name = f"claim-{claim_id}.zip"
    response = send_file(
        file,
        "application/zip",
        as_attachment=True,
        download_name=name,
        conditional=False,
        etag=False,
    )
    return with_etag(response, etag)


def write_files(packed: ZipFile, files: Iterable[tuple[str, bytes]]) -> None:
    """Add files so that the zip depends on nothing but names and contents: no times, and no
    compression, whose outcome is another with each library.
    """
    for name, content in files:
        packed.writestr(ZipInfo(name), content)


class _BundleContent(NamedTuple):
    """What a bundle is made of. Texts are not loaded."""

    claim: Claim
    article: Article
    editions: Sequence[Edition]
    evidence: Sequence[Evidence]
    verdicts: Sequence[Verdict]
    cited: Sequence[Verdict]
    pages: Sequence[Snapshot]


def _load_content(claim_id: UUID) -> _BundleContent:
    claim = get_or_404(Claim, claim_id, selectinload(Claim.labels))
    article = get_or_404(Article, claim.article_id)
    editions = _all(select(Edition).filter_by(article_id=article.id).order_by(Edition.number))
    items = select(Evidence).filter_by(claim_id=claim.id).order_by(Evidence.id)
    evidence = _all(items.options(joinedload(Evidence.source)))
    chain = select(Verdict).filter_by(claim_id=claim.id).order_by(Verdict.number)
    verdicts = _all(chain.options(joinedload(Verdict.decided_by)))
    applied = select(Verdict).where(Verdict.id.in_({each.applied_verdict_id for each in verdicts}))
    cited = _all(applied.order_by(Verdict.id))
    pages = _pages(evidence, verdicts)
    return _BundleContent(claim, article, editions, evidence, verdicts, cited, pages)


def _files(material: _BundleContent, *, since: int | None) -> Iterator[tuple[str, bytes]]:
    claim, verdicts = material.claim, material.verdicts
    statement = " ".join(claim.statement.split())
    about = {"claim": claim.id, "status": claim.status, "statement": statement}
    yield "README.md", README_TEMPLATE.format(**about).encode()
    yield "article.json", _json(ArticleView().dump(material.article))
    yield "editions.json", _json(EditionView(many=True).dump(material.editions))
    yield "claim.json", _json(ClaimView().dump(claim))
    yield "evidence.json", _json(BundledEvidenceView(many=True).dump(material.evidence))
    yield "snapshots.json", _json(BundledSnapshotView(many=True).dump(material.pages))
    yield "history.json", _json(BundledVerdictView(many=True).dump(verdicts))
    yield "ledger.json", _json(HappenedView(many=True).dump(list_audit_events([claim.id])))
    for verdict in verdicts:
        yield f"verdicts/{verdict.number}.json", _proof(verdict, since)
    for verdict in material.cited:
        yield f"cited/{verdict.hash}.json", _proof(verdict, since)


def _proof(verdict: Verdict, since: int | None) -> bytes:
    return _json(VerdictProofView().dump(log.build_verdict_proof(verdict, since=since)))


def _pages(evidence: Sequence[Evidence], verdicts: Sequence[Verdict]) -> Sequence[Snapshot]:
    """All that the evidence rests on now, or rested on when a verdict was given."""
    ids = {item.snapshot_id for item in evidence if item.snapshot_id}
    attested = (item["snapshot"] for each in verdicts for item in each.attested_record["evidence"])
    ids |= {UUID(snapshot["id"]) for snapshot in attested if snapshot}
    return _all(select(Snapshot).where(Snapshot.id.in_(ids)).order_by(Snapshot.id))


def _texts(rows: Sequence[Edition | Snapshot]) -> Iterator[tuple[str, bytes]]:
    """Each text once; one at a time in memory."""
    for digest, row in sorted({row.text_sha256: row for row in rows}.items()):
        model = type(row)
        text = session.scalars(select(model.text).where(model.id == row.id)).one()
        yield f"texts/{digest}.txt", text.encode()


def _bodies(pages: Sequence[Snapshot]) -> Iterator[tuple[str, bytes]]:
    """What the sources answered with, as far as it is kept. No transaction is open."""
    for digest, page in sorted({page.sha256: page for page in pages}.items()):
        with suppress(snapshots.BytesNotKept):
            yield f"snapshots/{digest}", snapshots.read_content(page)


def _all(rows: Select[Any]) -> Sequence[Any]:
    return session.scalars(rows).all()


def _json(content: Any) -> bytes:
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
