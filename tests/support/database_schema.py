"""The schema of a migrated database as text, in an order that does not change."""

from sqlalchemy import text

#: SQLite keeps each statement as it was given; tables, indexes, triggers and the full-text table.
SQLITE = """
    SELECT sql FROM sqlite_master
    WHERE sql IS NOT NULL AND name NOT GLOB 'sqlite_*' AND name NOT GLOB 'claim_terms_fts_*'
    ORDER BY tbl_name, type = 'trigger', type = 'index', name
"""

#: PostgreSQL writes each statement anew from its catalogue. NOT NULL is said of the column.
POSTGRESQL = """
    WITH tables AS (
        SELECT oid, relname FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
    )
    SELECT line FROM (
        SELECT relname AS owner, 1 AS kind, attname AS name,
            'TABLE ' || relname || ' COLUMN ' || attname || ' '
            || format_type(atttypid, atttypmod)
            || CASE WHEN attidentity <> '' THEN ' IDENTITY ' || attidentity::text ELSE '' END
            || CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END
            || coalesce(' DEFAULT ' || pg_get_expr(adbin, adrelid), '') AS line
        FROM tables JOIN pg_attribute ON attrelid = tables.oid
        LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        WHERE attnum > 0 AND NOT attisdropped
    UNION ALL
        SELECT relname, 2, conname, 'TABLE ' || relname || ' CONSTRAINT ' || conname || ' '
            || pg_get_constraintdef(pg_constraint.oid)
        FROM tables JOIN pg_constraint ON conrelid = tables.oid WHERE contype NOT IN ('n', 't')
    UNION ALL
        SELECT relname, 3, indexrelid::regclass::text, pg_get_indexdef(indexrelid)
        FROM tables JOIN pg_index ON indrelid = tables.oid
    UNION ALL
        SELECT relname, 4, tgname, pg_get_triggerdef(pg_trigger.oid)
        FROM tables JOIN pg_trigger ON tgrelid = tables.oid WHERE NOT tgisinternal
    UNION ALL
        SELECT '~ functions', 5, proname, pg_get_functiondef(pg_proc.oid)
        FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
    UNION ALL
        SELECT '~ sequences', 6, relname, 'SEQUENCE ' || relname FROM pg_class
        WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S'
    ) AS lines ORDER BY owner COLLATE "C", kind, name COLLATE "C"
"""


def schema_of(engine):
    """Every table, column, type, constraint, index, trigger and function, a statement a block."""
    question = SQLITE if engine.dialect.name == "sqlite" else POSTGRESQL
    with engine.connect() as connection:
        statements = connection.execute(text(question)).scalars().all()
    return "".join(f"{line}\n" for each in statements for line in lines_of(each))


def lines_of(statement):
    """A table's constraints by name: Alembic copies those of SQLite's tables in any order."""
    lines = [line.rstrip(" ,") for line in statement.strip().splitlines()]
    if statement.startswith("CREATE TABLE"):
        first, *body, last = lines
        lines = [first, *sorted(body, key=lambda line: line * ("\tCONSTRAINT" in line)), last]
    return lines
