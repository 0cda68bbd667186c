"""The commands: `flask --app wsgi …`.

`worker`, `restore` and `demo` import what only they need when they run: the job engine, Alembic and
PostgreSQL's driver take a quarter of the time of `flask --help`.
"""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from api.auth.roles import Role
from api.claims.search import indexing
from api.claims.semantic_index import Backfill, semantic_index
from api.config.settings import ROOT, Settings
from api.contributors import keys
from api.contributors import service as contributors
from api.database import migrate as migrating
from api.database.failures import is_unusable
from api.database.session import transaction
from api.errors import Unavailable
from api.imports import job as import_job
from api.imports.service import create_import
from api.jobs.queue import enqueue
from api.operations import backup as backing_up
from api.operations import metrics_endpoint
from api.operations.backup import BackupRefused
from api.publishing import export as exporting
from api.publishing.documents import NoPublicAddress
from api.verdicts import status_documents
from api.verdicts.integrity import verification
from api.verdicts.transparency_log import keys as signing
from api.verdicts.transparency_log import service as log
from api.verdicts.transparency_log.checkpoint import PublicKey
from api.verdicts.transparency_log.keys import SigningKeyRefused

#: Seconds after which a key of the log has surely been made.
KEY_CREATION_SECONDS = 5


def register_commands(app: Flask, create_app: Callable[[Settings], Flask]) -> None:
    """Add the commands to an application; the demo makes another one with `create_app`."""
    looking_after = (migrate, index, verify, backup, restore)
    others = (key, log_key, worker, seed, export, import_, settings, make_demo_command(create_app))
    for command in (*looking_after, *others):
        app.cli.add_command(command)


@contextmanager
def _explain_errors(status: int = 2) -> Iterator[None]:
    """Where a command cannot do its work, say why in one line, and end with this status."""
    import psycopg

    away = (sqlite3.OperationalError, psycopg.OperationalError)
    try:
        yield
        return
    except (BackupRefused, Unavailable, OSError) as error:
        said = str(error)
    except (DBAPIError, sqlite3.Error, psycopg.Error) as error:
        why = error.orig if isinstance(error, DBAPIError) else error
        if not isinstance(why, away) and not is_unusable(why):
            raise
        why_not = "does not answer, takes nothing, gives no rights, or was never migrated"
        said = f"The database {why_not}: {why}"
    click.echo(" ".join(said.split()), err=True)
    sys.exit(status)


@click.command
@with_appcontext
@_explain_errors()
def migrate() -> None:
    """Bring the database to the shape this version needs."""
    try:
        migrating.migrate(_settings().database_url)
    except migrating.TablesLocked as busy:
        raise click.ClickException(str(busy)) from None
    _index_claims()


@click.command
@with_appcontext
@_explain_errors()
def index() -> None:
    """Make findable what is not: claims from before there was an index, or another one.

    `migrate` does it too. Interrupted, it goes on where it was.
    """
    _index_claims()


@click.command
@click.argument("name")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@with_appcontext
@_explain_errors()
def key(name: str, role: str) -> None:
    """Enrol NAME, if nobody of that name and role is, and print a new API key."""
    with transaction():
        click.echo(keys.issue_key(contributors.get_or_enrol(name, Role(role)))[1])


@click.group
def log_key() -> None:
    """Make the keys that sign the log of verdicts."""


@log_key.command("create")
@click.argument("origin")
@with_appcontext
def create_log_key(origin: str) -> None:
    """Make the first key of a log named ORIGIN (an address without https://), and print it."""
    _make_log_key(lambda: signing.signing_keys().create(origin))


@log_key.command("rotate")
@with_appcontext
def rotate_log_key() -> None:
    """Make the next key, and print it. What the last one signed stays verifiable."""
    _make_log_key(lambda: signing.signing_keys().rotate())


@_explain_errors()
def _make_log_key(make: Callable[[], PublicKey]) -> None:
    try:
        # Before the key is made: a database that takes nothing costs nobody the one of before.
        with transaction():
            enqueue("log.checkpoint", after=KEY_CREATION_SECONDS)
        click.echo(make())
        log.sign_checkpoint()  # the new key signs at once what is there; if it cannot, the job will
    except (SigningKeyRefused, log.LogRewritten) as refusal:
        raise click.ClickException(str(refusal)) from None


@click.command
@with_appcontext
def worker() -> None:
    """Do the jobs that requests promise, until told to stop."""
    from api.jobs.worker import work

    if address := _settings().worker_metrics:
        try:
            metrics_endpoint.serve_metrics(address)
        except OSError as error:
            raise click.ClickException(f"WORKER_METRICS: {error}") from None
    work(current_app._get_current_object(), _settings())  # type: ignore[attr-defined]


@click.command
@click.option(
    "--bytes/--no-bytes", "with_bytes", default=True, help="Read the snapshots' bytes, too."
)
@with_appcontext
@_explain_errors()
def verify(with_bytes: bool) -> None:
    """Recompute it all: chains, log, checkpoints, texts, and the stored bytes' digests. Exit
    status 1 if anything is not as it was written, and each broken row is named; 2 if it cannot be
    looked at.
    """
    with transaction(reads=True):
        rows = verification.count_rows(with_bytes=with_bytes)
    with click.progressbar(length=rows, label="Verifying", file=sys.stderr) as bar:
        with transaction(reads=True):
            faults = list(verification.find_faults(bar.update))
        if with_bytes:
            faults += verification.find_byte_faults(bar.update)
    for fault in faults:
        click.echo(fault, err=True)
    click.echo("broken" if faults else "intact")
    sys.exit(1 if faults else 0)


@click.command
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--bytes/--no-bytes", "with_bytes", default=True, help="Copy the snapshots' bytes.")
@with_appcontext
@_explain_errors()
def backup(folder: Path, with_bytes: bool) -> None:
    """Back up the database and the snapshots' bytes to FOLDER, which must be new or empty, while
    servers and workers go on. Exit status 1 if bytes are missing, 2 if there is no backup.
    """
    made = backing_up.create_backup(folder, with_bytes=with_bytes)
    for digest in made.missing:
        click.echo(f"{digest}: the store of snapshots does not have it as it was kept", err=True)
    copied = made.payloads - len(made.missing)
    click.echo(f"{folder}: the database, and the bytes of {copied} payloads")
    sys.exit(1 if made.missing else 0)


@click.command
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@with_appcontext
def restore(folder: Path) -> None:
    """Restore a backup into an empty database, and check everything in it: as `verify` does, and
    every snapshot's bytes. Exit status 1 if something does not hold, 2 if it was not restored.
    """
    from api.operations import restore as restoring

    database_url = _settings().database_url
    with _explain_errors():
        restoring.restore(folder, database_url)
    faults = 0
    with _explain_errors(1):  # it is restored, whatever comes now
        migrating.migrate(database_url)
        for fault in restoring.find_faults():
            faults += 1
            click.echo(fault, err=True)
    click.echo(f"restored; {faults or 'no'} faults")
    sys.exit(1 if faults else 0)


@click.command
@click.argument("folder", type=click.Path(path_type=Path), default=ROOT / "fixtures")
@with_appcontext
@_explain_errors()
def seed(folder: Path) -> None:
    """Load an article, its claims, evidence and verdicts. A worker must be running."""
    from api.demo.fixtures import load_fixtures

    load_fixtures(folder)


def make_demo_command(create_app: Callable[[Settings], Flask]) -> click.Command:
    """The command `demo`, which serves an application of its own."""

    @click.command
    def demo() -> None:
        """Show it all: set up, load the fixtures, serve until Ctrl-C."""
        from api.demo import run_demo

        run_demo(create_app)

    return demo


@click.command
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@with_appcontext
@_explain_errors()
def export(folder: Path) -> None:
    """Write all reviews (reviews.ndjson, a ClaimReview in each line) and claims (claims.csv)
    into FOLDER. PUBLIC_URL must be set. A file takes the place of the last one when complete.
    """
    try:
        claims, reviews = exporting.export_all(folder)
    except NoPublicAddress as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"{claims} claims, {reviews} reviews")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--by", default="Import", help="In whose name; enrolled as a contributor if need be.")
@with_appcontext
@_explain_errors()
def import_(file: Path, by: str) -> None:
    """Import the reviews of FILE: NDJSON if it is called .ndjson or .jsonl, else JSON-LD."""
    with transaction():
        begun = create_import(by=contributors.get_or_enrol(by, Role.CONTRIBUTOR))
    with click.progressbar(length=file.stat().st_size, label=f"import {begun.id}") as bar:
        for position in import_job.import_file(begun.id, file):
            bar.update(position - bar.pos)
    for line in import_job.describe_result(begun.id):
        click.echo(line)


@click.command
def settings() -> None:
    """Print every setting with its default and meaning, as docs/configuration.md has them."""
    click.echo("| setting | default | meaning |\n|---|---|---|")
    for name, default, meaning in Settings.table():
        click.echo(f"| `{name}` | {f'`{default}`' if default else ''} | {meaning} |")


def _index_claims() -> None:
    works: list[tuple[Backfill, str]] = [
        (indexing, "Indexing claims"),
        (status_documents, "Storing statuses"),
    ]
    if (index := semantic_index()) is not None:
        works.append((index, "Encoding claims"))
    for work, label in works:
        with transaction(reads=True):
            missing = work.count_missing()
        if missing:
            with click.progressbar(length=missing, label=label) as bar:
                for done in work.backfill():
                    bar.update(done)


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
