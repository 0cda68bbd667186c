"""What somebody can do who has the database, and neither the service nor its keys."""

import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import psycopg

VERIFIER = Path(__file__).parent.parent / "verifier/claimledger_verify.py"


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


def verify(api):
    """What `flask verify` says: its exit status, and its words."""
    result = api.app.test_cli_runner().invoke(args=["verify"])
    return result.exit_code, result.output


def make_key(api, origin="example.org/log"):
    """The log's first key, as it is given out."""
    result = api.app.test_cli_runner().invoke(args=["log-key", "create", origin])
    assert result.exit_code == 0, result.output
    return result.output.strip()


def check(folder, content, *arguments, known=None):
    """What the verifier says of a bundle or proof, as a process of its own in an empty folder."""
    folder = folder / "elsewhere"
    folder.mkdir(exist_ok=True)
    file = folder / "content"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    if known is not None:
        (folder / "known").write_text(known, "utf-8")
        arguments = (*arguments, "--known", "known")
    command = [sys.executable, "-I", str(VERIFIER), file.name, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=30)
    return done.returncode, done.stdout + done.stderr
