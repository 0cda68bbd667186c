"""A reviewer's own opinions are found without a look at the others'."""

from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_opinions_given_by_id_id", "opinions", ["given_by_id", "id"])


def downgrade() -> None:
    op.drop_index("ix_opinions_given_by_id_id", "opinions")
