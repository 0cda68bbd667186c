"""The words by which somebody who holds a quotation finds the claim: its quote, its statement."""

from hashlib import sha256

from sqlalchemy import delete

from api.claims.models import Claim, Wording
from api.db import session
from api.quotes.normalising import Normalised


def digest(words: str) -> bytes:
    """The same for words that differ in typography alone, or in the marks around them."""
    core = Normalised(words).text.strip(" .,;:!?\"'()[]。，；：！？")
    return sha256(core.encode()).digest()


def keep(claim: Claim) -> None:
    """Let the claim be found by the words it has now, and by no others."""
    session.execute(delete(Wording).where(Wording.claim_id == claim.id))
    words = {digest(claim.exact), digest(claim.statement)}
    session.add_all(Wording(claim_id=claim.id, digest=each) for each in words)
