"""What a claim's evidence amounts to, laid open: lines, and what each status needs."""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from flask import current_app

from api.claims.enums import Status
from api.claims.models import Claim
from api.evidence.models import Evidence
from api.verdicts import policy as rule
from api.verdicts import service
from api.verdicts.assessment import as_items, evidence_of, in_words, policy
from api.verdicts.models import Verdict
from api.verdicts.policy import Item
from api.verdicts.record import judged_of


def of(claim: Claim) -> tuple[dict[str, Any], str]:
    """The assessment as it would gate a verdict that rests on all the claim's evidence, and its
    ETag.
    """
    rows, newest = evidence_of(claim.id), service.latest(claim.id)
    items, thresholds = as_items(rows), policy()
    amounts_to = rule.assess(items, thresholds)
    answer = {
        "claim": claim.id,
        "would_be": amounts_to.would_be,
        "supporting_lines": amounts_to.supporting_lines,
        "disputing_lines": amounts_to.disputing_lines,
        "confirmed_needs": _needs(Status.CONFIRMED, items),
        "disputed_needs": _needs(Status.DISPUTED, items),
        "lines": _lines(rows),
        "policy": thresholds.as_dict(),
        "needs_two_reviewers": current_app.extensions["settings"].second_opinion,
        "newest_verdict": newest.number if newest else 0,
        "cites": newest.cites if newest else None,
    }
    return answer, _etag(claim, rows, newest)


def etag_of(claim: Claim) -> str:
    """Stands for what a reviewer sees before deciding: each item as it is, the newest verdict,
    what is judged of the claim, the thresholds.
    """
    return _etag(claim, evidence_of(claim.id), service.latest(claim.id))


def _etag(claim: Claim, rows: Sequence[Evidence], newest: Verdict | None) -> str:
    seen = [
        *(f"{row.id}.{row.version}" for row in rows),
        str([*judged_of(claim).values()]),
        str(newest.number if newest else 0),
        str(policy().as_dict()),
        str(current_app.extensions["settings"].second_opinion),
    ]
    return sha256("\n".join(seen).encode()).hexdigest()[:24]


def _needs(status: Status, items: Sequence[Item]) -> list[dict[str, Any]]:
    needs = rule.requirements(status, items, items, policy())
    return [in_words(need) | {"met": need.met} for need in needs]


def _lines(rows: Sequence[Evidence]) -> list[dict[str, Any]]:
    lines: dict[int, list[Evidence]] = {}
    for row in rows:
        if row.line is not None:
            lines.setdefault(row.line, []).append(row)
    return [
        {
            "number": number,
            "outside": any(row.outside for row in members),
            "reasons": members[0].line_reasons,
            "evidence": [row.id for row in members],
        }
        for number, members in sorted(lines.items())
    ]
