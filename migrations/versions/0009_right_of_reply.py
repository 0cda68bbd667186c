"""The right of reply: appeals with private contacts, corrections, contact attempts, interests;
and second opinions.
"""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import allow_happenings, happenings, refuse_changes

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

APPEND_ONLY = ("corrections", "contact_attempts", "interests", "opinions")
HAPPENINGS = {
    "appeal made",
    "appeal answered",
    "correction made",
    "claimant asked",
    "interest declared",
}


def upgrade() -> None:
    create_appeals()
    create_corrections()
    create_contact_attempts()
    create_interests()
    create_opinions()
    for table in APPEND_ONLY:
        refuse_changes(table)
    allow_happenings(happenings() | HAPPENINGS)


def downgrade() -> None:
    allow_happenings(happenings() - HAPPENINGS)
    op.drop_index("uq_verdicts_opinion_id", "verdicts")
    op.drop_column("verdicts", "opinion_id")
    op.drop_table("opinions")
    op.drop_table("interests")
    op.drop_table("contact_attempts")
    op.drop_table("corrections")
    op.drop_table("appeal_contacts")
    op.drop_table("appeals")


def create_appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("verdict_id", sa.Uuid(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("state", words("appealstate", "open", "upheld", "declined"), nullable=False),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Uuid(), nullable=True),
        sa.Column("one_person", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *identified(),
        sa.CheckConstraint(
            "(state = 'open') = (answer IS NULL) AND (state = 'open') = (answered_at IS NULL) "
            "AND (state = 'open') = (answered_by_id IS NULL)",
            name="ck_appeals_answered",
        ),
        refers("appeals", "answered_by_id", "contributors"),
        refers("appeals", "claim_id", "claims"),
        refers("appeals", "verdict_id", "verdicts"),
        sa.PrimaryKeyConstraint("id", name="pk_appeals"),
    )
    op.create_index("ix_appeals_claim_id_id", "appeals", ["claim_id", "id"])
    op.create_index("ix_appeals_state_id", "appeals", ["state", "id"])
    op.create_table(
        "appeal_contacts",
        sa.Column("appeal_id", sa.Uuid(), nullable=False),
        sa.Column("contact", sa.String(), nullable=True),
        refers("appeal_contacts", "appeal_id", "appeals"),
        sa.PrimaryKeyConstraint("appeal_id", name="pk_appeal_contacts"),
    )


def create_corrections() -> None:
    op.create_table(
        "corrections",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("verdict_id", sa.Uuid(), nullable=True),
        sa.Column("wrong", sa.String(), nullable=False),
        sa.Column("right", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("corrected_by_id", sa.Uuid(), nullable=False),
        *identified(),
        refers("corrections", "claim_id", "claims"),
        refers("corrections", "corrected_by_id", "contributors"),
        refers("corrections", "verdict_id", "verdicts"),
        sa.PrimaryKeyConstraint("id", name="pk_corrections"),
    )
    op.create_index("ix_corrections_claim_id_id", "corrections", ["claim_id", "id"])
    op.create_index("ix_corrections_created_at_id", "corrections", ["created_at", "id"])


def create_contact_attempts() -> None:
    op.create_table(
        "contact_attempts",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("asked", sa.String(), nullable=False),
        sa.Column("asked_at", sa.String(), nullable=False),
        sa.Column("outcome", words("outcome", "answered", "declined", "no_answer"), nullable=False),
        sa.Column("reply", sa.String(), nullable=True),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        *identified(),
        refers("contact_attempts", "claim_id", "claims"),
        refers("contact_attempts", "recorded_by_id", "contributors"),
        sa.PrimaryKeyConstraint("id", name="pk_contact_attempts"),
    )
    op.create_index("ix_contact_attempts_claim_id_id", "contact_attempts", ["claim_id", "id"])


def create_interests() -> None:
    op.create_table(
        "interests",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("interest", sa.String(), nullable=False),
        sa.Column("declared_by_id", sa.Uuid(), nullable=False),
        *identified(),
        refers("interests", "claim_id", "claims"),
        refers("interests", "declared_by_id", "contributors"),
        sa.PrimaryKeyConstraint("id", name="pk_interests"),
    )
    op.create_index("ix_interests_claim_id_id", "interests", ["claim_id", "id"])


def create_opinions() -> None:
    op.create_table(
        "opinions",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("status", words("status", "confirmed", "unverified", "disputed"), nullable=False),
        sa.Column("finding", sa.String(), nullable=True),
        sa.Column("reasons", sa.String(), nullable=False),
        sa.Column("exception", sa.String(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("given_by_id", sa.Uuid(), nullable=False),
        *identified(),
        sa.CheckConstraint("status <> 'unverified'", name="ck_opinions_takes_two"),
        refers("opinions", "claim_id", "claims"),
        refers("opinions", "given_by_id", "contributors"),
        sa.PrimaryKeyConstraint("id", name="pk_opinions"),
        sa.UniqueConstraint(
            "claim_id", "basis", "given_by_id", name="uq_opinions_claim_id_basis_given_by_id"
        ),
    )
    # SQLite adds a column that refers to another table, and its uniqueness by an index only.
    refers_to = sa.ForeignKey("opinions.id", name="fk_verdicts_opinion_id_opinions")
    column = sa.Column("opinion_id", sa.Uuid(), refers_to, nullable=True)
    op.add_column("verdicts", column, inline_references=True)
    op.create_index("uq_verdicts_opinion_id", "verdicts", ["opinion_id"], unique=True)


def identified() -> tuple[sa.Column, sa.Column]:
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
    )


def words(name: str, *allowed: str) -> sa.Enum:
    return sa.Enum(*allowed, name=name, native_enum=False, create_constraint=True)


def refers(table: str, column: str, to: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{to}.id"], name=f"fk_{table}_{column}_{to}")
