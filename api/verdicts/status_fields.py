"""The keys of a claim's status and of a page of its history, as `verdicts.schemas` dumps them."""

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from api.claims.enums import Status
from api.contributors.models import Contributor
from api.http.pagination import ResultPage
from api.verdicts.models import Opinion
from api.verdicts.policy import UnmetRequirement
from api.verdicts.record_format import AppliedVerdictRecord


class RecordsBeside(TypedDict):
    """What is on record beside a claim's verdicts: the newest correction's moment, and how often
    the claimant was asked and an interest was declared.
    """

    corrected_at: datetime | None
    contact_attempts: int
    interests: int


class AssessmentFields(TypedDict):
    """What the evidence amounts to: numbers of groups, what is missing for another status, and
    whether an item that counts was read from a stand-in. None where it was not kept.
    """

    supporting_groups: int | None
    disputing_groups: int | None
    unmet: list[UnmetRequirement] | None
    needs_review: bool | None
    stand_in: bool | None


class VerdictFields(TypedDict):
    """What a status says of the verdict that it comes from; `verdict` is its address."""

    finding: str | None
    decided_by: Contributor | None
    opinion: Opinion | None
    exception: str | None
    one_person: bool
    applied_verdict: AppliedVerdictRecord | None
    verdict: str | None


class ClaimStatus(RecordsBeside, AssessmentFields, VerdictFields):
    """A claim's status as `StatusView` dumps it. `at` is the past moment that was asked for;
    `history` is the address of the verdicts.
    """

    claim: UUID
    statement: str
    status: Status
    since: datetime
    at: datetime | None
    withdrawn: bool
    history: str


class ChainFault(TypedDict):
    """What is wrong with the verdict of a number, in words."""

    number: int
    words: str


class HistoryPage(ResultPage):
    """A page of a claim's verdicts; `intact` if nothing is wrong with them."""

    intact: bool
    faults: list[ChainFault]
