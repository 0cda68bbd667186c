"""Numbers with their units in English; in other alphabets as far as digits and signs go."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from babel import Locale

from api.language.numbers.numerals import DIGITS, currency_of_sign, read_digits, read_words
from api.language.numbers.quantities import (
    CURRENCIES,
    DURATIONS,
    UNIT_WORDS,
    Approximation,
    Figure,
    Kind,
)

CARDINALS = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    "|hundred|thousand|million|billion|trillion|dozen"
)
BIG = re.compile(r"(?i)hundred|thousand|million|billion|trillion|dozen")
ARTICLE = re.compile(r"(?i)\b(?:half\s)?an?\s$|\bhalf\s$")  # "half a million", "a dozen"
HALF = re.compile(r"(?i)\sand\sa\shalf\b")

SCALES = {
    "hundred": 2, "thousand": 3, "k": 3, "lakh": 5, "million": 6, "m": 6, "mn": 6, "mln": 6,
    "crore": 7, "billion": 9, "bn": 9, "b": 9, "trillion": 12, "tn": 12, "tr": 12,
}  # fmt: skip
#: Elsewhere the same word can stand for another power: a French "billion" is 10¹².
SCALES_ELSEWHERE = {
    "de": {"tausend": 3, "tsd": 3, "million": 6, "millionen": 6, "mio": 6, "milliarde": 9,
           "milliarden": 9, "mrd": 9, "billion": 12, "billionen": 12},
    "fr": {"mille": 3, "million": 6, "millions": 6, "milliard": 9, "milliards": 9,
           "billion": 12, "billions": 12},
    "es": {"mil": 3, "millón": 6, "millones": 6, "mil millones": 9, "billón": 12, "billones": 12},
    "ru": {"тыс": 3, "тысяч": 3, "тысячи": 3, "млн": 6, "миллион": 6, "миллиона": 6,
           "миллионов": 6, "млрд": 9, "миллиард": 9, "миллиарда": 9, "миллиардов": 9, "трлн": 12},
}  # fmt: skip

APPROXIMATORS = {
    "at_most": r"(?:no|not)\s(?:more|greater|higher)\sthan|at\smost|up\sto|as\s(?:much|many)\sas|≤",
    "at_least": r"(?:no|not)\s(?:less|fewer|lower)\sthan|at\sleast|≥",
    "more_than": r"(?:more|greater|higher|larger|longer)\sthan|over|above|exceed(?:s|ed|ing)?"
    r"|in\sexcess\sof|upwards?\sof|north\sof|surpass(?:es|ed|ing)?|topp?(?:ed|ing|s)|>",
    "less_than": r"(?:less|fewer|lower|smaller|shorter)\sthan|under|below|short\sof|<",
    "nearly": r"nearly|almost|close\sto|approaching|just\s(?:under|below)|not\squite",
    "about": r"about|around|some|roughly|approximately|approx\.?|circa|ca?\.|an\sestimated|~|≈|∼",
}
#: The leftmost match wins, so that "no more than" is not "more than".
BEFORE = re.compile(
    r"(?i)(?<!\w)(?:"
    + "|".join(rf"(?P<{each}>{phrases})" for each, phrases in APPROXIMATORS.items())
    + r")\s*$"
)
AFTER = re.compile(
    r"(?P<more_than>\s?\+(?!\s?\d)|\splus\b(?!\s[a-z\d]))|\s(?:(?P<about>or\sso)"
    r"|(?P<at_least>or\s(?:more|above|over))|(?P<at_most>or\s(?:less|fewer|under|below)))\b"
)

#: What may follow a number and its scale, and the kind of figure that it makes.
SUFFIX = re.compile(
    r"[\s-]?(?:d(?:e\s|[’']))?(?:(?P<points>(?i:(?:percentage|per\s?cent|%)[\s-]points?|ppts?|pp)(?!\w))"
    r"|(?P<percent>[%٪]|(?i:per\s?cent|pct|Prozent|pour\scent|por\sciento|процент\w*)(?!\w))"
    r"|(?P<cents>(?i:cents?)(?!\w))"
    + "".join(rf"|(?P<{code}>(?i:{words})(?!\w))" for code, (_, words, _) in CURRENCIES.items())
    + r"|(?P<dollars>(?i:dollars?|bucks)(?!\w))|(?P<multiple>(?:times|fold|(?<=\d)x)(?!\w)|×)"
    r"|(?P<score>points?(?!\w))"
    + "".join(rf"|(?P<u_{unit}>(?:{words})(?!\w))" for unit, words in UNIT_WORDS.items())
    + ")"
)
MONEY = {*CURRENCIES, "dollars", "cents"}
SIGNS = {
    sign.replace("\\", "").rstrip(".?"): code
    for code, (signs, _, _) in CURRENCIES.items()
    for sign in signs.split("|")
}
#: Points are percentage points where something moves or leads by them, else a score.
MOVED = re.compile(
    r"(?i)\b(?:r[io]se|rising|f[ae]ll\w*|gr[eo]w\w*|gain\w*|los[et]\w*|leads?|led|leading|ahead"
    r"|behind|up|down|drop\w*|increas\w*|decreas\w*|declin\w*|swing|margin|gap|poll\w*|higher|lower"
    r"|climb\w*|jump\w*|slip\w*|widen\w*|narrow\w*|cut|rais\w+)\b"
)
#: "Mi 10" and "Article 5" are names; "In 20 cases" is not.
NAMED = re.compile(
    r"\b(?!(?:The|In|On|At|By|For|Of|With|From|And|But|Or|About|Over|Under|Only|Some|All|These|Those"
    r"|We|They|I|He|She|It|There|To|As|If|When|After|Before|Since|Nearly|Almost|Around|Just|That"
    r"|This|Another|Every|Last|Next|First|Its|His|Her|Their|Our|My|No|So|Than|Then|Between|Up|Down"
    r")\b)(?:(?P<part>Article|Section|Chapter|Title|Part|Figure|Table|Proposition|Amendment)"
    r"|[A-Z][\w.]*)\s$"
)


def numbers(text: str, locale: Locale) -> Iterator[Figure]:
    """The cardinal numbers of a text with currency, scale, unit and approximator."""
    position = 0
    while found := _numeral(locale).search(text, position):
        figure = _figure(text, found, locale)
        position = figure.end if figure else found.end()
        if figure:
            yield figure


@lru_cache(maxsize=64)
def _numeral(locale: Locale) -> re.Pattern[str]:
    signs = "|".join(signs for signs, _, _ in CURRENCIES.values())
    spaced = r"\d{1,3}(?:\s\d{3})+(?:,\d+)?(?!\d)|" if read_digits("1 000", locale) else ""
    return re.compile(
        rf"(?<![\w.,])(?<![A-Za-z]-)(?:(?P<minus>(?<![^\s(\[])[-−](?=[\d$€£¥])|(?i:minus\s)))?"
        rf"(?:(?P<currency>{signs}|[$¥￥])\s?)?(?:(?P<digits>{spaced}{DIGITS}|\.\d{{1,20}})"
        rf"|(?P<words>(?i:(?:{CARDINALS})(?!\w)(?:(?:\sand\s|\spoint\s|[\s-])(?:{CARDINALS})(?!\w)){{0,12}})))"
    )


@lru_cache(maxsize=64)
def _scale(language: str) -> tuple[re.Pattern[str], dict[str, Decimal]]:
    powers = SCALES | SCALES_ELSEWHERE.get(language, {})
    factors = {word: Decimal(10) ** power for word, power in powers.items()}
    words = "|".join(sorted([*factors, "dozen"], key=len, reverse=True))
    pattern = re.compile(rf"(?i)[\s-]?(?P<scale>{words})(?:\.(?=\s\S))?(?!\w)")
    return pattern, factors | {"dozen": Decimal(12)}


def _figure(text: str, found: re.Match[str], locale: Locale) -> Figure | None:
    start, end, value, scale = _number(text, found, locale)
    suffix = SUFFIX.match(text, end)
    name = (suffix and suffix.lastgroup) or ""
    if suffix and not (found["currency"] and name not in MONEY):
        end = suffix.end()
    elif re.match(r"\w|[.,]\d|-[A-Z]\b", text[end : end + 2]):
        return None  # 5G, 1.2.3, 10-K
    if not name and not found["currency"] and (value is None or text[start:end].lower() == "one"):
        return None
    kind, unit, currency = _kind(name, found["currency"], text[max(0, start - 60) : start], locale)
    if unit == "lb" and scale >= 10**6:
        kind, unit, currency = Kind.MONEY, None, "GBP"
    if kind is Kind.NUMBER and found["digits"] and scale == 1:
        kind = _named(text, start, end)
    if value is not None:
        value = (-value if found["minus"] else value) / (100 if name == "cents" else 1)
    return Figure(
        text[start:end], start, end, kind, value, None, unit, currency,
        approximation(text, start, end), scale,
    )  # fmt: skip


def _named(text: str, start: int, end: int) -> Kind:
    """A label stands after a capitalised word and is not the number of something."""
    named = NAMED.search(text[max(0, start - 40) : start])
    counts = re.match(r"\s[a-z]", text[end : end + 2])
    return Kind.LABEL if named and (named["part"] or not counts) else Kind.NUMBER


def approximation(text: str, start: int, end: int) -> Approximation | None:
    """The approximator before or after a figure: "nearly", "more than", "or so"."""
    found = BEFORE.search(text[max(0, start - 40) : start]) or AFTER.match(text, end)
    return Approximation(found.lastgroup) if found and found.lastgroup else None


def _number(
    text: str, found: re.Match[str], locale: Locale
) -> tuple[int, int, Decimal | None, Decimal]:
    """Start, end, value and scale of a number with its scale words."""
    start, end, scale = found.start(), found.end(), Decimal(1)
    value: Decimal | None
    if found["digits"]:
        value = read_digits(found["digits"], locale)
    else:
        value, words = _spelled(found["words"])
        end = found.start("words") + len(words)
        if BIG.search(words):
            scale = Decimal(10) ** SCALES.get(BIG.findall(words)[-1].lower(), 0)
        article = ARTICLE.search(text, max(0, start - 8), start) if BIG.match(words) else None
        if article:
            start = article.start()
            value = value / 2 if article.group().lower().startswith("half") else value
    if value is not None and (half := HALF.match(text, end)):
        value, end = value + scale / 2, half.end()
    words_of_scale, factors = _scale(locale.language)
    found_scale = words_of_scale.match(text, end)
    if found_scale and (found["currency"] or found_scale["scale"].lower() not in {"m", "b"}):
        factor = factors[found_scale["scale"].lower()]
        value = None if value is None else value * factor
        scale, end = scale * factor, found_scale.end()
    return start, end, value, scale


def _spelled(run: str) -> tuple[Decimal, str]:
    """The first number in a run of number words, and its words."""
    for last in reversed(list(re.finditer(r"[a-zA-Z]+", run))):
        words = run[: last.end()]
        value = read_words(words)
        if value is not None:
            return value, words
    raise AssertionError(run)  # every single number word can be read


def _kind(
    name: str, sign: str | None, before: str, locale: Locale
) -> tuple[Kind, str | None, str | None]:
    """Kind, unit and currency, from the name of the suffix and the sign before the number."""
    if sign or name in MONEY:
        if name in CURRENCIES:
            return Kind.MONEY, None, name
        if not sign or sign in "$¥￥":
            return Kind.MONEY, None, currency_of_sign(sign or "$", locale)
        return Kind.MONEY, None, SIGNS[sign.rstrip(".")]
    if name == "percent":
        return Kind.PERCENT, None, None
    if name == "multiple":
        return Kind.MULTIPLE, None, None
    if name == "points" or (name == "score" and MOVED.search(before)):
        return Kind.PERCENTAGE_POINT, "percentage_point", None
    unit = {"score": "point", "": None}.get(name, name.removeprefix("u_"))
    if unit == "basis_point":
        return Kind.PERCENTAGE_POINT, unit, None
    if unit is None:
        return Kind.NUMBER, None, None
    return (Kind.DURATION if unit in DURATIONS else Kind.QUANTITY), unit, None
