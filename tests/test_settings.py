"""Settings: each is explained, and a bad one is told before anything runs."""

import os
import re
import subprocess
import sys
from dataclasses import fields

import pytest
from environs import EnvValidationError

from api.config import ROOT, Settings

ROW = re.compile(r"^\| `([A-Z_]+)` \| (?:`(.+?)`)? ?\| (.+) \|$", re.MULTILINE)

BAD = {
    "DATABASE_URL": ["nonsense", "mysql://localhost/claims"],
    "DATABASE_READ_URL": ["nonsense", "sqlite:///var/replica.sqlite", "postgresql://b.example/db"],
    "PUBLIC_URL": ["claims.example"],
    "CONFIRM_LINES": ["two", "0", "-1"],
    "ONE_PERSON": ["perhaps"],
    "TRUSTED_PROXIES": ["-1"],
    "RATE_LIMIT_KEY": ["often"],
    "RATE_LIMIT_STORAGE": ["shelf://"],
    "LOG_FORMAT": ["xml"],
    "LOG_LEVEL": ["LOUD"],
    "METRICS_TOKEN": ["short"],
    "WORKER_METRICS": ["9464", "10.0.0.5", "10.0.0.5:0", "10.0.0.5:http"],
    "RATINGS_FILE": ["/no/such/file", "fixtures/sources.json"],
    "STANCE_URL": ["models.example", "ftp://models.example", "http://models.example:http"],
    "STANCE_KEY": ["two words", "clé"],
    "FETCH_PORTS": ["80,https", "0", "65536"],
    "FETCH_ALLOW": ["10.0.0.0/33"],
    "FETCH_CONNECT_TO": ["a.example:80", "a.example:80=nowhere"],
    "FETCH_CA_FILE": ["/no/such/file"],
    "FETCH_PROXY": ["socks5://localhost:1"],
}


def rows(text):
    return [(name, default, meaning) for name, default, meaning in ROW.findall(text)]


def test_the_readme_explains_every_setting():
    # Made by `flask --app wsgi settings`.
    assert rows((ROOT / "README.md").read_text()) == list(Settings.table())


def test_the_command_prints_the_readmes_table(app):
    printed = app.test_cli_runner().invoke(args=["settings"])
    assert printed.exit_code == 0 and rows(printed.output) == list(Settings.table())
    assert len(rows(printed.output)) == len(fields(Settings)) > 15


def test_a_printed_default_is_what_the_environment_may_say(monkeypatch):
    for name, default, _ in Settings.table():
        monkeypatch.setenv(name, default)
    assert Settings.from_environment() == Settings()


@pytest.mark.parametrize("name, value", [(n, v) for n, values in BAD.items() for v in values])
def test_a_bad_setting_is_named(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(EnvValidationError) as refused:
        Settings.from_environment()
    assert set(refused.value.error_messages) == {name}
    assert name != "STANCE_KEY" or value not in str(refused.value.error_messages)


def test_all_bad_settings_are_named_at_once_and_nothing_starts(tmp_path):
    bad = {name: values[0] for name, values in BAD.items()}
    started = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "settings"],
        env=os.environ | bad,
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert started.returncode != 0 and not started.stdout
    for name in bad:
        assert name in started.stderr
