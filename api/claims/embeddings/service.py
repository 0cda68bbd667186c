"""Find claims by meaning, if an encoder is configured: each claim has a vector.

A worker encodes each claim once it is made or edited, and stores the vector with the model's name.
Each process that answers has one bit per dimension of every vector in memory (49 bytes a claim)
and reads only the vectors of the 200 nearest by these bits from the database: cosines are exact.
"""

from collections.abc import Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from sqlalchemy import Select, and_, delete, func, select

from api.claims.embeddings.models import ClaimVector
from api.claims.models import Claim, ClaimTerms
from api.claims.semantic_index import semantic_index
from api.database.session import session, transaction
from api.language.comparison.differences import strip_urls

if TYPE_CHECKING:  # an optional dependency
    from numpy import float32
    from numpy.typing import NDArray

#: Nearest claims by bits whose vectors are read, and nearest by cosine that become candidates.
MAX_BIT_NEIGHBOURS, MAX_NEIGHBOURS = 200, 30
#: Rows that each refresh reads again: a transaction may commit after one that began later.
REREAD_ROWS = 100
#: Codes that are read at a time: the rows of a million take more memory than their codes.
READ_BATCH_SIZE = 10_000
ENCODE_BATCH_SIZE = 64
#: Weights, in a claim's vector, of quote and statement joined, of the statement, of the quote.
WORDING_WEIGHTS = (0.4, 0.4, 0.2)


class Encoder(Protocol):
    """Encodes texts as rows of a matrix, each of length 1. `model` is its name: vectors of two
    models are not comparable. `size`, a multiple of 64, is the number of their dimensions.
    """

    model: str
    size: int

    def encode(self, texts: Sequence[str]) -> "NDArray[float32]": ...


class EmbeddingIndex:
    """An encoder, and the sign bits of all vectors that it has made. Safe for several threads."""

    def __init__(self, encoder: Encoder) -> None:
        from api.claims.embeddings.sign_index import SignBitIndex  # needs the extra

        self.encoder = encoder
        self._bits = SignBitIndex(encoder.size)
        self._last_id = 0
        self._lock = Lock()

    def find_nearest(self, text: str, others: Sequence[int]) -> dict[int, float]:
        """Return the cosines, by claim number, of the claims nearest to a text and of `others`.

        Claims without a vector are left out.
        """
        import numpy as np

        vector = self.encoder.encode([to_encoder_input(text)])[0]
        self._read_codes()
        close = set(self._bits.nearest(np.packbits(vector > 0).tobytes(), MAX_BIT_NEIGHBOURS))
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
            number: cosines[number]
            for number in {*nearest[:MAX_NEIGHBOURS], *others} & cosines.keys()
        }

    def count_missing(self) -> int:
        """Return how many claims `backfill` has to do. Reads all claims."""
        return session.scalar(self._select_unencoded().with_only_columns(func.count())) or 0

    def backfill(self) -> Iterator[int]:
        """Encode the claims without a vector of this model.

        Yields the number done after each transaction; a new call continues where the last one
        stopped.
        """
        last = UUID(int=0)
        while True:
            with transaction(reads=True):
                missing = (
                    self._select_unencoded()
                    .where(Claim.id > last)
                    .order_by(Claim.id)
                    .limit(ENCODE_BATCH_SIZE)
                )
                claims = session.scalars(missing).all()
            if not claims:
                return
            _encode_claims(claims, self.encoder)
            last = claims[-1].id
            yield len(claims)

    def _select_unencoded(self) -> Select[Claim]:
        vectors = and_(
            ClaimVector.number == ClaimTerms.number, ClaimVector.model == self.encoder.model
        )
        indexed = select(Claim).join(ClaimTerms, ClaimTerms.claim_id == Claim.id)
        return indexed.outerjoin(ClaimVector, vectors).where(ClaimVector.id.is_(None))

    def _read_codes(self) -> None:
        """Read the codes that are new since the last call; the first call reads all."""
        codes = (
            select(ClaimVector.id, ClaimVector.number, ClaimVector.code)
            .order_by(ClaimVector.id)
            .limit(READ_BATCH_SIZE)
        )
        codes = codes.where(ClaimVector.model == self.encoder.model)
        with self._lock:
            after, full = self._last_id - REREAD_ROWS, True
            while full:
                rows = session.execute(codes.where(ClaimVector.id > after)).all()
                full = len(rows) == READ_BATCH_SIZE
                if rows:
                    ids, numbers, signs = zip(*rows, strict=True)
                    self._bits.put(numbers, signs)
                    after = ids[-1]
            self._last_id = max(self._last_id, after)


def load_index(model: str) -> EmbeddingIndex | None:
    """Return an index with the model of this name; None for "". Raises what its loading raises."""
    if model != "minilm":
        return None
    from api.claims.embeddings.minilm import MiniLM  # needs the extra

    return EmbeddingIndex(MiniLM())


def to_encoder_input(text: str) -> str:
    """Return a text as it is encoded: without web addresses and the marks of hashtags."""
    return strip_urls(text).replace("#", " ")


def encode_claim(claim_id: str) -> None:
    """Store the vector of a claim as it is now. A job."""
    index = semantic_index()
    if isinstance(index, EmbeddingIndex):
        with transaction(reads=True):
            claim = session.get_one(Claim, UUID(claim_id))
        _encode_claims([claim], index.encoder)


def _encode_wordings(claim: Claim, encoder: Encoder) -> "NDArray[float32]":
    """Return a claim's vector: where statement and quote differ, the weighted mean of three.

    The mean is shorter than 1, so that a product with it is the weighted mean of three cosines.
    """
    if claim.exact == claim.statement:
        only: NDArray[float32] = encoder.encode([to_encoder_input(claim.exact)])[0]
        return only
    wordings = (f"{claim.exact} {claim.statement}", claim.statement, claim.exact)
    vectors = encoder.encode([to_encoder_input(wording) for wording in wordings])
    joined, statement, quote = WORDING_WEIGHTS
    mean: NDArray[float32] = joined * vectors[0] + statement * vectors[1] + quote * vectors[2]
    return mean


def _encode_claims(claims: Sequence[Claim], encoder: Encoder) -> None:
    """Encode outside the transaction, then put the vectors in the place of older ones."""
    import numpy as np

    vectors = [_encode_wordings(claim, encoder) for claim in claims]
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
