"""The migrations: one line of them, there and back, and the models are what they make."""

import re
from datetime import timedelta

import pytest
import sqlalchemy
from alembic import command
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from api.database.migrate import alembic_config, migrate
from api.database.session import Base, connect, transaction
from api.evidence.examination import rechecking
from api.evidence.models import Evidence, RecheckSchedule
from api.sources.models import Host
from migrations import append_only
from tests.support.tampering import make_key, verify

pytestmark = pytest.mark.each_database


def test_there_is_one_head(database_url):
    assert len(ScriptDirectory.from_config(alembic_config(database_url)).get_heads()) == 1


def test_the_models_are_what_the_migrations_make(database_url):
    command.check(alembic_config(database_url))


def test_down_and_up_again(database_url):
    config = alembic_config(database_url)
    tables = set(inspect(connect(database_url)).get_table_names())
    command.downgrade(config, "base")
    left = set(inspect(connect(database_url)).get_table_names())
    assert "claims" in tables and "claims" not in left
    command.upgrade(config, "head")
    assert set(inspect(connect(database_url)).get_table_names()) == tables


def test_migrating_twice_is_harmless(database_url):
    migrate(database_url)
    migrate(database_url)


def test_the_database_knows_every_word_of_the_closed_vocabularies(database_url):
    """`alembic check` does not look at them: a word may be missing where two migrations add."""
    constraints = inspect(connect(database_url)).get_check_constraints
    for table in Base.metadata.sorted_tables:
        checks = [each["sqltext"] for each in constraints(table.name)]
        for column in table.columns:
            if isinstance(column.type, sqlalchemy.Enum):
                lists_words = re.compile(rf"\(*{column.name}\)?(::text)?\)? (IN|= ANY) ").match
                (check,) = filter(lists_words, checks)
                known = re.findall(r"'([^']+)'", check)
                assert set(known) == set(column.type.enums), f"{table.name}.{column.name}"


@pytest.mark.parametrize(
    "table", ["verdicts", "audit_log", "snapshots", "rechecks", "corrections", "interests"]
)
@pytest.mark.parametrize("change", ["UPDATE {} SET created_at = created_at", "DELETE FROM {}"])
def test_the_database_refuses_to_rewrite_history(api, claim, submit, table, change):
    evidence = submit(claim, "first.example", "disputes")
    api.work()
    decision = {"status": "disputed", "reasons": "So it is.", "evidence": [evidence["id"]]}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)
    correction = {"wrong": "April", "right": "March", "reason": "We misread it."}
    api.reviewer.post(f"/claims/{claim['id']}/corrections", correction, expect=201)
    interest = {"interest": "I wrote it."}
    api.reviewer.post(f"/claims/{claim['id']}/interests", interest, expect=201)
    api.reviewer.post(f"/evidence/{evidence['id']}/recheck", expect=202)
    with api.app.app_context():
        rechecking.recheck_host("first.example")
    with (
        pytest.raises(DBAPIError, match="append-only"),
        api.app.extensions["engine"].begin() as connection,
    ):
        connection.execute(text(change.format(table)))


def test_snapshots_from_before_bytes_were_kept_stay(database_url):
    config, engine = alembic_config(database_url), connect(database_url)
    before = ScriptDirectory.from_config(config).get_revision("0002").down_revision
    command.downgrade(config, before)
    old = {
        **dict.fromkeys(("requested_url", "final_url"), "http://a.example/"),
        **dict.fromkeys(("content_type", "sha256", "text", "text_sha256"), "x"),
        **dict.fromkeys(("redirects", "headers"), "[]"),
        **dict.fromkeys(("retrieved_at", "created_at"), "2026-01-01 00:00:00+00:00"),
        "status": 200,
        "byte_length": 1,
        "stand_in": False,
        "id": "0" * 32,
    }
    names, values = ", ".join(old), ", ".join(f":{name}" for name in old)
    with engine.begin() as connection:
        connection.execute(text(f"INSERT INTO snapshots ({names}) VALUES ({values})"), old)
    command.upgrade(config, "head")
    with engine.connect() as connection:
        (row,) = connection.execute(text("SELECT * FROM snapshots")).mappings()
    assert row["text"] == "x" and row["payload_sha256"] is None
    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(text("DELETE FROM snapshots"))


def test_what_was_verified_before_is_checked_again_from_then_on(
    api, claim, submit, outside, database_url
):
    verified = submit(claim, "one.example")
    api.work()
    submit(claim, "two.example")
    outside.publish(verified["source_url"], "It has lost its words.")
    api.reviewer.post(f"/evidence/{verified['id']}/recheck", expect=202)
    with api.app.app_context():
        rechecking.recheck_host("one.example")
    config, ledger = alembic_config(database_url), f"/claims/{claim['id']}/audit-log"
    *before, stale = api.anyone.get(ledger).json["items"]
    command.downgrade(config, "0003-1")
    command.upgrade(config, "head")
    assert stale["what"] == "evidence stale"
    assert api.anyone.get(ledger).json["items"] == before
    with api.app.app_context(), transaction(reads=True) as session:
        (watch,) = session.scalars(select(RecheckSchedule))
        (host,) = session.scalars(select(Host))
        examined_at = session.get_one(Evidence, watch.evidence_id).examined_at
    assert str(watch.evidence_id) == verified["id"] and host.name == watch.host == "one.example"
    assert host.due_at == watch.due_at == examined_at + timedelta(days=7)


def test_verdicts_of_a_time_before_the_log_get_into_it(api, claim, database_url):
    decision = {"status": "unverified", "reasons": "So it is."}
    path = f"/claims/{claim['id']}/verdicts"
    given = [api.reviewer.post(path, decision, expect=201).json for _ in range(2)]
    api.work()
    command.downgrade(alembic_config(database_url), "0005-1")
    command.upgrade(alembic_config(database_url), "head")
    make_key(api)
    for index, verdict in enumerate(given):
        proof = api.anyone.get(f"/verdicts/{verdict['id']}/proof").json
        assert (proof["index"], proof["hash"]) == (index, verdict["hash"])
    assert verify(api)[0] == 0


def test_a_new_word_for_the_ledger_leaves_it_its_triggers(dialect, database_url):
    triggers = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_log'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = 'audit_log'::regclass",
    }[dialect]
    with connect(database_url).begin() as connection:
        before = set(connection.scalars(text(triggers)))
        with Operations.context(MigrationContext.configure(connection)):
            words = append_only.happenings("audit_log")
            append_only.allow_happenings(words | {"bridge opened"}, "audit_log")
            assert append_only.happenings("audit_log") == words | {"bridge opened"}
        assert set(connection.scalars(text(triggers))) == before
        assert "audit_log_takes_its_place" in before and len(before) > 1


@pytest.mark.once
def test_sqlites_folder_is_made(tmp_path):
    path = tmp_path / "not" / "there" / "claims.sqlite"
    migrate(f"sqlite:///{path}")
    assert path.exists()
