"""What operators read: lines that name the request they go back to, and no secrets."""

import io
import json
import logging
import sys

import pytest
from structlog.contextvars import get_contextvars

from api.jobs.queue import run_job
from api.observability.logs import RateLimitedWarnings
from tests.support.examples import ARTICLE


@pytest.fixture
def lines(restart, monkeypatch):
    """An application that logs JSON, and what it has logged."""
    stream = io.StringIO()
    callers = restart(log_format="json", log_requests=True)
    monkeypatch.setattr(sys, "stderr", stream)
    handler = next(each for each in logging.getLogger().handlers if each.name == "claimledger")
    monkeypatch.setattr(handler, "stream", stream)
    return callers, lambda: [json.loads(line) for line in stream.getvalue().splitlines()]


def named(answer):
    return answer.headers["X-Request-Id"]


def test_every_answer_names_its_request(api):
    first, second = api.anyone.get("/claims"), api.anyone.get("/claims")
    assert named(first) != named(second) and len(named(first)) == 32
    for refused in (api.anyone.get("/nowhere", 404), api.anyone.post("/articles", expect=401)):
        assert named(refused)


@pytest.mark.parametrize("sent", ["a", "01a209c9-1a43-7dcf-aac1-f656ee9d40e6", "Root=1-67/8~._+x"])
def test_the_callers_name_for_it_is_kept(api, sent):
    assert named(api.anyone.get("/claims", headers={"X-Request-Id": sent})) == sent


@pytest.mark.parametrize("sent", ["", "two words", "x" * 65, "é", '"}', "<b>", "\x1b[31m"])
def test_a_name_that_could_do_harm_is_replaced(api, sent):
    given = named(
        api.anyone.get("/claims", headers={"X-Request-Id": sent.encode().decode("latin1")})
    )
    assert given != sent and len(given) == 32


def test_a_line_tells_of_a_request_but_not_its_secrets(lines):
    callers, read = lines
    callers.contributor.post("/articles?secret=1", ARTICLE, headers={"X-Request-Id": "mine"})
    line = read()[-1]
    assert line.pop("seconds") > 0 and line.pop("timestamp").endswith("Z")
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "api.requests",
        "request_id": "mine",
        "method": "POST",
        "path": "/v1/articles",
        "route": "/v1/articles",
        "status": 201,
    }
    assert callers.contributor.key not in json.dumps(read()) and "secret" not in json.dumps(read())


def test_a_fault_is_told_with_its_request(lines, monkeypatch):
    from api.articles import service

    def broken(**_):
        raise RuntimeError("The line\nbroke.")

    monkeypatch.setattr(service, "add_article", broken)
    callers, read = lines
    callers.contributor.post("/articles", ARTICLE, 500, headers={"X-Request-Id": "mine"})
    told = read()
    assert {line["request_id"] for line in told} == {"mine"}
    assert any("RuntimeError: The line\nbroke." in line.get("exception", "") for line in told)
    assert told[-1]["status"] == 500 and told[-1]["level"] == "error"


def test_a_request_is_named_by_the_jobs_it_leads_to(lines, outside):
    callers, read = lines
    article = callers.contributor.post("/articles", ARTICLE, 201).json
    quote = {"quote": "The bridge was opened on 19 March 1932"}
    path = f"/articles/{article['id']}/claims"
    claim = callers.contributor.post(path, quote, 201).json
    callers.work()
    before = len(read())
    page = outside.publish("http://a.example/", "<p>It was opened in 1932, they say.</p>")
    item = {"source_url": page, "quote": "It was opened in 1932", "stance": "supports"}
    path = f"/claims/{claim['id']}/evidence"
    callers.contributor.post(path, item, 202, headers={"X-Request-Id": "mine"})
    callers.anyone.get("/claims", headers={"X-Request-Id": "another"})
    callers.work()
    told = [line for line in read()[before:] if line["event"] == "job"]
    assert [line["job"] for line in told] == ["evidence.examine", "verdict.reassess"]
    assert {line["request_id"] for line in told} == {"mine"}
    assert get_contextvars().get("request_id") == "another", "the job's name ends with the job"


def test_a_job_that_fails_is_told_with_its_request(lines, monkeypatch):
    callers, read = lines

    def broken():
        raise LookupError("No.")

    monkeypatch.setattr(callers.app.extensions["jobs"], "handlers", {"test.broken": broken})
    with callers.app.app_context(), pytest.raises(LookupError):
        run_job("test.broken", origin='{"request_id": "mine"}')
    (line,) = read()
    assert (line["event"], line["request_id"]) == ("job failed", "mine")


def test_the_engine_of_jobs_does_not_warn_of_the_same_ten_times_a_second(lines, monkeypatch):
    _, read = lines
    engine = logging.getLogger("dbos")
    monkeypatch.setattr(engine, "handlers", logging.getLogger().handlers)

    def warn(times):
        for number in range(times):
            engine.warning(f"The queue does not see its database:{' ' * 60}{number}")
            engine.error("A job failed.")

    warn(10)
    assert [line["level"] for line in read()].count("error") == 10
    assert [line["level"] for line in read()].count("warning") == 1
    monkeypatch.setattr(RateLimitedWarnings, "SECONDS", 0)
    warn(1)
    assert [line["level"] for line in read()].count("warning") == 2


def test_a_line_for_people_has_no_control_characters(restart, capsys):
    callers = restart(log_requests=True)
    callers.anyone.get("/a%1b%5b31m%0aERROR", 404)
    callers.app.logger.warning("The source says: %s", "\x1b[31m\nERROR")
    told = capsys.readouterr().err
    assert "\x1b" not in told and len(told.splitlines()) == 2 and "404" in told
