"""A data set of any size, written as it is made: articles with ten claims each, five examined items
of evidence on every claim, verdicts on three claims of five.
"""

import json
import random
import sys
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from uuid import UUID

from sqlalchemy import insert, text

from api.articles.models import Article, Edition, IngestState
from api.audit_log import AuditAction, AuditEntry
from api.auth.roles import Role
from api.claims.enums import Status
from api.claims.models import Claim, ClaimTag, ClaimTerms, TermCount
from api.contributors.keys import hash_key
from api.contributors.models import ApiKey, Contributor
from api.database.session import connect
from api.evidence.enums import EvidenceKind, EvidenceState, Stance
from api.evidence.models import Evidence
from api.language.tokens import FIELD_SEPARATOR, METADATA_SEPARATOR, TERMS_VERSION, join_terms
from api.sources.models import Snapshot, Source
from api.verdicts.models import ClaimAssessment, Verdict

CLAIMS, ITEMS = 10, 5  # of an article, of a claim
PUBLISHERS = 500
BATCH = 100  # articles that are stored at once
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
STATUSES = [Status.DISPUTED, Status.CONFIRMED, Status.CONFIRMED, Status.UNVERIFIED] * 3
KEY = "cl_benchmark"

WORDS = ["bridge", "opened", "cost", "million", "pounds", "river", "trains", "carry", "survey"]


class Names:
    """Ids in the order of time (UUIDv7), the same in every run."""

    def __init__(self):
        self.given = 0

    def __call__(self):
        self.given += 1
        moment = int(BEGINNING.timestamp() * 1000) + self.given // 100
        return UUID(int=moment << 80 | 7 << 76 | 2 << 62 | self.given)


def people(name_of):
    contributor, reviewer = name_of(), name_of()
    yield Contributor, {"id": contributor, "name": "Contributor", "role": Role.CONTRIBUTOR}
    yield Contributor, {"id": reviewer, "name": "Reviewer", "role": Role.REVIEWER}
    key = {"prefix": KEY[:9], "digest": hash_key(KEY), "last_used_at": datetime.now(UTC)}
    yield ApiKey, {"id": name_of(), "contributor_id": contributor, **key}
    for source in [name_of() for _ in range(PUBLISHERS)]:
        domain = f"paper-{source.int % 1000}.example"
        yield Source, {"id": source, "domain": domain, "name": domain}


def sentence(dice, number):
    return f"The {' '.join(dice.choices(WORDS, k=14))} in {number}."


def article(number, name_of, dice, contributor, reviewer, sources):
    """The rows of one article and of all that is on it."""
    moment = BEGINNING + timedelta(seconds=number)
    sentences = [sentence(dice, number * CLAIMS + place) for place in range(CLAIMS)]
    words = " ".join(sentences)
    known = {
        "title": sentences[0][:60],
        "text": words,
        "text_sha256": sha256(words.encode()).hexdigest(),
        "retrieved_at": moment,
        "created_at": moment,
    }
    id = name_of()
    more = {"source_id": dice.choice(sources), "added_by_id": contributor, "retells": []}
    yield Article, {"id": id, "state": IngestState.READY, "language": "en", **known, **more}
    yield Edition, {"id": name_of(), "article_id": id, "number": 1, **known}
    snapshots = [name_of() for _ in range(ITEMS)]
    for snapshot in snapshots:
        yield Snapshot, page(snapshot, words, moment)
    place = 0
    for exact in sentences:
        yield from claim(
            id, exact, place, moment, name_of, dice, contributor, reviewer, sources, snapshots
        )
        place += len(exact) + 1


def page(id, words, moment):
    address = f"https://paper-{id.int % 1000}.example/{id}"
    return {
        "id": id,
        "requested_url": address,
        "final_url": address,
        "redirects": [],
        "status": 200,
        "content_type": "text/html",
        "headers": [["Content-Type", "text/html"]],
        "retrieved_at": moment,
        "sha256": id.hex * 2,
        "byte_length": 2 * len(words),
        "text": words,
        "text_sha256": id.hex * 2,
        "stand_in": False,
        "created_at": moment,
    }


def claim(article, exact, place, moment, name_of, dice, contributor, reviewer, sources, snapshots):
    id, status = name_of(), dice.choice(STATUSES)
    yield (
        Claim,
        {
            "id": id,
            "article_id": article,
            "exact": exact,
            "prefix": "",
            "suffix": "",
            "start_offset": place,
            "end_offset": place + len(exact),
            "statement": exact,
            "fingerprint": Claim.compute_fingerprint(place, place + len(exact), exact),
            "claimant_domains": [],
            "claimant": "The Example Herald",
            "language": "en",
            "added_by_id": contributor,
            "status": status,
            "status_since": moment,
            "created_at": moment,
        },
    )
    yield ClaimTag, {"claim_id": id, "tag": dice.choice(WORDS)}
    found_by = f"{join_terms([exact])} {METADATA_SEPARATOR} {join_terms(['The Example Herald'])}"
    yield ClaimTerms, {"claim_id": id, "terms": found_by, "version": TERMS_VERSION}
    yield entry(name_of(), id, id, AuditAction.CLAIM_MADE, contributor, moment)
    against = 2 if status is Status.DISPUTED else 0
    items = []
    for number, snapshot in enumerate(snapshots):
        items.append(name_of())
        stance = Stance.DISPUTES if number < against else Stance.SUPPORTS
        yield (
            Evidence,
            item(
                items[-1],
                id,
                number,
                exact,
                stance,
                moment,
                contributor,
                dice.choice(sources),
                snapshot,
            ),
        )
    yield (
        ClaimAssessment,
        {
            "claim_id": id,
            "supported_status": status,
            "supporting_groups": ITEMS - against,
            "disputing_groups": against,
            "unmet": [],
            "review_reasons": [],
            "stand_in": False,
        },
    )
    if status is not Status.UNVERIFIED:
        yield Verdict, verdict(name_of(), id, status, exact, items, reviewer, moment)


def entry(id, claim, subject, what, by, moment):
    about = {"claim_id": claim, "subject_id": subject, "by_id": by}
    return AuditEntry, {"id": id, "what": what, "details": {}, "created_at": moment, **about}


def item(id, claim, number, exact, stance, moment, contributor, source, snapshot):
    address = f"https://paper-{source.int % 1000}.example/{claim}/{number}"
    return {
        "id": id,
        "claim_id": claim,
        "source_id": source,
        "source_url": address,
        "quote": exact,
        "fingerprint": sha256(address.encode()).hexdigest(),
        "prefix": "",
        "suffix": "",
        "stance": stance,
        "kind": EvidenceKind.SECONDARY,
        "submitted_by_id": contributor,
        "state": EvidenceState.QUOTE_VERIFIED,
        "attempts": 1,
        "examined_at": moment,
        "snapshot_id": snapshot,
        "found_start": 100,
        "found_end": 100 + len(exact),
        "found_level": "exact",
        "group_number": number + 1,
        "group_reasons": ["its own publisher"],
        "independent": True,
        "created_at": moment,
    }


def verdict(id, claim, status, exact, items, reviewer, moment):
    """As long as a real one, but not a link of a chain that holds."""
    judged = [{"id": str(each), "cited": True, "counts": True, "quote": exact} for each in items]
    record = json.dumps({"claim": {"id": str(claim), "statement": exact}, "evidence": judged})
    return {
        "id": id,
        "claim_id": claim,
        "number": 1,
        "status": status,
        "finding": "Mostly so",
        "reasons": "The sources that do not depend on one another say so.",
        "one_person": False,
        "decided_by_id": reviewer,
        "decided_at": moment,
        "hash": sha256(record.encode()).hexdigest(),
        "record": record,
        "created_at": moment,
    }


def rows(claims):
    """All rows of a data set of so many claims, a batch of articles at a time."""
    name_of, dice = Names(), random.Random(1)
    first = list(people(name_of))
    contributor, reviewer = (row["id"] for model, row in first if model is Contributor)
    sources = [row["id"] for model, row in first if model is Source]
    yield first
    numbers = iter(range(max(1, claims // CLAIMS)))
    while some := list(islice(numbers, BATCH)):
        yield [
            row
            for number in some
            for row in article(number, name_of, dice, contributor, reviewer, sources)
        ]


def load(database_url, claims):
    """Write the data set into a migrated database; shows how far that is."""
    engine, began, done = connect(database_url), time.monotonic(), 0
    counts = Counter()
    for batch in rows(claims):
        tables = {}
        for model, row in batch:
            tables.setdefault(model, []).append(row)
        for row in tables.get(ClaimTerms, ()):
            counts.update(set(row["terms"].split()) - {FIELD_SEPARATOR, METADATA_SEPARATOR})
        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL synchronous_commit = off"))
            for model, some in tables.items():
                connection.execute(insert(model.__table__), some)
        done += len(tables.get(Claim, ()))
        told = f"{done:,} claims, {time.monotonic() - began:,.0f} s"
        if sys.stderr.isatty():
            print(f"\r{told}", end="", file=sys.stderr, flush=True)
    print(f"\r{told}" if sys.stderr.isatty() else told, file=sys.stderr)
    with engine.begin() as connection:
        found = [{"term": term, "claims": claims} for term, claims in counts.items()]
        connection.execute(insert(TermCount), found)
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()
