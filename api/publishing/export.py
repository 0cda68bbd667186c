"""All that may be known, as files: for whoever wants it whole, every night."""

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select

from api.atomic_file import replace_file
from api.claims.models import Claim
from api.database.session import session, transaction
from api.publishing import documents as reviews
from api.publishing.json_documents import JsonLd

#: Claims that one transaction reads.
BATCH_SIZE = 500

COLUMNS = (
    *(
        "id",
        "url",
        "statement",
        "quote",
        "claimant",
        "said_on",
        "language",
        "article",
        "article_url",
    ),
    *("status", "status_since", "finding", "reasons", "made_at", "withdrawn_at"),
)


def export_all(folder: Path) -> tuple[int, int]:
    """Write every ClaimReview (reviews.ndjson) and every claim (claims.csv); gives their numbers.

    Reads a batch at a time, so that neither memory nor a transaction grows with the audit log.
    Raises `NoPublicAddress`.
    """
    reviews.public_url()
    folder.mkdir(parents=True, exist_ok=True)
    claims = reviewed = 0
    with (
        replace_file(folder / "reviews.ndjson") as lines,
        replace_file(folder / "claims.csv") as table,
    ):
        rows = csv.writer(table)
        rows.writerow(COLUMNS)
        for batch in _read_batches():
            claims += len(batch)
            for claim, document in batch:
                rows.writerow(map(_escape_cell, _to_row(claim, document)))
                if document["@type"] == "ClaimReview":
                    reviewed += 1
                    lines.write(json.dumps(document, ensure_ascii=False) + "\n")
    return claims, reviewed


def _read_batches() -> Iterator[Sequence[tuple[Claim, JsonLd]]]:
    last: UUID | None = None
    while True:
        following = select(Claim).order_by(Claim.id).limit(BATCH_SIZE)
        if last is not None:
            following = following.where(Claim.id > last)
        with transaction(reads=True):
            claims = session.scalars(following).all()
            documents = reviews.build_documents(claims)
        if not claims:
            return
        yield list(zip(claims, documents, strict=True))
        last = claims[-1].id


def _to_row(claim: Claim, document: JsonLd) -> tuple[Any, ...]:
    article = document.get("itemReviewed", document)["appearance"]
    rating = document.get("reviewRating", {})
    return (
        *(claim.id, document["url"], claim.statement, claim.exact, claim.claimant, claim.said_on),
        *(claim.language, article["headline"], article.get("url")),
        *(claim.status, claim.status_since.isoformat(), rating.get("ratingExplanation")),
        *(document.get("reviewBody"), claim.created_at.isoformat()),
        claim.withdrawn_at and claim.withdrawn_at.isoformat(),
    )


def _escape_cell(value: Any) -> str:
    """What stands in a cell. A spreadsheet takes these signs for the beginning of a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
