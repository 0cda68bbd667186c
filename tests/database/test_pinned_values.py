"""Values that are signed, hashed or stored, each with what it was when this was written. Another
value means that what earlier versions stored is no longer understood, found or verified.

The words of closed vocabularies (what happened, states, roles) are in the database's constraints,
which tests/http/test_golden.py pins; formats of the log and of bundles are read by `verifier/`, which
shares no code with the service.
"""

import base64
import inspect
import json
import re
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from api.claims.models import Claim
from api.claims.search import quote_index
from api.contributors import keys
from api.evidence.independence import minhash
from api.evidence.models import Evidence
from api.evidence.suggestions.stances import Question
from api.jobs.queue import QUEUE, VERSION
from api.sources.models import Snapshot
from api.sources.snapshots import blob_store
from api.verdicts import hash_chain, opinions
from api.verdicts.models import Verdict
from api.verdicts.policy import Policy
from tests.support.examples import ARTICLE
from tests.support.golden_files import GOLDEN, as_json, hold_against_golden

DIGEST_OF_THE_RECORD = "6c99660a70f1abef24c321268dd0cf8e9a9aa9d1d29f45b311e8da0db9473a46"
COMMITMENT = "e0692a6e0aae65539dc679304203493fd55854cde7195f1806c12d2c7c98bf0c"
DIGEST_OF_WORDS = "241c046d1be65113cd63195202b702dfb88f1cb6801fa970b42d00bf51708a2a"
DIGEST_OF_A_KEY = "0d2abe0b90981201adde399c4047511d3ea3f00fcbaca33ccfc0e92166575d25"

NAMELESS = [
    (re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "id"),
    (re.compile(r"[0-9a-f]{64}"), "sha256"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"), "moment"),
]


def without_chance(text):
    """A text in which ids, digests and moments are numbered in the order that they come in."""
    for pattern, name in NAMELESS:
        places = {}
        text = pattern.sub(
            lambda found, places=places, name=name: places.setdefault(
                found[0], f"{name} {len(places) + 1}"
            ),
            text,
        )
    return text


def record_as_golden(verdict):
    """The record of a verdict, whose hash is that of its canonical JSON."""
    canonical = hash_chain.canonical_json(verdict["record"])
    assert sha256(canonical.encode()).hexdigest() == verdict["hash"]
    return json.loads(without_chance(canonical))


@pytest.fixture
def items(api, claim, submit):
    items = [submit(claim, host) for host in ("first.example", "second.example")]
    submit(claim, "nowhere.example", "context", words="Not there", page="<p>Another page.</p>")
    api.work()
    return items


def verdict_on(claim, items):
    return f"/claims/{claim['id']}/verdicts", {
        "status": "confirmed",
        "reasons": "Because.",
        "finding": "True",
        "evidence": [each["id"] for each in items],
    }


@pytest.mark.each_database
@pytest.mark.once
def test_the_record_of_a_verdict(api, claim, items):
    """Every key and the form of every value, of the record that is hashed and signed."""
    verdict = api.reviewer.post(*verdict_on(claim, items), expect=201).json
    hold_against_golden("verdict-record.json", as_json(record_as_golden(verdict)))


@pytest.mark.once
def test_the_record_of_a_verdict_upon_an_opinion_and_of_one_that_applies_it(
    api, restart, claim, items
):
    two = restart(second_opinion=True)
    path, decision = verdict_on(claim, items)
    two.reviewer.post(path, decision, expect=202)
    given = two.reviewer_2.post(path, decision, expect=201).json
    other = api.contributor.post("/articles", ARTICLE | {"url": "http://b.example/1"}, 201).json
    body = {"quote": claim["exact"], "claimant": "The Herald"}
    same = api.contributor.post(f"/articles/{other['id']}/claims", body, 201).json
    joined = {"claim_id": same["id"], "reason": "The same."}
    api.reviewer.post(f"/claims/{claim['id']}/claim-group", joined, 201)
    applied = {"verdict": given["id"], "reasons": "One speech."}
    path = f"/claims/{same['id']}/applied-verdicts"
    cites = api.reviewer.post(path, applied, expect=201).json
    found = {"opinion": record_as_golden(given), "applied": record_as_golden(cites)}
    hold_against_golden("verdict-records-of-others.json", as_json(found))


def test_the_hash_of_a_record():
    record = json.loads((GOLDEN / "verdict-record.json").read_text())
    assert hash_chain.sha256_hex(hash_chain.canonical_json(record)) == DIGEST_OF_THE_RECORD
    assert hash_chain.commit_to_person(salt="salt", person=str(UUID(int=1))) == COMMITMENT


def test_the_thresholds_in_a_record():
    assert Policy(3, 2).as_dict() == {"confirm_lines": 3, "dispute_lines": 2, "version": 1}


def test_what_an_opinion_was_given_on(app):
    """Its digest is stored: an opinion whose basis has another lapses."""
    page = Snapshot(text_sha256="0" * 64)
    item = {"stance": "supports", "kind": "primary", "state": "quote_verified", "independent": True}
    items = [
        Evidence(id=UUID(int=1), group_number=1, snapshot=page, **item),
        Evidence(id=UUID(int=2), group_number=1, snapshot=None, **item),
        Evidence(id=UUID(int=3), group_number=2, **item | {"state": "pending"}),
    ]
    claim = Claim(statement="It opened.", claimant="The Herald", said_on="1932")
    with app.app_context():
        first = opinions.opinion_basis(claim, items, None, None)
        later = opinions.opinion_basis(claim, items, Verdict(hash="1" * 64), UUID(int=4))
    assert first == "566fdcafbc49790fcf43a3eef5c009faad7b12fe87306a799c5030fe454aa454"
    assert later == "a7e1c4cd7e5cf9c0dfa3d4e346a4b3853b265124dca454380bf3c2d81ca40598"


def test_the_digest_of_a_question_to_a_model():
    asked = Question("It opened.", "The Herald", None, "“opened” <1932>", "It “opened” <1932>.")
    assert asked.as_json() == (
        '{"claim": "It opened.", "claimant": "The Herald", "said_on": null,'
        ' "quote": "“opened” \\u003c1932\\u003e", "passage": "It “opened” \\u003c1932\\u003e."}'
    )
    assert asked.sha256 == "75b7fbbe0dd577913bf2e282e73681a42d15c7b235ec788a031664f40b1487f6"


def test_what_claims_evidence_and_keys_are_found_by(api, claim):
    item = {"source_url": "http://a.example/x", "quote": "a long quote", "stance": "supports"}
    once = {"Idempotency-Key": "once"}
    path = f"/claims/{claim['id']}/evidence"
    api.contributor.post(path, item, expect=202)
    api.contributor.post("/articles", ARTICLE, expect=201, headers=once)
    with api.app.extensions["engine"].connect() as connection:
        place = "start_offset, end_offset, exact, prefix, suffix"
        (anchor,) = connection.execute(text(f"SELECT {place} FROM claims")).all()
        found = {
            table: connection.execute(text(f"SELECT fingerprint FROM {table}")).scalar_one()
            for table in ("claims", "evidence", "idempotent_answers")
        }
    words = "The bridge was opened on 19 March 1932"
    assert tuple(anchor) == (0, 38, words, "", ". It cost 4.2 million pounds. It")
    assert found == {
        "claims": "d6b45849cfd24850f89b5d758f30c650a834b8046bee7462b67f9a520594ee19",
        "evidence": "307b97ad5cc88b67c44253a6490d5b5b9b4d904a72c03ca333e911cd12559c59",
        "idempotent_answers": "a00edcd4ea58a73bf1493aa16a1aa8f64f4cf059c045fa942eb04d4ad7b59d29",
    }
    assert keys.hash_key("cl_key") == DIGEST_OF_A_KEY
    assert quote_index.digest_quote("“It opened,”").hex() == DIGEST_OF_WORDS


def test_the_sketch_of_a_text():
    text = " ".join(f"word {number} of a page" for number in range(60))
    sketch = minhash.compute_signature(text)
    assert sketch[0] == minhash.SIGNATURE_VERSION
    assert sha256(json.dumps(sketch).encode()).hexdigest() == (
        "ec3f29e74fac778f978eb840acad72ec31370fdf140d7c338d0e2e82be3eca93"
    )


def test_a_cursor(api, claim):
    """It is a digest of the list's address and filters, and the place in the list."""
    path = f"/articles/{claim['article_id']}/claims"
    body = {"quote": "It cost 4.2 million pounds"}
    newest = api.contributor.post(path, body, expect=201).json
    cursor = api.anyone.get("/claims?limit=1&status=unverified").json["next_cursor"]
    assert base64.urlsafe_b64decode(cursor) == f"35c37d244fc0{UUID(newest['id']).hex}".encode()


def test_where_bytes_are_kept(app, settings):
    with app.app_context():
        blob_store.store_bytes(b"It was 1932.")
    (file,) = (path for path in Path(settings.blob_store).rglob("*") if path.is_file())
    assert str(file.relative_to(settings.blob_store)) == (
        "sha256/85/85a7f39a4b547d63abd843b9d6defb70b4f634974eb4958aac2ba2980d29945d"
    )


@pytest.mark.once
def test_the_names_of_jobs_and_of_their_arguments(app):
    """Jobs that wait in a database are run by the next version."""
    handlers = app.extensions["jobs"].handlers
    known = {name: [*inspect.signature(job).parameters] for name, job in handlers.items()}
    found = {"queue": QUEUE, "version": VERSION, "jobs": known}
    hold_against_golden("jobs.json", as_json(found))
