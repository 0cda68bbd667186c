"""Find the speaker that a sentence names. Pure."""

import re
from typing import NamedTuple


class Speaker(NamedTuple):
    """A speaker, whose name stands at `start` to `end` of the sentence (code points).

    With `pronoun`, the sentence names nobody, as in "he said": an earlier one did.
    """

    claimant: str
    start: int
    end: int
    pronoun: bool = False


SPEECH_VERB = (
    r"(?:said|says|told|announced|announces|claimed|claims|stated|states|added|adds|wrote|writes|tweeted"
    r"|posted|argued|argues|warned|warns|noted|notes|explained|insisted|insists|reported|reports"
    r"|estimated|estimates|predicted|predicts|admitted|acknowledged|confirmed|revealed|declared|denied"
    r"|denies|promised|pointed\sout|emphasi[sz]ed|stressed|boasted|alleged|alleges|testified)"
)
NAME_WORD = r"[A-Z][\w’'-]*\.?"
PARTICLE = r"(?:de|del|della|van|von|der|den|bin|ibn|al|la|le|da|dos|du|ten|of|and|&|for|the)"
NAME = rf"(?P<name>{NAME_WORD}(?:\s(?:{PARTICLE}\s){{0,2}}{NAME_WORD}){{0,5}})"
COMMON_NOUN = (
    r"(?P<common>(?:[Tt]he|[Aa]n?|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir)\s(?:[a-z-]+\s){0,2}"
    r"(?:company|companies|government|ministry|minister|president|spokes(?:man|woman|person)|officials?"
    r"|police|report|study|survey|agency|bank|group|firm|court|committee|commission|department"
    r"|campaign|paper|newspaper|authors?|researchers?|scientists?|experts?|analysts?|witness(?:es)?"
    r"|administration|organi[sz]ation|university|institute|union|party|chairman|chief\sexecutive)"
    r"|[Oo]fficials|[Pp]olice|[Rr]esearchers|[Ee]xperts|[Aa]nalysts|[Ss]cientists)"
)
PRONOUN = r"(?P<pronoun>(?:[Hh]e|[Ss]he|[Tt]hey)(?!\w))"
SPEAKER = rf"(?:{PRONOUN}|{COMMON_NOUN}|{NAME})(?![\w’'-])"
#: What may stand between a name and its verb: "Lei Jun, the chief executive of Xiaomi, said".
BETWEEN_NAME_AND_VERB = (
    r"(?:,[^,.]{2,80},)?(?:\s\([^)]{1,40}\))?"
    r"(?:\s(?:has|have|had|also|later|then|once|[a-z]+ly)){0,2}"
)

ENGLISH = [
    re.compile(rf"(?<![\w’'-]){SPEAKER}{BETWEEN_NAME_AND_VERB}\s{SPEECH_VERB}(?![\w’'-])"),
    re.compile(
        rf"(?i:(?<!\w)according\sto\s|(?<!\w)in\sthe\swords\sof\s|(?<!\w)as\stold\sby\s){SPEAKER}"
    ),
    re.compile(rf"[,?!.]?[\"”’]\s(?i:{SPEECH_VERB})\s{SPEAKER}"),
    re.compile(rf",\s{SPEECH_VERB}\s{SPEAKER}"),
]
#: Capitalised because they begin a sentence, or titles before the name.
NOT_NAMES = frozenset((
    "Finally", "However", "But", "And", "Then", "Also", "So", "When", "While", "As", "In", "On",
    "At", "By", "For", "After", "Before", "Since", "If", "The", "A", "An", "Yesterday", "Today",
    "Last", "Meanwhile", "Moreover", "Still", "Yet", "Thus", "Later", "Earlier", "Recently",
    "Or", "It", "He", "She", "They", "I", "We", "You", "This", "That", "These", "Those",
    "There", "What", "Who", "Nobody", "Everyone", "Monday", "Tuesday", "Wednesday", "Thursday",
    "Friday", "Saturday", "Sunday",
))  # fmt: skip
TITLE = re.compile(
    r"^.*?\b(?:(?:Vice[\s-])?President|CEO|CFO|COO|CTO|Chief\sExecutive(?:\sOfficer)?|Chair(?:man|woman)"
    r"|Founder|Prime\sMinister|Minister|Secretary|Senator|Sen\.|Governor|Gov\.|Rep\.|Congress(?:man|woman)"
    r"|Mayor|Judge|Justice|General|Gen\.|Professor|Prof\.|Dr\.?|Mr\.?|Mrs\.?|Ms\.?|Sir|Spokes(?:man|woman|person)"
    r"|Chancellor|King|Queen|Prince|Pope|Director)\s(?!of\b|for\b|and\b)(?=[A-Z])"
)

ABBREVIATED = re.compile(r"\b(?:[A-Z]|Inc|Corp|Ltd|Co|Jr|Sr|Bros)\.$")

HAN_NAME = r"(?P<name>[\u4e00-\u9fffA-Za-z·]{2,20}?)"
CHINESE = [
    re.compile(
        rf"(?:^|[，。；：！？、“”\s])(?:(?P<pronoun>[他她]们?)|{HAN_NAME}(?<![被所可就都会能并]))(?:在[^，。]{{1,20}})?(?:还|也|则|曾|昨日|今日|近日|最后|日前){{0,2}}"
        r"(?:表示|指出|宣布|透露|强调|认为|介绍|回应|坦言|声称|宣称|(?<!名)称(?![为作号赞呼职])|说(?![明法服不到起]))"
    ),
    re.compile(
        rf"(?:据|根据|按照){HAN_NAME}(?:的)?(?:数据|报告|统计|报道|消息|调查|研究|介绍|透露)"
    ),
]
HAN_TITLE = re.compile(
    r"^.*(?:CEO|总裁|董事长|主席|总统|总理|部长|市长|创始人|发言人|教授|首席执行官|总经理|记者)(?=[\u4e00-\u9fff·]{2,4}$)"
)
#: Words that are no name: 他说, 也就是说, 可以说, 最后雷军.
NOT_HAN_NAMES = re.compile(
    r"^(?:[他她它我你]|我们|消息|报道|外界|媒体|据悉|也就是|可以|应该|据|有人|就是|听|再|虽然|不得不|换句话|总的来|一般来|所|例如|比如)+$"
)
HAN_LEAD = re.compile(
    r"^(?:最后|此外|随后|同时|其中|对此|但是|但|而|昨日|今日|近日|日前|不过|然而|另外)"
)


def find_speaker(sentence: str, language: str | None = None) -> Speaker | None:
    """Return the speaker that a sentence names, without title, or None when it names none.

    "Finally, Lei Jun said that …", "…, according to Canalys", "雷军表示，…".
    """
    patterns = CHINESE if (language or "en").lower().startswith("zh") else ENGLISH
    for pattern in patterns:
        for found in pattern.finditer(sentence):
            named = _to_speaker(found)
            if named:
                return named
    return None


def _to_speaker(found: re.Match[str]) -> Speaker | None:
    part = {name: text for name, text in found.groupdict().items() if text}
    group = next(iter(part))
    start, end = found.span(group)
    text = part[group]
    if group == "name":
        name = _without_title(text)
        start = found.start(group) + text.rindex(name)
        end, text = start + len(name), name
    return Speaker(text, start, end, group == "pronoun") if text else None


def _without_title(name: str) -> str:
    """Return the last part of a run of capitalised words that is a name; "" when none is."""
    if re.match(r"[\u4e00-\u9fff]", name) or re.search(r"[\u4e00-\u9fff]$", name):
        name = HAN_TITLE.sub("", HAN_LEAD.sub("", name))
        return "" if NOT_HAN_NAMES.match(name) or len(name) > 12 else name
    words = name.split(" ")
    while words and words[0].rstrip(".") in NOT_NAMES:
        words.pop(0)
    name = TITLE.sub("", " ".join(words))
    return name if ABBREVIATED.search(name) else name.rstrip(".")
