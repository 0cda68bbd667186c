"""The differences between two texts that matter: figures, negation, direction, names. Pure.

Two claims that differ in one of these are not the same, however alike they are. The reader is
strict on purpose: what may be a difference is called one, and a person can still join the two.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from api.claims import rewording
from api.claims.figures import figures
from api.claims.measures import Approximation, Figure, Kind
from api.claims.rewording import Difference, What, names, rewordings
from api.claims.terms import located

_NEGATION = re.compile(
    r"(?i)\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|without|cannot|hardly|barely"
    r"|yet\s+to|far\s+from|unlikely|little|wrong(?:ly)?|incorrect(?:ly)?|myth|untruths?"
    r"|den(?:y|ies|ied|ying)|refut\w+|false(?:ly)?|untrue|fake|hoax|debunk\w*|refus\w+|fail(?:s|ed)?"
    r"|lacks?|lacked|nicht|kein\w*|nie|niemals|ohne|ne|pas|jamais|sans|nunca|jamás|sin|não|nem|не|нет|никогда)\b"
    r"|n['’]t\b|(?<!\w)(?:dont|doesnt|didnt|isnt|wasnt|arent|werent|wont|cant|hasnt|havent|hadnt|couldnt|wouldnt|shouldnt)(?!\w)"
    r"|不(?![仅僅过過少锈鏽久论論])|没|沒|未(?![来來])|无(?![线線人论論])|無(?![線人論])"
    r"|非(?![常洲])|否认|否認|拒绝|拒絕|谣|謠|虚假|虛假|是假|ない|ません|なかった|ไม่|않|못|아니|없"
)
_UP = re.compile(
    r"(?i)\b(?:increas\w+|r[io]ses?|rose|risen|rising|gr[eo]w\w*|growth|gain\w*|climb\w*|soar\w*"
    r"|surg\w+|expand\w*|higher|more|above|over|exceed\w*|up|doubl\w+|rais\w+|won|wins?)\b"
    r"|增|上升|上涨|提高|扩大|高于|超过|上調|涨"
)
_DOWN = re.compile(
    r"(?i)\b(?:decreas\w+|f[ae]ll(?:s|en|ing)?|declin\w+|drop\w*|plung\w+|shr[iau]nk\w*|cut|cuts"
    r"|reduc\w+|lower\w*|less|fewer|below|under|down|halv\w+|slash\w*|los[et]s?|lost)\b"
    r"|减|減|下降|下跌|降低|缩小|低于|不足|下調|跌"
)
_BEFORE = re.compile(r"(?i)\b(?:before|prior\sto|until)\b|之前|以前")
_AFTER = re.compile(r"(?i)\b(?:after|following|since)\b|之后|之後|以后|以後")
#: What leads one way, and what leads the other.
_OPPOSITES = ((_UP, _DOWN), (_BEFORE, _AFTER))
_AT_LEAST = {Approximation.MORE_THAN, Approximation.AT_LEAST}
_AT_MOST = {Approximation.LESS_THAN, Approximation.AT_MOST, Approximation.NEARLY}
_ADDRESS = re.compile(r"(?i)\b(?:https?://|pic\.twitter\.com/|t\.co/)\S+")
_SIGNATURE = re.compile(r"\s[—–-]\s[^—–]{1,80}\(@\w+\)\s+\w+ \d{1,2}, \d{4}\s*$")


def differences(
    here: str, there: str, *, language: str | None = None, other: str | None = None
) -> list[Difference]:
    """What differs between two texts, in languages `language` and `other`, and matters.

    A post's signature ("— Name (@name) May 3, 2020") and web addresses are no part of what is said.
    """
    here, there = said(here), said(there)
    ours, theirs = figures(here, language), figures(there, other)
    found = [
        *_in_figures(ours, theirs),
        *_in_signs(here, there),
        *_in_names(here, there),
    ]
    changed = rewordings(here, there, ours, theirs)
    return found + [each for each in changed if not any(_tell(each, f) for f in found)]


def _tell(words: Difference, difference: Difference) -> bool:
    """Whether the difference has been told by its kind already."""
    sides = ((words.here, difference.here), (words.there, difference.there))
    return any(a and b and (a in b or b in a) for a, b in sides)


def are_one_text(here: str, there: str) -> bool:
    """Whether they differ by some words only."""
    return rewording.are_one_text(said(here), said(there))


def said(text: str) -> str:
    """A text without web addresses and a post's signature."""
    return _SIGNATURE.sub("", without_addresses(text)).strip()


def without_addresses(text: str) -> str:
    return _ADDRESS.sub(" ", text)


def _in_figures(here: list[Figure], there: list[Figure]) -> Iterator[Difference]:
    left = list(there)
    alone = []
    for figure in here:
        same = next((each for each in left if each.measure == figure.measure), None)
        if same is None:
            alone.append(figure)
            continue
        left.remove(same)
        if _bound(figure) != _bound(same):
            yield Difference(What.BOUND, _in_full(figure), _in_full(same))
    for figure in alone:
        against = next((each for each in left if _comparable(figure, each)), None)
        if against:
            left.remove(against)
        if against and _ends(figure) == _ends(against) != (None, None):
            yield Difference(What.UNIT, figure.text, against.text)
        else:
            yield Difference(_kind(figure), figure.text, against.text if against else None)
    for figure in left:
        yield Difference(_kind(figure), None, figure.text)


def _comparable(a: Figure, b: Figure) -> bool:
    """What one of them says, the other says otherwise."""
    return (a.kind is Kind.DATE) == (b.kind is Kind.DATE)


def _ends(figure: Figure) -> tuple[Decimal | None, Decimal | None]:
    return figure.value, figure.high


def _kind(figure: Figure) -> What:
    return What.DATE if figure.kind is Kind.DATE else What.NUMBER


def _bound(figure: Figure) -> int:
    return (figure.approx in _AT_LEAST) - (figure.approx in _AT_MOST)


def _in_full(figure: Figure) -> str:
    return (
        f"{figure.approx.value.replace('_', ' ')} {figure.text}" if figure.approx else figure.text
    )


def _in_signs(here: str, there: str) -> Iterator[Difference]:
    ours, theirs = _NEGATION.findall(here), _NEGATION.findall(there)
    if len(ours) != len(theirs):
        yield Difference(What.NEGATION, ", ".join(ours) or None, ", ".join(theirs) or None)
    for one, other in _OPPOSITES:
        ways = [(one.search(text), other.search(text)) for text in (here, there)]
        (up, down), (up_there, down_there) = ways
        if up and not down and down_there and not up_there:
            yield Difference(What.DIRECTION, up[0], down_there[0])
        if down and not up and up_there and not down_there:
            yield Difference(What.DIRECTION, down[0], up_there[0])


def _in_names(here: str, there: str) -> Iterator[Difference]:
    """Each names somebody or something that the other does not."""
    ours, theirs = names(here), names(there)
    known_here = {each.term for each in located(here)}
    known_there = {each.term for each in located(there)}
    only_here = [name for term, name in ours.items() if term not in known_there]
    only_there = [name for term, name in theirs.items() if term not in known_here]
    if only_here and only_there:
        yield Difference(What.NAME, ", ".join(only_here), ", ".join(only_there))
