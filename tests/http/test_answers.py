"""Answers are what their schemas and models say, though neither of them makes the quickest ones."""

import orjson
import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from api.articles.models import Article
from api.articles.schemas import ArticleView
from api.audit_log import AuditEntry
from api.claims import service as claims
from api.claims.models import Claim
from api.claims.schemas import ClaimView
from api.contributors.models import ApiKey, Contributor
from api.contributors.schemas import ApiKeyView, ContributorView
from api.database.prepared import Prepared
from api.database.session import session, transaction
from api.evidence import service as evidence
from api.evidence.models import Evidence
from api.evidence.schemas import DossierView, EvidenceView
from api.http import json_provider
from api.sources.models import Snapshot, Source
from api.sources.snapshots.schemas import FullSnapshotView
from api.verdicts.models import IN_FULL, Verdict
from api.verdicts.schemas import EntryView, StatusView, VerdictView
from api.verdicts.status import STATUS, as_status, statuses

#: Schemas with the models that they show, and what is read along with these.
SHOWN = [
    (ArticleView, Article, []),
    (ClaimView, Claim, [selectinload(Claim.labels)]),
    (ContributorView, Contributor, []),
    (ApiKeyView, ApiKey, []),
    (EvidenceView, Evidence, evidence.IN_FULL),
    (FullSnapshotView, Snapshot, [joinedload(Snapshot.archiving)]),
    (VerdictView, Verdict, IN_FULL),
    (EntryView, AuditEntry, []),
]


@pytest.fixture
def house(app, api, article, submit):
    """Something of everything, and a request in which to look at it."""
    quote = {"quote": "The bridge was opened on 19 March 1932", "tags": ["old", "bridges", "é"]}
    claim = api.contributor.post(f"/articles/{article['id']}/claims", quote, expect=201).json
    items = [submit(claim, f"{host}.example") for host in ("first", "second")]
    absent = "<html><body><p>The opening was on 19 April 1932, it found.</p></body></html>"
    items.append(submit(claim, "third.example", "disputes", page=absent))
    api.work()
    review = {"decision": "rejected", "reason": "off_topic"}
    api.reviewer.post(f"/evidence/{items[1]['id']}/review", review, expect=200)
    verdict = {"status": "unverified", "reasons": "Not yet.", "evidence": [items[0]["id"]]}
    api.reviewer.post(f"/claims/{claim['id']}/verdicts", verdict, expect=201)
    with app.test_request_context(), transaction(reads=True):
        yield claim


def dumped(schema, shown):
    return orjson.loads(json_provider.encode(schema().dump(shown)))


def rendered(schema, shown):
    return orjson.loads(json_provider.encode(json_provider.renderer(schema())(shown)))


@pytest.mark.parametrize("schema, model, along", SHOWN, ids=[each[0].__name__ for each in SHOWN])
def test_rendering_is_dumping(house, schema, model, along):
    rows = session.scalars(select(model).options(*along)).all()
    assert rows
    for row in rows:
        assert rendered(schema, row) == dumped(schema, row)


def test_what_is_not_there_is_left_out(house):
    known = {"id": house["id"], "exact": "words"}
    assert rendered(ClaimView, known) == dumped(ClaimView, known) == known


def test_prepared_rows_are_as_the_models(house):
    claim = session.scalars(select(Claim).options(selectinload(Claim.labels))).one()
    assert rendered(ClaimView, claims.shown(claim.id)) == dumped(ClaimView, claim)
    assert claims.shown(claim.id).tags == ["bridges", "old", "é"]
    listed = claims.listed(tag="old", withdrawn=False).page(limit=5)
    assert [rendered(ClaimView, each) for each in listed["items"]] == [dumped(ClaimView, claim)]

    ordered = select(Evidence).options(*evidence.IN_FULL).order_by(Evidence.id)
    items = session.scalars(ordered).all()
    page = evidence.listed().page(claim=claim.id, limit=5)
    assert rendered(DossierView, {"claim": claims.shown(claim.id), "evidence": page}) == {
        "claim": dumped(ClaimView, claim),
        "evidence": {"items": [dumped(EvidenceView, item) for item in items], "next_cursor": None},
    }
    (row,) = session.execute(statuses()).all()
    assert rendered(StatusView, as_status(STATUS.first(claim=claim.id))) == dumped(
        StatusView, as_status(row)
    )


#: Properties that tell of rows beside the model's own.
OTHER_ROWS = {"tags", "shown_with"}


def test_a_prepared_row_has_every_column_and_property_of_its_model(house):
    for model in (Claim, Evidence, Verdict, Source, Contributor):
        prepared = Prepared(select(model).where(model.id == bindparam("id")))
        for row in session.scalars(select(model)):
            read = prepared.first(id=row.id)
            names = [each.key for each in model.__mapper__.column_attrs if not each.deferred]
            names += {k for k, v in vars(model).items() if isinstance(v, property)} - OTHER_ROWS
            for name in names:
                assert getattr(read, name) == getattr(row, name), name


def test_a_dossier_is_a_claim_with_a_page_of_its_evidence(api, claim, submit):
    items = [submit(claim, f"{host}.example") for host in ("first", "second", "third")]
    path = f"/claims/{claim['id']}/dossier?limit=2"
    first = api.anyone.get(path).json
    assert first["claim"] == api.anyone.get(f"/claims/{claim['id']}").json
    cursor = first["evidence"]["next_cursor"]
    rest = api.anyone.get(f"{path}&cursor={cursor}").json["evidence"]
    shown = [item["id"] for item in first["evidence"]["items"] + rest["items"]]
    assert shown == [item["id"] for item in items] and rest["next_cursor"] is None
    api.anyone.get("/claims/00000000-0000-7000-8000-000000000000/dossier", expect=404)


def test_a_question_is_asked_again_when_the_connection_was_lost(app, api, claim):
    path = f"/claims/{claim['id']}/status"
    before = api.anyone.get(path).json
    held = app.extensions["held"]
    held.asking.driver.close()
    assert api.anyone.get(path).json == before


def test_a_client_that_keeps_a_cookie_has_none_of_ours(api, claim):
    assert "Set-Cookie" not in api.anyone.get(f"/claims/{claim['id']}").headers
