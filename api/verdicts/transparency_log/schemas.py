"""Input and output of the log of all verdicts: keys, proofs, and a claim's bundle."""

from marshmallow import Schema
from marshmallow.fields import (
    UUID,
    AwareDateTime,
    Boolean,
    Dict,
    Function,
    Integer,
    List,
    Nested,
    Raw,
    String,
)
from marshmallow.validate import Range

from api.evidence.schemas import EvidenceView
from api.http.fields import View
from api.sources.snapshots.schemas import RedirectView, SnapshotView
from api.verdicts.record import describe_decider
from api.verdicts.schemas import VerdictView

#: More entries than any log will have, and what both databases can count.
MOST = 2**53


class LogProofQuery(Schema):
    """What is to be proved: that an entry is in the log, or that the log begins with another."""

    index = Integer(validate=Range(0, MOST), metadata={"description": "an entry, from 0"})
    verdict = UUID(metadata={"description": "an entry, by its verdict"})
    first = Integer(validate=Range(0, MOST), metadata={"description": "an earlier size of the log"})
    size = Integer(
        validate=Range(0, MOST),
        metadata={"description": "the log's size to prove it for; by default, as signed last"},
    )


class LogProofView(View):
    size = Integer()
    root = String(metadata={"description": "the Merkle tree's root at this size, in base64"})
    index = Integer(allow_none=True)
    first = Integer(allow_none=True)
    path = List(
        String(), metadata={"description": "hashes, as RFC 9162 (2.1.3, 2.1.4) has them, base64"}
    )


class SinceQuery(Schema):
    since = Integer(
        validate=Range(0, MOST),
        metadata={"description": "an earlier size of the log, which it is to be shown to contain"},
    )


class BundleQuery(SinceQuery):
    snapshots = Boolean(
        load_default=False,
        metadata={"description": "with the pages' texts and, where they are kept, their bytes"},
    )


class LogKeyView(View):
    key = String(metadata={"description": "name+id+key, as readers of signed notes take it"})
    succession = String(
        allow_none=True, metadata={"description": "the note in which the key before names it"}
    )


class LogKeysView(View):
    items = List(Nested(LogKeyView), metadata={"description": "oldest first; the last one signs"})


class VerdictProofView(View):
    format = String()
    record = Dict(keys=String(), values=Raw(allow_none=True))
    hash = String(metadata={"description": "SHA-256 of `record` in canonical JSON; the entry"})
    index = Integer()
    path = List(String())
    checkpoint = String(metadata={"description": "a signed note (c2sp.org/tlog-checkpoint)"})
    keys = List(Nested(LogKeyView))
    since = Integer(allow_none=True)
    consistency = List(String(), allow_none=True)


class BundledEvidenceView(EvidenceView):
    """Evidence as it leaves the house: without names, which could not be erased there.

    Verifiers read the members by the names that verdicts' records have for them.
    """

    class Meta(View.Meta):
        exclude = (
            *("submitted_by", "snapshot", "group", "group_reasons"),
            *("independent", "not_independent_reason"),
        )

    line = Integer(attribute="group_number", allow_none=True)
    line_reasons = List(String(), attribute="group_reasons", allow_none=True)
    outside = Boolean(attribute="independent", allow_none=True)
    inside_because = String(attribute="not_independent_reason", allow_none=True)

    snapshot_id = UUID(allow_none=True)


class BundledVerdictView(VerdictView):
    """A verdict as it is shown; for who decided, the commitment as it would be made today.
    Another's opinion is in the record only.
    """

    class Meta(View.Meta):
        exclude = ("decided_by", "opinion", "record", "applied_verdict")

    cites = Raw(attribute="applied_verdict", allow_none=True)

    decider = Function(lambda verdict: describe_decider(verdict.decided_by))


class HappenedView(View):
    subject_id = UUID()
    what = String()
    at = AwareDateTime()


class BundledSnapshotView(SnapshotView):
    """A snapshot without the addresses here."""

    class Meta(View.Meta):
        exclude = ("url", "text_url", "content_url", "warc_url")

    requested_url = String()
    redirects = List(Nested(RedirectView), attribute="hops")
    payload_sha256 = String(allow_none=True)
