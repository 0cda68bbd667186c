"""What language models suggested about evidence is kept, and never rewritten."""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import refuse_changes

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

ANSWERED = sa.text("outcome != 'unavailable'")


def upgrade() -> None:
    op.create_table(
        "suggestions",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("asked_model", sa.String(), nullable=False),
        sa.Column("prompt_sha256", sa.String(), nullable=False),
        sa.Column("text_sha256", sa.String(), nullable=False),
        sa.Column(
            "outcome",
            words("outcome", "suggested", "unparsable", "refused", "unavailable"),
            nullable=False,
        ),
        sa.Column("model", sa.String(), nullable=True),
        sa.Column("stance", words("stance", "supports", "disputes", "context"), nullable=True),
        sa.Column("rationale", sa.String(), nullable=True),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(outcome = 'suggested') = "
            "(stance IS NOT NULL AND rationale IS NOT NULL AND model IS NOT NULL)",
            name=op.f("ck_suggestions_suggested"),
        ),
        sa.CheckConstraint(
            "(outcome = 'suggested') = (reason IS NULL)", name=op.f("ck_suggestions_reason")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name="fk_suggestions_evidence_id_evidence"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_suggestions"),
    )
    op.create_index("ix_suggestions_evidence_id_id", "suggestions", ["evidence_id", "id"])
    op.create_index(
        "uq_suggestions_answered",
        "suggestions",
        ["evidence_id", "text_sha256", "prompt_sha256", "provider", "asked_model"],
        unique=True,
        sqlite_where=ANSWERED,
        postgresql_where=ANSWERED,
    )
    refuse_changes("suggestions")


def downgrade() -> None:
    op.drop_table("suggestions")


def words(name: str, *vocabulary: str) -> sa.Enum:
    return sa.Enum(*vocabulary, name=name, native_enum=False, create_constraint=True)
