"""Measuring a model before anybody trusts it: the command `flask measure-stance`."""

import sys
import time
from pathlib import Path

import click
from flask.cli import with_appcontext

from api.evidence.suggestions import job as suggesting
from api.evidence.suggestions.stance_measures import BadLine, Labelled, Said, labelled, report
from api.evidence.suggestions.stances import NoSuggestion, Outcome, StanceProvider


@click.command("measure-stance")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@with_appcontext
def measure_stance(file: Path) -> None:
    """Ask the model of STANCE_URL about every line of FILE, and print how good its answers are.

    A line is JSON: {"claim": …, "passage": …, "stance": "supports", "disputes" or "context"}.
    Nothing is stored. Exit status 1, before anybody is asked, if a line is none of those.
    """
    provider = suggesting.provider()
    if provider is None:
        raise click.UsageError("Set STANCE_URL and STANCE_MODEL.")
    try:
        with file.open("rb") as lines:
            items = list(labelled(lines))
    except BadLine as reason:
        raise click.ClickException(f"{file}, {reason}") from None
    if not items:
        raise click.ClickException(f"{file} has no lines.")
    with click.progressbar(items, label=provider.model, file=sys.stderr) as bar:
        said = [_ask(provider, item) for item in bar]
    for line in report(said):
        click.echo(line)


def _ask(provider: StanceProvider, item: Labelled) -> Said:
    began = time.perf_counter()
    try:
        stance, outcome = provider.suggest(item.question).stance, Outcome.SUGGESTED
    except NoSuggestion as none:
        stance, outcome = None, none.outcome
    return Said(item, stance, outcome, time.perf_counter() - began)
