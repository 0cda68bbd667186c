"""What migrations say of tables that are only added to, the audit log above all."""

import re

import sqlalchemy as sa
from alembic import op


def refuse_changes(table: str) -> None:
    """History is added to, never rewritten: the database itself refuses anything else."""
    if on_sqlite():
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    op.execute(
        f"CREATE TRIGGER {table}_refuses_changes BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )


def happenings(table: str = "ledger") -> set[str]:
    """The actions that the audit log may hold at present. It was called `ledger` up to 0020."""
    (check,) = sa.inspect(op.get_bind()).get_check_constraints(table)
    return set(re.findall("'([^']+)'", check["sqltext"]))


def allow_happenings(words: set[str], table: str = "ledger") -> None:
    """Let the audit log hold these actions, and no entry any more that says another.

    SQLite makes the table anew, without its triggers: it gets back all that it had. PostgreSQL
    does not look through the entries, while all wait, when they were allowed fewer words before.
    """
    among, only_more = f"what IN {tuple(sorted(words))}", words >= happenings(table)
    triggers = take_triggers(table)
    if not only_more:
        op.execute(f"DELETE FROM {table} WHERE NOT {among}")  # noqa: S608
    with op.batch_alter_table(table) as audit_log:
        if not on_sqlite():  # which leaves it out of the new table
            audit_log.drop_constraint(op.f(f"ck_{table}_happening"), type_="check")
        audit_log.create_check_constraint(
            op.f(f"ck_{table}_happening"), among, postgresql_not_valid=only_more
        )
    for trigger in triggers:
        op.execute(trigger)
    if not on_sqlite():
        refuse_changes(table)


def take_triggers(table: str) -> list[str]:
    """Drop what keeps the table from being changed (on SQLite all its triggers, as statements that
    would make them).
    """
    if not on_sqlite():
        op.execute(f"DROP TRIGGER {table}_refuses_changes ON {table}")
        return []
    theirs = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table"
    found = op.get_bind().execute(sa.text(theirs), {"table": table}).all()
    for name, _ in found:
        op.execute(f"DROP TRIGGER {name}")
    return [sql for _, sql in found]


def on_sqlite() -> bool:
    return bool(op.get_bind().dialect.name == "sqlite")
