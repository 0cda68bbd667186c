"""Split a compound sentence into the clauses that state something by themselves. Pure."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from api.language.numbers.quantities import Figure, FigureKind

AUXILIARY = r"(?:has|have|had|is|are|was|were|will|would|can|could|does|did)"
FINITE = (
    rf"(?:{AUXILIARY}|rose|fell|grew|sold|won|lost|made|took|came|went|spent|paid|built|cost|became"
    r"|led|met|cut|put|set|hit|ran|held|stands?|accounts?|remains?|shows?|[a-z]{2,}ed)"
)
SUBJECT = (
    r"(?:[Ii]ts|[Tt]he|[Tt]heir|[Hh]is|[Hh]er|[Oo]ur|[Aa]n?|[Tt]his|[Tt]hese|[Tt]hose|[Tt]here|[Ii]t|[Tt]hey"
    r"|[Hh]e|[Ss]he|[Ww]e|[Aa]nother|[A-Z][\w’'-]*|\d[\d.,]*%?|[a-z]+(?:s|ies|ity|ment|tion))"
)
#: "…, and its market share has entered the top three": with a subject and a verb of its own.
COMPLETE_CLAUSE = re.compile(
    rf"{SUBJECT}(?:\s[\w’'%$.,&-]+){{0,8}}?\s{FINITE}\b|{SUBJECT}\s{FINITE}\b"
)
#: "… has covered 300 and has driven 100 companies": the subject stands before the first "has".
VERB_FIRST = re.compile(rf"(?:also\s)?(?P<auxiliary>{AUXILIARY})\b")
VERB = re.compile(rf"(?<=[\w’'”\")])\s{FINITE}\b")
CONJUNCTION = re.compile(r"(?:;|,?\s(?:and|but|while|whereas))\s|[；]")

#: A longer sentence is hardly a person's, and splitting it takes long.
MAX_SENTENCE_LENGTH = 2_000

HAN_CONJUNCTION = re.compile(r"[；]|[，](?:而|同时)?")
#: A Chinese clause that begins so depends on the clause before it.
HAN_DEPENDENT = re.compile(
    r"[并还又也且较比约达占增降涨跌超近仅为排位带实使让从在到]|同比|环比|其中|预计|成为|包括|累计|平均|相当"
)


class Clause(NamedTuple):
    """A part of a sentence, from `start` to `end` in it.

    `statement` says it in full where the part lacks its subject: the subject stands earlier in the
    sentence.
    """

    start: int
    end: int
    statement: str | None = None


def split_clauses(
    sentence: str, figures: Sequence[Figure], language: str | None = None
) -> list[Clause]:
    """Return the clauses of a sentence that can be claims of their own, or the whole as one.

    A part has a figure; an English one has a verb, and a subject of its own or the sentence's.
    """
    if len(sentence) > MAX_SENTENCE_LENGTH:
        return [Clause(0, len(sentence))]
    chinese = (language or "en").lower().startswith("zh")
    places = [each.start for each in figures if each.kind is not FigureKind.LABEL]
    parts: list[Clause] = []
    begun, statement = 0, None
    for joint in (HAN_CONJUNCTION if chinese else CONJUNCTION).finditer(sentence):
        left, right = sentence[begun : joint.start()], sentence[joint.end() :]
        following = next((p for p in places if p >= joint.end()), None)
        if following is None or not any(begun <= p < joint.start() for p in places):
            continue
        if chinese:
            is_alone, in_full = not HAN_DEPENDENT.match(right), None
        else:
            is_alone, in_full = _complete_clause(statement or left, right)
        if is_alone and _is_complete(left, chinese):
            parts.append(Clause(begun, joint.start(), statement))
            begun, statement = joint.end(), in_full
    return [*parts, Clause(begun, len(sentence), statement)]


def _is_complete(left: str, chinese: bool) -> bool:
    return chinese or bool(VERB.search(left))


def _complete_clause(left: str, right: str) -> tuple[bool, str | None]:
    """Return whether what follows a conjunction stands alone, and its statement with a subject, if
    it lacks one.
    """
    verb = VERB_FIRST.match(right)
    if verb:
        subject = _find_subject(left, verb["auxiliary"])
        return bool(subject), f"{subject} {right}" if subject else None
    return bool(COMPLETE_CLAUSE.match(right)), None


def _find_subject(clause: str, auxiliary: str) -> str | None:
    """Return the words between the last comma and the auxiliary; None if they may be no subject."""
    before, found, _ = clause.partition(f" {auxiliary} ")
    subject = before.rsplit(", ", 1)[-1].strip()
    plain = not re.search(rf"\b(?:{FINITE}|that|which|who|how|if|when)\b", subject)
    return subject if found and plain and 0 < len(subject.split()) <= 10 else None
