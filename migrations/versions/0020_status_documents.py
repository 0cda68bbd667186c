"""What is answered about a claim's status is stored. `flask migrate` stores what is so then."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "status_documents",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name="fk_status_documents_claim_id_claims"
        ),
        sa.PrimaryKeyConstraint("claim_id", name="pk_status_documents"),
    )


def downgrade() -> None:
    op.drop_table("status_documents")
