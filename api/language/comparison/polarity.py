"""Words that turn what is said: negation, which way it goes, how sure it is, how much of it. Pure.

English and Chinese are read in full, other languages as far as their commonest negations.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from api.language.comparison.word_changes import Difference, What
from api.language.stop_words import function_words
from api.language.tokens import is_unspaced, located

# Patterns are compiled when they are first looked for: most answers do without.

_NEGATION = (
    r"(?i)\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|without|cannot|hardly|barely"
    r"|yet\s+to|far\s+from|unlikely|little|wrong(?:ly)?|incorrect(?:ly)?|myth|untruths?"
    r"|den(?:y|ies|ied|ying)|refut\w+|false(?:ly)?|untrue|fake|hoax|debunk\w*|refus\w+|fail(?:s|ed)?"
    r"|lacks?|lacked|nicht|kein\w*|nie|niemals|ohne|ne|pas|jamais|sans|nunca|jamás|sin|não|nem|не|нет|никогда)\b"
    r"|n['’]t\b|(?<!\w)(?:dont|doesnt|didnt|isnt|wasnt|arent|werent|wont|cant|hasnt|havent|hadnt|couldnt|wouldnt|shouldnt)(?!\w)"
    r"|不(?![仅僅过過少锈鏽久论論])|没|沒|未(?![来來])|无(?![线線人论論])|無(?![線人論])"
    r"|非(?![常洲])|否认|否認|拒绝|拒絕|谣|謠|虚假|虛假|是假|ない|ません|なかった|ไม่|않|못|아니|없"
)
#: What may stand between a Chinese negation and what it denies.
_BETWEEN = "有是能会會要得到被再在所 "

#: What leads one way, and what leads the other.
_OPPOSITES = (
    (
        r"(?i)\b(?:increas\w+|r[io]ses?|rose|risen|rising|gr[eo]w\w*|growth|gain\w*|climb\w*"
        r"|soar\w*|surg\w+|expand\w*|higher|more|above|over|exceed\w*|up|doubl\w+|rais\w+|won"
        r"|wins?)\b|增|上升|上涨|提高|扩大|高于|超过|上調|涨",
        r"(?i)\b(?:decreas\w+|f[ae]ll(?:s|en|ing)?|declin\w+|drop\w*|plung\w+|shr[iau]nk\w*"
        r"|cut|cuts|reduc\w+|lower\w*|less|fewer|below|under|down|halv\w+|slash\w*|los[et]s?"
        r"|lost)\b|减|減|下降|下跌|降低|缩小|低于|不足|下調|跌",
    ),
    (
        r"(?i)\b(?:before|prior\sto|until)\b|之前|以前",
        r"(?i)\b(?:after|following|since)\b|之后|之後|以后|以後",
    ),
    (
        r"(?i)\b(?:because|(?:due|thanks|owing)\sto)\b|因为|因為|由于|由於",
        r"(?i)\b(?:despite|in\sspite\sof|(?:even\s)?though|although)\b|尽管|儘管|虽然|雖然",
    ),
    (
        r"(?i)\b(?:for|in\sfavou?r\sof|support\w*|back(?:s|ed|ing))\b|赞成|贊成|支持",
        r"(?i)\b(?:against|oppos\w+)\b|反对|反對",
    ),
    (
        r"(?i)\b(?:allow\w*|permit\w*|legal|legali[sz]\w+|lets?|approv\w+)\b"
        r"|允许|允許|许可|許可|准许|批准",
        r"(?i)\b(?:ban(?:s|ned|ning)?|forbid\w*|prohibit\w*|illegal|outlaw\w*|block\w*|reject\w*)\b"
        r"|禁|不得|不准|不许|否决",
    ),
    ("[✅✔☑👍]", "[❌✖✗👎🚫]"),
)

#: What is not said to be so, but to be so perhaps, in the time to come, or by somebody.
_MODALITY = {
    "planned": r"(?i)\b(?:will|shall|would|going\sto|(?:plan(?:s|ned|ning)?|intend(?:s|ed)?"
    r"|vow(?:s|ed)?|promis\w+|pledg\w+|propos(?:es|ed|ing)|expected|set)\sto)\b|(?<=\w)['’]ll\b"
    r"|将(?![军軍來来近士])|計劃|计划|打算|拟(?!合)|即将|預計|预计|有望",
    "possible": r"\b(?:may|might|could)\b|^M(?:ay|ight)\b(?!\s[\dA-Z])|^Could\b"
    r"|\b[Pp](?:ossibl[ey]|erhaps|robabl[ey]|otential\w*)\b|\b[Mm]aybe\b|\b[Ll]ikely\b"
    r"|可能|也许|也許|或许|或許|恐怕|疑似",
    "required": r"(?i)\b(?:must|should|(?:ought|ha(?:s|ve|d)|needs?)\sto|required|obliged|mandatory"
    r"|compulsory)\b|必须|必須|应该|應該|应当|應當|务必|強制|强制",
    "conditional": r"(?i)\b(?:if|unless|provided\sthat)\b|如果|假如|倘若|若(?!干)|除非",
    "hearsay": r"(?i)\b(?:alleg(?:ed|edly|es)|suppos(?:ed|edly)|reportedly|rumou?r(?:s|ed)?"
    r"|purported(?:ly)?|so-called)\b|据说|據說|据传|據傳|传闻|傳聞|涉嫌",
    "deferred": r"(?i)\b(?:postpon\w+|suspend\w*|defer(?:s|red|ring)|halt\w*|paus(?:es?|ed|ing))\b"
    r"|暂缓|暫緩|暂停|暫停|推迟|推遲|延期|搁置|擱置|叫停|中止",
    "past": r"(?i)\b(?:former(?:ly)?|ex-\w+)\b|(?<![目此之以提当當])前(?=总统|總統|总理|總理|首相"
    r"|主席|部长|部長|总裁|總裁|市长|市長|行长|首席|高管|员工|員工|妻|夫)",
}
_EXTENT = {
    "all": r"(?i)\b(?:all|every\w*|each|entire(?:ly)?|always)\b"
    r"|所有|全部|一切|全体|全體|每[个個一]|总是|總是",
    "most": r"(?i)(?<!\bthe )(?<!\bat )\b(?:most|mostly|majority|usually)\b"
    r"|大多|多数|多數|大部分|通常",
    "some": r"(?i)\b(?:some|several|certain|sometimes|partly|partially)\b"
    r"|有些|一些|(?<!大)部分|某些|有时|有時",
    "few": r"(?i)(?<!\ba )\b(?:few|rarely|seldom)\b|少数|少數|很少",
    "only": r"(?i)\b(?:only|solely|exclusively)\b"
    r"|(?<![一二三四五六七八九十百千万亿两几\d])只(?!要)|(?<!不)[仅僅]",
}
_MARKS = {What.MODALITY: _MODALITY, What.EXTENT: _EXTENT}
#: These tell something by being there; of the others, one in the place of another.
_TELLING = {*_MODALITY, "few", "only"}
#: Whose words these are.
_READ = {"en", "zh"}
#: Characters within which that stands which a negation denies.
_FAR = 60


def turned(
    here: str, there: str, *, language: str | None = None, other: str | None = None
) -> Iterator[Difference]:
    """What one of two texts turns and the other does not. How sure and how much is told only in
    languages that are read in full.
    """
    yield from _negated(here, there)
    for (up, down), (up_there, down_there) in zip(_ways(here), _ways(there), strict=True):
        if up and not down and down_there and not up_there:
            yield Difference(What.DIRECTION, up, down_there)
        if down and not up and up_there and not down_there:
            yield Difference(What.DIRECTION, down, up_there)
    if all(each is None or each[:2] in _READ for each in (language, other)):
        yield from _marked(here, there)


def _negated(here: str, there: str) -> Iterator[Difference]:
    """One denies something that the other does not deny, though it speaks of it."""
    ours, theirs = _denied(here), _denied(there)
    if len(ours) != len(theirs) or _asserted(ours, theirs, there) or _asserted(theirs, ours, here):
        yield Difference(What.NEGATION, _passage(ours), _passage(theirs))


@lru_cache(maxsize=500)
def _ways(text: str) -> tuple[tuple[str | None, ...], ...]:
    """The first words of a text that lead the one and the other way, of each pair of ways."""
    found = (tuple(re.search(way, text) for way in ways) for ways in _OPPOSITES)
    return tuple(tuple(each and each[0] for each in pair) for pair in found)


def moves(text: str) -> bool:
    """Whether something goes up or down."""
    return any(_ways(text)[0])


Denied = tuple[tuple[str, str], ...]


@lru_cache(maxsize=500)
def _denied(text: str) -> Denied:
    """Each negation as it is written with the term of what it denies, "" where nothing follows."""
    return tuple((found[0], _next(text, found.end())) for found in re.finditer(_NEGATION, text))


def _next(text: str, place: int) -> str:
    """The first term from a place on that tells something."""
    for each in located(text[place : place + _FAR].lstrip(_BETWEEN)):
        if each.term not in function_words() and not is_unspaced(each.term):
            return each.term
    return ""


def _asserted(denied: Denied, also: Denied, text: str) -> bool:
    """Whether a text speaks of something that is denied elsewhere, and denies it not."""
    alone = {term for _, term in denied} - {term for _, term in also} - {""}
    return bool(alone) and not alone.isdisjoint(each.term for each in located(text))


def _passage(denied: Denied) -> str | None:
    return ", ".join(word for word, _ in denied) or None


def _marked(here: str, there: str) -> Iterator[Difference]:
    for what in _MARKS:
        ours, theirs = _found(what, here), _found(what, there)
        only_here, only_there = ours.keys() - theirs.keys(), theirs.keys() - ours.keys()
        if (only_here and only_there) or not _TELLING.isdisjoint(only_here | only_there):
            yield Difference(what, _words(ours, only_here), _words(theirs, only_there))


@lru_cache(maxsize=1_000)
def _found(what: What, text: str) -> Mapping[str, str]:
    marks = _MARKS[what].items()
    return {name: found[0] for name, mark in marks if (found := re.search(mark, text))}


def _words(found: Mapping[str, str], only: set[str]) -> str | None:
    return ", ".join(word for name, word in found.items() if name in only) or None
