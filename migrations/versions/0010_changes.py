"""Each entry of the ledger has a place in the order in which transactions were committed."""

import sqlalchemy as sa
from alembic import op

from migrations.append_only import refuse_changes

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

NEXT = "INSERT INTO changes (position, entry_id) SELECT coalesce(max(position), 0) + 1, NEW.id"


def upgrade() -> None:
    op.create_index("ix_ledger_what_id", "ledger", ["what", "id"])
    op.create_table(
        "changes",
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("position", name="pk_changes"),
        sa.UniqueConstraint("entry_id", name="uq_changes_entry_id"),
    )
    op.execute(
        "INSERT INTO changes (position, entry_id) "
        "SELECT row_number() OVER (ORDER BY id), id FROM ledger"
    )
    refuse_changes("changes")
    if op.get_bind().dialect.name == "sqlite":  # one transaction writes at a time
        op.execute(
            f"CREATE TRIGGER ledger_takes_its_place AFTER INSERT ON ledger "
            f"BEGIN {NEXT} FROM changes; END"
        )
        return
    # Deferred to the commit: between the lock and its end nothing is waited for, not even the
    # client, and those who commit take turns only for as long as committing takes.
    op.execute(
        "CREATE FUNCTION take_place() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        "PERFORM pg_advisory_xact_lock('changes'::regclass::oid::bigint); "
        f"{NEXT} FROM changes; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE CONSTRAINT TRIGGER ledger_takes_its_place AFTER INSERT ON ledger "
        "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION take_place()"
    )


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER ledger_takes_its_place")
    else:
        op.execute("DROP TRIGGER ledger_takes_its_place ON ledger")
        op.execute("DROP FUNCTION take_place()")
    op.drop_table("changes")
    op.drop_index("ix_ledger_what_id", "ledger")
