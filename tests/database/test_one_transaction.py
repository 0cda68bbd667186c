"""A request, and a step of a job, is one transaction: it sees one state of the database and what it
wrote itself, and what a rule depends on does not change under it.
"""

import json
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from sqlalchemy import event, insert, select, text, update

from api.claims import service as claims
from api.claims.models import Claim
from api.contributors.models import Contributor
from api.database import session as db
from api.evidence import service
from api.evidence.models import Evidence
from api.sources.models import Source
from tests.support.overlap import interrupted, is_write_locked, transaction_beside

pytestmark = pytest.mark.each_database

ITEM = {"source_url": "http://a.example/x", "quote": "a quote that is long", "stance": "supports"}


def test_evidence_on_a_claim_that_is_being_withdrawn(app, api, claim, dialect):
    """Either it comes first and the withdrawal waits, or it is refused; never after it."""
    path = f"/claims/{claim['id']}"
    api.contributor, api.reviewer  # noqa: B018 - enrolled before anything overlaps
    overlap = submit_beside_postgresql if dialect == "postgresql" else submit_beside_sqlite
    submitted, withdrawn = overlap(app, api, path)
    assert withdrawn.status_code == 200
    happened = [each["what"] for each in api.anyone.get(f"{path}/audit-log").json["items"]]
    if submitted.status_code == 409:
        assert submitted.json["type"] == "/problems/claim-is-withdrawn"
        assert happened == ["claim made", "claim withdrawn"]
    else:
        assert submitted.status_code == 202
        assert happened == ["claim made", "evidence submitted", "claim withdrawn"]


def submit_beside_postgresql(app, api, path):
    """The submission has read its claim when it waits for who enters the same new publisher."""
    with transaction_beside(app) as beside:
        beside.execute(insert(Source).values(id=uuid4(), domain="a.example", name="A", version=1))
        submission = beside.start(api.contributor.post, f"{path}/evidence", ITEM)
        beside.until_waiting(1)
        withdrawal = beside.start(api.reviewer.post, f"{path}/withdrawal", {"reason": "gone"})
        beside.until_waiting(2, unless=withdrawal)
        beside.rollback()
        return submission.result(), withdrawal.result()


def submit_beside_sqlite(app, api, path):
    """The submission has read its claim when it looks for the publisher."""
    withdrawals = []

    def withdraw():
        must_wait = is_write_locked(app)
        asked = pool.submit(api.reviewer.post, f"{path}/withdrawal", {"reason": "gone"})
        withdrawals.append(asked)
        if not must_wait:
            asked.result()

    def submit():
        return api.contributor.post(f"{path}/evidence", ITEM)

    with ThreadPoolExecutor(1) as pool:
        submitted = interrupted(app, submit, before="FROM sources", act=withdraw)
        return submitted, withdrawals[0].result()


@pytest.fixture
def in_transaction(app):
    """One transaction, and somebody who acts in it."""
    with app.test_request_context("/"), db.transaction() as session:
        yield session.scalars(select(Contributor)).first()


def test_a_transaction_sees_the_claim_that_it_withdrew(claim, in_transaction):
    claims.withdraw_claim(
        db.session.get(Claim, UUID(claim["id"])), by=in_transaction, reason="gone"
    )
    db.session.flush()
    try:
        submit_item(claim, in_transaction)
    except claims.ClaimIsWithdrawn:
        return
    raise AssertionError("evidence was accepted on a claim that the same transaction withdrew")


def test_a_transaction_sees_the_evidence_that_it_entered(claim, in_transaction):
    submit_item(claim, in_transaction)
    with pytest.raises(service.AlreadySubmitted):
        submit_item(claim, in_transaction)


def submit_item(claim, by):
    unsaid = {"kind": "secondary", "note": None, "published_at": None, "interests": None}
    return service.submit_evidence(
        claims.lock_open_claim(UUID(claim["id"])), submitted_by=by, **ITEM, **unsaid
    )


def test_an_import_of_one_new_publisher_enters_it_once(app, api):
    refused = []
    event.listen(
        app.extensions["engine"],
        "handle_error",
        lambda context: refused.append(str(context.original_exception)),
    )
    body = "\n".join(json.dumps(review(number)) for number in range(12))
    kind = {"Content-Type": "application/x-ndjson"}
    path = "/imports/uploads"
    made = api.contributor.open("POST", path, data=body.encode(), headers=kind, expect=202).json
    api.work()
    assert api.contributor.get(f"/imports/{made['id']}").json["added"] == 12
    assert refused == []


def review(number):
    return {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": f"https://checker.example/r/{number}",
        "claimReviewed": f"Tower {number} is {number + 100} metres high.",
        "author": {"@type": "Organization", "name": "C", "url": "https://checker.example/"},
        "reviewRating": {"@type": "Rating", "alternateName": "False"},
        "itemReviewed": {"@type": "Claim"},
    }


def test_a_claim_and_its_evidence_are_of_one_state(app, api, claim, submit, dialect):
    """Somebody edits the claim and adds evidence in one transaction, while both are read."""
    submit(claim, "first.example")
    path = f"/claims/{claim['id']}/with-evidence"

    def read():
        return api.anyone.get(path).json

    if dialect == "postgresql":
        with transaction_beside(app) as beside:
            beside.execute(text("LOCK TABLE evidence IN ACCESS EXCLUSIVE MODE"))
            reading = beside.start(read)
            beside.until_waiting(1)
            change_both(beside)
            beside.commit()
            found = reading.result()
    else:

        def change():
            with app.extensions["engine"].begin() as connection:
                change_both(connection)

        found = interrupted(app, read, before="FROM evidence", act=change)
    state = found["claim"]["statement"], len(found["evidence"]["items"])
    assert state in {(claim["statement"], 1), ("Edited.", 2)}


def change_both(connection):
    item = connection.execute(select(Evidence.__table__)).mappings().one()
    copy = {"id": uuid4(), "fingerprint": "another"}
    connection.execute(insert(Evidence.__table__).values(dict(item) | copy))
    connection.execute(update(Claim.__table__).values(statement="Edited."))


def end_nothing(api, person, key):
    """The key stays good."""


def revoke(api, person, key):
    api.admin.post(f"/keys/{key['id']}/revocation", expect=200)


def erase(api, person, key):
    api.admin.post(f"/contributors/{person['id']}/erasure", expect=200)


def deactivate(api, person, key):
    found = api.admin.get(f"/contributors/{person['id']}")
    etag = {"If-Match": found.headers["ETag"]}
    api.admin.patch(f"/contributors/{person['id']}", {"active": False}, 200, headers=etag)


def expire(api, person, key):
    statement = "UPDATE api_keys SET expires_at = created_at WHERE prefix = :prefix"
    with api.app.extensions["engine"].begin() as connection:
        connection.execute(text(statement), {"prefix": key["prefix"]})


@pytest.mark.parametrize(
    "change, is_good",
    [(end_nothing, True), (revoke, False), (expire, False), (erase, False), (deactivate, False)],
)
def test_pages_and_api_take_the_same_keys(api, article, change, is_good):
    person = api.admin.post(
        "/contributors", {"name": "Ann", "role": "contributor"}, expect=201
    ).json
    key = api.admin.post(f"/contributors/{person['id']}/keys", expect=201).json
    page, form = f"/articles/{article['id']}", {"data": {"key": key["key"]}}
    browser, another = api.app.test_client(), api.app.test_client()
    assert browser.post("/sign-in", **form).status_code == 303
    assert "Ann" in browser.get(page).text
    change(api, person, key)
    bearer = {"Authorization": f"Bearer {key['key']}"}
    api.anyone.get("/claims", 200 if is_good else 401, headers=bearer)
    assert another.post("/sign-in", **form).status_code == (303 if is_good else 422)
    assert ("sign-out" in browser.get(page).text) is is_good
