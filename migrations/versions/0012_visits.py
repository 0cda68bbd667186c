"""Visits: who is signed in on the pages."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "visits",
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("key_id", sa.Uuid(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["key_id"], ["api_keys.id"], name="fk_visits_key_id_api_keys"),
        sa.PrimaryKeyConstraint("digest", name="pk_visits"),
    )
    op.create_index("ix_visits_key_id", "visits", ["key_id"])
    op.create_index("ix_visits_ends_at", "visits", ["ends_at"])


def downgrade() -> None:
    op.drop_table("visits")
