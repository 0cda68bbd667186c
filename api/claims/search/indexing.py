"""How claims are kept findable: their terms, written in the transaction that writes the claim."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import selectinload

from api.claims.models import Claim, ClaimTerms, TermCount
from api.claims.search import quote_index
from api.claims.semantic_index import ENCODE, semantic_index
from api.database.session import session, transaction
from api.jobs.queue import enqueue
from api.language.tokens import FIELD_SEPARATOR, METADATA_SEPARATOR, TERMS_VERSION, join_terms

#: A count is exact up to here; then one claim in so many counts for as many.
EXACT = 1_000
SAMPLE = 100
#: Claims that are indexed in one transaction when many are.
BATCH = 500


def index(claim: Claim) -> None:
    """Make a claim findable by its words as they are now, and its row written."""
    session.flush()
    quote_index.keep(claim)
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
        enqueue(ENCODE, claim_id=claim.id)
    _count(set(now.split()).difference(before, {FIELD_SEPARATOR, METADATA_SEPARATOR}), row.number)


def _count(terms: set[str], number: int) -> None:
    """Count a claim's new terms. In order, so that two transactions never wait for each other."""
    counts = dict(session.execute(_COUNTS.where(TermCount.term.in_(terms))).all())
    step = {
        term: SAMPLE if counts.get(term, 0) >= EXACT else 1
        for term in sorted(terms)
        if counts.get(term, 0) < EXACT or number % SAMPLE == 0
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


def counts_of(terms: Iterable[str]) -> dict[str, int]:
    """In how many claims each of these terms stands, about; 0 where in none."""
    wanted = dict.fromkeys(terms, 0)
    return wanted | dict(session.execute(_COUNTS.where(TermCount.term.in_(wanted))).all())


def catch_up() -> Iterator[int]:
    """Index what is not, or was by an older version of the terms: claims from before there was
    an index, say. Gives how many it has done after each transaction; begun again, it goes on.
    """
    last = UUID(int=0)
    while True:
        with transaction():
            after = _BEHIND.where(Claim.id > last).order_by(Claim.id).limit(BATCH)
            found = session.scalars(after.options(selectinload(Claim.labels))).all()
            for claim in found:
                index(claim)
        if not found:
            return
        last = found[-1].id
        yield len(found)


def behind() -> int:
    """How many claims `catch_up` has to do. Reads them all."""
    return session.scalar(_BEHIND.with_only_columns(func.count())) or 0


_BEHIND = (
    select(Claim)
    .outerjoin(ClaimTerms, ClaimTerms.claim_id == Claim.id)
    .where(or_(ClaimTerms.number.is_(None), ClaimTerms.version != TERMS_VERSION))
)
