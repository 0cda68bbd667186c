"""Index claims by their terms, in the transaction that writes the claim."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import selectinload

from api.claims.models import Claim, ClaimTerms, TermCount
from api.claims.search import quote_index
from api.claims.semantic_index import ENCODE_JOB, semantic_index
from api.database.session import session, transaction
from api.jobs.queue import enqueue
from api.language.tokens import FIELD_SEPARATOR, METADATA_SEPARATOR, TERMS_VERSION, join_terms

#: Counts are exact up to the limit; from there on, one claim in so many counts for as many.
EXACT_COUNT_LIMIT = 1_000
COUNT_SAMPLING = 100
#: Claims that `backfill` indexes in one transaction.
BATCH_SIZE = 500


def index_claim(claim: Claim) -> None:
    """Index a claim by its words as they are now; writes its row first."""
    session.flush()
    quote_index.index_quotes(claim)
    says = join_terms(dict.fromkeys((claim.statement, claim.exact)))
    about = join_terms([claim.claimant or "", *claim.tags])
    now = f"{says} {METADATA_SEPARATOR} {about}"
    row = session.scalar(select(ClaimTerms).filter_by(claim_id=claim.id))
    before = row.terms.split() if row else []
    if row is None:
        row = ClaimTerms(claim_id=claim.id)
        session.add(row)
    row.terms, row.version = now, TERMS_VERSION
    session.flush()
    if semantic_index():
        enqueue(ENCODE_JOB, claim_id=claim.id)
    _count_terms(
        set(now.split()).difference(before, {FIELD_SEPARATOR, METADATA_SEPARATOR}), row.number
    )


def _count_terms(terms: set[str], number: int) -> None:
    """Count a claim's new terms, in sorted order, so that two transactions never deadlock."""
    counts = dict(session.execute(_COUNTS.where(TermCount.term.in_(terms))).all())
    step = {
        term: COUNT_SAMPLING if counts.get(term, 0) >= EXACT_COUNT_LIMIT else 1
        for term in sorted(terms)
        if counts.get(term, 0) < EXACT_COUNT_LIMIT or number % COUNT_SAMPLING == 0
    }
    if not step:
        return
    dialect = {"sqlite": sqlite, "postgresql": postgresql}[session.get_bind().dialect.name]
    rows = dialect.insert(TermCount).values(
        [{"term": term, "claims": claims} for term, claims in step.items()]
    )
    total = TermCount.claims + rows.excluded.claims
    session.execute(
        rows.on_conflict_do_update(index_elements=[TermCount.term], set_={"claims": total})
    )


_COUNTS = select(TermCount.term, TermCount.claims)


def count_claims_with(terms: Iterable[str]) -> dict[str, int]:
    """Return about how many claims have each of the terms, 0 for none."""
    wanted = dict.fromkeys(terms, 0)
    return wanted | dict(session.execute(_COUNTS.where(TermCount.term.in_(wanted))).all())


def backfill() -> Iterator[int]:
    """Index the claims that are not, or by an older version of the terms.

    Yields the number done after each transaction; a new call continues where the last one stopped.
    """
    last = UUID(int=0)
    while True:
        with transaction():
            after = _UNINDEXED.where(Claim.id > last).order_by(Claim.id).limit(BATCH_SIZE)
            found = session.scalars(after.options(selectinload(Claim.labels))).all()
            for claim in found:
                index_claim(claim)
        if not found:
            return
        last = found[-1].id
        yield len(found)


def count_missing() -> int:
    """Return how many claims `backfill` has to do. Reads all claims."""
    return session.scalar(_UNINDEXED.with_only_columns(func.count())) or 0


_UNINDEXED = (
    select(Claim)
    .outerjoin(ClaimTerms, ClaimTerms.claim_id == Claim.id)
    .where(or_(ClaimTerms.number.is_(None), ClaimTerms.version != TERMS_VERSION))
)
