"""Find differences in negation, direction, modality and extent between two texts. Pure.

English and Chinese are supported in full, other languages as far as their commonest negations.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from api.language.comparison.word_changes import Difference, DifferenceKind
from api.language.stop_words import FUNCTION_WORDS
from api.language.tokens import is_unspaced, locate_terms

_NEGATION = re.compile(
    r"(?i)\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|without|cannot|hardly|barely"
    r"|yet\s+to|far\s+from|unlikely|little|wrong(?:ly)?|incorrect(?:ly)?|myth|untruths?"
    r"|den(?:y|ies|ied|ying)|refut\w+|false(?:ly)?|untrue|fake|hoax|debunk\w*|refus\w+|fail(?:s|ed)?"
    r"|lacks?|lacked|nicht|kein\w*|nie|niemals|ohne|ne|pas|jamais|sans|nunca|jamás|sin|não|nem|не|нет|никогда)\b"
    r"|n['’]t\b|(?<!\w)(?:dont|doesnt|didnt|isnt|wasnt|arent|werent|wont|cant|hasnt|havent|hadnt|couldnt|wouldnt|shouldnt)(?!\w)"
    r"|不(?![仅僅过過少锈鏽久论論])|没|沒|未(?![来來])|无(?![线線人论論])|無(?![線人論])"
    r"|非(?![常洲])|否认|否認|拒绝|拒絕|谣|謠|虚假|虛假|是假|ない|ません|なかった|ไม่|않|못|아니|없"
)
#: What may stand between a Chinese negation and what it denies.
_SKIPPED_AFTER_NEGATION = "有是能会會要得到被再在所 "

#: Pairs of opposite directions: up and down, before and after, because and despite, …
_OPPOSITES = tuple(
    (re.compile(one), re.compile(other))
    for one, other in (
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
)

#: Marks of a statement that says: perhaps, in the future, once, under a condition, by hearsay.
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
_MARKERS = {
    kind: {name: re.compile(pattern) for name, pattern in patterns.items()}
    for kind, patterns in ((DifferenceKind.MODALITY, _MODALITY), (DifferenceKind.EXTENT, _EXTENT))
}
#: One of these differs by its presence alone; of the others, one must replace another.
_SIGNIFICANT_ALONE = {*_MODALITY, "few", "only"}
#: Languages whose words of modality and extent are listed above.
_SUPPORTED_LANGUAGES = {"en", "zh"}
#: Code points after a negation within which the denied word stands.
_NEGATION_REACH = 60


def polarity_differences(
    here: str, there: str, *, language: str | None = None, other: str | None = None
) -> Iterator[Difference]:
    """Yield differences in negation, direction, modality and extent between two texts.

    `language` and `other` are the ISO 639 codes of the texts. Modality and extent are compared only
    where both languages are supported in full (`_SUPPORTED_LANGUAGES`) or unknown.
    """
    yield from _negation_differences(here, there)
    for (up, down), (up_there, down_there) in zip(
        _find_opposites(here), _find_opposites(there), strict=True
    ):
        if up and not down and down_there and not up_there:
            yield Difference(DifferenceKind.DIRECTION, up, down_there)
        if down and not up and up_there and not down_there:
            yield Difference(DifferenceKind.DIRECTION, down, up_there)
    if all(each is None or each[:2] in _SUPPORTED_LANGUAGES for each in (language, other)):
        yield from _marker_differences(here, there)


def _negation_differences(here: str, there: str) -> Iterator[Difference]:
    """Yield a difference where one text denies what the other mentions without denying it."""
    ours, theirs = _find_denials(here), _find_denials(there)
    if (
        len(ours) != len(theirs)
        or _is_asserted(ours, theirs, there)
        or _is_asserted(theirs, ours, here)
    ):
        yield Difference(DifferenceKind.NEGATION, _passage(ours), _passage(theirs))


@lru_cache(maxsize=500)
def _find_opposites(text: str) -> tuple[tuple[str | None, ...], ...]:
    """Return, for each pair of opposites, the first words of the text for either, or None."""
    found = (tuple(way.search(text) for way in ways) for ways in _OPPOSITES)
    return tuple(tuple(each and each[0] for each in pair) for pair in found)


def mentions_change(text: str) -> bool:
    """Whether a text says that something goes up or down."""
    return any(_find_opposites(text)[0])


Denials = tuple[tuple[str, str], ...]


@lru_cache(maxsize=500)
def _find_denials(text: str) -> Denials:
    """Return each negation as written, with the term that it denies ("" where nothing follows)."""
    return tuple(
        (found[0], _next_significant_term(text, found.end())) for found in _NEGATION.finditer(text)
    )


def _next_significant_term(text: str, place: int) -> str:
    """Return the first term from an offset on that is no function word, or ""."""
    for each in locate_terms(text[place : place + _NEGATION_REACH].lstrip(_SKIPPED_AFTER_NEGATION)):
        if each.term not in FUNCTION_WORDS and not is_unspaced(each.term):
            return each.term
    return ""


def _is_asserted(denied: Denials, also: Denials, text: str) -> bool:
    """Whether a text mentions, without denying it, what `denied` denies and `also` does not."""
    alone = {term for _, term in denied} - {term for _, term in also} - {""}
    return bool(alone) and not alone.isdisjoint(each.term for each in locate_terms(text))


def _passage(denied: Denials) -> str | None:
    return ", ".join(word for word, _ in denied) or None


def _marker_differences(here: str, there: str) -> Iterator[Difference]:
    for kind in _MARKERS:
        ours, theirs = _find_markers(kind, here), _find_markers(kind, there)
        only_here, only_there = ours.keys() - theirs.keys(), theirs.keys() - ours.keys()
        if (only_here and only_there) or not _SIGNIFICANT_ALONE.isdisjoint(only_here | only_there):
            yield Difference(kind, _join_words(ours, only_here), _join_words(theirs, only_there))


@lru_cache(maxsize=1_000)
def _find_markers(kind: DifferenceKind, text: str) -> Mapping[str, str]:
    marks = _MARKERS[kind].items()
    return {name: found[0] for name, mark in marks if (found := mark.search(text))}


def _join_words(found: Mapping[str, str], only: set[str]) -> str | None:
    return ", ".join(word for name, word in found.items() if name in only) or None
