"""Bodies made to hurt, and the process that reads them."""

import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import api
from api.sources.extraction import result as reading
from api.sources.extraction.extract import extract_without_limits
from api.sources.extraction.result import Unreadable, extract_document
from tests.support.documents import META, NEWS, article, pdf_of
from tests.support.hostile_bodies import HTML, HURTING, PDF, PLAIN, WHOLE, same_page, table

#: The limit where an outcome is to be late; elsewhere there is time, on a busy machine too.
LATE = 2


def outcome(body, content_type, **limits):
    try:
        result = extract_document(body, content_type, **limits)
    except Unreadable as error:
        return error.reason
    return PLAIN if result.main_text == result.text else WHOLE


@pytest.mark.parametrize("name", HURTING)
def test_what_hurts_costs_bounded_time(name):
    make, content_type, expected = HURTING[name]
    body = make()
    seconds = LATE if expected & {"too-slow", PLAIN} else 10
    extract_document(b"words", "text/plain")  # the reader is up
    began = time.monotonic()
    assert outcome(body, content_type, seconds=seconds) in expected
    assert time.monotonic() - began < 2 * seconds + 5


def test_where_the_article_is_not_made_out_in_time_the_visible_text_is_had():
    result = extract_document(table(1, 40_000), HTML, seconds=LATE)
    assert result.main_text == result.text == "\t".join("1" * 40_000)


def test_what_hurts_costs_bounded_memory():
    assert outcome(table(2_000, 100), HTML, memory_mb=128) == "too-large"
    assert outcome(table(2_000, 100), HTML, memory_mb=8) in {"too-large", "malformed"}
    assert outcome(b"words", "text/plain", memory_mb=128) == PLAIN


def test_a_body_that_hurts_holds_up_no_other():
    slow = same_page(1_900)
    with ThreadPoolExecutor(4) as threads:
        held = [threads.submit(outcome, slow, PDF, seconds=2 * LATE) for _ in range(3)]
        assert threads.submit(outcome, b"words", "text/plain").result() == PLAIN
        assert not any(future.done() for future in held)
        assert [future.result() for future in held] == ["too-slow"] * 3


def test_the_child_reads_as_the_caller_would():
    body, url = article(head=META + NEWS).encode(), "https://daily.example/"
    assert extract_document(body, HTML, url=url) == extract_without_limits(body, HTML, url)
    assert extract_document(pdf_of([["a"], ["b"]]), PDF) == extract_without_limits(
        pdf_of([["a"], ["b"]]), PDF
    )


def test_a_reader_that_died_is_replaced():
    for _ in range(3):
        process, line = reading._SANDBOX.fork()
        line.close()
        os.kill(process.pid, signal.SIGKILL)
        assert outcome(b"words", "text/plain") == PLAIN
        assert process.returncode == -signal.SIGKILL


def test_a_reader_that_cannot_be_started_is_no_fault_of_the_body(monkeypatch):
    monkeypatch.setattr(reading, "_SANDBOX", reading._SandboxProcess())
    monkeypatch.setattr(reading, "_START_CODE", "raise SystemExit(1)")
    with pytest.raises(RuntimeError, match="does not start"):
        extract_document(b"words", "text/plain")


def test_the_reader_knows_no_secrets_and_ends_with_its_caller(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgresql://user:password@host/database")
    ours = reading._SandboxProcess()
    process, line = ours.fork()
    assert b"password" not in Path(f"/proc/{process.pid}/environ").read_bytes()
    line.close()
    ours._running[1].close()
    assert process.wait(10) == 0


@pytest.mark.parametrize("asked", [False, True])
def test_when_the_caller_is_killed_the_reader_ends_without_a_word(asked):
    ours, readers = socket.socketpair()
    if asked:
        line, childs = socket.socketpair()
        socket.send_fds(ours, [b"."], [childs.fileno()])
        childs.close()
        line.close()
    else:
        ours.close()
    command = [sys.executable, "-P", "-c", reading._START_CODE, str(Path(api.__file__).parent)]
    with readers, subprocess.Popen(command, stdin=readers, stderr=subprocess.PIPE) as process:
        readers.close()
        assert not asked or ours.recv(1) == b"."
        ours.close()
        said = process.stderr.read()  # until its children have ended, too
    assert (process.returncode, said) == (0, b"")
