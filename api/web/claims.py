"""Claims: what is known of each, on what grounds, and how it came to that."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, TypedDict
from uuid import UUID

from flask import render_template
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from api.articles.models import Article
from api.audit_log import AuditEntry
from api.claims import listing
from api.claims.matching import service as matching
from api.claims.models import Claim
from api.claims.schemas import ClaimQuery
from api.claims.search import service as search
from api.contributors.models import Contributor
from api.database.session import get_or_404, session
from api.evidence.models import Evidence
from api.evidence.service import WITH_RELATED
from api.publishing import documents
from api.verdicts import hash_chain, status
from api.verdicts.models import WITH_PEOPLE as WITH_PEOPLE
from api.verdicts.models import LogEntry, Verdict
from api.verdicts.transparency_log import service as log
from api.web import claim_groups, evidence_columns, excerpts, replies
from api.web.pages import PageRoutes, load_input

routes = PageRoutes()

PAGE_SIZE = 30
#: What one page shows of a claim's evidence, verdicts and happenings; the API has all of them.
MAX_ITEMS, MAX_VERDICTS, MAX_ENTRIES, MAX_SIMILAR = 16, 12, 30, 3


@routes.page("/claims")
def claims() -> Any:
    """Claims, newest first, by status, article or tag; or found by their words, the best first."""
    asked = load_input(ClaimQuery(only=["q", "status", "article", "tag", "cursor"]))
    paging: dict[str, Any] = {"limit": PAGE_SIZE, "cursor": asked.get("cursor")}
    filters = {name: value for name, value in asked.items() if name not in {"q", "cursor"}}
    if "q" in asked:
        found = search.search_claims(asked["q"], **paging, **filters)
    else:
        found = listing.list_claims(**paging, **filters)
    return render_template("web/claims.html", **found, asked=asked)


@routes.page("/claims/<uuid:claim_id>")
def claim(claim_id: UUID) -> Any:
    """What is known of a claim."""
    found = get_or_404(Claim, claim_id, selectinload(Claim.labels))
    items = _load_items(found)
    verdicts = _load_verdicts(found)
    shown = items[:MAX_ITEMS]
    return render_template(
        "web/claim.html",
        claim=found,
        article=get_or_404(Article, found.article_id),
        quote=excerpts.load_claim_excerpt(found),
        known=status.load_status(found.id),
        columns=evidence_columns.group_by_stance(shown),
        excerpts=excerpts.load_source_excerpts(shown),
        more_items=len(items) > MAX_ITEMS,
        verdict=verdicts[-1] if verdicts else None,
        faults=_find_faults(verdicts),
        review=documents.build_documents([found])[0],
        similar=matching.find_similar(found, limit=MAX_SIMILAR),
        log_place=_find_log_index(verdicts[-1]) if verdicts else None,
        **replies.load_records(found),
        **claim_groups.load_claim_group(found, verdicts[-1] if verdicts else None),
        **_load_history(found, verdicts, shown),
    )


def _load_items(claim: Claim) -> Sequence[Evidence]:
    rows = select(Evidence).filter_by(claim_id=claim.id).options(*WITH_RELATED)
    return session.scalars(rows.order_by(Evidence.id).limit(MAX_ITEMS + 1)).all()


def _load_verdicts(claim: Claim) -> list[Verdict]:
    """The newest verdicts, in their order."""
    rows = select(Verdict).filter_by(claim_id=claim.id).options(*WITH_PEOPLE)
    newest = session.scalars(rows.order_by(Verdict.number.desc()).limit(MAX_VERDICTS)).all()
    return list(reversed(newest))


def _find_faults(verdicts: list[Verdict]) -> list[str]:
    """What is wrong with the links of the verdicts shown, in words."""
    links = [verdict.link for verdict in verdicts]
    begins = not links or links[0].number == 1
    found = (
        hash_chain.find_faults(links)
        if begins
        else hash_chain.find_faults(links[1:], after=links[0])
    )
    return [f"{link.number}: {fault}" for link, fault in found]


def _find_log_index(verdict: Verdict) -> int | None:
    """The verdict's number in the log of all verdicts, once a signed head vouches for it."""
    head, entry = log.find_newest_head(), select(LogEntry).filter_by(verdict_id=verdict.id)
    place = session.scalar(entry)
    return place.index if head and place and place.index < head.size else None


class ClaimHistory(TypedDict):
    """The newest entries of a claim's audit log, each with the number of equal ones in a row; the
    names of the people in them, and the verdicts and evidence that they are about, by id.
    """

    entries: list[tuple[AuditEntry, int]]
    more_entries: bool
    people: dict[UUID, str]
    subjects: Mapping[UUID, Verdict | Evidence]


def _load_history(claim: Claim, verdicts: list[Verdict], items: Sequence[Evidence]) -> ClaimHistory:
    """Load the newest entries, latest first."""
    rows = select(AuditEntry).filter_by(claim_id=claim.id).order_by(AuditEntry.id.desc())
    entries = session.scalars(rows.limit(MAX_ENTRIES + 1)).all()
    people = select(Contributor).where(Contributor.id.in_({entry.by_id for entry in entries}))
    return {
        "entries": _merge_repeats(entries[:MAX_ENTRIES]),
        "more_entries": len(entries) > MAX_ENTRIES,
        "people": {person.id: person.name for person in session.scalars(people)},
        "subjects": {row.id: row for row in verdicts} | {row.id: row for row in items},
    }


def _merge_repeats(entries: Sequence[AuditEntry]) -> list[tuple[AuditEntry, int]]:
    """Entries that say the same in a row are one, the latest of them, and how many there are."""

    def entry_key(entry: AuditEntry) -> Any:
        return entry.action, entry.subject_id, entry.by_id, entry.details

    runs = (list(run) for _, run in groupby(entries, key=entry_key))
    return [(run[0], len(run)) for run in runs]
