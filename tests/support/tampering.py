"""What somebody can do who has the database, and neither the service nor its keys."""

import sqlite3
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO

import psycopg

from verifier import claimledger_verify as verifier


@contextmanager
def intruder(api):
    """Yields a function that executes SQL (with ? for values) and returns the rows; no trigger
    and no foreign key minds.
    """
    url = api.app.extensions["engine"].url
    if url.get_backend_name() == "sqlite":
        connection, mark = sqlite3.connect(url.database), "?"
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
            connection.execute(f"DROP TRIGGER {name}")
    else:
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection, mark = psycopg.connect(address), "%s"
        connection.execute("SET session_replication_role = replica")

    def execute(statement, *values):
        if mark != "?":
            statement = statement.replace("%", "%%").replace("?", mark)
        cursor = connection.execute(statement, values)
        return cursor.fetchall() if cursor.description else []

    yield execute
    connection.commit()
    connection.close()


def tamper(api, *statements):
    """Change the database behind the service's back."""
    with intruder(api) as execute:
        for statement in statements:
            execute(statement)


@contextmanager
def tampered(api, change):
    """With a table ("evidence SET …") changed, and as it was again after the block."""
    table = change.split()[0]
    tamper(api, f"CREATE TABLE untouched AS SELECT * FROM {table}", f"UPDATE {change}")
    try:
        yield
    finally:
        back = (f"DELETE FROM {table}", f"INSERT INTO {table} SELECT * FROM untouched")
        tamper(api, *back, "DROP TABLE untouched")


def verify(api, *options):
    """What `flask verify` says: its exit status, and its words."""
    result = api.app.test_cli_runner().invoke(args=["verify", *options])
    return result.exit_code, result.output


def make_key(api, origin="example.org/log"):
    """The log's first key, as it is given out."""
    result = api.app.test_cli_runner().invoke(args=["log-key", "create", origin])
    assert result.exit_code == 0, result.output
    return result.output.strip()


def check(folder, content, *arguments, known=None):
    """What the verifier says of a bundle or proof: its exit status, and its words."""
    file = folder / "content"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    if known is not None:
        (folder / "known").write_bytes(known if isinstance(known, bytes) else known.encode())
        arguments = (*arguments, "--known", str(folder / "known"))
    with redirect_stdout(StringIO()) as out, redirect_stderr(out):
        try:
            status = verifier.main([str(file), *arguments])
        except SystemExit as refusal:
            status = refusal.code
    return status, out.getvalue()
