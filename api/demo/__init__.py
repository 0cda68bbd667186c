"""The demo: everything in one foreground command, on real components and stand-in pages."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import Authorization

from api.atomic_file import replace_file
from api.auth.roles import Role
from api.claims.models import Claim
from api.config.settings import ROOT, Settings
from api.contributors import keys
from api.database.migrate import migrate
from api.database.session import transaction
from api.demo import processes, stand_in_pages
from api.demo.fixtures import get_or_enrol_person, load_fixtures, wait_for_worker
from api.jobs.shutdown import ShutdownSignal
from api.verdicts.transparency_log import keys as signing
from api.verdicts.transparency_log import service as log

#: What the demo's log of verdicts is called.
LOG_ORIGIN = "localhost/claimledger-demo"


def run_demo(create_app: Callable[[Settings], Flask]) -> None:
    """Set up in $DATA, load the fixtures, serve on $PORT until SIGINT or SIGTERM. While it is
    ready, and only then, $DATA/demo.json says where and with which keys.
    """
    if not (fixtures := ROOT / "fixtures").is_dir():
        click.echo(f"The demo loads {fixtures}, which is not here: run it in a clone.", err=True)
        raise SystemExit(2)
    shutdown = ShutdownSignal()

    def pause(seconds: float) -> None:
        """Only here is it interrupted: no transaction that has begun is broken off."""
        if shutdown.wait(seconds):
            raise KeyboardInterrupt

    if "MAKELEVEL" in os.environ:  # make waits for this process, unless it is killed outright
        processes.end_with_parent()
    data = Path(os.environ.get("DATA", "var/demo")).resolve()
    port = int(os.environ.get("PORT", "8000"))
    processes.require_free_port(port)
    settings = _set_up(data)
    migrate(settings.database_url)
    with (
        suppress(KeyboardInterrupt),
        create_app(settings).app_context(),
        _published_while_ready(data) as last,
        processes.run_processes(port, pause) as started,
    ):
        log_key = _log_key()
        load_fixtures(fixtures, wait=lambda: wait_for_worker(pause))
        introduction = {
            "url": f"http://127.0.0.1:{port}",
            "keys": _keys(last),
            "log_key": log_key,
        }
        with replace_file(data / "demo.json", mode=0o600) as file:  # it holds keys
            file.write(json.dumps(introduction, indent=2) + "\n")
        _introduce(introduction)
        processes.wait_for_exit(started, pause)
        raise SystemExit("The server or the worker has ended: what it said stands above.")


def _set_up(data: Path) -> Settings:
    """Have all in the folder, also for processes started here, and stand-ins unless $LIVE."""
    data.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{data / 'claimledger.sqlite'}")
    os.environ.setdefault("BLOB_STORE", str(data / "blobs"))
    os.environ.setdefault("LOG_KEYS", str(data / "keys"))
    os.environ.setdefault("LOG_LEVEL", "WARNING")  # what the demo prints is for people
    if os.environ.get("LIVE", "") in {"", "0"}:
        stand_in, authority = stand_in_pages.serve_pages(ROOT / "fixtures/pages", data)
        os.environ["FETCH_CONNECT_TO"] = f"*:443=127.0.0.1:{stand_in}"
        os.environ["FETCH_CA_FILE"] = str(authority)
    return Settings.from_environment()


@contextmanager
def _published_while_ready(data: Path) -> Iterator[Path]:
    """Put demo.json aside, before and after, to where its keys are found the next time."""
    now, last = data / "demo.json", data / "last-demo.json"
    try:
        if now.exists():
            now.replace(last)
        yield last
    finally:
        if now.exists():
            now.replace(last)


def _log_key() -> str:
    """The key that signs the log of verdicts, as it is given out."""
    keys = signing.signing_keys()
    if not keys.public():
        keys.create(LOG_ORIGIN)
        log.sign_checkpoint()
    return str(keys.public()[0])


def _keys(known: Path) -> dict[str, str]:
    """A key for each role: those of the last run if they still open the door, else new ones."""
    old: dict[str, Any] = json.loads(known.read_text())["keys"] if known.exists() else {}
    with transaction():
        return {
            role: key
            if (key := old.get(role)) and _is_valid(key)
            else keys.issue_key(get_or_enrol_person(role))[1]
            for role in Role
        }


def _is_valid(key: str) -> bool:
    return keys.find_owner(Authorization("bearer", token=key), noting_use=False) is not None


def _introduce(introduction: dict[str, Any]) -> None:
    """Print where it is, the keys, and three things to try."""
    url, keys = introduction["url"], introduction["keys"]
    item = json.loads((ROOT / "fixtures/try.json").read_text())
    claims = json.loads((ROOT / "fixtures/claims.json").read_text())
    key = item.pop("claim")
    statement = next(each["statement"] for each in claims if each["key"] == key)
    with transaction(reads=True) as session:
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
