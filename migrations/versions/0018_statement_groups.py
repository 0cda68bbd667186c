"""Claims that say the same: the groups they are in, and the verdicts that were applied there."""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import allow_happenings, happenings

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

HAPPENINGS = {"statement joined", "statement left"}


def upgrade() -> None:
    op.create_table(
        "statement_members",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("group_id", sa.Uuid(), nullable=False),
        sa.Column("judged", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name="fk_statement_members_claim_id_claims"
        ),
        sa.PrimaryKeyConstraint("claim_id", name="pk_statement_members"),
    )
    op.create_index(
        "ix_statement_members_group_id_claim_id", "statement_members", ["group_id", "claim_id"]
    )
    refers_to = sa.ForeignKey("verdicts.id", name="fk_verdicts_cites_id_verdicts")
    column = sa.Column("cites_id", sa.Uuid(), refers_to, nullable=True)
    op.add_column("verdicts", column, inline_references=True)
    op.add_column("opinions", sa.Column("cites_id", sa.Uuid(), nullable=True))
    op.create_index("ix_verdicts_cites_id", "verdicts", ["cites_id"])
    allow_happenings(happenings() | HAPPENINGS)


def downgrade() -> None:
    allow_happenings(happenings() - HAPPENINGS)
    op.drop_index("ix_verdicts_cites_id", "verdicts")
    for table in ("verdicts", "opinions"):
        op.drop_column(table, "cites_id")
    op.drop_table("statement_members")
