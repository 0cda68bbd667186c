"""What a model is asked about an item of evidence, and what is taken for an answer. Pure.

Whatever it suggests is a help to a person's eyes and nothing else: the rule never sees it. All that
is asked with was written by strangers, and so was, in effect, all that is answered.
"""

import json
import re
from hashlib import sha256
from typing import Any, NamedTuple, Protocol

from marshmallow import Schema, ValidationError
from marshmallow.fields import Enum
from werkzeug.exceptions import BadRequest

from api.evidence.enums import Stance
from api.evidence.suggestion_outcomes import SuggestionOutcome
from api.http.fields import Text
from api.http.strict_json import parse_json
from api.language import detection
from api.language.comparison.missing_figures import find_missing_figures

LONGEST_RATIONALE = 600
"""Code points that a rationale may have."""
LONGEST_NAME = 200
"""Code points that the name of a model may have."""

#: Servers that put a prompt together as one text take "<|im_end|>" or "[/INST]" in it for the end
#: of a turn, wherever it stands. In JSON's strings these characters can be written so.
_MARKS = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>[]|"}
#: Control characters, line breaks, what is not seen, and what turns the direction of a text.
_NOT_PLAIN = re.compile(
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)


class Question(NamedTuple):
    """A claim, and the words of a source that are to be judged by: `passage` has `quote` in it."""

    claim: str
    claimant: str | None
    said_on: str | None
    quote: str
    passage: str

    def as_json(self) -> str:
        """The question as data: one JSON object in which nothing can be taken for an end of it.
        Its keys and their order are those of the digests that are stored with answers.
        """
        question = {
            "claim": self.claim,
            "claimant": self.claimant,
            "said_on": self.said_on,
            "quote": self.quote,
            "passage": self.passage,
        }
        return json.dumps(question, ensure_ascii=False).translate(_MARKS)

    @property
    def sha256(self) -> str:
        return sha256(self.as_json().encode()).hexdigest()


class StanceSuggestion(NamedTuple):
    """An answer: the stance that the model suggests, why, and what it calls itself."""

    stance: Stance
    rationale: str
    model: str


class NoSuggestion(Exception):
    """There is none. `outcome` says why; `model` is what it calls itself, if it said so; asking
    again may help if `again`, after `wait` seconds at least.
    """

    def __init__(
        self,
        outcome: SuggestionOutcome,
        reason: str,
        *,
        model: str | None = None,
        again: bool = False,
        wait: float = 0,
    ) -> None:
        super().__init__(reason)
        self.outcome, self.model, self.again, self.wait = outcome, model, again, wait


class StanceProvider(Protocol):
    """Somebody who can be asked for a suggestion, with the `model` that is asked for there.
    `prompt_sha256` tells one version from another of what it is told to do.
    """

    @property
    def name(self) -> str: ...

    @property
    def model(self) -> str: ...

    @property
    def prompt_sha256(self) -> str: ...

    def suggest(self, question: Question) -> StanceSuggestion:
        """Takes seconds: not for use while a transaction is open. Raises `NoSuggestion`."""
        ...


class _Plain(Text):
    """Text that is a line of nothing but itself."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if _NOT_PLAIN.search(text):
            raise ValidationError("Holds what is no plain text.")
        return text


class _Answer(Schema):
    stance = Enum(Stance, by_value=True, required=True)
    rationale = _Plain(most=LONGEST_RATIONALE, required=True)


_ANSWER, _NAME = _Answer(), _Plain(most=LONGEST_NAME, required=True)


def parse_model_name(model: Any) -> str:
    """Read what a model calls itself. Raises `NoSuggestion`."""
    try:
        return str(_NAME.deserialize(model))
    except ValidationError:
        raise NoSuggestion(
            SuggestionOutcome.UNPARSABLE, "It does not say which model answers."
        ) from None


def parse_suggestion(said: Any, *, model: str) -> StanceSuggestion:
    """Read what a model has said: a JSON object with exactly a `stance` of the vocabulary and a
    `rationale` in plain text. Raises `NoSuggestion` for anything else.
    """
    try:
        answer: Any = _ANSWER.load(parse_json(said.encode()))
    except (AttributeError, BadRequest, UnicodeError, ValidationError):
        reason = "Its answer is not strictly what it was asked for."
        raise NoSuggestion(SuggestionOutcome.UNPARSABLE, reason, model=model) from None
    return StanceSuggestion(answer["stance"], answer["rationale"], model)


def warning(stance: Stance | None, question: Question) -> str | None:
    """What speaks against a suggestion: models were measured to call "92 %" supported by "60 %"."""
    if stance is not Stance.SUPPORTS:
        return None
    for where, words in (("passage", question.passage), ("quote", question.quote)):
        missing = find_missing_figures(
            question.claim,
            words,
            language=detection.detect_language(question.claim),
            other=detection.detect_language(words),
        )
        if missing:
            lacks = ", ".join(each.figure for each in missing)
            return f"The {where} lacks figures of the claim: {lacks}."
    return None
