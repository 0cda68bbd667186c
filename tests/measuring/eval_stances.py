"""Measure a language model's suggestions on texts whose stance is known.

    python -m tests.measuring.eval_stances FILE

A line of FILE is JSON: {"claim": …, "passage": …, "stance": "supports", "disputes" or "context"}. The
model is the one of STANCE_URL and STANCE_MODEL.
"""

import sys
import time
from pathlib import Path

import click

from api.app import create_app
from api.evidence.suggestions import job as suggesting
from api.evidence.suggestions.stances import NoSuggestion, StanceProvider, SuggestionOutcome
from tests.measuring.stance_measures import BadLine, Labelled, Said, labelled, report


@click.command
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def main(file: Path) -> None:
    """Ask the model about every line of FILE, and print how good its answers are.

    Nothing is stored. Exit status 1, before the model is asked, if a line is malformed.
    """
    with create_app().app_context():
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
        stance, outcome = provider.suggest(item.question).stance, SuggestionOutcome.SUGGESTED
    except NoSuggestion as none:
        stance, outcome = None, none.outcome
    return Said(item, stance, outcome, time.perf_counter() - began)


if __name__ == "__main__":
    main()
