"""Files in tests/golden that a test compares what it found with. RENEW_GOLDEN=1 writes them anew."""

import json
import os
from difflib import unified_diff
from itertools import islice
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parents[1] / "golden"
HOW_TO_RENEW = "If this change is meant, run it again with RENEW_GOLDEN=1 and commit the file."


def hold_against_golden(name, found):
    """Compare a text with its golden file; with RENEW_GOLDEN set, write the file."""
    path = GOLDEN / name
    if os.environ.get("RENEW_GOLDEN"):
        path.write_text(found)
    expected = path.read_text()
    if found != expected:
        changes = unified_diff(expected.splitlines(), found.splitlines(), name, "now", lineterm="")
        pytest.fail("\n".join([HOW_TO_RENEW, *islice(changes, 60)]), pytrace=False)


def as_json(content):
    return json.dumps(content, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
