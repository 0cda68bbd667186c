"""The demo as a person or a script runs it: what it shows, and that nothing of it stays behind."""

import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from itertools import pairwise
from string import Template

import pytest
from click.testing import CliRunner

from api.app import create_app
from api.cli import make_demo_command
from tests.support.processes import ROOT, descendants, free_port, get_json, is_gone, until

#: What a careful fact-checker concludes, by the article's own words.
CONCLUSIONS = {
    "nearly 3 minutes interviewing": "disputed",
    "The fourth mobile phone brand": "confirmed",
    "newly built smart factory at the end of last year": "confirmed",
    "without manual intervention": "unverified",
    "92% of the production equipment": "unverified",
    "first mass-produced flagship model": "disputed",
    "localization of some key components": "unverified",
    "more than 300 companies": "unverified",
    "more than 100 companies": "disputed",
    "shipments soared this year": "disputed",
    "overseas revenue has reached 50%": "confirmed",
    "top three for the first time": "confirmed",
    "exceed RMB 10 billion this year": "disputed",
    "technology-driven company": "unverified",
}
FLASK = [sys.executable, "-m", "flask", "--app", "wsgi", "demo"]
MAKE = ["make", "--silent", "--old-file", ".venv/.ready", "--old-file", "setup", "demo"]


class Demo:
    def __init__(self, folder, command=FLASK, port=None, **options):
        self.folder, self.port = folder, port or free_port()
        self.url, self.seen = f"http://127.0.0.1:{self.port}", []
        environment = {k: v for k, v in os.environ.items() if k not in {"LIVE", "DATABASE_URL"}}
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment | {"DATA": str(folder), "PORT": str(self.port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            **options,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        left = set(self.seen)
        if self.process.returncode is None:
            left |= set(descendants(self.process))
            self.process.kill()
        for each in left:
            if not is_gone(each):
                os.kill(each.id, signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def family(self):
        """The processes it has now."""
        self.seen = descendants(self.process)
        return self.seen

    def introduction(self):
        file = self.folder / "demo.json"
        until(file.exists, seconds=120, so_that=f"{file} is there")
        return json.loads(file.read_text())

    def get(self, path):
        return get_json(f"{self.url}{path}")

    def items(self, path):
        return self.get(f"{path}?limit=100")["items"]

    def stop(self, number):
        """Send the signal; the exit status and what was printed, once all of it has ended."""
        family = self.family()
        self.process.send_signal(number)
        printed, _ = self.process.communicate(timeout=60)
        until(lambda: all(map(is_gone, family)), seconds=10, so_that="its processes have ended")
        return self.process.returncode, printed


def answered(line):
    """What a curl line gets, as curl or, without it, as we read it."""
    words = shlex.split(line)
    if shutil.which("curl"):
        return json.loads(subprocess.run(words, capture_output=True, check=True).stdout)
    options = list(pairwise(words))
    body = next((value.encode() for option, value in options if option == "-d"), None)
    headers = dict(value.split(": ", 1) for option, value in options if option == "-H")
    address = next(word for word in words if word.startswith("http"))
    try:
        with urllib.request.urlopen(urllib.request.Request(address, body, headers)) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as problem:
        return json.load(problem)


def readme_calls():
    """The README's curl lines, whose shell variables are for the reader to set."""
    text = (ROOT / "README.md").read_text().replace("\\\n", " ")
    return [Template(line) for line in re.findall(r"^\$ (curl .*)$", text, re.MULTILINE)]


def follow_readme(demo, introduction):
    """Make the README's five calls, and hold what it prints of their answers; the id of the item
    that they submit.
    """
    find, ask, submit, look, refuse = readme_calls()
    values = {"url": demo.url, "key": introduction["keys"]["contributor"]}
    (found,) = answered(find.substitute(values))["items"]
    values["claim"] = found["id"]
    assert (found["claimant"], found["status"]) == ("Lei Jun", "disputed")
    status = answered(ask.substitute(values))
    assert (status["finding"], status["unmet"], status["stand_in"]) == ("Refuted", [], True)
    submitted = answered(submit.substitute(values))
    assert (submitted["state"], submitted["counts"]) == ("pending", False)
    values["item"] = submitted["id"]
    until(
        lambda: answered(look.substitute(values))["state"] == "quote_verified",
        seconds=30,
        so_that="what the README submits is examined",
    )
    assert answered(look.substitute(values))["counts"]
    assert answered(refuse.substitute(values))["rule"] == "private-address"
    return submitted["id"]


def conclusions(demo):
    """Each claim's status, by the words above that stand in its quote."""
    found = {}
    for claim in demo.items("/v1/claims"):
        (words,) = [words for words in CONCLUSIONS if words in claim["exact"]]
        found[words] = demo.get(f"/v1/claims/{claim['id']}/status")
    return found


def everything(demo):
    """The ids of all that is stored."""
    claims = [claim["id"] for claim in demo.items("/v1/claims")]
    lists = [demo.items("/v1/articles")]
    for claim in claims:
        lists += [demo.items(f"/v1/claims/{claim}/{of}") for of in ("evidence", "verdicts")]
    return {*claims, *(row["id"] for rows in lists for row in rows)}


def test_the_demo(tmp_path):
    with Demo(tmp_path) as demo:
        introduction = demo.introduction()
        assert introduction["url"] == demo.url
        assert set(introduction["keys"]) == {"contributor", "reviewer", "admin"}

        statuses = conclusions(demo)
        assert {words: each["status"] for words, each in statuses.items()} == CONCLUSIONS
        for status in statuses.values():
            evidence = demo.items(f"/v1/claims/{status['claim']}/evidence")
            assert all(item["state"] == "quote_verified" for item in evidence)
            assert all(item["snapshot"]["stand_in"] for item in evidence)
            assert status["stand_in"] == any(item["counts"] for item in evidence)
            assert (status["decided_by"]["role"], status["one_person"]) == ("reviewer", False)
        assert any(status["stand_in"] for status in statuses.values())
        before = everything(demo)

        with Demo(tmp_path / "other", port=demo.port) as other:
            printed, _ = other.process.communicate(timeout=60)
        assert other.process.returncode == 1
        assert printed.splitlines() == [
            f"Port {demo.port} cannot be used: address already in use. Set PORT to another."
        ]
        assert not (tmp_path / "other").exists()

        status, printed = demo.stop(signal.SIGINT)
        assert (status, printed.splitlines()[-1]) == (0, "Stopping.")
        assert not (tmp_path / "demo.json").exists()
    lines = [line.strip() for line in printed.splitlines() if line.startswith("  curl ")]

    with Demo(tmp_path, port=demo.port) as again:
        assert again.introduction() == introduction
        assert everything(again) == before

        submit, ask, err = lines
        submitted = answered(submit)
        assert submitted["state"] == "pending"
        item = f"/v1/evidence/{submitted['id']}"
        until(
            lambda: again.get(item)["state"] == "quote_verified",
            seconds=30,
            so_that="what was submitted is examined",
        )
        assert answered(ask)["status"] == "disputed"
        problem = answered(err)
        assert problem["status"] == 422
        assert {error["pointer"] for error in problem["errors"]} >= {"#/quote", "#/stance"}
        mine = follow_readme(again, introduction)
        assert everything(again) == before | {submitted["id"], mine}

        status, printed = again.stop(signal.SIGTERM)
        assert (status, printed.splitlines()[-1]) == (0, "Stopping.")
    assert "Traceback" not in printed


def test_without_fixtures_the_demo_says_so_in_a_line(monkeypatch, tmp_path):
    monkeypatch.setattr("api.demo.ROOT", tmp_path)
    told = CliRunner().invoke(make_demo_command(create_app))
    assert (told.exit_code, told.output.count("\n")) == (2, 1) and "fixtures" in told.output


@pytest.mark.slow
def test_the_demo_stops_before_it_answers(tmp_path):
    with Demo(tmp_path) as demo:
        until(demo.family, seconds=60, so_that="the server is being started")
        assert demo.stop(signal.SIGINT) == (0, "\nStopping.\n")
        assert not demo.get("/readyz")


def ignore_interrupts():
    """As a shell has it for what a script starts in the background."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "end", "options"),
    [
        pytest.param(MAKE, (os.kill, signal.SIGTERM), {}, id="make-terminated"),
        pytest.param(MAKE, (os.kill, signal.SIGKILL), {}, id="make-killed"),
        pytest.param(MAKE, (os.killpg, signal.SIGTERM), {}, id="make's-group-terminated"),
        pytest.param(MAKE, (os.killpg, signal.SIGINT), {}, id="make's-group-interrupted"),
        pytest.param(
            MAKE,
            (os.killpg, signal.SIGINT),
            {"preexec_fn": ignore_interrupts},
            id="in-a-script's-background",
        ),
        pytest.param(FLASK, (os.kill, signal.SIGKILL), {}, id="demo-killed"),
    ],
)
def test_nothing_of_the_demo_is_left_behind(tmp_path, command, end, options):
    """It is ended while it sets up, with evidence under examination."""
    with Demo(tmp_path, command, **options) as demo:
        until(lambda: demo.get("/readyz"), seconds=60, so_that="it serves")
        family = demo.family()
        assert len(family) >= 2
        send, number = end
        send(demo.process.pid, number)
        until(lambda: all(map(is_gone, family)), seconds=60, so_that="its processes have ended")
        demo.process.wait(timeout=10)
        socket.create_server(("127.0.0.1", demo.port)).close()
