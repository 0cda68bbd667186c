"""Find numbers with their units in English; in other languages as far as digits and signs go."""

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from babel import Locale

from api.language.numbers.numerals import (
    DIGITS,
    currency_for_sign,
    parse_digits,
    parse_number_words,
)
from api.language.numbers.quantities import (
    CURRENCIES,
    DURATIONS,
    UNIT_WORDS,
    Approximation,
    Figure,
    FigureKind,
)

CARDINAL_WORDS = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen"
    "|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety"
    "|hundred|thousand|million|billion|trillion|dozen"
)
LARGE_CARDINAL = re.compile(r"(?i)hundred|thousand|million|billion|trillion|dozen")
ARTICLE_BEFORE = re.compile(r"(?i)\b(?:half\s)?an?\s$|\bhalf\s$")  # "half a million", "a dozen"
AND_A_HALF = re.compile(r"(?i)\sand\sa\shalf\b")

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
APPROXIMATOR_BEFORE = re.compile(
    r"(?i)(?<!\w)(?:"
    + "|".join(rf"(?P<{each}>{phrases})" for each, phrases in APPROXIMATORS.items())
    + r")\s*$"
)
APPROXIMATOR_AFTER = re.compile(
    r"(?P<more_than>\s?\+(?!\s?\d)|\splus\b(?!\s[a-z\d]))|\s(?:(?P<about>or\sso)"
    r"|(?P<at_least>or\s(?:more|above|over))|(?P<at_most>or\s(?:less|fewer|under|below)))\b"
)

#: What may follow a number and its scale, and the kind of figure that it makes.
UNIT_SUFFIX = re.compile(
    r"[\s-]?(?:d(?:e\s|[’']))?(?:(?P<points>(?i:(?:percentage|per\s?cent|%)[\s-]points?|ppts?|pp)(?!\w))"
    r"|(?P<percent>[%٪]|(?i:per\s?cent|pct|Prozent|pour\scent|por\sciento|процент\w*)(?!\w))"
    r"|(?P<cents>(?i:cents?)(?!\w))"
    + "".join(rf"|(?P<{code}>(?i:{words})(?!\w))" for code, (_, words, _) in CURRENCIES.items())
    + r"|(?P<dollars>(?i:dollars?|bucks)(?!\w))|(?P<multiple>(?:times|fold|(?<=\d)x)(?!\w)|×)"
    r"|(?P<score>points?(?!\w))"
    + "".join(rf"|(?P<u_{unit}>(?:{words})(?!\w))" for unit, words in UNIT_WORDS.items())
    + ")"
)
MONEY_SUFFIXES = {*CURRENCIES, "dollars", "cents"}
CURRENCY_SIGNS = {
    sign.replace("\\", "").rstrip(".?"): code
    for code, (signs, _, _) in CURRENCIES.items()
    for sign in signs.split("|")
}
#: Points are percentage points where something moves or leads by them, else a score.
CHANGE_WORD = re.compile(
    r"(?i)\b(?:r[io]se|rising|f[ae]ll\w*|gr[eo]w\w*|gain\w*|los[et]\w*|leads?|led|leading|ahead"
    r"|behind|up|down|drop\w*|increas\w*|decreas\w*|declin\w*|swing|margin|gap|poll\w*|higher|lower"
    r"|climb\w*|jump\w*|slip\w*|widen\w*|narrow\w*|cut|rais\w+)\b"
)
#: "Mi 10" and "Article 5" are names; "In 20 cases" is not.
NAME_BEFORE = re.compile(
    r"\b(?!(?:The|In|On|At|By|For|Of|With|From|And|But|Or|About|Over|Under|Only|Some|All|These|Those"
    r"|We|They|I|He|She|It|There|To|As|If|When|After|Before|Since|Nearly|Almost|Around|Just|That"
    r"|This|Another|Every|Last|Next|First|Its|His|Her|Their|Our|My|No|So|Than|Then|Between|Up|Down"
    r")\b)(?:(?P<part>Article|Section|Chapter|Title|Part|Figure|Table|Proposition|Amendment)"
    r"|[A-Z][\w.]*)\s$"
)


def find_numbers(text: str, locale: Locale) -> Iterator[Figure]:
    """Yield the cardinal numbers of a text with currency, scale, unit and approximator."""
    position = 0
    while found := _number_pattern(locale).search(text, position):
        figure = _read_figure(text, found, locale)
        position = figure.end if figure else found.end()
        if figure:
            yield figure


@lru_cache(maxsize=64)
def _number_pattern(locale: Locale) -> re.Pattern[str]:
    signs = "|".join(signs for signs, _, _ in CURRENCIES.values())
    spaced = r"\d{1,3}(?:\s\d{3})+(?:,\d+)?(?!\d)|" if parse_digits("1 000", locale) else ""
    return re.compile(
        rf"(?<![\w.,])(?<![A-Za-z]-)(?:(?P<minus>(?<![^\s(\[])[-−](?=[\d$€£¥])|(?i:minus\s)))?"
        rf"(?:(?P<currency>{signs}|[$¥￥])\s?)?(?:(?P<digits>{spaced}{DIGITS}|\.\d{{1,20}})"
        rf"|(?P<words>(?i:(?:{CARDINAL_WORDS})(?!\w)(?:(?:\sand\s|\spoint\s|[\s-])(?:{CARDINAL_WORDS})(?!\w)){{0,12}})))"
    )


@lru_cache(maxsize=64)
def _scale_pattern(language: str) -> tuple[re.Pattern[str], dict[str, Decimal]]:
    powers = SCALES | SCALES_ELSEWHERE.get(language, {})
    factors = {word: Decimal(10) ** power for word, power in powers.items()}
    words = "|".join(sorted([*factors, "dozen"], key=len, reverse=True))
    pattern = re.compile(rf"(?i)[\s-]?(?P<scale>{words})(?:\.(?=\s\S))?(?!\w)")
    return pattern, factors | {"dozen": Decimal(12)}


def _read_figure(text: str, found: re.Match[str], locale: Locale) -> Figure | None:
    start, end, value, scale = _read_number(text, found, locale)
    suffix = UNIT_SUFFIX.match(text, end)
    name = (suffix and suffix.lastgroup) or ""
    if suffix and not (found["currency"] and name not in MONEY_SUFFIXES):
        end = suffix.end()
    elif re.match(r"\w|[.,]\d|-[A-Z]\b", text[end : end + 2]):
        return None  # 5G, 1.2.3, 10-K
    if not name and not found["currency"] and (value is None or text[start:end].lower() == "one"):
        return None
    kind, unit, currency = _read_kind(
        name, found["currency"], text[max(0, start - 60) : start], locale
    )
    if unit == "lb" and scale >= 10**6:
        kind, unit, currency = FigureKind.MONEY, None, "GBP"
    if kind is FigureKind.NUMBER and found["digits"] and scale == 1:
        kind = _number_or_label(text, start, end)
    if value is not None:
        value = (-value if found["minus"] else value) / (100 if name == "cents" else 1)
    return Figure(
        text[start:end], start, end, kind, value, None, unit, currency,
        find_approximation(text, start, end), scale,
    )  # fmt: skip


def _number_or_label(text: str, start: int, end: int) -> FigureKind:
    """A label stands after a capitalised word and is not the number of something."""
    named = NAME_BEFORE.search(text[max(0, start - 40) : start])
    counts = re.match(r"\s[a-z]", text[end : end + 2])
    return FigureKind.LABEL if named and (named["part"] or not counts) else FigureKind.NUMBER


def find_approximation(text: str, start: int, end: int) -> Approximation | None:
    """Return the approximator before or after a figure: "nearly", "more than", "or so"."""
    found = APPROXIMATOR_BEFORE.search(
        text[max(0, start - 40) : start]
    ) or APPROXIMATOR_AFTER.match(text, end)
    return Approximation(found.lastgroup) if found and found.lastgroup else None


def _read_number(
    text: str, found: re.Match[str], locale: Locale
) -> tuple[int, int, Decimal | None, Decimal]:
    """Start, end, value and scale of a number with its scale words."""
    start, end, scale = found.start(), found.end(), Decimal(1)
    value: Decimal | None
    if found["digits"]:
        value = parse_digits(found["digits"], locale)
    else:
        value, words = _read_spelled(found["words"])
        end = found.start("words") + len(words)
        if LARGE_CARDINAL.search(words):
            scale = Decimal(10) ** SCALES.get(LARGE_CARDINAL.findall(words)[-1].lower(), 0)
        article = (
            ARTICLE_BEFORE.search(text, max(0, start - 8), start)
            if LARGE_CARDINAL.match(words)
            else None
        )
        if article:
            start = article.start()
            value = value / 2 if article.group().lower().startswith("half") else value
    if value is not None and (half := AND_A_HALF.match(text, end)):
        value, end = value + scale / 2, half.end()
    words_of_scale, factors = _scale_pattern(locale.language)
    found_scale = words_of_scale.match(text, end)
    if found_scale and (found["currency"] or found_scale["scale"].lower() not in {"m", "b"}):
        factor = factors[found_scale["scale"].lower()]
        value = None if value is None else value * factor
        scale, end = scale * factor, found_scale.end()
    return start, end, value, scale


def _read_spelled(run: str) -> tuple[Decimal, str]:
    """The first number in a run of number words, and its words."""
    for last in reversed(list(re.finditer(r"[a-zA-Z]+", run))):
        words = run[: last.end()]
        value = parse_number_words(words)
        if value is not None:
            return value, words
    raise AssertionError(run)  # every single number word can be read


def _read_kind(
    name: str, sign: str | None, before: str, locale: Locale
) -> tuple[FigureKind, str | None, str | None]:
    """Kind, unit and currency, from the name of the suffix and the sign before the number."""
    if sign or name in MONEY_SUFFIXES:
        if name in CURRENCIES:
            return FigureKind.MONEY, None, name
        if not sign or sign in "$¥￥":
            return FigureKind.MONEY, None, currency_for_sign(sign or "$", locale)
        return FigureKind.MONEY, None, CURRENCY_SIGNS[sign.rstrip(".")]
    if name == "percent":
        return FigureKind.PERCENT, None, None
    if name == "multiple":
        return FigureKind.MULTIPLE, None, None
    if name == "points" or (name == "score" and CHANGE_WORD.search(before)):
        return FigureKind.PERCENTAGE_POINT, "percentage_point", None
    unit = {"score": "point", "": None}.get(name, name.removeprefix("u_"))
    if unit == "basis_point":
        return FigureKind.PERCENTAGE_POINT, unit, None
    if unit is None:
        return FigureKind.NUMBER, None, None
    return (FigureKind.DURATION if unit in DURATIONS else FigureKind.QUANTITY), unit, None
