"""Claims are found by their terms: an index, and how often each term stands."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    on_sqlite = op.get_bind().dialect.name == "sqlite"
    op.create_table(
        "claim_terms",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("terms", sa.String() if on_sqlite else TSVECTOR(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name="fk_claim_terms_claim_id_claims"),
        sa.PrimaryKeyConstraint("number", name="pk_claim_terms"),
        sa.UniqueConstraint("claim_id", name="uq_claim_terms_claim_id"),
    )
    op.create_index("ix_claim_terms_version_number", "claim_terms", ["version", "number"])
    op.create_table(
        "term_counts",
        sa.Column("term", sa.String(), nullable=False),
        sa.Column("claims", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("term", name="pk_term_counts"),
    )
    if on_sqlite:
        find_by_full_text()
    else:
        op.create_index("ix_claim_terms_terms", "claim_terms", ["terms"], postgresql_using="gin")
    op.create_index("ix_claims_claimant_id", "claims", ["claimant", "id"])
    op.create_index("ix_claims_language_id", "claims", ["language", "id"])
    op.create_index("ix_articles_source_id", "articles", ["source_id"])


def downgrade() -> None:
    op.drop_index("ix_articles_source_id", "articles")
    op.drop_index("ix_claims_language_id", "claims")
    op.drop_index("ix_claims_claimant_id", "claims")
    op.drop_table("term_counts")
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TABLE claim_terms_fts")
    op.drop_table("claim_terms")


def find_by_full_text() -> None:
    """An FTS5 table that reads its text from `claim_terms` and is kept in step by triggers.

    Terms are cut by the application: the tokenizer has only to leave them as they are.
    """
    op.execute(
        "CREATE VIRTUAL TABLE claim_terms_fts USING fts5("
        "terms, content='claim_terms', content_rowid='number', "
        "tokenize=\"ascii tokenchars '._,%'\")"
    )
    add = "INSERT INTO claim_terms_fts (rowid, terms) VALUES (new.number, new.terms);"
    remove = (
        "INSERT INTO claim_terms_fts (claim_terms_fts, rowid, terms) "
        "VALUES ('delete', old.number, old.terms);"
    )
    for change, steps in {
        "INSERT": add,
        "DELETE": remove,
        "UPDATE OF terms": remove + add,
    }.items():
        name = f"claim_terms_on_{change.split()[0].lower()}"
        op.execute(f"CREATE TRIGGER {name} AFTER {change} ON claim_terms BEGIN {steps} END")
