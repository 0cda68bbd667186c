"""Evidence keeps what was found beside its quote: the nearest passage, missing figures."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("evidence", sa.Column("findings", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("evidence", "findings")
