"""Claims by their meaning: a vector for each, and those nearest to a text. If a model is set.

A worker encodes each claim once it is made or edited, and keeps the vector with the model's name.
Each process that answers holds one bit per dimension of every vector (49 bytes a claim) and asks
the database only for the vectors of the 200 nearest by these bits: the cosines are exact.
"""

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import and_, delete, func, select

from api.claims.embeddings.models import ClaimVector
from api.claims.models import Claim, ClaimTerms
from api.claims.semantic_index import semantic_index
from api.database.session import session, transaction
from api.language.comparison.differences import strip_urls

#: Nearest by bits that are looked at closely, and those that become candidates.
CLOSE, NEAREST = 200, 30
#: Rows that are read again at each look for new ones: a transaction may end after a later one.
AGAIN = 100
#: Codes that are read at a time: a million rows take more memory than what is kept of them.
PART = 10_000
BATCH = 64
#: Of both wordings together, of the statement and of the quote, in a claim's vector.
SHARES = (0.4, 0.4, 0.2)


class Encoder(Protocol):
    """Turns texts into rows of a matrix, each of length 1. `model` names it: vectors of one model
    do not compare with those of another. `size`, a multiple of 64, is how many numbers they have.
    """

    model: str
    size: int

    def encode(self, texts: Sequence[str]) -> Any: ...


class Meaning:
    """An encoder, and the bits of all vectors that it has made. For several threads."""

    def __init__(self, encoder: Encoder) -> None:
        from api.claims.embeddings.sign_index import Codes  # needs the extra

        self.encoder = encoder
        self._codes = Codes(encoder.size)
        self._last = 0
        self._turn = Lock()

    def find_nearest(self, text: str, others: Sequence[int]) -> dict[int, float]:
        """The cosines of the claims nearest to a text, and of those others that have a vector."""
        import numpy as np

        vector = self.encoder.encode([readable(text)])[0]
        self._read_codes()
        close = set(self._codes.nearest(np.packbits(vector > 0).tobytes(), CLOSE))
        rows = session.execute(
            select(ClaimVector.number, ClaimVector.vector).where(
                ClaimVector.number.in_(close.union(others)), ClaimVector.model == self.encoder.model
            )
        ).all()
        if not rows:
            return {}
        found = np.stack([np.frombuffer(row.vector, np.float16) for row in rows]).astype(np.float32)
        cosines = dict(zip((row.number for row in rows), (found @ vector).tolist(), strict=True))
        nearest = sorted(close & cosines.keys(), key=lambda number: (-cosines[number], number))
        return {
            number: cosines[number] for number in {*nearest[:NEAREST], *others} & cosines.keys()
        }

    def count_missing(self) -> int:
        """How many claims `catch_up` has to do. Reads them all."""
        return session.scalar(self._missing().with_only_columns(func.count())) or 0

    def backfill(self) -> Iterator[int]:
        """Encode the claims that this model has not. Yields how many it has done after each
        transaction; begun again, it goes on.
        """
        last = UUID(int=0)
        while True:
            with transaction(reads=True):
                missing = self._missing().where(Claim.id > last).order_by(Claim.id).limit(BATCH)
                claims = session.scalars(missing).all()
            if not claims:
                return
            _encode(claims, self.encoder)
            last = claims[-1].id
            yield len(claims)

    def _missing(self) -> Any:
        vectors = and_(
            ClaimVector.number == ClaimTerms.number, ClaimVector.model == self.encoder.model
        )
        indexed = select(Claim).join(ClaimTerms, ClaimTerms.claim_id == Claim.id)
        return indexed.outerjoin(ClaimVector, vectors).where(ClaimVector.id.is_(None))

    def _read_codes(self) -> None:
        """Read the codes that have come in since: all of them at the process's first question."""
        codes = (
            select(ClaimVector.id, ClaimVector.number, ClaimVector.code)
            .order_by(ClaimVector.id)
            .limit(PART)
        )
        codes = codes.where(ClaimVector.model == self.encoder.model)
        with self._turn:
            after, full = self._last - AGAIN, True
            while full:
                rows = session.execute(codes.where(ClaimVector.id > after)).all()
                full = len(rows) == PART
                if rows:
                    ids, numbers, signs = zip(*rows, strict=True)
                    self._codes.put(numbers, signs)
                    after = ids[-1]
            self._last = max(self._last, after)


def load(model: str) -> Meaning | None:
    """The index by the model that the settings name, if any. Raises what its loading does."""
    if model != "minilm":
        return None
    from api.claims.embeddings.minilm import MiniLM  # needs the extra

    return Meaning(MiniLM())


def readable(text: str) -> str:
    """A text as it is encoded: without web addresses and the marks of hashtags."""
    return strip_urls(text).replace("#", " ")


def encode_claim(claim_id: str) -> None:
    """Keep the vector of a claim as it is now."""
    index = semantic_index()
    if isinstance(index, Meaning):
        with transaction(reads=True):
            claim = session.get_one(Claim, UUID(claim_id))
        _encode([claim], index.encoder)


def _vector(claim: Claim, encoder: Encoder) -> Any:
    """A claim's vector. Where the statement is not the quote, it stands between those of the two
    and of both together, and is shorter than 1: so a cosine with it is the mean of three.
    """
    if claim.exact == claim.statement:
        return encoder.encode([readable(claim.exact)])[0]
    wordings = (f"{claim.exact} {claim.statement}", claim.statement, claim.exact)
    vectors = encoder.encode([readable(wording) for wording in wordings])
    return sum(share * vector for share, vector in zip(SHARES, vectors, strict=True))


def _encode(claims: Sequence[Claim], encoder: Encoder) -> None:
    """Encode outside the transaction, then put the vectors in the place of older ones."""
    import numpy as np

    vectors = [_vector(claim, encoder) for claim in claims]
    with transaction():
        ids = [claim.id for claim in claims]
        found = session.execute(
            select(ClaimTerms.claim_id, ClaimTerms.number).where(ClaimTerms.claim_id.in_(ids))
        )
        numbers = {row.claim_id: row.number for row in found}
        session.execute(delete(ClaimVector).where(ClaimVector.number.in_(numbers.values())))
        session.add_all(
            ClaimVector(
                number=numbers[claim.id],
                model=encoder.model,
                vector=vector.astype(np.float16).tobytes(),
                code=np.packbits(vector > 0).tobytes(),
            )
            for claim, vector in zip(claims, vectors, strict=True)
        )
