"""Hosts are asked one request at a time, by all workers together, and rest in between."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from api.database.session import transaction
from api.jobs.leases import acquire_lease, release_lease
from api.sources import host_leases
from api.sources.host_leases import MAX_REST, normalise_host, parse_retry_after
from api.sources.models import Host
from tests.support.overlap import transaction_beside

pytestmark = pytest.mark.each_database

NOW = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "value, seconds",
    [
        ("120", 120),
        (" 0 ", 0),
        ("Mon, 02 Nov 2026 12:02:00 GMT", 120),
        ("Monday, 02-Nov-26 12:02:00 GMT", 120),  # the obsolete forms of RFC 9110, 5.6.7
        ("Mon Nov  2 12:02:00 2026", 120),
        ("Mon, 02 Nov 2026 11:00:00 GMT", 0),
        ("999999999999999999", 7 * 86400),
        ("Mon, 02 Nov 2099 12:00:00 GMT", 7 * 86400),
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("1.5", None),
        ("١٢٠", None),
        ("Mon, 99 Nov 2026 12:02:00 GMT", None),
    ],
)
def test_how_long_a_host_wants_to_be_left_alone(value, seconds):
    wait = parse_retry_after(value, NOW)
    assert wait == (None if seconds is None else timedelta(seconds=seconds))


@given(st.text())
def test_any_header_is_survived(value):
    wait = parse_retry_after(value, NOW)
    assert wait is None or timedelta() <= wait <= MAX_REST


@pytest.mark.parametrize(
    "url, host",
    [
        ("http://News.Example:8080/a", "news.example"),
        ("https://news.example./", "news.example"),
        ("http://bücher.example/", "xn--bcher-kva.example"),
        ("http://BÜCHER.example./", "xn--bcher-kva.example"),
        ("http://heßenschau.example/", "xn--heenschau-h1a.example"),  # not hessenschau.example
        ("http://a.news.example/", "a.news.example"),
        ("http://[2001:db8::1]/", "2001:db8::1"),
    ],
)
def test_a_host_has_one_spelling(url, host):
    assert normalise_host(url) == host


@pytest.mark.parametrize(
    "host", ["a..b", "[", "a" * 70 + ".example", "bü..b", "☃.example", "ü" * 70 + ".example"]
)
def test_what_is_no_host_has_no_spelling(host):
    with pytest.raises(ValueError):
        normalise_host(f"http://{host}/x")


@pytest.fixture
def workers(app):
    """Run a function in several threads at once, each in a transaction of its own."""

    def run(function, number=8):
        ready, answers = threading.Barrier(number), []

        def work():
            ready.wait()
            with app.app_context(), transaction():
                answers.append(function())

        threads = [threading.Thread(target=work) for _ in range(number)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(answers) == number
        return answers

    return run


def take():
    return acquire_lease(host_leases.lock_host("news.example"), seconds=60)


def test_of_many_workers_at_once_one_gets_the_host(workers, app):
    leases = [lease for lease in workers(take) if lease]
    assert len(leases) == 1
    with app.app_context(), transaction(reads=True) as session:
        assert session.scalar(select(func.count()).select_from(Host)) == 1


def test_a_host_that_two_meet_at_the_same_moment_is_entered_once(app, dialect):
    if dialect == "sqlite":
        pytest.skip("SQLite's writers take turns")

    def meet():
        with app.app_context(), transaction():
            return take()

    with transaction_beside(app) as first:
        later = datetime.now(UTC) + timedelta(hours=1)
        first.execute(insert(Host).values(name="news.example", free_at=later))
        second = first.start(meet)
        first.until_waiting(1)
        first.commit()
        assert second.result() is None, "the first one has it"


def test_a_lease_is_given_back_for_a_rest_and_only_by_its_holder(app, workers):
    with time_machine.travel(NOW, tick=False) as clock, app.app_context():
        (first,) = filter(None, workers(take))

        def give_back(lease):
            with transaction():
                host = host_leases.lock_host("news.example")
                release_lease(host, lease, rest=timedelta(seconds=5))

        clock.shift(61)  # the holder is late, and another has taken the host
        (second,) = filter(None, workers(take))
        give_back(first)
        clock.shift(10)
        assert not any(workers(take))
        give_back(second)
        assert not any(workers(take))
        clock.shift(4.9)
        assert not any(workers(take))
        clock.shift(0.1)
        assert len(list(filter(None, workers(take)))) == 1
