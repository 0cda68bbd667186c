"""The change feed: every event once, in the order of the commits, whoever writes meanwhile."""

import random
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from api import audit_log
from api.audit_log import AuditAction, AuditEntry
from api.database import session as db
from api.publishing.changes import service as changes
from tests.support.audit_entries import add_audit_entry

pytestmark = pytest.mark.each_database

WRITERS, TRANSACTIONS = 8, 40


@pytest.fixture
def follow(restart):
    """Read from a cursor to the end: the items, and the cursor to go on with."""
    reader = restart(rate_limit_address="1000000/minute").anyone

    def follow(cursor="0", limit=100):
        items = []
        while True:
            path = f"/changes?cursor={cursor}&limit={limit}"
            answer = reader.get(path).json
            assert len(answer["items"]) <= limit
            items += answer["items"]
            cursor = answer["next_cursor"]
            if not answer["more"]:
                return items, cursor

    return follow


def test_all_that_happens_is_told_in_order_and_once(api, claim, submit, follow):
    evidence = submit(claim, "one.example", "disputes")
    api.work()
    decision = {"status": "disputed", "reasons": "So it is.", "evidence": [evidence["id"]]}
    verdict = api.reviewer.post(f"/claims/{claim['id']}/verdicts", decision, expect=201).json
    reason = {"reason": "I misread it."}
    api.contributor.post(f"/evidence/{evidence['id']}/retraction", reason, expect=200)
    api.work()
    items, _ = follow(limit=2)
    assert [item["type"] for item in items] == [
        "claim.made",
        "evidence.submitted",
        "evidence.examined",
        "verdict.given",
        "evidence.retracted",
        "verdict.withdrawn",
    ]
    entries = api.anyone.get(f"/claims/{claim['id']}/audit-log").json["items"]
    assert [item["id"] for item in items] == [entry["id"] for entry in entries]
    assert items[3] == {
        "id": entries[3]["id"],
        "type": "verdict.given",
        "at": entries[3]["created_at"],
        "claim": claim["id"],
        "subject": verdict["id"],
        "by": str(api.reviewer.id),
        "details": {"status": "disputed", "number": 1},
    }
    assert items[5]["by"] is None


def test_an_opinion_that_waits_for_another_is_told_nobody(restart, claim, submit, follow):
    api = restart(second_opinion=True)
    items = [submit(claim, host)["id"] for host in ("one.example", "two.example")]
    api.work()
    _, end = follow()
    opinion = {"status": "confirmed", "reasons": "Because.", "evidence": items}
    path = f"/claims/{claim['id']}/verdicts"
    api.reviewer.post(path, opinion, expect=202)
    assert follow(end) == ([], end)
    api.reviewer_2.post(path, opinion, expect=201)
    assert [item["type"] for item in follow(end)[0]] == ["verdict.given"]


def test_at_the_end_the_cursor_leads_to_what_comes_later(api, claim, follow):
    _, end = follow()
    answer = api.anyone.get(f"/changes?cursor={end}").json
    assert answer == {"items": [], "next_cursor": end, "more": False}
    path = f"/claims/{claim['id']}"
    etag = api.anyone.get(path).headers["ETag"]
    api.contributor.patch(path, {"tags": ["bridges"]}, expect=200, headers={"If-Match": etag})
    (edited,), _ = follow(end)
    assert edited["type"] == "claim.edited"


@pytest.mark.parametrize("cursor", ["-1", "01", "x", "1e3", "9" * 19, ""])
def test_what_is_no_cursor_is_refused(api, cursor):
    answer = api.anyone.get(f"/changes?cursor={cursor}", expect=422).json
    assert answer["errors"][0]["parameter"] == "cursor"


def test_what_is_not_named_is_not_told_and_stops_nobody(api, claim, follow, monkeypatch):
    monkeypatch.setattr(changes, "PUBLISHED_ACTIONS", changes.PUBLISHED_ACTIONS - {"lines ruled"})
    with api.app.app_context(), db.transaction():
        hidden = [add_audit_entry(claim) for _ in range(5)]
        told = add_audit_entry(claim, AuditAction.CLAIM_GONE)
    items, _ = follow(limit=2)
    assert [item["id"] for item in items][1:] == [told]
    assert not set(hidden) & {item["id"] for item in items}


def test_what_is_rolled_back_is_never_told(api, claim, follow):
    before, end = follow()
    with api.app.app_context(), pytest.raises(ZeroDivisionError), db.transaction():
        add_audit_entry(claim)
        raise ZeroDivisionError
    with api.app.app_context(), db.transaction():
        told = add_audit_entry(claim)
    items, _ = follow(end)
    assert [item["id"] for item in items] == [told]
    assert len(before) == 1


@pytest.mark.postgresql
def test_who_commits_later_stands_later_though_they_wrote_first(api, claim, follow):
    """The trap: the first id becomes visible after the second was read."""
    _, end = follow()
    with api.app.app_context(), db.transaction():
        first = add_audit_entry(claim)
        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(write, api.app, claim).result(timeout=10)
        seen, end = follow_elsewhere(follow, end)
        assert [item["id"] for item in seen] == [second]
    seen, _ = follow(end)
    assert [item["id"] for item in seen] == [first]
    assert first < second


@pytest.mark.postgresql
def test_a_transaction_that_is_held_open_hides_only_itself(api, claim, follow):
    _, end = follow()
    others = []
    with api.app.app_context(), db.transaction() as session:
        session.execute(text("SELECT pg_current_xact_id()"))
        add_audit_entry(claim)
        with ThreadPoolExecutor(4) as pool:
            others = list(pool.map(lambda _: write(api.app, claim), range(20), timeout=20))
        seen, end = follow_elsewhere(follow, end)
        assert sorted(item["id"] for item in seen) == sorted(others)
        session.rollback()
    assert follow(end)[0] == []


def write(app, claim):
    with app.app_context(), db.transaction():
        return add_audit_entry(claim)


def follow_elsewhere(follow, cursor):
    """As another process would, outside the transaction in progress."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(follow, cursor).result(timeout=20)


def test_concurrent_writers_lose_and_repeat_nothing(api, claim, follow):
    """Each transaction writes one to three entries, and now and then fails; a follower reads
    all the while, in small pages.
    """
    writing = threading.Event()
    writing.set()

    def write_many(seed):
        chance, kept = random.Random(seed), []
        for _ in range(TRANSACTIONS):
            try:
                with api.app.app_context(), db.transaction():
                    made = [
                        add_audit_entry(claim, writer=seed) for _ in range(chance.randint(1, 3))
                    ]
                    if chance.random() < 0.2:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                continue
            kept.append(made)
        return kept

    def read():
        items, cursor = [], "0"
        while True:
            last = not writing.is_set()
            more, cursor = follow(cursor, limit=7)
            items += more
            if last:
                return items

    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reading = pool.submit(read)
        kept = list(pool.map(write_many, range(WRITERS)))
        writing.clear()
        told = [item["id"] for item in reading.result(timeout=60)]
    assert sorted(told[1:]) == sorted(id for each in kept for made in each for id in made)
    assert told == [item["id"] for item in follow()[0]]
    for each in kept:  # a transaction's entries stand together, and a writer's in their order
        places = [told.index(id) for made in each for id in made]
        assert places == sorted(places)
        assert all(told.index(made[-1]) - told.index(made[0]) == len(made) - 1 for made in each)


def test_every_entry_has_a_place_that_cannot_be_changed(api, claim):
    with api.app.app_context(), db.transaction(reads=True) as session:
        entries = set(session.scalars(select(AuditEntry.id)))
        places = session.execute(
            select(audit_log.ChangePosition.position, audit_log.ChangePosition.entry_id)
        ).all()
    assert {place.entry_id for place in places} == entries
    assert sorted(place.position for place in places) == list(range(1, len(entries) + 1))
    for change in ("UPDATE changes SET position = 9", "DELETE FROM changes"):
        with (
            pytest.raises(DBAPIError, match="append-only"),
            api.app.extensions["engine"].begin() as connection,
        ):
            connection.execute(text(change))


def test_a_page_of_changes_costs_the_same_statements_wherever_it_stands(
    api, claim, follow, statements
):
    with api.app.app_context(), db.transaction():
        for _ in range(30):
            add_audit_entry(claim)
    counts = []
    for cursor in (0, 25):
        with statements() as sent:
            api.anyone.get(f"/changes?cursor={cursor}&limit=5")
        counts.append(len([each for each in sent if "changes" in each]))
    assert counts[0] == counts[1]
