"""What the application is put together of, and that nothing of it comes by itself."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

#: Not yet named in `create_app`.
FILLED = {
    "api.claims.service.CONSEQUENCES",
    "api.claims.service.CONSEQUENCES_OF_WITHDRAWAL",
    "api.http.negotiation.FORMS",
}


def test_importing_a_module_registers_nothing():
    command = [sys.executable, "-m", "tests.support.registries"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert {line.split()[0] for line in done.stdout.splitlines()} == FILLED


def test_every_job_has_its_handler_and_name(app):
    """Jobs wait in the databases of installations under these names."""
    assert list(app.extensions["jobs"].handlers) == [
        "snapshot.archive",
        "article.read",
        "claims.reanchor",
        "claims.encode",
        "evidence.examine",
        "evidence.recheck",
        "evidence.suggest",
        "lines.redraw",
        "lines.redraw_of_article",
        "verdict.reassess",
        "log.checkpoint",
        "feeds.import",
        "webhook.send",
    ]
