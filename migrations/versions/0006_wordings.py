"""Claims are found by the words of their quote and statement."""

import sqlalchemy as sa
from alembic import op

from api.claims.search.quote_index import digest_quote

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    wordings = op.create_table(
        "claim_wordings",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name="fk_claim_wordings_claim_id_claims"
        ),
        sa.PrimaryKeyConstraint("claim_id", "digest", name="pk_claim_wordings"),
    )
    op.create_index("ix_claim_wordings_digest_claim_id", "claim_wordings", ["digest", "claim_id"])
    claims = sa.table("claims", sa.column("id", sa.Uuid()), *map(sa.column, ("exact", "statement")))
    for rows in op.get_bind().execute(sa.select(claims)).partitions(1_000):
        found = {
            (row.id, digest_quote(words)) for row in rows for words in (row.exact, row.statement)
        }
        op.bulk_insert(wordings, [{"claim_id": id, "digest": words} for id, words in found])


def downgrade() -> None:
    op.drop_table("claim_wordings")
