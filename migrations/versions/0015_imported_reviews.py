"""Imported reviews are found by their claim, and a publisher's evidence from any item on."""

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_imported_reviews_claim_id", "imported_reviews", ["claim_id"])
    op.create_index("ix_evidence_source_id_id", "evidence", ["source_id", "id"])
    op.drop_index("ix_evidence_source_id", "evidence")


def downgrade() -> None:
    op.create_index("ix_evidence_source_id", "evidence", ["source_id"])
    op.drop_index("ix_evidence_source_id_id", "evidence")
    op.drop_index("ix_imported_reviews_claim_id", "imported_reviews")
