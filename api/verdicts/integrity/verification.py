"""Is everything as it was written? Recomputes chains, log, checkpoints and texts, and holds what
each claim's verdicts attested against what its rows and the stored bytes say now.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import groupby, islice
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from api.articles.models import Article, Edition
from api.claims.enums import Status
from api.claims.models import Claim
from api.contributors.models import Contributor
from api.database.session import session, transaction
from api.evidence.models import Evidence
from api.sources.models import Snapshot
from api.sources.snapshots import service as snapshots
from api.verdicts import hash_chain, status_documents
from api.verdicts import record as attestation
from api.verdicts.integrity import audit_log, citations, transparency_log
from api.verdicts.models import WITH_PEOPLE, LogEntry, Opinion, Verdict
from api.verdicts.record_format import EvidenceRecord, SnapshotRecord
from api.verdicts.status import list_audit_events

Progress = Callable[[int], None]

#: Claims that are looked at together.
CLAIMS_PER_BATCH = 200

#: What the service changes after a verdict, and says so (in the audit log, or by a recheck):
#: of the claim, of the item or, since lines are drawn over all of them, of any. The rest it never
#: changes.
EDITABLE_CLAIM_FIELDS = {"statement", "claimant", "said_on"}
EDITABLE_CLAIM_FIELDS |= {"article", "edition", "exact", "prefix", "suffix", "start", "end"}
EDITABLE_EVIDENCE_FIELDS = {"state", "review", "snapshot"}
COMPUTED_EVIDENCE_FIELDS = {"line", "outside", "counts"}

#: What reading a row raises that has what the service never writes.
READ_ERRORS = (AttributeError, LookupError, TypeError, ValueError)


def count_rows(*, with_bytes: bool) -> int:
    """How many rows there are to look at: what progress is counted in."""
    tables = (Verdict, LogEntry, Edition, Snapshot, *([Snapshot] if with_bytes else []))
    counted = (select(func.count()).select_from(table) for table in tables)
    return sum(session.scalars(each).one() for each in counted)


def find_faults(progress: Progress) -> Iterator[str]:
    """What is wrong, in words that begin with the row's name. Tells `progress` of rows done."""
    parts = (
        _histories(progress),
        _statuses_without_verdict(),
        transparency_log.find_faults(progress),
        audit_log.find_faults(),
        citations.find_faults(),
        status_documents.find_faults(),
        _other_texts(),
        _texts(Edition, progress),
        _texts(Snapshot, progress),
    )
    for part in parts:
        try:
            yield from part
        except READ_ERRORS as reason:
            yield f"{_name_unreadable_row()}: it cannot be read: {reason!r}"


def find_byte_faults(progress: Progress) -> Iterator[str]:
    """Snapshots whose bytes are not in the store as they were kept. Not for use while a
    transaction is open.
    """
    try:
        for snapshot in _snapshots():
            if (wrong := snapshots.find_snapshot_fault(snapshot)) is not None:
                yield f"snapshot {snapshot.id}: {wrong}"
            progress(1)
    except READ_ERRORS as reason:
        yield f"snapshots: one cannot be read: {reason!r}"


def _snapshots() -> Iterator[Snapshot]:
    """All of them, some at a time, so that no transaction is open while the store is asked."""
    some = select(Snapshot).order_by(Snapshot.id).limit(CLAIMS_PER_BATCH)
    following = some
    while True:
        with transaction(reads=True):
            found = list(session.scalars(following))
        yield from found
        if not found:
            return
        following = some.where(Snapshot.id > found[-1].id)


def _name_unreadable_row() -> str:
    """The name of the first row that has a value which its column cannot have or, when the rows
    are sound, of what is read from them.
    """
    for model in (Verdict, Opinion, Claim, Evidence, Snapshot, Edition, Contributor):
        for id in session.scalars(select(model.id).order_by(model.id)):
            try:
                _load_rows(model, model.id == id)
            except READ_ERRORS:
                return f"{model.__name__.lower()} {id}"
    return "a verdict's record"


def _histories(progress: Progress) -> Iterator[str]:
    """Each claim's verdicts in their order, and the claim's rows beside the newest."""
    ordered = select(Verdict).order_by(Verdict.claim_id, Verdict.number)
    ordered = ordered.options(*WITH_PEOPLE)
    verdicts = session.scalars(ordered.execution_options(yield_per=500))
    histories = (list(group) for _, group in groupby(verdicts, key=lambda each: each.claim_id))
    while batch := list(islice(histories, CLAIMS_PER_BATCH)):
        whole = []
        for history in batch:
            broken = list(_chain_faults(history))
            yield from broken
            whole += [] if broken else [history]
            progress(len(history))
        yield from _row_faults(whole)


def _chain_faults(history: Sequence[Verdict]) -> Iterator[str]:
    claim, broken = history[0].claim_id, set()
    for link, fault in hash_chain.find_faults(verdict.link for verdict in history):
        broken.add(link.number)
        yield f"claim {claim}, verdict {link.number}: {fault}"
    for verdict in history:
        if verdict.number not in broken:
            for name in _wrong_columns(verdict):
                yield f"claim {claim}, verdict {verdict.number}: the {name} beside it is another"


def _wrong_columns(verdict: Verdict) -> Iterator[str]:
    """The columns, of those that the chain knows nothing of, that are not the record's."""
    record, person = verdict.attested_record, verdict.decided_by
    if record["claim"]["id"] != str(verdict.claim_id):
        yield "claim_id"
    if record["decided_at"] != attestation.format_moment(verdict.decided_at):
        yield "decided_at"
    if _is_another_opinion(verdict):
        yield "opinion"
    cites = record.get("cites")
    if (cites and cites["verdict"]) != (
        verdict.applied_verdict_id and str(verdict.applied_verdict_id)
    ):
        yield "cites_id"
    attested, now = (
        record["decided_by"].get("commitment", "policy"),
        attestation.describe_decider(person),
    )
    if now != attested and (now != "erased" or attested == "policy"):
        yield "decided_by"


def _is_another_opinion(verdict: Verdict) -> bool:
    then, row = verdict.attested_record.get("opinion"), verdict.opinion
    if then is None or row is None:
        return then is not None or row is not None
    nobody_can_tell = {"given_by"} if row.given_by.erased_at else set()
    return bool(_changed_fields(then, attestation.opinion_record(row)) - nobody_can_tell)


def _row_faults(histories: Sequence[Sequence[Verdict]]) -> Iterator[str]:
    """Where the rows of these claims are not what their verdicts say."""
    present = _CurrentRows(histories)
    for history in histories:
        newest = history[-1]
        if (claim := present.claims.get(newest.claim_id)) is None:
            yield f"claim {newest.claim_id}: it is missing"
            continue
        beside = (claim.status, claim.status_since, claim.status_exception, claim.one_person)
        if beside != _status_after(claim, history):
            yield f"claim {claim.id}: its status is not that of verdict {newest.number}"
        for row, name in present.differences(claim, newest):
            yield f"{row}: its {name} is not what verdict {newest.number} attested"
        for row, number in present.rested_on(history).items():
            yield f"{row}: its content is not what verdict {number} attested"


def _status_after(claim: Claim, history: Sequence[Verdict]) -> tuple[Any, ...]:
    status, since = Status.UNVERIFIED, claim.created_at
    for verdict in history:
        if verdict.status is not status:
            status, since = verdict.status, verdict.decided_at
    last = history[-1].attested_record
    return status, since, last["exception"], last["one_person"]


class _CurrentRows:
    """What the database says now of some claims, given by their verdicts."""

    def __init__(self, histories: Sequence[Sequence[Verdict]]) -> None:
        ids = [history[-1].claim_id for history in histories]
        records = [verdict.attested_record for history in histories for verdict in history]
        self.claims = {row.id: row for row in _load_rows(Claim, Claim.id.in_(ids))}
        articles = {UUID(record["claim"]["article"]["id"]) for record in records}
        texts = select(Edition.article_id, Edition.number, Edition.text_sha256)
        texts = texts.where(Edition.article_id.in_(articles))
        self.texts = {(str(id), number): hash for id, number, hash in session.execute(texts)}
        page = joinedload(Evidence.snapshot)
        self.items = {
            str(row.id): row for row in _load_rows(Evidence, Evidence.claim_id.in_(ids), page)
        }
        attested = (item["snapshot"] for record in records for item in record["evidence"])
        pages = {UUID(snapshot["id"]) for snapshot in attested if snapshot}
        self.pages = {str(row.id): row for row in _load_rows(Snapshot, Snapshot.id.in_(pages))}
        decided_at = {history[-1].claim_id: history[-1].decided_at for history in histories}
        self.later: dict[UUID, set[str]] = {id: set() for id in ids}
        for each in list_audit_events(ids):
            if each.at > decided_at[each.claim_id]:
                self.later[each.claim_id].add(str(each.subject_id))

    def differences(self, claim: Claim, newest: Verdict) -> Iterator[tuple[str, str]]:
        """Each row's name and the name of what is another there than it was, and should not be."""
        record, later = newest.attested_record, self.later[claim.id]
        edited = EDITABLE_CLAIM_FIELDS if str(claim.id) in later else set()
        text_sha256 = self.texts.get((str(claim.article_id), claim.edition), "")
        now = attestation.claim_record(claim, text_sha256)
        for name in sorted(_changed_fields(record["claim"], now) - edited):
            yield f"claim {claim.id}", name
        for then in record["evidence"]:
            changed = (EDITABLE_EVIDENCE_FIELDS if then["id"] in later else set()) | (
                COMPUTED_EVIDENCE_FIELDS if later else set()
            )
            for name in sorted(self._of_item(then) - changed):
                yield f"evidence {then['id']}", name

    def rested_on(self, history: Sequence[Verdict]) -> dict[str, int]:
        """Of the texts and pages that any of a claim's verdicts rests on, those that are others
        now, each with the first such verdict. New ones never take an old one's place.
        """
        others: dict[str, int] = {}
        for verdict in history:
            claim = verdict.attested_record["claim"]
            article, edition = claim["article"], claim["edition"]
            if self.texts.get((article["id"], edition)) != article["text_sha256"]:
                others.setdefault(f"edition {edition} of article {article['id']}", verdict.number)
            for item in verdict.attested_record["evidence"]:
                if (page := item["snapshot"]) and page != self._page(page["id"]):
                    others.setdefault(f"snapshot {page['id']}", verdict.number)
        return others

    def _of_item(self, then: EvidenceRecord) -> set[str]:
        if (row := self.items.get(then["id"])) is None:
            return {"row"}
        now = attestation.evidence_record(row, cited=then["cited"])
        changed = _changed_fields(then, now) - {"snapshot"}
        pages = [each["snapshot"] and each["snapshot"]["id"] for each in (then, now)]
        return changed if pages[0] == pages[1] else changed | {"snapshot"}

    def _page(self, id: str) -> SnapshotRecord | None:
        row = self.pages.get(id)
        return row and attestation.snapshot_record(row)


def _load_rows(model: Any, where: Any, *options: Any) -> Sequence[Any]:
    return session.scalars(select(model).where(where).options(*options)).all()


def _changed_fields(then: Mapping[str, object], now: Mapping[str, object]) -> set[str]:
    """The names of what was attested then, and is something else now."""
    return {name for name, value in now.items() if name in then and then[name] != value}


def _statuses_without_verdict() -> Iterator[str]:
    given = select(Verdict.id).where(Verdict.claim_id == Claim.id).exists()
    for claim in session.scalars(select(Claim).where(Claim.status != Status.UNVERIFIED, ~given)):
        yield f"claim {claim.id}: it is {claim.status}, and there is no verdict"


def _other_texts() -> Iterator[str]:
    """Articles whose text is not that of their newest edition."""
    newest = (Edition.article_id == Article.id) & (Edition.number == Article.edition)
    other = select(Article.id, Article.edition).join(Edition, newest)
    other = other.where(
        (Article.text_sha256 != Edition.text_sha256) | (Article.text != Edition.text)
    )
    for id, edition in session.execute(other):
        yield f"article {id}: its text is not that of its edition {edition}"


def _texts(model: type[Edition] | type[Snapshot], progress: Progress) -> Iterator[str]:
    """Texts that are not what their digests stand for."""
    texts = select(model.id, model.text, model.text_sha256).execution_options(yield_per=100)
    for id, text, digest in session.execute(texts):
        if sha256(text.encode()).hexdigest() != digest:
            yield f"{model.__name__.lower()} {id}: its text is not what its SHA-256 says"
        progress(1)
