"""The benchmark of requests: what it refuses, and what it says where nothing was answered."""

import sys

import pytest

from tests.benchmarks import bench_http
from tests.benchmarks.serving import Measured


@pytest.mark.parametrize(
    "wanted, told",
    [
        ("--only zzz", "status by id"),
        ("--claims -5", "-5 is less than 1"),
        ("--claims some", "invalid number value"),
        ("--rounds 0", "0 is less than 1"),
        ("--seconds 0", "0 is less than 1"),
    ],
)
def test_what_cannot_be_measured_is_refused_at_once(monkeypatch, capsys, wanted, told):
    monkeypatch.setattr(sys, "argv", ["bench_http", *wanted.split()])
    with pytest.raises(SystemExit) as refused:
        bench_http.main()
    assert refused.value.code == 2 and told in capsys.readouterr().err


def test_a_row_in_which_no_request_finished_says_so(capsys):
    scenario = bench_http.Scenario("search", [])
    none = Measured(rate=0, p50=0, p99=0, cpu=1_100_000, memory=100, failed=0)
    some = Measured(rate=10, p50=1, p99=2, cpu=300, memory=100, failed=0)
    bench_http.show(scenario, none, some)
    assert capsys.readouterr().out.split() == ["search", "none", "finished"]
    bench_http.growth({10: {"search": some}, 1_000: {"search": none}})
    assert capsys.readouterr().out.splitlines()[-1].split() == ["search", "300", "none"]
