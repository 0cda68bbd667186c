"""Reviews by others, taken in as evidence: imports, what they refused, what became of the rest."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "imports",
        sa.Column("by_id", sa.Uuid(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("content_sha256", sa.String(), nullable=True),
        sa.Column("content_type", sa.String(), nullable=True),
        sa.Column("state", words("importstate", "running", "done", "failed"), nullable=False),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("finished_at", MOMENT, nullable=True),
        sa.Column("items", sa.Integer(), nullable=False),
        sa.Column("added", sa.Integer(), nullable=False),
        sa.Column("known", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("unmapped", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["contributors.id"], name="fk_imports_by_id_contributors"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_imports"),
    )
    op.create_table(
        "import_refusals",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=False),
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name="fk_import_refusals_import_id_imports"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_import_refusals"),
    )
    op.create_index("ix_import_refusals_import_id_id", "import_refusals", ["import_id", "id"])
    op.create_table(
        "imported_reviews",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("claim_key", sa.String(), nullable=False),
        sa.Column("rating", sa.String(), nullable=True),
        sa.Column(
            "reading",
            words("reading", "supports", "disputes", "context", "unmapped"),
            nullable=False,
        ),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name="fk_imported_reviews_claim_id_claims"
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name="fk_imported_reviews_evidence_id_evidence"
        ),
        sa.ForeignKeyConstraint(
            ["import_id"], ["imports.id"], name="fk_imported_reviews_import_id_imports"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_imported_reviews"),
        sa.UniqueConstraint("fingerprint", name="uq_imported_reviews_fingerprint"),
    )
    op.create_index("ix_imported_reviews_claim_key", "imported_reviews", ["claim_key"])


def downgrade() -> None:
    op.drop_table("imported_reviews")
    op.drop_table("import_refusals")
    op.drop_table("imports")


def words(name: str, *members: str) -> sa.Enum:
    return sa.Enum(*members, name=name, native_enum=False, create_constraint=True)
