"""Print the data model as a mermaid diagram, as docs/architecture.md has it. From the project's
folder: `.venv/bin/python docs/data_model.py`.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import api.app  # noqa: F401 - it imports all models
from api.database.session import Base


def draw_data_model() -> str:
    """Every table, and one line for each two tables that a foreign key joins: `||--o{` from the
    table that is referred to, `|o` where the key may be NULL.
    """
    lines = ["erDiagram"]
    tables = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
    for table in tables:
        parents = {}
        for key in sorted(table.foreign_key_constraints, key=lambda key: key.column_keys):
            names, parent = key.column_keys, key.referred_table.name
            optional = any(table.columns[name].nullable for name in names)
            columns, all_optional = parents.get(parent, ([], True))
            parents[parent] = (columns + names, all_optional and optional)
        for parent, (names, optional) in sorted(parents.items()):
            label = ", ".join(dict.fromkeys(names))
            lines.append(f'    {parent} {"|o" if optional else "||"}--o{{ {table.name} : "{label}"')
        if not parents and not any(key.referred_table is table for key in all_keys(tables)):
            lines.append(f"    {table.name}")
    return "\n".join(lines)


def all_keys(tables):
    return [key for table in tables for key in table.foreign_key_constraints]


if __name__ == "__main__":
    sys.stdout.write(draw_data_model() + "\n")
