"""PostgreSQL puts a claim's terms into their index at once."""

from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX ix_claim_terms_terms SET (fastupdate = off)")
        op.execute("SELECT gin_clean_pending_list('ix_claim_terms_terms')")


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER INDEX ix_claim_terms_terms RESET (fastupdate)")
