"""What Prometheus reads: who may, what is counted, and that it costs no more as data grows."""

import re
import time
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from api.config.settings import ROOT
from api.database import session as db
from tests.support.examples import ARTICLE
from tests.support.processes import Installation, free_port, until

TOKEN = "a-token-for-prometheus"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def measured(restart):
    return restart(metrics_token=TOKEN)


def samples(text):
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def read(callers):
    answer = callers.app.test_client().get("/metrics", headers=BEARER)
    assert answer.status_code == 200 and answer.content_type.startswith("text/plain; version=")
    return samples(answer.get_data(as_text=True))


def grown(before, after, *name):
    return after.get(name, 0) - before.get(name, 0)


def test_nobody_reads_them_without_a_token_being_set(api):
    assert api.app.test_client().get("/metrics", headers=BEARER).status_code == 404


@pytest.mark.parametrize(
    "sent", [None, "", "Bearer", "Bearer nonsense", f"Basic {TOKEN}", "Bearer é"]
)
def test_nobody_reads_them_without_the_token(measured, sent):
    headers = {"Authorization": sent.encode().decode("latin1")} if sent is not None else {}
    answer = measured.app.test_client().get("/metrics", headers=headers)
    assert answer.status_code == 401 and answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["type"] == "/problems/unauthenticated"


def test_requests_are_counted_by_route_and_status(measured):
    before = read(measured)
    article = measured.contributor.post("/articles", ARTICLE, 201).json
    for _ in range(3):
        measured.anyone.get(f"/articles/{article['id']}")
    measured.anyone.get(f"/articles/{'0' * 8}-0000-7000-8000-{'0' * 12}", 404)
    after = read(measured)
    route = "/v1/articles/<uuid:article_id>"
    assert grown(before, after, "claimledger_requests_total", "GET", route, "200") == 3
    assert grown(before, after, "claimledger_requests_total", "GET", route, "404") == 1
    assert grown(before, after, "claimledger_requests_total", "POST", "/v1/articles", "201") == 1
    assert grown(before, after, "claimledger_request_seconds_count", "GET", route) == 4
    assert grown(before, after, "claimledger_request_seconds_sum", "GET", route) > 0


def test_what_clients_make_up_makes_no_new_series(measured):
    for n in range(3):
        measured.anyone.open(f"INVENTED{n}", f"/v1/nowhere/{n}")
    found = read(measured)
    assert found["claimledger_requests_total", "other", "unmatched", "404"] >= 3
    assert "INVENTED" not in str(found) and "/nowhere" not in str(found)


def test_the_queue_is_told(measured, claim, submit):
    measured.work()
    for name in ("a", "b", "c"):
        submit(claim, f"{name}.example")
    found = read(measured)
    assert found["claimledger_jobs_waiting", "enqueued"] == 3
    assert 0 <= found["claimledger_oldest_job_seconds", "enqueued"] < 600
    assert found["claimledger_jobs_waiting", "pending"] == 0
    assert found["claimledger_workers",] == 0 and found["claimledger_database_up",] == 1
    measured.work()
    assert read(measured)["claimledger_jobs_waiting", "enqueued"] == 0


def test_a_job_that_waited_for_long_and_was_begun_just_now_is_not_stuck(measured, claim, submit):
    measured.work()
    submit(claim, "a.example")
    now = int(time.time() * 1000)
    jobs = "workflow_status SET created_at = :due, delay_until_epoch_ms = :due"
    with measured.app.app_context(), db.transaction():
        schema = "" if db.engine().dialect.name == "sqlite" else "dbos."
        begun = text(f"UPDATE {schema}{jobs}, status = 'PENDING', started_at_epoch_ms = :begun")
        db.session.execute(begun, {"due": now - 7_200_000, "begun": now - 60_000})
    assert 60 <= read(measured)["claimledger_oldest_job_seconds", "pending"] < 600


def test_the_length_of_the_log_is_told(measured, claim):
    assert read(measured)["claimledger_log_entries",] == 0
    for reasons in ("Nobody looked.", "Still nobody looked."):
        decision = {"status": "unverified", "reasons": reasons}
        measured.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201)
    measured.work()
    assert read(measured)["claimledger_log_entries",] == 2


def test_jobs_and_examinations_are_counted(measured, claim, submit, outside):
    measured.work()
    before = read(measured)
    submit(claim, "found.example")
    submit(claim, "gone.example", page="<p>Something else is on this page now, at length.</p>")
    missing = submit(claim, "down.example")
    outside.pages.pop(("down.example", missing["source_url"].removeprefix("http://down.example")))
    measured.work()
    after = read(measured)
    for state in ("quote_verified", "quote_absent", "source_unavailable"):
        assert grown(before, after, "claimledger_examinations_total", state) == 1
    done = ("claimledger_job_seconds_count", "evidence.examine", "done")
    assert grown(before, after, *done) == 3


def test_a_job_that_failed_is_counted_as_failed(measured, claim, submit):
    measured.work()
    submit(claim, "a.example")
    (job,) = measured.due()
    job.input["kwargs"]["evidence_id"] = "of nothing"
    before = read(measured)
    with pytest.raises(ValueError):
        measured.do(job)
    after = read(measured)
    counted = ("claimledger_job_seconds_count", job.name)
    assert grown(before, after, *counted, "failed") == 1
    assert grown(before, after, *counted, "done") == 0


@pytest.mark.each_database
def test_they_ask_the_database_for_little(measured, dialect):
    """Each statement is bounded, by the workers that are alive or by a limit, and finds its rows
    by an index.
    """
    from sqlalchemy import event

    sent = []
    engine = measured.app.extensions["engine"]
    event.listen(engine, "before_cursor_execute", lambda *about: sent.append(about[2]))
    read(measured)
    jobs = [each for each in sent if each.endswith("LIMIT 10000) AS first")]
    assert jobs
    if dialect == "sqlite":  # with so few rows PostgreSQL reads the whole table
        for statement in jobs:
            with engine.connect() as connection:
                steps = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all()
            assert "USING INDEX idx_workflow_status_" in str(steps), steps
            assert "TEMP B-TREE" not in str(steps)


def test_without_the_database_there_are_still_the_others(restart):
    away = restart(
        database_url="postgresql://nobody:a-secret@127.0.0.1:9/nowhere", metrics_token=TOKEN
    )
    away.anyone.get("/claims", 503)
    found = read(away)
    assert found["claimledger_database_up",] == 0
    assert found["claimledger_requests_total", "GET", "/v1/claims", "503"] >= 1


def test_what_dashboard_and_alerts_ask_for_is_there(measured, claim, submit):
    submit(claim, "a.example")
    measured.work()
    there = {name for name, *_ in read(measured)}
    for file in ("grafana.json", "alerts.yaml"):
        asked = re.findall(r"claimledger_\w+", (ROOT / "docs/operations" / file).read_text())
        assert len(asked) > 4 and set(asked) <= there, file


def test_who_is_not_asked_raises_an_alert_as_the_page_names_them():
    """`up` is Prometheus's own: there is nothing of ours in it but the job's name."""
    jobs = re.findall(r"job_name: (\S+)", (ROOT / "docs/operations.md").read_text())
    alerts = (ROOT / "docs/operations/alerts.yaml").read_text()
    (pattern,) = re.findall(r'up\{job=~"(.+?)"\} == 0', alerts)
    assert len(jobs) == 2 and all(re.fullmatch(pattern, each) for each in jobs)
    (named,) = re.findall(r'absent\(up\{job="(.+?)"\}\)', alerts)
    assert named in jobs


def fetched(url, headers=BEARER):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:
            return samples(answer.read().decode())
    except OSError:
        return None


@pytest.mark.slow
def test_processes_of_one_machine_add_up(settings, api, claim, submit, tmp_path):
    """Two server processes and a worker: whichever is asked tells of all."""
    (tmp_path / "metrics").mkdir()
    port = free_port()
    variables = {
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path / "metrics"),
        "METRICS_TOKEN": TOKEN,
        "WORKER_METRICS": f"127.0.0.1:{port}",
    }
    with Installation(tmp_path, settings, **variables) as installation:
        installation.serve()
        installation.work()
        submit(claim, "a.example")
        for _ in range(40):
            urllib.request.urlopen(f"{installation.url}/v1/claims").close()
        served = ("claimledger_requests_total", "GET", "/v1/claims", "200")
        examined = ("claimledger_examinations_total", "quote_verified")
        until(
            lambda: fetched(f"{installation.url}/metrics").get(examined) == 1,
            seconds=30,
            so_that="the worker's examination is told by the server",
        )
        for _ in range(8):  # whichever of the two it is
            assert fetched(f"{installation.url}/metrics")[served] == 40
        beside = fetched(f"http://127.0.0.1:{port}/metrics", {})
        assert beside[served] == 40 and beside[examined] == 1
