"""Snapshots with the whole exchange and their payload's digest; the archive partner's copies."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ADDED = {
    "request": sa.LargeBinary,
    "http_version": sa.String,
    "reason": sa.String,
    "payload_sha256": sa.String,
}


def upgrade() -> None:
    for name, kind in ADDED.items():
        op.add_column("snapshots", sa.Column(name, kind(), nullable=True))
    op.create_table(
        "archivings",
        sa.Column("snapshot_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "archived",
                "failed",
                name="archivestate",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("job_id", sa.String(), nullable=True),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("captured_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshots.id"], name="fk_archivings_snapshot_id_snapshots"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_archivings"),
        sa.UniqueConstraint("snapshot_id", name="uq_archivings_snapshot_id"),
    )


def downgrade() -> None:
    op.drop_table("archivings")
    for name in ADDED:
        op.drop_column("snapshots", name)
