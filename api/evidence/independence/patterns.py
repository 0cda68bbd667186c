"""The wordings by which a page says where a figure or a statement comes from. Pure.

English and Chinese are covered best; German, French, Spanish, Portuguese, Italian, Russian and
Japanese by their plainest wordings. Only explicit wordings are listed: what a reader would have to
infer is left out. Every repetition is bounded, so that no page can make a search expensive.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

THE_COMPANY = "the company"
"""Stands for the name where a page only says "the company", "its results", 公司."""
THE_SPEAKER = "the speaker"
"""Stands for the name where a page only says "he said"."""


class OriginKind(StrEnum):
    """What a page rests on when it names an origin."""

    FIGURES = "figures"  # somebody's count, survey or report
    RESULTS = "results"  # an organisation's own accounts, filing or release
    STATEMENT = "statement"  # somebody's word
    EVENT = "event"  # the broadcast, speech or report that the page retells


class OriginMention(NamedTuple):
    """One wording: its kind, the name as written (or what stands for it), its place in code points.

    `apposition` is what the page adds to the name: "chief executive of Acme".
    """

    kind: OriginKind
    name: str
    start: int
    end: int
    apposition: str = ""


# --- names, as languages with capitals write them

_UPPER = "A-ZÀ-ÖØ-ÞĆČĐİŁŐŚŠŞŰŹŻŽΑ-ΩА-ЯЁ"
_WORD = (
    rf"(?:[{_UPPER}]|[a-z](?=[{_UPPER}]))(?:['’][{_UPPER}])?[\w&+]{{0,40}}"
    r"(?:[.-]\w{1,40}){0,3}"
)
NAME = rf"{_WORD}(?:[ \xa0](?:(?:of|for)[ ](?:the[ ])?)?{_WORD}){{0,5}}"
_GAP = r"\s{1,3}"
_TITLE = (
    "(?:(?:co-)?founder|(?:vice )?chairman|chairwoman|chief [a-z]+ officer|chief executive|"
    "(?:vice )?president|C[EFOT]O|spokes(?:man|woman|person)|analysts?|director|manager|executive|"
    "minister|professor|secretary|governor|mayor)"
)
_TITLES = rf"{_TITLE}(?:(?:,| and){_GAP}{_TITLE}){{0,3}}"
_SPEAKER = rf"{NAME}(?:['’]s?)?(?:{_GAP}{_TITLES})?(?:{_GAP}{NAME})?"

# --- English

_COUNT = (
    "data|figures?|numbers|statistics|estimates?|reports?|research|study|studies|surveys?|analysis|"
    "count|tally|polls?|findings"
)
# Words that may stand between "according to" and the name of whoever counted.
_FILLER = (
    rf"{_COUNT}|the|an?|its|their|by|from|of|at|on|in|for|new(?:est)?|latest|recent|preliminary|"
    "official|first|second|third|fourth|last|quarter(?:ly)?|annual|monthly|weekly|year|month|week|"
    "market|industry|smartphone|mobile|phone|global|international|independent|technology|tech|"
    "analysts?|analytics|researchers?|polling|intelligence|consulting|consultants?|consultancy|"
    "advisory|tracking|trackers?|counters?|statistical|firms?|company|group|agency|institute|"
    "office|bureau|body|watchdog|think|tank|press|release|compiled|collected|published|released|"
    rf"provided|gathered|shared|issued|Q[1-4]|H[12]|20\d\d|[{_UPPER}]\w{{1,40}}-based|"
    r"(?:Chinese|American|British|German|French|Indian|Japanese|European|US|UK)(?=\s[a-z])|"
    r"(?:America|Australia|Brazil|Britain|Canada|China|France|Germany|India|Italy|Japan|Korea|"
    r"Russia|Spain)(?=['’]s\s)"
)
_FILLERS = rf"(?:(?:{_FILLER})(?:['’]s)?{_GAP}){{0,10}}"
_AUX = rf"(?:(?:has|had|have|also|recently|earlier|later|officially|then){_GAP}){{0,2}}"
_SAY = (
    "said|says|told|announce[sd]|claim(?:s|ed)|state[sd]|confirm(?:s|ed)|reveal(?:s|ed)|"
    "disclose[sd]|wrote|explain(?:s|ed)|declare[sd]|report(?:s|ed)|reiterated|noted|insisted"
)
_COMPANY = (
    r"\b(?i:the|this)\s(?:[\w-]{1,40}\s){0,3}?(?:company|firm|group|manufacturer|maker|vendor|"
    r"brand|giant|retailer|bank|carrier|start-?up|corporation)"
)
_TERM = (
    r"(?:first|second|third|fourth)[-\s]quarter|quarterly|interim|half-?year(?:ly)?|full-year|"
    r"annual|fiscal|financial|earnings|regulatory|exchange|press|Q[1-4]|H[12]|20\d\d"
)
_ACCOUNTS = (
    rf"(?:(?:the|own|latest|new|unaudited|consolidated|{_TERM})\s){{0,5}}?"
    rf"(?:(?:{_TERM})\s(?:reports?|releases?|statements?)|results|earnings|accounts|filing|"
    r"prospectus)\b"
)
_TAKINGS = r"(?:revenue|results|profits?|loss|earnings|income|turnover)\b"
_OWN_COUNT = (
    "data|figures|numbers|statistics|estimates?|reports?|survey|study|count|tally|poll|findings"
)

_ENGLISH: tuple[tuple[OriginKind, str], ...] = (
    (OriginKind.RESULTS, rf"\b(?P<name>{NAME})['’]s?\s{_ACCOUNTS}"),
    (OriginKind.RESULTS, rf"\b(?:[Tt]he\scompany['’]s|[Ii]ts)\s{_ACCOUNTS}"),
    (OriginKind.RESULTS, rf"\b(?:in|from|per|to)\san?\s{_ACCOUNTS}"),
    (
        OriginKind.RESULTS,
        rf"\b(?P<name>{NAME})\s{_AUX}(?:report(?:s|ed)|post(?:s|ed)|announce[sd]|"
        rf"publish(?:es|ed)|release[sd])\s[^.;\n]{{0,60}}?\b{_TAKINGS}",
    ),
    (
        OriginKind.FIGURES,
        rf"(?i:\b(?:according{_GAP}to|as{_GAP}per|(?<=,\s)per|citing|based{_GAP}on)){_GAP}"
        rf"{_FILLERS}(?P<name>{NAME})(?:['’]s?)?"
        rf"(?:\s(?:latest|new|quarterly|own|market|preliminary))?(?:\s(?:{_COUNT})\b)?",
    ),
    (
        OriginKind.FIGURES,
        rf"\b(?i:{_COUNT}){_GAP}(?:(?:compiled|published|released|provided|shared|issued){_GAP})?"
        rf"(?:from|by){_GAP}{_FILLERS}(?P<name>{NAME})",
    ),
    (
        OriginKind.FIGURES,
        rf"\b(?:counted|compiled|estimated|tallied|measured|calculated){_GAP}by{_GAP}{_FILLERS}"
        rf"(?P<name>{NAME})",
    ),
    (
        OriginKind.FIGURES,
        rf"\b(?P<name>{NAME})\s(?:estimate[sd]?|reckons|calculate[sd]|counted)\b",
    ),
    (
        OriginKind.FIGURES,
        rf"\b(?P<name>{NAME})(?:['’]s?)?\s(?:{_COUNT})\s"
        r"(?:shows?|showed|suggests?|indicates?|say|says|puts?)\b",
    ),
    (
        OriginKind.FIGURES,
        rf"\b(?P<name>{NAME})['’]s?\s(?:(?:latest|new|quarterly|own|preliminary)\s)?"
        rf"(?:{_OWN_COUNT})\b",
    ),
    (
        OriginKind.FIGURES,
        rf"\b(?:[Aa]n?|[Tt]he|[Nn]ew|[Ll]atest|[Rr]ecent)\s(?P<name>{NAME})\s(?:{_OWN_COUNT})\b",
    ),
    (OriginKind.FIGURES, rf"(?:^|\()[ \t]{{0,9}}(?:Data\s)?[Ss]ources?\s?:\s?(?P<name>{NAME})"),
    (
        OriginKind.STATEMENT,
        rf"\b(?P<name>{_SPEAKER})(?:,\s(?P<apposition>[^,;.\n]{{3,80}}),)?{_GAP}{_AUX}"
        rf"(?:{_SAY})\b",
    ),
    (
        OriginKind.STATEMENT,
        rf"[”\"’',]\s(?:said|says|explained)\s(?:(?:the|its|an?)\s)?(?:{_TITLES}\s)?"
        rf"(?P<name>{NAME})(?:,\s(?P<apposition>[^,;.\n]{{3,80}}))?"
        r"(?=[.,;]|$|\s(?:in|on|at)\s)",
    ),
    (OriginKind.STATEMENT, rf"{_COMPANY}{_GAP}{_AUX}(?:{_SAY})\b"),
    (OriginKind.STATEMENT, rf"(?:[”\"’',]\s(?:said|says)|\b(?i:according){_GAP}to)\s{_COMPANY}\b"),
    (OriginKind.STATEMENT, rf"\b(?P<speaker>[Hh]e|[Ss]he)\s{_AUX}(?:{_SAY})\b"),
)

# --- other languages with capitals: a trigger, and what may stand between it and the name

_EUROPEAN: tuple[tuple[str, str], ...] = (
    (
        r"laut|nach\sAngaben(?:\svon)?|(?:Daten|Zahlen|Angaben)\svon",
        "de[rmsn]|einer|einem|von|neuen|aktuellen|Bericht|Studie|Daten|Zahlen|Angaben|Analysten|"
        "Marktforschern?|Marktforschungsunternehmen|Marktforschungsinstitut|Institut",
    ),
    (
        r"selon|d['’]après|(?:données|chiffres|estimations)\s(?=d)",
        "l[ea]s?|une?|de|du|des|cabinets?|institut|société|étude|rapport|données|chiffres|"
        "estimations|publiées?|par|l",
    ),
    (
        r"según|de\sacuerdo\scon|datos\sde",
        "el|la|los|las|una?|de|del|datos|cifras|informe|estudio|consultora|firma|agencia|instituto",
    ),
    (
        r"segundo|de\sacordo\scom|conforme",
        "os?|as?|uma?|d[eoa]s?|dados|números|relatório|estudo|consultoria|empresa|agência",
    ),
    (
        "secondo",
        "il|lo|la|i|gli|le|una?|di|del|dei|della|dati|rapporto|studio|società|istituto|analisti|l",
    ),
    (
        r"по\sданным|согласно(?:\sданным)?|по\sоценке|по\sподсч[её]там",
        "исследовательской|аналитической|компании|агентства|фирмы|отч[её]ту?|исследованию|данным",
    ),
    (r"Quelle|Source|Fuente|Fonte|Источник", ":"),
)

# --- Chinese and Japanese

_HAN = r"\u3400-\u9fff"
_WHO = rf"《?(?P<name>[{_HAN}A-Za-z][{_HAN}\w&·. ]{{1,29}}?)》?"
_WHO_SHORT = rf"(?P<name>[{_HAN}A-Za-z][{_HAN}\w&·]{{1,15}}?)"
_CLAUSE = r"(?:^|(?<=[，。；！？：、“”\s]))"
_EAST_ASIAN: tuple[tuple[OriginKind, str], ...] = (
    (
        OriginKind.RESULTS,
        rf"(?:{_CLAUSE}(?:根据|据)?{_WHO_SHORT}(?:发布|公布|的|了){{0,2}}"
        r"(?:最新|20\d\d年|第?[一二三四]季度|上半年|年度|全年){0,3})?"
        "(?:财报|财务报告|业绩报告|业绩公告|年报|季报|中期报告|招股书)",
    ),
    (
        OriginKind.FIGURES,
        rf"(?:根据|依据|据)\s?{_WHO}\s?(?:的|最新|发布|公布|数据|报告|调查|显示|统计(?!局)|介绍|"
        "报道|消息)",
    ),
    (
        OriginKind.FIGURES,
        rf"{_CLAUSE}{_WHO}\s?(?:的|最新|统计|发布|公布){{0,3}}(?:数据|报告)(?:显示|称|指出)",
    ),
    (OriginKind.FIGURES, rf"(?:数据)?来源\s?[:：]\s?{_WHO}(?=[\s，。；）)]|$)"),
    (
        OriginKind.STATEMENT,
        rf"{_CLAUSE}{_WHO_SHORT}(?:在[^，。；\n]{{1,20}})?(?:还|也|则|曾|近日|今日|方面)?"
        r"(?:表示|宣布|透露|指出|强调|披露|(?<![简号堪宣据])称|说(?=[，：]))",
    ),
    (
        OriginKind.FIGURES,
        rf"(?P<name>(?<![A-Za-z])[A-Za-z][A-Za-z0-9&. ]{{1,29}}|[{_HAN}\u30a0-\u30ffー]{{2,12}})"
        "(?:の(?:調査|発表|データ|報告))?によると",
    ),
)

# Words of a wording that make it somebody's count and not only somebody's word. "Source:" is none:
# it is also how pictures are credited.
_COUNTING = re.compile(
    rf"\b(?:{_COUNT}|researchers?|analysts?|trackers?|firms?|consult\w+|agency|institute|office|"
    r"bureau)\b|\b(?:estimat|count|tall|measur|compil|reckon|calculat|Daten|Zahlen|Studie|Institut|"
    r"Marktforsch|données|chiffres|étude|cabinet|datos|cifras|estudio|consultora|dados|estudo|"
    r"consultoria|dati|studio|istituto|данным|исследов|подсч|оценке)|数据|报告|调查|统计|調査|データ|報告",
    re.IGNORECASE,
)


_PATTERNS: list[tuple[OriginKind, re.Pattern[str]]] = [
    *((kind, re.compile(wording, re.MULTILINE)) for kind, wording in (*_ENGLISH, *_EAST_ASIAN)),
    *(
        (
            OriginKind.FIGURES,
            re.compile(
                rf"\b(?i:{trigger})\s?(?::\s|\s)(?:(?i:{filler})['’\s]\s?){{0,6}}(?P<name>{NAME})"
            ),
        )
        for trigger, filler in _EUROPEAN
    ),
]


def find_origin_mentions(text: str) -> Iterator[OriginMention]:
    """Yield every mention of an origin, pattern by pattern; names are as written."""
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            found = match.groupdict()
            stand_in = THE_SPEAKER if found.get("speaker") else THE_COMPANY
            counted = kind is not OriginKind.FIGURES or _COUNTING.search(match.group())
            yield OriginMention(
                kind if counted else OriginKind.STATEMENT,
                found.get("name") or stand_in,
                match.start(),
                match.end(),
                found.get("apposition") or "",
            )
