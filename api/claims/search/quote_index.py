"""Index claims by digests of their quote and statement, so that a quotation finds its claim."""

from hashlib import sha256

from sqlalchemy import delete

from api.claims.models import Claim, QuoteDigest
from api.database.session import session
from api.language.normalisation import NormalisedText

_MARKS = " .,;:!?\"'()[]。，；：！？"


def digest_quote(words: str) -> bytes:
    """Return a SHA-256, equal for words that differ in typography or surrounding marks alone."""
    text = NormalisedText(words).text
    core = text.strip(_MARKS)
    before = text[: text.find(core)]
    if core[:1].isdigit() and before.endswith(".") and not before.endswith(".."):
        core = f".{core}"  # .5 is not 5
    return sha256(core.encode()).digest()


def index_quotes(claim: Claim) -> None:
    """Replace the claim's digests by those of its words as they are now."""
    session.execute(delete(QuoteDigest).where(QuoteDigest.claim_id == claim.id))
    words = {digest_quote(claim.exact), digest_quote(claim.statement)}
    session.add_all(QuoteDigest(claim_id=claim.id, digest=each) for each in words)
