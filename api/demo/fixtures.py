"""Load an article with its claims, evidence and verdicts, as people would bring them in.

Nothing is written into rows: claims are anchored, evidence is examined by the worker, and
verdicts pass the same gate as everybody's, or are left out. Running it again adds what is missing.
"""

import json
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import click
from sqlalchemy import func, select

from api.articles import service as articles
from api.articles.models import Article
from api.auth.roles import Role
from api.claims import service as claims
from api.claims.enums import Status
from api.claims.models import Claim
from api.contributors import service as contributors
from api.contributors.models import Contributor
from api.database import session as db
from api.errors import Problem
from api.evidence import service as evidence
from api.evidence.enums import EvidenceKind, EvidenceState, Stance
from api.evidence.models import Evidence
from api.sources.models import SourceKind
from api.sources.service import get_or_create_publisher, update_source
from api.verdicts import service as verdicts
from api.verdicts.assessment import load_evidence

NAMES = {role: f"Demo {role}" for role in Role}
EXAMINATION_TIMEOUT_SECONDS = 120


class Unexamined(Exception):
    """The evidence was not examined in time: no worker is running, or it is stuck."""


def wait_for_worker(pause: Callable[[float], None] = time.sleep) -> None:
    """Return when all evidence has been examined, pausing between looks; raises `Unexamined`."""
    pending = select(func.count()).select_from(Evidence).filter_by(state=EvidenceState.PENDING)
    deadline = time.monotonic() + EXAMINATION_TIMEOUT_SECONDS
    while True:
        with db.transaction(reads=True) as session:
            if not session.scalar(pending):
                return
        if time.monotonic() > deadline:
            raise Unexamined("Evidence is still pending. Is a worker running?")
        pause(0.2)


def load_fixtures(folder: Path, wait: Callable[[], None] = wait_for_worker) -> None:
    """Load a folder of fixtures (its README tells the files). `wait` returns when all evidence
    has been examined; raises `Unexamined` when no worker does it within two minutes.
    """
    with db.transaction():
        people = {role: get_or_enrol_person(role) for role in NAMES}
        for each in _read_fixture(folder, "sources.json"):
            _describe_source(**each)
        article = _load_article(folder, people[Role.CONTRIBUTOR])
        made = _load_claims(folder, article, people[Role.CONTRIBUTOR])
        for each in _read_fixture(folder, "evidence.json"):
            _submit_evidence(made[each["claim"]], each, people[Role.CONTRIBUTOR])
    wait()
    for each in _read_fixture(folder, "verdicts.json"):
        try:
            with db.transaction():
                _give_verdict(made[each["claim"]], each, people[Role.REVIEWER])
        except Problem as refusal:  # the pages say something else today, or cannot be read
            click.echo(f"No verdict on claim {each['claim']}: {refusal}", err=True)


def get_or_enrol_person(role: Role) -> Contributor:
    """The demo's person of a role."""
    named = select(Contributor).filter_by(name=NAMES[role], role=role).limit(1)
    return db.session.scalar(named) or contributors.enrol_contributor(name=NAMES[role], role=role)


def _read_fixture(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text(encoding="utf-8"))


def _describe_source(*, domain: str, kind: str, **known: Any) -> None:
    source = get_or_create_publisher(f"https://{domain}/")
    changes = known | {"kind": SourceKind(kind)}
    if any(getattr(source, name) != value for name, value in changes.items()):
        update_source(source, **changes)


def _load_article(folder: Path, added_by: Contributor) -> Article:
    about = _read_fixture(folder, "article.json")
    text = (folder / about["text_file"]).read_text(encoding="utf-8")
    same = select(Article).filter_by(text_sha256=sha256(text.encode()).hexdigest())
    if (article := db.session.scalar(same.limit(1))) is not None:
        return article
    names = ("title", "url", "author", "published_at", "language", "retells")
    known = {name: about[name] for name in names}
    return articles.add_article(added_by=added_by, text=text, modified_at=None, **known)


def _load_claims(folder: Path, article: Article, added_by: Contributor) -> dict[str, Claim]:
    made = {}
    for each in _read_fixture(folder, "claims.json"):
        key, wanted = each.pop("key"), {"article_id": article.id, "statement": each["statement"]}
        claim = db.session.scalar(select(Claim).filter_by(**wanted))
        made[key] = claim or claims.create_claim(article, added_by=added_by, **each)
    return made


def _submit_evidence(claim: Claim, item: dict[str, Any], submitted_by: Contributor) -> None:
    same = {"claim_id": claim.id, "source_url": item["source_url"], "quote": item["quote"]}
    if db.session.scalar(select(Evidence.id).filter_by(**same)):
        return
    evidence.submit_evidence(
        claim,
        submitted_by=submitted_by,
        source_url=item["source_url"],
        quote=item["quote"],
        prefix="",
        suffix="",
        stance=Stance(item["stance"]),
        kind=EvidenceKind(item["kind"]),
        note=item["note"],
        published_at=item["published_at"],
        interests=None,
    )


def _give_verdict(claim: Claim, verdict: dict[str, Any], decided_by: Contributor) -> None:
    claim = db.get_or_404(Claim, claim.id)
    if verdicts.latest_verdict(claim.id) is not None:
        return
    items = load_evidence(claim.id)
    rests_on = [item.id for item in items if item.source_url in verdict["rests_on"]]
    verdicts.give_verdict(
        claim,
        decided_by=decided_by,
        status=Status(verdict["status"]),
        reasons=verdict["reasons"],
        finding=verdict["finding"],
        evidence=rests_on,
        exception=verdict.get("exception"),
        known=verdicts.find_known_verdict(claim.id, db.now()),
    )
