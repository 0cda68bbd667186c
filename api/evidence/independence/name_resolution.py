"""From the words in which a page names somebody to the name that other pages use too. Pure."""

import re
import unicodedata
from collections.abc import Iterator, Mapping

from api.evidence.independence.patterns import NAME, THE_COMPANY, THE_SPEAKER

STATISTICS_PUBLISHERS: Mapping[str, tuple[str, ...]] = {
    "Canalys": (),
    "Counterpoint": ("Counterpoint Research", "Counterpoint Technology Market Research"),
    "Eurostat": (),
    "Gartner": (),
    "GfK": (),
    "IDC": ("International Data Corporation",),
    "IMF": ("International Monetary Fund", "国际货币基金组织"),
    "National Bureau of Statistics": ("国家统计局",),
    "OECD": ("Organisation for Economic Co-operation and Development",),
    "Omdia": (),
    "Strategy Analytics": (),
    "TrendForce": (),
    "WHO": ("World Health Organization", "World Health Organisation", "世界卫生组织", "世卫组织"),
    "World Bank": ("世界银行",),
}
"""Houses known for their counts, with their other names."""

# Words that a capital letter or a sentence's beginning makes look like part of a name.
_NOT_PART = """a an the he she it they we i you who this that these those there here what which some
    many most others all both in on at by as of for from with but and or if so yet still also while
    when after before since although though because however meanwhile last earlier later today
    yesterday tomorrow january february march april june july august september october november
    december monday tuesday wednesday thursday friday saturday sunday q1 q2 q3 q4 h1 h2 der die das
    den dem le la les el los il lo i"""
# Words that may be part of a name and are none alone: nobody in particular, or a place.
_NO_NAME_ALONE = """
    according sources source report reports data figures experts analysts officials critics
    people media police covid-19 world europe asia africa america china india germany france britain
    russia japan canada brazil italy spain usa us uk beijing shanghai london paris berlin moscow
    tokyo washington brussels delhi chinese european bericht studie daten zahlen angaben gesetz plan
    vertrag medien polizei experten unternehmen 统计 数据 了解 报道 介绍 消息 最新 公开 官方 相关
    外媒 业内 调查 初步 本站 节目 来源 此前 对此 同时 同样据"""
_NOT_PART_OF_NAMES = frozenset(_NOT_PART.split())
_NO_NAMES = frozenset(_NO_NAME_ALONE.split()) | {
    *("hong kong", "new delhi", "new york", "united states", "united kingdom", "south korea")
}
_LEGAL = "inc corp corporation ltd limited co company group holdings llc plc gmbh"
_LEGAL_FORMS = frozenset(_LEGAL.split())
_COMPANY_ZH = frozenset({"公司", "该公司", "本公司", "集团"})
_TITLE = re.compile(
    r"\b(?:co-)?founder\b|\b(?:vice )?(?:chairman|chairwoman|president)\b|\bC[EFOT]O\b|"
    r"\bspokes\w+\b|\bchief (?:[a-z]+ officer|executive)\b|\b(?:analysts?|director|manager|"
    r"executive|minister|professor|secretary|governor|mayor)\b|联合创始人|创始人|董事长|首席执行官|"
    r"总裁|总经理|发言人|负责人",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_HAN_DESCRIPTION = re.compile(
    r"^(?:知名|国际|全球|著名|市场|行业|第三方|研究|调研|调查|分析|咨询|数据|机构|公司|企业|平台|"
    r"根据|据|兼)+(?=.{2})"
)
_HAN_TAIL = re.compile(
    r"(?:20\d\d年|第?[一二三四]季度|上半年|最新|财报|年报).*$|(?:集团|公司|科技|官方)+$"
)
# Characters that hold a Chinese sentence together: what has one is a piece of a sentence.
_NOT_IN_HAN_NAMES = re.compile(
    r"[的了是在和与将为对从有这那其们者也还都被把向该此他她它我你]|人士|专家|媒体|记者|网友"
)


def normalise_name(name: str) -> str:
    """What all ways to write one name have in common: its letters and digits, in lower case."""
    return "".join(c for c in unicodedata.normalize("NFKC", name).casefold() if c.isalnum())


def build_name_index(names: Mapping[str, str]) -> dict[str, str]:
    """Map the spelling of each known name, and of each of its aliases, to the usual name."""
    known = {
        alias: name for name, aliases in STATISTICS_PUBLISHERS.items() for alias in (name, *aliases)
    }
    known |= {name: name for name in names.values()} | dict(names)
    return {normalise_name(alias): name for alias, name in known.items()}


def resolve_speakers(
    words: str, apposition: str, usual: Mapping[str, str]
) -> Iterator[tuple[str, bool]]:
    """Name whom the words name, organisation first, each with whether it is a person.

    "Acme's chief executive Ann Lee" names Acme and Ann Lee: an officer speaks for both.
    """
    if words in {THE_COMPANY, THE_SPEAKER}:
        yield words, False
        return
    titles = list(_TITLE.finditer(words))
    if titles:
        before, after = words[: titles[0].start()], words[titles[-1].end() :]
        if organisation := resolve_name(before, usual):
            yield organisation, False
        if name := resolve_name(after, usual):
            yield name, True
        return
    held = _TITLE.search(apposition) is not None
    if held and (organisation := _find_organisation(apposition, usual)):
        yield organisation, False
    if name := resolve_name(words, usual):
        yield name, held


def resolve_name(words: str, usual: Mapping[str, str]) -> str | None:
    """The usual name for the words of a page, or None when they name nobody in particular."""
    words = re.sub(r"['’]s?$", "", words.strip(" \xa0《》“”\"'’.,"))
    if words in _COMPANY_ZH:
        return THE_COMPANY
    if normalise_name(words) in usual:
        return usual[normalise_name(words)]
    return (
        _resolve_han_name(words, usual)
        if _HAN.search(words)
        else _resolve_capitalised_name(words, usual)
    )


def _resolve_capitalised_name(words: str, usual: Mapping[str, str]) -> str | None:
    parts = words.split()
    while parts and (parts[0].lower() in _NOT_PART_OF_NAMES or parts[0].endswith("-based")):
        del parts[0]
    while parts and parts[-1].lower().strip(".") in _NOT_PART_OF_NAMES | _LEGAL_FORMS:
        del parts[-1]
    for length in range(len(parts), 0, -1):  # "Canalys Xiaomi" is Canalys, for want of a comma
        if (known := normalise_name("".join(parts[:length]))) in usual:
            return usual[known]
    name = " ".join(parts)
    return None if len(name) < 2 or name.lower() in _NO_NAMES else name


def _resolve_han_name(words: str, usual: Mapping[str, str]) -> str | None:
    name = _HAN_TAIL.sub("", _HAN_DESCRIPTION.sub("", words)).strip()
    if latin := re.fullmatch(r"[\u3400-\u9fff]*?\s?([A-Za-z][A-Za-z&. ]+)", name):  # 咨询公司 IDC
        return _resolve_capitalised_name(latin[1], usual)
    if (known := normalise_name(name)) in usual:
        return usual[known]
    if not 2 <= len(name) <= 12 or name in _NO_NAMES or _NOT_IN_HAN_NAMES.search(name):
        return None
    return name


def _find_organisation(apposition: str, usual: Mapping[str, str]) -> str | None:
    if THE_COMPANY in apposition:
        return THE_COMPANY
    untitled = _TITLE.sub(" ", apposition)
    found = re.search(NAME, untitled)
    return resolve_name(found.group(), usual) if found else None
