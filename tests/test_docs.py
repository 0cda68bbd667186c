"""The documents agree with the code: links, settings, operations, and the README's length."""

import re
import runpy
from pathlib import Path

import pytest

from api.config.settings import Settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
SETTING = re.compile(r"^\| `([A-Z_]+)` \| (?:`([^`]*)`)? ?\| (.*) \|$", re.M)


def anchors(document):
    """The headings' anchors, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    for link in re.findall(r"\]\(([^)\s]+)\)", document.read_text()):
        path, _, anchor = link.partition("#")
        if "://" in link or not (path or anchor):
            continue
        target = document.parent / path if path else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_the_index_names_every_document():
    linked = set(re.findall(r"\]\(([\w-]+\.md)\)", (ROOT / "docs/README.md").read_text()))
    assert linked == {path.name for path in (ROOT / "docs").glob("*.md")} - {"README.md"}


def test_configuration_has_every_setting():
    # Made by `flask --app wsgi settings`.
    assert SETTING.findall((ROOT / "docs/configuration.md").read_text()) == list(Settings.table())


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text().splitlines()) <= 90


def test_the_operations_named_exist(app):
    paths = app.test_client().get("/openapi.json").json["paths"]
    known = {
        f"{method.upper()} {re.sub(r'{[^}]+}', '{id}', path.removeprefix('/v1/'))}"
        for path, item in paths.items()
        for method in item
    }
    text = (ROOT / "docs/api.md").read_text()
    named = re.findall(r"`([A-Z]+) /([^`?]+)(?:\?[^`]*)?`", text)
    assert len(named) > 40
    assert {f"{method} {path}" for method, path in named} <= {
        each.replace(" /", " ") for each in known
    }


def test_the_data_model_is_drawn():
    drawn = runpy.run_path(str(ROOT / "docs/data_model.py"))["draw_data_model"]()
    # Made by `.venv/bin/python docs/data_model.py`.
    assert f"```mermaid\n{drawn}\n```" in (ROOT / "docs/architecture.md").read_text()
