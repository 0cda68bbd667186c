"""The log of all verdicts, and people who were erased."""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import allow_happenings, happenings, refuse_changes

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APPEND_ONLY = ("log_entries", "log_nodes", "log_heads")
HAPPENINGS = {"lines redrawn"}
ORDINAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.add_column("contributors", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "log_queue",
        sa.Column("verdict_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["verdict_id"], ["verdicts.id"], name="fk_log_queue_verdict_id_verdicts"
        ),
        sa.PrimaryKeyConstraint("verdict_id", name="pk_log_queue"),
    )
    op.create_table(
        "log_entries",
        sa.Column("leaf_index", ORDINAL, autoincrement=False, nullable=False),
        sa.Column("verdict_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["verdict_id"], ["verdicts.id"], name="fk_log_entries_verdict_id_verdicts"
        ),
        sa.PrimaryKeyConstraint("leaf_index", name="pk_log_entries"),
        sa.UniqueConstraint("verdict_id", name="uq_log_entries_verdict_id"),
    )
    op.create_table(
        "log_nodes",
        sa.Column("position", ORDINAL, autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_log_nodes"),
    )
    op.create_table(
        "log_heads",
        sa.Column("number", ORDINAL, autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_log_heads"),
    )
    # Verdicts that were there before the log get into it by the next pass.
    op.execute("INSERT INTO log_queue (verdict_id) SELECT id FROM verdicts")
    for table in APPEND_ONLY:
        refuse_changes(table)
    allow_happenings(happenings() | HAPPENINGS)


def downgrade() -> None:
    allow_happenings(happenings() - HAPPENINGS)
    op.drop_table("log_heads")
    op.drop_table("log_nodes")
    op.drop_table("log_entries")
    op.drop_table("log_queue")
    op.drop_column("contributors", "erased_at")
