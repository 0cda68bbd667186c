"""Backup and restore: all of it comes back, is checked, and nothing is overwritten."""

import json
import shutil
import uuid
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import inspect, make_url, text

from api.database.migrate import migrate
from tests.support.databases import administer
from tests.support.examples import create_article, create_claim, submit_evidence

pytestmark = pytest.mark.each_database


@pytest.fixture
def target(restart, empty_database_url, tmp_path):
    """An application on an empty database and store."""
    callers = restart(database_url=empty_database_url, blob_store=str(tmp_path / "restored-blobs"))
    yield callers
    callers.app.extensions["engine"].dispose()


def build_decided_claim(api, outside):
    """A decided claim, its snapshots, and a job that is due."""
    claim = create_claim(api, create_article(api))
    items = [
        submit_evidence(api, outside, claim, f"{name}.example", "disputes") for name in ("a", "b")
    ]
    api.work()
    decision = {"status": "disputed", "reasons": "So it is.", "evidence": [items[0]["id"]]}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)
    api.work()
    submit_evidence(api, outside, claim, "c.example", "supports")
    return claim


@pytest.fixture
def scenario(scenario, build_once, request):
    return build_once(build_decided_claim) if "full" in request.fixturenames else scenario


@pytest.fixture
def full(api):
    """An application with a decided claim, its snapshots, and a job that is due."""
    return api


@pytest.fixture
def claim(api, scenario):
    return scenario.rows or create_claim(api, create_article(api))


def run(callers, *command):
    done = callers.app.test_cli_runner().invoke(args=[str(each) for each in command])
    return done.exit_code, done.output


def rows(app):
    """Every row of every table, as the database has it."""
    engine = app.extensions["engine"]
    schemas = [None, "dbos"] if engine.dialect.name == "postgresql" else [None]
    found = {}
    with engine.connect().execution_options(reads=True) as connection:
        for schema in schemas:
            for table in inspect(connection).get_table_names(schema=schema):
                name = f"{schema}.{table}" if schema else table
                rows = connection.execute(text(f"SELECT * FROM {name}")).all()
                found[name] = sorted(map(str, rows))
    return found


@pytest.mark.filterwarnings("error::sqlalchemy.exc.SAWarning")
def test_all_of_it_comes_back(full, target, claim, tmp_path):
    before = rows(full.app)
    assert run(full, "backup", tmp_path / "backup") == (
        0,
        f"{tmp_path / 'backup'}: the database, and the bytes of 2 payloads\n",
    )
    assert run(target, "restore", tmp_path / "backup") == (0, "restored; no faults\n")
    assert rows(target.app) == before
    assert sum(map(len, before.values())) > 30

    status = target.anyone.get(f"/claims/{claim['id']}/status").json
    assert status["status"] == "disputed"
    (snapshot,) = {
        item["snapshot"]["content_url"]
        for item in target.anyone.get(f"/claims/{claim['id']}/evidence").json["items"]
        if item["snapshot"] and "a.example" in item["source_url"]
    }
    assert b"a.example found" in target.anyone.get(snapshot).get_data()


def test_life_goes_on_after_a_restore(full, target, claim, tmp_path):
    run(full, "backup", tmp_path / "backup")
    run(target, "restore", tmp_path / "backup")
    assert [job.name for job in target.due()] == [job.name for job in full.due()]
    assert target.work() > 0
    counts = target.anyone.get(f"/claims/{claim['id']}/evidence?stance=supports").json["items"]
    assert [item["state"] for item in counts] == ["quote_verified"]
    words = {"quote": "It cost much.", "statement": "It cost too much."}
    target.contributor.post(f"/articles/{claim['article_id']}/claims", words, expect=201)
    target.work()
    withdrawal = {"status": "unverified", "reasons": "On second thoughts."}
    target.reviewer.post(f"/claims/{claim['id']}/verdicts", withdrawal, expect=201)
    history = target.anyone.get(f"/claims/{claim['id']}/history").json
    assert history["intact"] and len(history["items"]) == 2
    with (
        pytest.raises(Exception, match="append-only"),
        target.app.extensions["engine"].begin() as connection,
    ):
        connection.execute(text("DELETE FROM audit_log"))


def test_what_is_written_meanwhile_is_whole_or_not_there(full, target, claim, tmp_path):
    """The server does not stop for a backup: here it answers while one is being made."""
    import threading

    stop, written = threading.Event(), []

    def write():
        while not stop.is_set():
            words = {"quote": "It cost much.", "statement": f"It was number {len(written)}."}
            path = f"/articles/{claim['article_id']}/claims"
            written.append(full.contributor.post(path, words, expect=201).json["id"])

    full.contributor  # noqa: B018 - enrolled before the thread starts
    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(3):
            assert run(full, "backup", tmp_path / f"backup-{n}")[0] == 0
    finally:
        stop.set()
        writer.join()
    assert run(target, "restore", tmp_path / "backup-2") == (0, "restored; no faults\n")
    found = rows(target.app)
    claims = [line for line in found["claims"] if "It was number" in line]
    assert len(claims) <= len(written)
    assert len([line for line in found["audit_log"] if "claim made" in line]) == len(
        found["claims"]
    )


def test_a_full_target_is_left_alone(full, tmp_path):
    run(full, "backup", tmp_path / "backup")
    before = rows(full.app)
    code, told = run(full, "restore", tmp_path / "backup")
    assert code == 2 and told.startswith("The database is not empty.")
    assert rows(full.app) == before


def test_a_folder_with_something_in_it_is_left_alone(full, tmp_path):
    (tmp_path / "backup").mkdir()
    (tmp_path / "backup" / "mine").write_text("keep me")
    assert run(full, "backup", tmp_path / "backup")[0] == 2
    assert [each.name for each in (tmp_path / "backup").iterdir()] == ["mine"]


def test_a_backup_that_was_broken_off_is_not_in_the_next_ones_way(full, tmp_path):
    with full.app.extensions["engine"].begin() as connection:
        connection.exec_driver_sql("ALTER TABLE snapshots RENAME TO elsewhere")
    code, told = run(full, "backup", tmp_path / "backup")
    assert (code, told.count("\n")) == (2, 1)
    assert not (tmp_path / "backup").exists()
    with full.app.extensions["engine"].begin() as connection:
        connection.exec_driver_sql("ALTER TABLE elsewhere RENAME TO snapshots")
    assert run(full, "backup", tmp_path / "backup")[0] == 0


def is_empty(app):
    engine = app.extensions["engine"]
    if engine.dialect.name == "sqlite" and not Path(engine.url.database).exists():
        return True
    return not inspect(engine).get_table_names()


def spoil(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def damaged(name):
    return f"The backup is damaged: {name} is missing, or not as it was written.\n"


def test_a_backup_that_was_broken_off_or_changed_is_refused(full, target, dialect, tmp_path):
    backup = tmp_path / "backup"
    run(full, "backup", backup)
    manifest = (backup / "manifest.json").read_text()
    told = (
        f"{backup} is no backup in the format claimledger-backup/1, or one that was broken off.\n"
    )
    (backup / "manifest.json").unlink()
    assert run(target, "restore", backup) == (2, told)
    for garbage in ("", "[]", "{}", manifest.replace('"files": {', '"files": {"x": 1,')):
        (backup / "manifest.json").write_text(garbage)
        assert run(target, "restore", backup) == (2, told)
    (backup / "manifest.json").write_text(manifest)
    for name in json.loads(manifest)["files"]:
        content = (backup / name).read_bytes()
        (backup / name).write_bytes(content + b"x")
        assert run(target, "restore", backup) == (2, damaged(name))
        (backup / name).write_bytes(content)
    assert is_empty(target.app)
    assert run(target, "restore", backup)[0] == 0


def test_a_backup_whose_bytes_are_missing_or_changed_is_refused(full, target, tmp_path):
    backup = tmp_path / "backup"
    run(full, "backup", backup)
    for path in [path for path in (backup / "blobs").rglob("*") if path.is_file()]:
        content = path.read_bytes()
        name = path.relative_to(backup)
        path.write_bytes(content + b"x")
        assert run(target, "restore", backup) == (2, damaged(name))
        path.unlink()
        assert run(target, "restore", backup) == (2, damaged(name))
        path.write_bytes(content)
    assert is_empty(target.app)
    assert not (tmp_path / "restored-blobs").exists()
    assert run(target, "restore", backup) == (0, "restored; no faults\n")


def change_file(backup, name, change):
    """As who wrote the backup would have: the manifest has the file's new digest."""
    content = change((backup / name).read_bytes())
    (backup / name).write_bytes(content)
    manifest = json.loads((backup / "manifest.json").read_text())
    manifest["files"][name] = sha256(content).hexdigest()
    (backup / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "table, change",
    [
        ("evidence", lambda rows: rows.partition(b"\n")[2]),  # one less
        ("evidence", lambda rows: b"nonsense\n" + rows),
        ("claims", lambda rows: b""),  # which other rows point to
    ],
)
def test_a_restore_that_failed_is_in_nobodys_way(full, target, tmp_path, table, change):
    run(full, "backup", tmp_path / "good")
    run(full, "backup", tmp_path / "bad")
    change_file(tmp_path / "bad", f"tables/{table}.copy", change)
    code, told = run(target, "restore", tmp_path / "bad")
    assert (code, told.count("\n")) == (2, 1) and told.startswith(f"tables/{table}.copy")
    assert run(target, "restore", tmp_path / "good") == (0, "restored; no faults\n")


def without(manifest, table):
    kept = [each for each in manifest["tables"] if not each["table"].startswith(f"{table} ")]
    assert len(kept) == len(manifest["tables"]) - 1
    return json.dumps(manifest | {"tables": kept})


@pytest.mark.postgresql
def test_a_backup_that_lacks_a_table_is_refused(full, target, tmp_path):
    run(full, "backup", tmp_path / "backup")
    whole = (tmp_path / "backup/manifest.json").read_text()
    (tmp_path / "backup/manifest.json").write_text(without(json.loads(whole), "claims"))
    code, told = run(target, "restore", tmp_path / "backup")
    assert (code, told) == (2, "The backup is damaged: it lacks claims.\n")
    # One that the engine of jobs did not have yet.
    fewer = without(json.loads(whole), "dbos.application_versions")
    (tmp_path / "backup/manifest.json").write_text(fewer)
    assert run(target, "restore", tmp_path / "backup") == (0, "restored; no faults\n")


@pytest.mark.postgresql
@pytest.mark.parametrize("version", ["0007", "head"])
def test_a_restore_that_was_killed_is_in_nobodys_way(
    full, target, empty_database_url, tmp_path, version
):
    """Until the rows are in, there is what migrating makes."""
    run(full, "backup", tmp_path / "backup")
    before = rows(full.app)
    migrate(empty_database_url, to=version)
    assert run(target, "restore", tmp_path / "backup") == (0, "restored; no faults\n")
    assert rows(target.app) == before


@pytest.mark.parametrize(
    "change",
    [
        {"format": "another/1"},
        {"dialect": "another"},
        {"migration": "9999"},
        {"tables": [{"table": "claims; DROP TABLE claims", "file": "x", "rows": 0}]},
    ],
)
def test_a_backup_that_is_not_for_here_is_refused(full, target, tmp_path, change):
    backup = tmp_path / "backup"
    run(full, "backup", backup)
    manifest = json.loads((backup / "manifest.json").read_text()) | change
    (backup / "manifest.json").write_text(json.dumps(manifest))
    assert run(target, "restore", backup)[0] == 2
    assert is_empty(target.app)


def test_bytes_that_are_missing_or_changed_are_told(full, target, settings, tmp_path):
    first, second = sorted(path for path in Path(settings.blob_store).rglob("*") if path.is_file())
    first.unlink()
    spoil(second)
    code, told = run(full, "backup", tmp_path / "backup")
    assert code == 1
    assert first.name in told and second.name in told and "the bytes of 0 payloads" in told
    code, told = run(target, "restore", tmp_path / "backup")
    assert code == 1 and told.count("\nsnapshot ") == 2


def test_rows_that_were_changed_before_the_backup_are_told(full, target, tmp_path):
    engine = full.app.extensions["engine"]
    with engine.begin() as connection:
        if engine.dialect.name == "sqlite":
            connection.execute(text("DROP TRIGGER verdicts_refuses_update"))
            connection.execute(text("DROP TRIGGER snapshots_refuses_update"))
        else:
            connection.execute(text("ALTER TABLE verdicts DISABLE TRIGGER USER"))
            connection.execute(text("ALTER TABLE snapshots DISABLE TRIGGER USER"))
        connection.execute(text("UPDATE verdicts SET record = replace(record, 'So', 'No')"))
        connection.execute(text("UPDATE snapshots SET text = 'Other words.'"))
    assert run(full, "backup", tmp_path / "backup")[0] == 0
    code, told = run(target, "restore", tmp_path / "backup")
    assert code == 1
    assert "verdict 1: the record is not what was hashed" in told
    assert told.count("its text is not what its SHA-256 says") == 2


def test_bytes_that_stay_where_they_are_are_checked_all_the_same(
    full, restart, empty_database_url, settings, tmp_path
):
    """Where a cloud keeps the bytes, only the database is backed up."""
    assert run(full, "backup", tmp_path / "backup", "--no-bytes")[0] == 0
    assert not (tmp_path / "backup" / "blobs").exists()
    there = restart(database_url=empty_database_url)
    assert run(there, "restore", tmp_path / "backup") == (0, "restored; no faults\n")
    there.app.extensions["engine"].dispose()


def test_a_backup_is_for_nobody_else_to_read(full, tmp_path):
    run(full, "backup", tmp_path / "backup")
    assert (tmp_path / "backup").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("command", ["backup", "verify", "key Ann --role admin"])
def test_what_cannot_be_done_without_tables_is_said_in_a_line(target, tmp_path, command):
    folder = [tmp_path / "backup"] if command == "backup" else []
    code, told = run(target, *command.split(), *folder)
    assert (code, told.count("\n")) == (2, 1) and "never migrated" in told
    assert not (tmp_path / "backup").exists()


COMMANDS = ["backup", "restore", "verify", "migrate", "index", "key Ann --role admin"]


@pytest.mark.parametrize("command", COMMANDS)
def test_what_cannot_be_done_without_a_database_is_said_in_a_line(
    full, restart, dialect, tmp_path, command
):
    folder = [tmp_path / command] if command in {"backup", "restore"} else []
    if command == "restore":
        run(full, "backup", *folder)
    (tmp_path / "file").touch()  # in which no folder can be made
    nowhere = f"sqlite:///{tmp_path / 'file' / 'such.sqlite'}"
    if dialect == "postgresql":
        nowhere = "postgresql://localhost:1/claims"
    code, told = run(restart(database_url=nowhere), *command.split(), *folder)
    assert (code, told.count("\n")) == (2, 1)
    assert told.startswith("The database does not answer, takes nothing, gives no rights, or was ")


@pytest.mark.postgresql
@pytest.mark.parametrize("command", COMMANDS)
def test_what_a_role_without_rights_cannot_do_is_said_in_a_line(
    full, restart, cluster, empty_database_url, tmp_path, command
):
    url = make_url(
        empty_database_url if command == "restore" else full.app.extensions["engine"].url
    )
    folder = [tmp_path / command] if command in {"backup", "restore"} else []
    if command == "restore":
        run(full, "backup", *folder)
    role = f"nobody_{uuid.uuid4().hex[:12]}"
    administer(cluster, f"CREATE ROLE {role} LOGIN PASSWORD 'secret'")
    try:
        as_nobody = url.set(username=role, password="secret").render_as_string(False)
        nobody = restart(database_url=as_nobody)
        code, told = run(nobody, *command.split(), *folder)
        nobody.app.extensions["engine"].dispose()
    finally:
        administer(cluster, f"DROP ROLE {role}")
    assert (code, told.count("\n")) == (2, 1) and "permission denied" in told


@pytest.mark.parametrize("command", ["backup", "verify"])
def test_a_store_that_is_gone_is_said_in_a_line(full, restart, tmp_path, caplog, command):
    folder = [tmp_path / "backup"] if command == "backup" else []
    code, told = run(restart(blob_store=str(tmp_path / "gone")), command, *folder)
    assert (code, told.splitlines()[-1]) == (2, "The store of snapshots is not there.")
    assert not (tmp_path / "gone").exists() and not (tmp_path / "backup").exists()
    assert not caplog.records


def test_a_store_that_takes_nothing_leaves_the_database_empty(
    full, restart, empty_database_url, tmp_path
):
    run(full, "backup", tmp_path / "backup")
    (tmp_path / "file").write_text("no folder")
    target = restart(database_url=empty_database_url, blob_store=str(tmp_path / "file"))
    code, told = run(target, "restore", tmp_path / "backup")
    assert code == 2 and told.startswith("The store of snapshots cannot be made: ")
    assert is_empty(target.app)
    target.app.extensions["engine"].dispose()


@pytest.mark.parametrize("rotations", [0, 1])
def test_after_an_older_backup_another_log_begins(
    api, claim, restart, empty_database_url, settings, tmp_path, rotations
):
    """As the page on running it says."""

    def decide(callers):
        decision = {"status": "unverified", "reasons": "Nobody looked."}
        callers.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)
        callers.work()

    run(api, "log-key", "create", "example.org/log")
    decide(api)
    for _ in range(rotations):
        run(api, "log-key", "rotate")
    run(api, "backup", tmp_path / "backup")
    decide(api)

    where = {"database_url": empty_database_url, "blob_store": str(tmp_path / "restored-blobs")}
    code, told = run(restart(**where), "restore", tmp_path / "backup")
    assert code == 1 and "2 entries were signed, of which the log has only 1" in told
    old, new = Path(settings.log_keys), tmp_path / "new-keys"
    begun = restart(**where, log_keys=str(new))
    assert run(begun, "log-key", "create", "example.org/log-2")[0] == 0
    assert run(begun, "verify")[0] == 1
    for half in ("public", "private"):
        (new / f"1.{half}").rename(new / f"{rotations + 2}.{half}")
    for key in old.glob("*.public"):
        shutil.copy(key, new)
    decide(begun)
    assert run(begun, "verify") == (0, "Verifying\nintact\n")
    assert "example.org/log-2\n2\n" in begun.anyone.get("/log/checkpoint").get_data(as_text=True)
    begun.app.extensions["engine"].dispose()
