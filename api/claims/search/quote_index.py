"""The words by which somebody who holds a quotation finds the claim: its quote, its statement."""

from hashlib import sha256

from sqlalchemy import delete

from api.claims.models import Claim, QuoteDigest
from api.database.session import session
from api.language.normalisation import NormalisedText

_MARKS = " .,;:!?\"'()[]。，；：！？"


def digest(words: str) -> bytes:
    """The same for words that differ in typography alone, or in the marks around them."""
    text = NormalisedText(words).text
    core = text.strip(_MARKS)
    before = text[: text.find(core)]
    if core[:1].isdigit() and before.endswith(".") and not before.endswith(".."):
        core = f".{core}"  # .5 is not 5
    return sha256(core.encode()).digest()


def keep(claim: Claim) -> None:
    """Let the claim be found by the words it has now, and by no others."""
    session.execute(delete(QuoteDigest).where(QuoteDigest.claim_id == claim.id))
    words = {digest(claim.exact), digest(claim.statement)}
    session.add_all(QuoteDigest(claim_id=claim.id, digest=each) for each in words)
