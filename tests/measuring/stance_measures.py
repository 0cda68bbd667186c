"""How good a model's suggestions are, on texts whose stance is known. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from statistics import quantiles
from typing import NamedTuple

from marshmallow import Schema, ValidationError
from marshmallow.fields import Enum
from werkzeug.exceptions import BadRequest

from api.evidence.enums import Stance
from api.evidence.suggestions.stances import Question, SuggestionOutcome, warning
from api.http.fields import Text
from api.http.strict_json import parse_json

LONGEST = 20_000
"""Code points that a claim or a passage may have."""


class _Line(Schema):
    claim = Text(most=LONGEST, required=True)
    passage = Text(most=LONGEST, required=True)
    stance = Enum(Stance, by_value=True, required=True)


_LINE = _Line()


class Labelled(NamedTuple):
    """What is asked, and the stance that people gave it."""

    question: Question
    stance: Stance


class Said(NamedTuple):
    """What came of asking: a stance or, with the outcome, none; and after how many seconds."""

    labelled: Labelled
    stance: Stance | None
    outcome: SuggestionOutcome
    seconds: float


class BadLine(Exception):
    """A line of the file is not what it should be; says which, and why."""


def labelled(lines: Iterable[bytes]) -> Iterator[Labelled]:
    """Read JSON lines with a `claim`, a `passage` and a `stance`, and nothing else; empty ones are
    passed over. Raises `BadLine`.
    """
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            found = _LINE.load(parse_json(line))
        except BadRequest as error:
            raise BadLine(f"line {number}: {error.description}") from None
        except ValidationError as error:
            raise BadLine(f"line {number}: {error.messages}") from None
        words = found["passage"]
        yield Labelled(Question(found["claim"], None, None, words, words), found["stance"])


def report(said: Sequence[Said]) -> Iterator[str]:
    """Lines of text: what was said of what, how often rightly, and what else is to be known."""
    pairs = Counter((each.labelled.stance, each.stance) for each in said)
    yield f"{'labelled':10}{''.join(f'{name:>10}' for name in (*Stance, 'none'))}"
    for true in Stance:
        counts = (pairs[true, answer] for answer in (*Stance, None))
        yield f"{true:10}{''.join(f'{count:10}' for count in counts)}"
    yield f"\n{'':10}{'precision':>10}{'recall':>10}"
    for stance in Stance:
        right = pairs[stance, stance]
        answered = sum(1 for each in said if each.stance is stance)
        meant = sum(1 for each in said if each.labelled.stance is stance)
        yield f"{stance:10}{_share(right, answered):>10}{_share(right, meant):>10}"
    none = Counter(each.outcome for each in said if each.stance is None)
    why = "".join(f", {outcome} {count}" for outcome, count in sorted(none.items()))
    yield f"\nno suggestion: {none.total()} of {len(said)} ({_share(none.total(), len(said))}){why}"
    yield _misled(said)
    yield _times([1000 * each.seconds for each in said])


def _misled(said: Sequence[Said]) -> str:
    """How often a figure of the claim that is not there was overlooked."""
    lacking = [each for each in said if warning(Stance.SUPPORTS, each.labelled.question)]
    supports = sum(1 for each in lacking if each.stance is Stance.SUPPORTS)
    share = _share(supports, len(lacking))
    return f"supports where a figure of the claim lacks: {supports} of {len(lacking)} ({share})"


def _times(milliseconds: Sequence[float]) -> str:
    cuts = quantiles(milliseconds, n=20) if len(milliseconds) > 1 else [milliseconds[0]] * 19
    return f"ms per item: {cuts[9]:.0f} (median), {cuts[18]:.0f} (95th percentile)"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "-"
