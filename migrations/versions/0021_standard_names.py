"""Tables and columns are called by the field's terms, as the code is. No data changes.

SQLite keeps the names of constraints in a table's text, so each table that is renamed is made anew,
by the procedure of https://sqlite.org/lang_altertable.html#otheralter. PostgreSQL renames in place.
"""

import re

import sqlalchemy as sa
from alembic import op

from migrations.append_only import on_sqlite

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

TABLES = {
    "announcing": "fanout_cursor",
    "archivings": "archive_attempts",
    "claim_wordings": "quote_digests",
    "ledger": "audit_log",
    "line_rulings": "group_rulings",
    "standings": "claim_assessments",
    "statement_members": "claim_group_members",
    "visits": "web_sessions",
    "watches": "recheck_schedules",
}
#: By the table's name after the upgrade.
COLUMNS = {
    "claim_assessments": {
        "supporting_lines": "supporting_groups",
        "disputing_lines": "disputing_groups",
        "would_be": "supported_status",
    },
    "evidence": {
        "line": "group_number",
        "line_reasons": "group_reasons",
        "outside": "independent",
        "inside_because": "not_independent_reason",
        "traits": "origin_features",
    },
}
#: What of a table carries its name on PostgreSQL, and how it is renamed.
ATTACHED = {
    "CONSTRAINT": "SELECT conname FROM pg_constraint WHERE conrelid = CAST(:table AS regclass)",
    "INDEX": "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
    " AND tablename = :table",
    "TRIGGER": "SELECT tgname FROM pg_trigger WHERE tgrelid = CAST(:table AS regclass)"
    " AND NOT tgisinternal",
}


def upgrade() -> None:
    rename(TABLES)
    for table, columns in COLUMNS.items():
        for old, new in columns.items():
            op.execute(f"ALTER TABLE {table} RENAME COLUMN {old} TO {new}")


def downgrade() -> None:
    for table, columns in COLUMNS.items():
        for old, new in columns.items():
            op.execute(f"ALTER TABLE {table} RENAME COLUMN {new} TO {old}")
    rename({new: old for old, new in TABLES.items()})


def rename(tables: dict[str, str]) -> None:
    for old, new in tables.items():
        if on_sqlite():
            make_anew(old, new)
        else:
            rename_in_place(old, new)


def rename_in_place(old: str, new: str) -> None:
    op.execute(f"ALTER TABLE {old} RENAME TO {new}")
    for kind, question in ATTACHED.items():
        for name in ask(question, table=new):
            if old not in name:
                continue
            renamed = name.replace(old, new, 1)
            if kind == "INDEX":
                op.execute(f"ALTER INDEX {name} RENAME TO {renamed}")
            elif kind == "TRIGGER":
                op.execute(f"ALTER TRIGGER {name} ON {new} RENAME TO {renamed}")
            else:
                op.execute(f"ALTER TABLE {new} RENAME CONSTRAINT {name} TO {renamed}")


def make_anew(old: str, new: str) -> None:
    """The table under its new name, with its rows, then its indexes and triggers."""
    parts = ask(
        "SELECT sql FROM sqlite_master WHERE tbl_name = :table AND sql IS NOT NULL"
        " ORDER BY type <> 'table'",
        table=old,
    )
    table, *others = (re.sub(rf"(?<![a-z]){old}(?![a-z])", new, sql) for sql in parts)
    op.execute(sa.text(escaped(table)))
    op.execute(f"INSERT INTO {new} SELECT * FROM {old}")  # noqa: S608
    op.execute(f"DROP TABLE {old}")
    for sql in others:
        op.execute(sa.text(escaped(sql)))


def ask(question: str, **values: str) -> list[str]:
    return list(op.get_bind().execute(sa.text(question), values).scalars())


def escaped(sql: str) -> str:
    """A statement in which no colon names a parameter."""
    return sql.replace(":", r"\:")
