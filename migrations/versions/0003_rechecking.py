"""Sources are asked for again: hosts with their rests, dates, and what came of it."""

from datetime import timedelta
from urllib.parse import urlsplit

import sqlalchemy as sa
from alembic import op

from migrations.append_only import allow_happenings, happenings, refuse_changes

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

HAPPENINGS = {"evidence stale", "evidence current"}
WEEK = timedelta(days=7)


def upgrade() -> None:
    hosts = op.create_table(
        "hosts",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("free_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_hosts"),
    )
    op.create_index("ix_hosts_due_at", "hosts", ["due_at"])
    watches = op.create_table(
        "watches",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column("host", sa.String(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dates", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("missing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["contributors.id"], name="fk_watches_asked_by_id_contributors"
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name="fk_watches_evidence_id_evidence"
        ),
        sa.ForeignKeyConstraint(["host"], ["hosts.name"], name="fk_watches_host_hosts"),
        sa.PrimaryKeyConstraint("evidence_id", name="pk_watches"),
    )
    op.create_index("ix_watches_host_due_at", "watches", ["host", "due_at"])
    op.create_table(
        "rechecks",
        sa.Column("evidence_id", sa.Uuid(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "unchanged",
                "quote_still_there",
                "quote_gone",
                "source_missing",
                "source_gone",
                "unreachable",
                name="outcome",
                native_enum=False,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.String(), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("snapshot_id", sa.Uuid(), nullable=True),
        sa.Column("asked_by_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["contributors.id"], name="fk_rechecks_asked_by_id_contributors"
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"], ["evidence.id"], name="fk_rechecks_evidence_id_evidence"
        ),
        sa.ForeignKeyConstraint(
            ["snapshot_id"], ["snapshots.id"], name="fk_rechecks_snapshot_id_snapshots"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_rechecks"),
    )
    op.create_index("ix_rechecks_evidence_id_id", "rechecks", ["evidence_id", "id"])
    refuse_changes("rechecks")
    op.add_column("evidence", sa.Column("stale_since", sa.DateTime(timezone=True), nullable=True))
    allow_happenings(happenings() | HAPPENINGS)
    watch_what_is_verified(hosts, watches)


def downgrade() -> None:
    allow_happenings(happenings() - HAPPENINGS)
    op.drop_column("evidence", "stale_since")
    op.drop_table("rechecks")
    op.drop_table("watches")
    op.drop_table("hosts")


def watch_what_is_verified(hosts: sa.Table, watches: sa.Table) -> None:
    """Quotes that were found before are checked again a week after that."""
    moment = sa.DateTime(timezone=True)
    evidence = sa.table(
        "evidence",
        sa.column("id", sa.Uuid()),
        sa.column("source_url"),
        sa.column("examined_at", moment),
        sa.column("state"),
    )
    found = sa.select(evidence).where(evidence.c.state == "quote_verified")
    rows = op.get_bind().execute(found.order_by(evidence.c.examined_at.desc())).all()
    first = {host_of(row.source_url): row.examined_at for row in rows}
    op.bulk_insert(
        hosts,
        [{"name": host, "free_at": at, "due_at": at + WEEK} for host, at in first.items()],
    )
    op.bulk_insert(
        watches,
        [
            {
                "evidence_id": row.id,
                "host": host_of(row.source_url),
                "due_at": row.examined_at + WEEK,
                "dates": 0,
                "failures": 0,
            }
            for row in rows
        ],
    )


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").rstrip(".").encode("idna").decode().lower()
