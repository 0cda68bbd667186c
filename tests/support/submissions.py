"""A thousand submissions by several writers, and that each is stored exactly once."""

import subprocess
from collections import Counter

import pytest
from sqlalchemy import func, select

from api.audit_log import AuditAction, AuditEntry
from api.database.session import transaction
from api.evidence.enums import EvidenceState
from api.evidence.models import Evidence
from api.verdicts.models import Verdict
from tests.support.processes import PYTHON, ROOT

CLAIMS, ITEMS, WRITERS = 50, 20, 8


#: Every so many requests is also sent by another writer, under the same key.
TWICE = 10


@pytest.fixture
def claims(api):
    sentences = [f"The bridge number {n} was opened in {1000 + n}." for n in range(CLAIMS)]
    article = {"title": "Bridges", "text": " ".join(sentences), "language": "en"}
    path = f"/articles/{api.contributor.post('/articles', article, expect=201).json['id']}/claims"
    return [
        api.contributor.post(path, {"quote": sentence}, expect=201).json["id"]
        for sentence in sentences
    ]


def submissions_of(installation, api, outside, claims, items=ITEMS):
    """So many submissions for each claim, and a verdict for each."""
    for n in range(items):
        for place, claim in enumerate(claims):
            words = f"The opening of bridge {place} was reported by paper {n} in {1000 + place}"
            page = f"<html><body><p>{words}, it says.</p></body></html>"
            address = outside.publish(f"http://paper-{n}.example/{place}", page)
            yield {
                "url": f"{installation.url}/v1/claims/{claim}/evidence",
                "token": api.contributor.key,
                "key": f"evidence {place} {n}",
                "body": {"source_url": address, "quote": words, "stance": "supports"},
            }
    for claim in claims:
        yield {
            "url": f"{installation.url}/v1/claims/{claim}/verdicts",
            "token": api.reviewer.key,
            "key": f"verdict {claim}",
            "body": {"status": "unverified", "reasons": "Not looked at yet."},
        }


def share_among_writers(requests):
    """What each writer sends: its share, and some of its neighbour's."""
    return [
        {
            "requests": [
                request
                for n, request in enumerate(requests)
                if n % WRITERS == writer or (n % TWICE == 0 and (n + 1) % WRITERS == writer)
            ]
        }
        for writer in range(WRITERS)
    ]


def count_by_state(app):
    with app.app_context(), transaction(reads=True) as session:
        rows = session.execute(select(Evidence.state, func.count()).group_by(Evidence.state))
        return dict(rows.all())


def assert_stored_exactly_once(app, api, installation, claims, requests, answers):
    """All that was acknowledged is there, nothing twice, every item examined, every chain whole."""
    items = len(requests) - len(claims)
    assert {(a["key"].split()[0], a["status"]) for a in answers} == {
        ("evidence", 202),
        ("verdict", 201),
    }
    ids = {}
    for answer in answers:
        assert ids.setdefault(answer["key"], answer["body"]["id"]) == answer["body"]["id"]
    assert set(ids) == {request["key"] for request in requests}

    assert count_by_state(app) == {EvidenceState.QUOTE_VERIFIED: items}
    with app.app_context(), transaction(reads=True) as session:
        stored = [*session.scalars(select(Evidence.id)), *session.scalars(select(Verdict.id))]
        happened = Counter(session.scalars(select(AuditEntry.action)))
    assert Counter(map(str, stored)) == Counter(ids.values())
    assert happened[AuditAction.EVIDENCE_SUBMITTED] == items
    assert happened[AuditAction.EVIDENCE_EXAMINED] == items
    assert happened[AuditAction.VERDICT_GIVEN] == len(claims)
    for claim in claims:
        assert api.anyone.get(f"/claims/{claim}/status").json["supporting_groups"] > 0

    verify = [*PYTHON, "flask", "--app", "wsgi", "verify"]
    checked = subprocess.run(verify, cwd=ROOT, env=installation.environment, capture_output=True)
    assert (checked.returncode, checked.stdout.strip()) == (0, b"intact")
