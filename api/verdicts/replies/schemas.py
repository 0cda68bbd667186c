"""Input and output of appeals, corrections, contact attempts and declared interests."""

from marshmallow import Schema
from marshmallow.fields import UUID, AwareDateTime, Boolean, Enum, Nested, String

from api.http.fields import (
    Flag,
    Moment,
    PageQuery,
    PartialDate,
    Text,
    View,
    page_of,
    with_json_schema,
)
from api.verdicts.replies.models import AppealState, ContactOutcome
from api.verdicts.schemas import DecidedByView


@with_json_schema(
    examples=[
        {
            "text": "The report was corrected in May; the figure you quote is the old one.",
            "contact": "press@company.example",
        }
    ]
)
class AppealSubmission(Schema):
    text = Text(most=5_000, required=True, metadata={"description": "public"})
    contact = Text(
        least=5,
        most=300,
        required=True,
        metadata={"description": "how to reach you; only reviewers and admins see it"},
    )


@with_json_schema(examples=[{"upheld": True, "answer": "It was corrected; we had the old figure."}])
class AppealAnswer(Schema):
    upheld = Flag(required=True, metadata={"description": "false: declined"})
    answer = Text(most=5_000, required=True, metadata={"description": "public"})


class AppealQuery(PageQuery):
    state = Enum(AppealState, by_value=True)


class AppealView(View):
    id = UUID()
    claim_id = UUID()
    verdict = UUID(
        attribute="verdict_id",
        allow_none=True,
        metadata={"description": "the newest when it was made"},
    )
    text = String()
    created_at = AwareDateTime()
    state = Enum(AppealState, by_value=True)
    answer = String(allow_none=True)
    answered_by = Nested(DecidedByView, allow_none=True)
    answered_at = AwareDateTime(allow_none=True)
    one_person = Boolean(
        metadata={"description": "it was answered while separated duties were switched off"}
    )


AppealPage = page_of(AppealView)


class ContactView(View):
    contact = String(allow_none=True, metadata={"description": "null: it was erased"})


@with_json_schema(
    examples=[
        {
            "wrong": "We said that the bridge opened in April 1932.",
            "right": "It opened on 19 March 1932.",
            "reason": "We took the date of the newspaper for the date of the opening.",
        }
    ]
)
class CorrectionSubmission(Schema):
    wrong = Text(most=2_000, required=True, metadata={"description": "what was published"})
    right = Text(most=2_000, required=True, metadata={"description": "what is right"})
    reason = Text(most=2_000, required=True, metadata={"description": "how it came about"})
    verdict = UUID(
        load_default=None,
        allow_none=True,
        metadata={"description": "the verdict on this claim that was wrong"},
    )


class CorrectionQuery(PageQuery):
    since = Moment(metadata={"description": "corrections made at or after this moment"})


class CorrectionView(View):
    id = UUID()
    claim_id = UUID()
    verdict = UUID(attribute="verdict_id", allow_none=True)
    wrong = String()
    right = String()
    reason = String()
    corrected_at = AwareDateTime(attribute="created_at")
    corrected_by = Nested(DecidedByView)


CorrectionPage = page_of(CorrectionView)


@with_json_schema(
    examples=[
        {
            "asked": "The Herald's press office, by e-mail",
            "asked_at": "2026-03-02",
            "outcome": "answered",
            "reply": "They stand by what they wrote.",
        }
    ]
)
class ContactAttemptSubmission(Schema):
    asked = Text(
        most=300, required=True, metadata={"description": "whom and how; public, so no address"}
    )
    asked_at = PartialDate(required=True)
    outcome = Enum(ContactOutcome, by_value=True, required=True)
    reply = Text(
        most=5_000,
        load_default=None,
        allow_none=True,
        metadata={"description": "what they said; public"},
    )


class ContactAttemptView(View):
    id = UUID()
    asked = String()
    asked_at = String()
    outcome = Enum(ContactOutcome, by_value=True)
    reply = String(allow_none=True)
    created_at = AwareDateTime()
    recorded_by = Nested(DecidedByView)


@with_json_schema(examples=[{"interest": "I worked for the company until 2024."}])
class InterestSubmission(Schema):
    interest = Text(most=2_000, required=True, metadata={"description": "public"})


class InterestView(View):
    id = UUID()
    interest = String()
    created_at = AwareDateTime()
    declared_by = Nested(DecidedByView)
