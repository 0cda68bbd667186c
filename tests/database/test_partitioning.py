"""The audit log in parts, made by what docs/scaling.md says: everything works as before."""

import re

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from api.config.settings import ROOT
from migrations import append_only
from tests.support.tampering import make_key, verify

pytestmark = pytest.mark.postgresql

PARTS = ["audit_log", "audit_log_before_2027", "audit_log_from_2027"]


@pytest.fixture
def in_parts(api, claim, submit):
    """All that was entered so far is in the first part, what is entered now in the second."""
    submit(claim, "a.example", "disputes")
    api.work()
    (recipe,) = re.findall(r"```sql\n(.*?)```", (ROOT / "docs/scaling.md").read_text(), re.DOTALL)
    engine = api.app.extensions["engine"]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        moment = connection.scalar(text("SELECT clock_timestamp()::text"))
        connection.exec_driver_sql(recipe.replace("2027-01-01Z", moment))
    return entries(api)


def entries(api):
    with api.app.extensions["engine"].connect() as connection:
        return {part: connection.scalar(text(f"SELECT count(*) FROM {part}")) for part in PARTS}


def test_all_goes_on_on_an_audit_log_in_parts(api, claim, submit, in_parts):
    assert in_parts["audit_log"] == in_parts["audit_log_before_2027"] > 2
    path = f"/claims/{claim['id']}"
    before = api.anyone.get(f"{path}/audit-log").json["items"]
    changes = api.anyone.get("/changes").json
    item = submit(claim, "b.example", "disputes")
    api.work()
    decision = {"status": "disputed", "reasons": "So it is.", "evidence": [item["id"]]}
    api.reviewer.post(f"{path}/verdicts", decision, expect=201)
    api.work()
    now = entries(api)
    assert now["audit_log_from_2027"] > 2 and now["audit_log_before_2027"] == in_parts["audit_log"]
    after = api.anyone.get(f"{path}/audit-log").json["items"]
    assert after[: len(before)] == before and len(after) > len(before)
    rest = api.anyone.get(f"/changes?cursor={changes['next_cursor']}").json["items"]
    assert rest[0]["type"] == "evidence.submitted"
    assert api.anyone.get("/changes").json["items"] == changes["items"] + rest
    make_key(api)
    assert verify(api)[0] == 0


@pytest.mark.parametrize("part", PARTS)
def test_no_part_can_be_rewritten(api, claim, submit, in_parts, part):
    submit(claim, "b.example")
    for change in (f"UPDATE {part} SET what = what", f"DELETE FROM {part}", f"TRUNCATE {part}"):
        with (
            pytest.raises(DBAPIError, match="append-only"),
            api.app.extensions["engine"].begin() as connection,
        ):
            connection.execute(text(change))


def test_an_audit_log_in_parts_takes_new_words_and_points_to_what_is_there(api, claim, in_parts):
    with (
        api.app.extensions["engine"].begin() as connection,
        Operations.context(MigrationContext.configure(connection)),
    ):
        allowed = append_only.happenings("audit_log")
        append_only.allow_happenings(allowed | {"bridge opened"}, "audit_log")
    enter = text(
        "INSERT INTO audit_log (id, created_at, claim_id, subject_id, what, details)"
        " VALUES (first_id(clock_timestamp()), now(), :claim, :claim, :what, '{}')"
    )
    with api.app.extensions["engine"].begin() as connection:
        connection.execute(enter, {"what": "bridge opened", "claim": claim["id"]})
    for what, id, refusal in (
        ("bridge closed", claim["id"], "ck_audit_log_happening"),
        ("bridge opened", claim["article_id"], "fk_audit_log_claim_id_claims"),
    ):
        with (
            pytest.raises(DBAPIError, match=refusal),
            api.app.extensions["engine"].begin() as connection,
        ):
            connection.execute(enter, {"what": what, "claim": id})


def test_a_backup_of_an_audit_log_in_parts_is_restored_as_one(
    api, claim, submit, in_parts, empty_database_url, restart, tmp_path
):
    submit(claim, "b.example")
    api.work()
    cli = api.app.test_cli_runner()
    assert cli.invoke(args=["backup", str(tmp_path / "kept")]).exit_code == 0
    other = restart(database_url=empty_database_url)
    told = other.app.test_cli_runner().invoke(args=["restore", str(tmp_path / "kept")])
    assert told.exit_code == 0, told.output
    assert other.anyone.get("/changes").json == api.anyone.get("/changes").json
    other.app.extensions["engine"].dispose()
