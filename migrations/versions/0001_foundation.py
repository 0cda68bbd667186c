"""The foundation: people, articles, claims, evidence, verdicts, and what happened to them."""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import refuse_changes

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("editions", "snapshots", "ledger", "line_rulings", "verdicts")


def upgrade() -> None:
    op.create_table(
        "contributors",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "contributor",
                "reviewer",
                "admin",
                name="role",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_contributors"),
    )
    op.create_table(
        "idempotent_answers",
        sa.Column("caller", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("caller", "key", name="pk_idempotent_answers"),
    )
    op.create_table(
        "snapshots",
        sa.Column("requested_url", sa.String(), nullable=False),
        sa.Column("final_url", sa.String(), nullable=False),
        sa.Column("redirects", sa.JSON(), nullable=False),
        sa.Column("status", sa.Integer(), nullable=False),
        sa.Column("content_type", sa.String(), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("retrieved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("byte_length", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("text_sha256", sa.String(), nullable=False),
        sa.Column("stand_in", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_snapshots"),
    )
    op.create_index("ix_snapshots_sha256", "snapshots", ["sha256"])

    op.create_table(
        "sources",
        sa.Column("domain", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("owner", sa.String(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "primary",
                "secondary",
                "wire",
                "social",
                "archive",
                name="sourcekind",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("interests", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sources"),
        sa.UniqueConstraint("domain", name="uq_sources_domain"),
    )
    op.create_table(
        "workers",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
    )
    op.create_table(
        "api_keys",
        sa.Column("contributor_id", sa.Uuid(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contributor_id"], ["contributors.id"], name="fk_api_keys_contributor_id_contributors"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_api_keys"),
        sa.UniqueConstraint("digest", name="uq_api_keys_digest"),
    )
    op.create_index("ix_api_keys_contributor_id", "api_keys", ["contributor_id"])

    op.create_table(
        "articles",
        sa.Column("url", sa.String(), nullable=True),
        sa.Column("canonical_url", sa.String(), nullable=True),
        sa.Column("source_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "reading",
                "ready",
                "merged",
                "failed",
                name="intake",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(), nullable=True),
        sa.Column("same_as", sa.Uuid(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=True),
        sa.Column("published_at", sa.String(), nullable=True),
        sa.Column("modified_at", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("retells", sa.JSON(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("text_sha256", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=True),
        sa.Column("retrieved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["contributors.id"], name="fk_articles_added_by_id_contributors"
        ),
        sa.ForeignKeyConstraint(["same_as"], ["articles.id"], name="fk_articles_same_as_articles"),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name="fk_articles_source_id_sources"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_articles"),
    )
    for column in ("canonical_url", "text_sha256", "url"):
        op.create_index(f"ix_articles_{column}", "articles", [column])
    op.create_table(
        "editions",
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("modified_at", sa.String(), nullable=True),
        sa.Column("retrieved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("text_sha256", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_editions_article_id_articles"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_editions"),
        sa.UniqueConstraint("article_id", "number", name="uq_editions_article_id_number"),
    )
    op.create_table(
        "claims",
        sa.Column("article_id", sa.Uuid(), nullable=False),
        sa.Column("exact", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("suffix", sa.String(), nullable=False),
        sa.Column("start_offset", sa.Integer(), nullable=False),
        sa.Column("end_offset", sa.Integer(), nullable=False),
        sa.Column("statement", sa.String(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("gone_since", sa.Integer(), nullable=True),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("claimant", sa.String(), nullable=True),
        sa.Column("claimant_domains", sa.JSON(), nullable=False),
        sa.Column("said_on", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=True),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "confirmed",
                "unverified",
                "disputed",
                name="status",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("status_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "start_offset >= 0 AND end_offset > start_offset", name="ck_claims_span"
        ),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["contributors.id"], name="fk_claims_added_by_id_contributors"
        ),
        sa.ForeignKeyConstraint(
            ["article_id"], ["articles.id"], name="fk_claims_article_id_articles"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_claims"),
    )
    op.create_index("ix_claims_article_id_id", "claims", ["article_id", "id"])
    op.create_index("ix_claims_status_id", "claims", ["status", "id"])
    op.create_index(
        "uq_claims_article_id_fingerprint",
        "claims",
        ["article_id", "fingerprint"],
        unique=True,
        sqlite_where=sa.text("withdrawn_at IS NULL"),
        postgresql_where=sa.text("withdrawn_at IS NULL"),
    )

    op.create_table(
        "claim_tags",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("tag", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name="fk_claim_tags_claim_id_claims"),
        sa.PrimaryKeyConstraint("claim_id", "tag", name="pk_claim_tags"),
    )
    op.create_index("ix_claim_tags_tag_claim_id", "claim_tags", ["tag", "claim_id"])

    op.create_table(
        "evidence",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        sa.Column("source_url", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("prefix", sa.String(), nullable=False),
        sa.Column("suffix", sa.String(), nullable=False),
        sa.Column(
            "stance",
            sa.Enum(
                "supports",
                "disputes",
                "context",
                name="stance",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column(
            "kind",
            sa.Enum("primary", "secondary", name="kind", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("note", sa.String(), nullable=True),
        sa.Column("published_at", sa.String(), nullable=True),
        sa.Column("interests", sa.String(), nullable=True),
        sa.Column("submitted_by_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "pending",
                "quote_verified",
                "quote_absent",
                "source_unavailable",
                name="state",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("state_reason", sa.String(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("examined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("snapshot_id", sa.Uuid(), nullable=True),
        sa.Column("found_start", sa.Integer(), nullable=True),
        sa.Column("found_end", sa.Integer(), nullable=True),
        sa.Column("found_level", sa.String(), nullable=True),
        sa.Column("traits", sa.JSON(), nullable=True),
        sa.Column("line", sa.Integer(), nullable=True),
        sa.Column("line_reasons", sa.JSON(), nullable=True),
        sa.Column("outside", sa.Boolean(), nullable=True),
        sa.Column("inside_because", sa.String(), nullable=True),
        sa.Column(
            "review",
            sa.Enum(
                "accepted", "rejected", name="review", native_enum=False, create_constraint=True
            ),
            nullable=True,
        ),
        sa.Column(
            "review_reason",
            sa.Enum(
                "misquotation",
                "unsupported_conclusion",
                "selective_omission",
                "data_staleness",
                "source_contradiction",
                "off_topic",
                "duplicate",
                name="rejectionreason",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=True,
        ),
        sa.Column("review_note", sa.String(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retracted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("retraction_reason", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name="fk_evidence_claim_id_claims"),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshots.id"], name="fk_evidence_snapshot_id_snapshots"
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name="fk_evidence_source_id_sources"
        ),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"],
            ["contributors.id"],
            name="fk_evidence_submitted_by_id_contributors",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_evidence"),
    )
    op.create_index("ix_evidence_claim_id_id", "evidence", ["claim_id", "id"])
    op.create_index("ix_evidence_source_id", "evidence", ["source_id"])
    op.create_index(
        "uq_evidence_claim_id_fingerprint",
        "evidence",
        ["claim_id", "fingerprint"],
        unique=True,
        sqlite_where=sa.text("retracted_at IS NULL"),
        postgresql_where=sa.text("retracted_at IS NULL"),
    )

    op.create_table(
        "line_rulings",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum("join", "split", name="decision", native_enum=False, create_constraint=True),
            nullable=False,
        ),
        sa.Column("item_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["claim_id"], ["claims.id"], name="fk_line_rulings_claim_id_claims"
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["contributors.id"],
            name="fk_line_rulings_decided_by_id_contributors",
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["evidence.id"], name="fk_line_rulings_item_id_evidence"
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["evidence.id"], name="fk_line_rulings_other_id_evidence"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_line_rulings"),
    )
    op.create_index("ix_line_rulings_claim_id_id", "line_rulings", ["claim_id", "id"])
    op.create_table(
        "ledger",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column(
            "what",
            sa.Enum(
                "claim made",
                "claim edited",
                "claim withdrawn",
                "claim moved",
                "claim gone",
                "evidence submitted",
                "evidence examined",
                "evidence retracted",
                "evidence accepted",
                "evidence rejected",
                "lines ruled",
                "verdict given",
                "verdict withdrawn",
                name="happening",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("by_id", sa.Uuid(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["by_id"], ["contributors.id"], name="fk_ledger_by_id_contributors"
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name="fk_ledger_claim_id_claims"),
        sa.PrimaryKeyConstraint("id", name="pk_ledger"),
    )
    op.create_index("ix_ledger_claim_id_id", "ledger", ["claim_id", "id"])

    op.create_table(
        "standings",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column(
            "would_be",
            sa.Enum(
                "confirmed",
                "unverified",
                "disputed",
                name="status",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("supporting_lines", sa.Integer(), nullable=False),
        sa.Column("disputing_lines", sa.Integer(), nullable=False),
        sa.Column("unmet", sa.JSON(), nullable=False),
        sa.Column("review_reasons", sa.JSON(), nullable=False),
        sa.Column("queue_id", sa.Uuid(), nullable=True),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stand_in", sa.Boolean(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name="fk_standings_claim_id_claims"),
        sa.PrimaryKeyConstraint("claim_id", name="pk_standings"),
        sa.UniqueConstraint("queue_id", name="uq_standings_queue_id"),
    )

    op.create_table(
        "verdicts",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "confirmed",
                "unverified",
                "disputed",
                name="status",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("finding", sa.String(), nullable=True),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("exception", sa.String(), nullable=True),
        sa.Column("one_person", sa.Boolean(), nullable=False),
        sa.Column("decided_by_id", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=True),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("record", sa.String(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decided_by_id IS NOT NULL OR status = 'unverified'",
            name="ck_verdicts_only_people_decide",
        ),
        sa.CheckConstraint("number > 0", name="ck_verdicts_number"),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name="fk_verdicts_claim_id_claims"),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["contributors.id"], name="fk_verdicts_decided_by_id_contributors"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_verdicts"),
        sa.UniqueConstraint("claim_id", "number", name="uq_verdicts_claim_id_number"),
        sa.UniqueConstraint("hash", name="uq_verdicts_hash"),
    )

    for table in APPEND_ONLY:
        refuse_changes(table)


def downgrade() -> None:
    op.drop_table("verdicts")
    op.drop_table("standings")
    op.drop_table("ledger")
    op.drop_table("line_rulings")
    op.drop_table("evidence")
    op.drop_table("claim_tags")
    op.drop_table("claims")
    op.drop_table("editions")
    op.drop_table("articles")
    op.drop_table("api_keys")
    op.drop_table("workers")
    op.drop_table("sources")
    op.drop_table("snapshots")
    op.drop_table("idempotent_answers")
    op.drop_table("contributors")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION refuse_change()")
