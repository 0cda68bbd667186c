from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from api.database.session import Base


class ClaimVector(Base):
    """What a claim means, to the model of this name: a unit vector (16-bit floats), and the signs
    of its numbers, a bit each. Ids ascend, also past those that were deleted.
    """

    __tablename__ = "claim_vectors"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(ForeignKey("claim_terms.number"), unique=True)
    model: Mapped[str]
    vector: Mapped[bytes]
    code: Mapped[bytes]
