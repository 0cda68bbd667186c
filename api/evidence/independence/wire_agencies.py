"""Which news agencies a page's text comes from, by its byline, dateline or sign-off. Pure.

"Reuters reported" in the running text is an attribution and no byline; the credit of a photograph
("REUTERS/Ann Lee", "Photo: AP") says nothing about the text.
"""

import re
from collections.abc import Mapping

WIRE_AGENCIES: Mapping[str, tuple[str, ...]] = {
    "AAP": ("Australian Associated Press",),
    "AFP": ("Agence France-Presse", "Agence France Presse"),
    "ANI": ("Asian News International",),
    "ANSA": (),
    "AP": ("The Associated Press", "Associated Press"),
    "Anadolu": ("Anadolu Agency",),
    "Bloomberg": ("Bloomberg News",),
    "China News Service": ("中新社", "中国新闻社"),
    "EFE": ("Agencia EFE",),
    "IANS": ("Indo-Asian News Service",),
    "Interfax": ("Интерфакс",),
    "Kyodo": ("Kyodo News", "共同社", "共同通信"),
    "PA": ("PA Media", "Press Association"),
    "PTI": ("Press Trust of India",),
    "Reuters": ("Thomson Reuters",),
    "TASS": ("ITAR-TASS", "ТАСС"),
    "The Canadian Press": (),
    "UPI": ("United Press International",),
    "Xinhua": ("Xinhua News Agency", "新华社"),
    "Yonhap": ("Yonhap News Agency",),
    "dpa": ("dpa-AFX", "Deutsche Presse-Agentur"),
}
"""Each agency's usual name and the other ways it signs."""

HEAD_LINES, FOOT_LINES = 20, 5
"""Lines at the beginning and at the end of a page in which bylines, datelines, sign-offs stand."""

_USUAL = {
    sign: name
    for name, others in WIRE_AGENCIES.items()
    for way in (name, *others)
    for sign in (way, way.upper())  # never in small letters: "ap" and "efe" are words
}
_WIRE = "|".join(sorted(map(re.escape, _USUAL), key=len, reverse=True))
_WIRES = rf"(?<!\w)(?:{_WIRE})(?:\s?(?:[/,&|]|and)\s?(?:{_WIRE}))*(?:/\w{{1,9}})?(?!\w)"
_HEADS = re.compile(
    "|".join(
        (
            rf"[^()（）]{{0,60}}[(（/]\s?(?:{_WIRES})\s?[)）/]\s?[-–—:.]",  # PARIS, May 3 (AFP) -
            rf"(?:By|BY|Von|Par|Por|Di)\s.{{0,80}}?(?:{_WIRES})(?:\s(?:Staff|STAFF))?\W*$",
            r"[（(【]?(?:新华社|中新社|共同社)[\u3400-\u9fff]{2,9}\d{1,2}月\d{1,2}日电",
        )
    )
)
_FEET = re.compile(
    "|".join(
        (
            rf".*[-–—]\s?(?:{_WIRES})\W*$",
            rf".*[(（](?:{_WIRES})[)）]\W*$",
            rf".*\b[Ww]ith\s(?:inputs?|reporting|files|contributions)\s(?:from|by)\s.{{0,40}}?"
            rf"(?:{_WIRES})\W*$",
        )
    )
)
# A line that holds nothing else, wherever it stands at the page's beginning or end.
_ALONE = re.compile(
    r"(?:(?:Sources?|Quelle|Fuente|Fonte|来源|Copyright|©|\(c\)|20\d\d)[\s:：©]*)*"
    rf"(?:{_WIRES})(?:\s(?:Staff|STAFF))?\W*$"
)
_REUTERS_SIGN_OFF = re.compile(r".*\bReporting by [^;\n]{3,200}; ?[Ee]diting by\b")


def find_wire_agencies(text: str) -> frozenset[str]:
    """The usual names of the agencies that a page's text is signed with."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    head, foot = (
        [line[:400] for line in lines[:HEAD_LINES]],
        [line[-400:] for line in lines[-FOOT_LINES:]],
    )
    signed = [m for line in head if (m := _HEADS.match(line) or _ALONE.match(line))]
    signed += [m for line in foot if (m := _FEET.match(line) or _ALONE.match(line))]
    named = {_USUAL[sign] for m in signed for sign in re.findall(rf"(?<!\w)(?:{_WIRE})", m.group())}
    if any(_REUTERS_SIGN_OFF.match(line) for line in foot):
        named.add("Reuters")
    return frozenset(named)
