"""What others rest on, word for word: the OpenAPI document, the types of problem, and the schema
of the database. A change of any of them is a decision, which its golden file shows in the diff.

To renew the files after such a decision, on each database:

    RENEW_GOLDEN=1 .venv/bin/pytest --database sqlite tests/http/test_golden.py
    RENEW_GOLDEN=1 .venv/bin/pytest --database postgresql tests/http/test_golden.py
"""

import pytest
from alembic import command

from api import errors
from api.app import create_app
from api.config.settings import Settings
from api.database.migrate import alembic_config
from api.database.session import connect
from api.http import problems
from tests.support.database_schema import schema_of
from tests.support.golden_files import as_json, hold_against_golden

pytestmark = pytest.mark.each_database


@pytest.fixture(scope="module")
def client():
    """Of an application with the default settings. No request here needs a database."""
    return create_app(Settings(database_url="sqlite://")).test_client()


def test_the_openapi_document(client):
    hold_against_golden("openapi.json", as_json(client.get("/openapi.json").json))


def test_the_types_of_problem(client):
    """The framework's own and ours: each has a page at its type, which says what it means."""
    ours = {kind.slug for kind in errors.problem_classes() if kind.__module__.startswith("api.")}
    plain = {errors.kebab_case(title) for title in problems.PLAIN.values()}
    found = {}
    for slug in ours | plain:
        page = client.get(f"/problems/{slug}")
        assert page.status_code == 200, slug
        heading, _, explanation = page.get_data(as_text=True).strip().partition("\n\n")
        title, _, status = heading.rpartition(" ")
        found[f"/problems/{slug}"] = {
            "title": title,
            "status": int(status.strip("()")),
            "explanation": explanation,
        }
    hold_against_golden("problems.json", as_json(found))


@pytest.fixture
def migrated(database_url, dialect, tmp_path):
    """An engine on a database after all migrations. On SQLite the job engine's tables lie beside
    ours, so that this one is made without them.
    """
    url = database_url
    if dialect == "sqlite":
        url = f"sqlite:///{tmp_path / 'golden.sqlite'}"
        command.upgrade(alembic_config(url), "head")
    engine = connect(url)
    yield engine
    engine.dispose()


def test_the_schema_of_the_database(migrated, dialect):
    hold_against_golden(f"schema-{dialect}.sql", schema_of(migrated))
