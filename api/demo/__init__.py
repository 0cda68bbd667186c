"""The demo: everything in one foreground command, on real components and stand-in pages."""

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
import requests
from sqlalchemy import select

from api import create_app, db
from api.claims.models import Claim
from api.config import ROOT, Settings
from api.contributors import keys
from api.contributors.models import Role
from api.demo import standins
from api.demo.seeding import enrolled, seed
from api.migrating import migrate

START_WITHIN = 30


def run() -> None:
    """Set up in $DATA, load the fixtures, serve on $PORT until SIGINT or SIGTERM."""
    data = Path(os.environ.get("DATA", "var/demo")).resolve()
    port = int(os.environ.get("PORT", "8000"))
    data.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{data / 'claimledger.sqlite'}")
    os.environ.setdefault("BLOB_STORE", str(data / "blobs"))
    if os.environ.get("LIVE", "") in {"", "0"}:
        stand_in, authority = standins.serve(ROOT / "fixtures/pages", data)
        os.environ["FETCH_CONNECT_TO"] = f"*:443=127.0.0.1:{stand_in}"
        os.environ["FETCH_CA_FILE"] = str(authority)
    settings = Settings.from_environment()
    migrate(settings.database_url)
    app = create_app(settings)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with app.app_context(), _running(port):
        seed(ROOT / "fixtures")
        introduction = {"url": f"http://127.0.0.1:{port}", "keys": _keys(data / "demo.json")}
        _write(data / "demo.json", introduction)
        _introduce(introduction)
        signal.pause()


@contextmanager
def _running(port: int) -> Iterator[None]:
    """Server and worker as processes of their own, ended together."""
    python = [sys.executable, "-m"]
    server = ["granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "4"]
    commands = [
        [*python, *server, "--backpressure", "64", "--no-ws", "--log-level", "warning", "wsgi:app"],
        [*python, "flask", "--app", "wsgi", "worker"],
    ]
    # In a session of their own, Ctrl-C reaches this process alone, which then ends them in turn.
    processes = [
        subprocess.Popen(each, cwd=ROOT, start_new_session=True)  # noqa: S603
        for each in commands
    ]
    try:
        _await_answer(f"http://127.0.0.1:{port}/readyz", processes)
        yield
    except KeyboardInterrupt:
        click.echo("\nStopping.")
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait()


def _await_answer(url: str, processes: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + START_WITHIN
    while any(process.poll() is None for process in processes) and time.monotonic() < deadline:
        if any(process.poll() is not None for process in processes):
            break
        try:
            if requests.get(url, timeout=1).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise SystemExit(f"The demo did not start: {url} does not answer. Is the port taken?")


def _keys(known: Path) -> dict[str, str]:
    """A key for each role: those of the last run if they still open the door, else new ones."""
    old: dict[str, Any] = json.loads(known.read_text())["keys"] if known.exists() else {}
    with db.transaction():
        return {role: old.get(role) or keys.issue(enrolled(role))[1] for role in Role}


def _write(path: Path, introduction: dict[str, Any]) -> None:
    """Whole or not at all, and for nobody else to read: it holds keys."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(introduction, indent=2) + "\n")
    draft.replace(path)


def _introduce(introduction: dict[str, Any]) -> None:
    """Print where it is, the keys, and three things to try."""
    url, keys = introduction["url"], introduction["keys"]
    item = json.loads((ROOT / "fixtures/try.json").read_text())
    claims = json.loads((ROOT / "fixtures/claims.json").read_text())
    key = item.pop("claim")
    statement = next(each["statement"] for each in claims if each["key"] == key)
    with db.transaction(reads=True) as session:
        claim = session.scalars(select(Claim.id).filter_by(statement=statement)).one()
    evidence, status = f"{url}/v1/claims/{claim}/evidence", f"{url}/v1/claims/{claim}/status"
    post = f"curl -sX POST {evidence} -H 'Content-Type: application/json'"
    bearer = f"-H 'Authorization: Bearer {keys[Role.CONTRIBUTOR]}'"
    click.echo(
        f"""
Claimledger is running at {url} (documentation: {url}/docs)

API keys
{"".join(f"  {role:12} {each}{os.linesep}" for role, each in keys.items())}
Submit evidence, which a worker examines at once:
  {post} {bearer} -d '{json.dumps(item)}'

Fetch what is known about the claim:
  curl -s {status}

See how a bad request is answered:
  {post} {bearer} -d '{{"source_url": "http://127.0.0.1/", "quote": "short", "stance": "maybe"}}'

Ctrl-C stops it."""
    )
