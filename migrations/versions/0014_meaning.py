"""Claims have vectors."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "claim_vectors",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("vector", sa.LargeBinary(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["number"], ["claim_terms.number"], name="fk_claim_vectors_number_claim_terms"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_claim_vectors"),
        sa.UniqueConstraint("number", name="uq_claim_vectors_number"),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    op.drop_table("claim_vectors")
