"""Find figures in Chinese, and in Japanese where it writes them alike."""

import re
from collections.abc import Iterator
from decimal import Decimal

from babel import Locale

from api.language.numbers.dates import YEAR
from api.language.numbers.numerals import (
    DIGITS,
    currency_for_sign,
    han_scale,
    parse_digits,
    parse_han_numeral,
)
from api.language.numbers.quantities import (
    CURRENCIES,
    DURATIONS,
    UNIT_WORDS_ZH,
    Approximation,
    Figure,
    FigureKind,
)

ONES = "零〇○一二三四五六七八九两兩壹贰貳叁參肆伍陆陸柒捌玖"
HAN = f"[{ONES}十百千万亿萬億拾佰仟廿]"
SCALE = "[百千万亿萬億兆]"
SMALL_NUMBER = r"(?:\d{1,2}|[一二三四五六七八九十廿]{1,3})"

#: The number; "30多亿" and "三十余" hold their approximator inside.
NUMBER = re.compile(
    rf"(?<![A-Za-z\d.,])(?P<minus>负|負|零下|(?<![\w)%％])[-−](?=\d))?(?:(?P<currency>US\$|HK\$|NT\$|[$€£¥￥]"
    rf"|人民币|RMB\s?|USD\s?)\s?)?"
    rf"(?:(?P<digits>{DIGITS})(?P<parts>{SCALE}+(?:\d{{1,4}}[百千万萬]+)*)?"
    rf"|(?P<han>{HAN}{{1,24}}(?:[点點][{ONES}]{{1,12}}[万亿萬億]*)?))"
    rf"(?P<odd>[多余餘](?=\w))?(?P<after_odd>(?<=[多余餘])[万亿萬億]+)?"
)
#: What may follow it. One of a thing (一个) is an article more often than a number.
CLASSIFIER = re.compile(
    r"\s?(?:个|個|家|名|位|人|台|部|只|件|辆|座|项|款|条|次|所|种|届|份|张|户|股|篇|场|颗|架|艘|套|间|例|起|册|本"
    r"|枚|支|门|国|省|市|县|村|大(?!学|陆|会|家)|余|馀)"
)
RANGE_AFTER = re.compile(rf"[-–—~至到](?:{HAN}{{1,8}}|\d)")  # 五到十个
MONEY_WORDS = {code: words for code, (_, _, words) in CURRENCIES.items()}
UNIT_SUFFIX = re.compile(
    r"\s?(?:(?P<points>个百分点|個百分點|百分点)|(?P<percent>[%％]|パーセント)|(?P<multiple>倍)"
    r"|(?P<tenths>成(?P<half>[一二三四五六七八九半])?(?![为為立功年员員本果绩績品长長交就分]))"
    + "".join(rf"|(?P<{code}>{words})" for code, words in MONEY_WORDS.items())
    + "".join(rf"|(?P<u_{unit}>{words})(?![A-Za-z])" for unit, words in UNIT_WORDS_ZH.items())
    + ")"
)
#: Han characters that are numerals by themselves but words with what follows.
IDIOM = re.compile(
    r"十分(?!钟|鐘|之)|一[度分斤升日周桶里点斗]|万一|[一二三四五六七八九]月|千万(?!\w{0,2}[元人])"
)
UNITS_OF_TIME = {"day", "week", "month", "quarter", "year", "century"}
VAGUE_WORD_BEFORE = re.compile(r"[数數几幾上成好]$")

APPROXIMATOR_BEFORE = re.compile(
    r"(?:(?P<at_most>不超过|不超過|不高于|不多于|最多|至多)|(?P<at_least>至少|不少于|不低于|最少)"
    r"|(?P<more_than>超过|超過|超出|突破|高于|多于|大于|超|逾)"
    r"|(?P<less_than>不到|不足|少于|低于|小于|未达|未到)|(?P<nearly>接近|将近|將近|近)"
    r"|(?P<about>大约|大概|大約|约|約|估计))(?:了|有)?\s?$"
)
APPROXIMATOR_AFTER = re.compile(
    r"[人个個家名台部辆]?(?:(?P<about>左右|上下)|(?P<at_least>以上)|(?P<less_than>以下|以内))"
)

DATES = re.compile(
    rf"(?<!\d)(?P<y>{YEAR}|[一二][{ONES}]{{3}})\s?年(?!代)(?:(?:第)?(?P<q>[一二三四1-4])季度|(?P<h>[上下])半年"
    rf"|\s?(?P<m>{SMALL_NUMBER})\s?月(?:份)?(?:\s?(?P<d>{SMALL_NUMBER})\s?[日号號])?)?"
    rf"|(?<!\d)(?P<y1>{YEAR})年?\s?[-–—~至到]\s?(?P<y2>{YEAR})年"
    rf"|(?<![\d十])(?P<month>{SMALL_NUMBER})月(?P<day>{SMALL_NUMBER})[日号號]"
    r"|第?(?P<quarter>[一二三四1-4])季度"
    r"|(?P<decade>(?:1[4-9]|20)\d)0年代|(?P<century>\d\d|[一二]?十[一二三四五六七八九]?)世纪"
    r"(?:(?P<tens>[2-9]0|[二三四五六七八九]十)年代)?"
)
RANKS = re.compile(
    rf"第(?P<th>\d{{1,4}}|{HAN}{{1,6}})|(?P<first>首(?=[次款个個家位届屆度条座部台名批例]))"
    rf"|前(?P<top>\d{{1,3}}|[二三四五六七八九十百]{{1,3}})(?=名|位|大|强|強|甲|[。，、；！？\s）)]|$)"
    rf"|百分之(?P<share>{DIGITS}|{HAN}{{1,12}}(?:[点點][{ONES}]{{1,8}})?)"
    rf"|(?P<whole>\d{{1,4}}|{HAN}{{1,6}})分之(?P<part>\d{{1,4}}|{HAN}{{1,6}})"
    r"|(?P<half>一半|半数|半數)|(?P<twice>翻倍|翻番|翻了?一番)|(?P<fourfold>翻了?两番)"
)

#: A number of which the text gives only the order of magnitude.
VAGUE_NUMBER = re.compile(
    r"(?:[几幾数數]|(?<!以)上(?!百度))(?P<scale>[十百千万萬亿億]+)|(?<![\d一-十])十[几幾](?=\w)"
)


def find_chinese_figures(text: str, locale: Locale) -> Iterator[Figure]:
    """Yield the figures of a text, those of the more specific patterns first; they may overlap."""
    for found in DATES.finditer(text):
        date = _read_date(found)
        if date:
            yield Figure(found.group(), *found.span(), FigureKind.DATE, date=date)
    for found in RANKS.finditer(text):
        yield from _read_rank(text, found)
    for found in VAGUE_NUMBER.finditer(text):
        yield _read_vague_number(text, found)
    for found in NUMBER.finditer(text):
        yield from _read_number(text, found, locale)


def _read_integer(written: str) -> int:
    value = Decimal(written) if written.isdigit() else parse_han_numeral(written)
    return int(value or 0)


def _read_date(found: re.Match[str]) -> str | None:
    part = {name: value for name, value in found.groupdict().items() if value}
    year = f"{_read_integer(part['y'])}" if "y" in part else "XXXX"
    if "decade" in part:
        return f"{part['decade']}X"
    if "century" in part:
        tens = f"{_read_integer(part['tens']) // 10}" if "tens" in part else "X"
        return f"{_read_integer(part['century']) - 1:02}{tens}X"
    if "y1" in part:
        return f"{part['y1']}/{part['y2']}" if part["y1"] < part["y2"] else None
    if "quarter" in part or "q" in part:
        return f"{year}-Q{_read_integer(part.get('q') or part['quarter'])}"
    if "h" in part:
        return f"{year}-H{'上下'.index(part['h']) + 1}"
    month = _read_integer(part.get("m") or part.get("month") or "0")
    day = _read_integer(part.get("d") or part.get("day") or "0")
    if month > 12 or day > 31:
        return None
    return year + (f"-{month:02}" if month else "") + (f"-{day:02}" if day else "")


def _read_rank(text: str, found: re.Match[str]) -> Iterator[Figure]:
    part = {name: value for name, value in found.groupdict().items() if value}
    value: Decimal | None
    high, kind = None, FigureKind.RATIO
    if "th" in part:
        kind, value = FigureKind.ORDINAL, Decimal(_read_integer(part["th"]))
    elif "first" in part:
        kind, value = FigureKind.ORDINAL, Decimal(1)
    elif "top" in part:
        kind, value, high = FigureKind.ORDINAL, Decimal(1), Decimal(_read_integer(part["top"]))
    elif "share" in part:
        kind, value = FigureKind.PERCENT, _read_value(part["share"])
    elif "half" in part:
        value = Decimal("0.5")
    elif "whole" in part:
        whole, count = _read_integer(part["whole"]), _read_integer(part["part"])
        value = round(Decimal(count) / whole, 6).normalize() if whole else None
    else:
        kind, value = FigureKind.MULTIPLE, Decimal(2 if "twice" in part else 4)
    if value is not None:
        start, end = found.span()
        yield Figure(
            text[start:end],
            start,
            end,
            kind,
            value,
            high,
            approx=_find_approximation(text, start, end),
        )


def _read_vague_number(text: str, found: re.Match[str]) -> Figure:
    """几十 is 20 to 100, 十几 is 11 to 19; 上百 is 100 and more."""
    start, end = found.span()
    scale = han_scale(found["scale"] or "")
    low: Decimal = 2 * scale
    high: Decimal | None = 10 * scale
    approx = None
    if not found["scale"]:
        low, high = Decimal(11), Decimal(19)
    elif text[start] == "上":
        low, high, approx = scale, None, Approximation.AT_LEAST
    suffix = UNIT_SUFFIX.match(text, end)
    kind, unit, currency = _read_kind((suffix and suffix.lastgroup) or "", None, Locale("zh"))
    end = suffix.end() if suffix else end
    return Figure(text[start:end], start, end, kind, low, high, unit, currency, approx, scale)


def _read_value(written: str) -> Decimal | None:
    return parse_han_numeral(written) if re.match(HAN, written) else Decimal(written)


def _read_number(text: str, found: re.Match[str], locale: Locale) -> Iterator[Figure]:
    start, end = found.span()
    value, scale = _read_scaled(found, locale)
    suffix = UNIT_SUFFIX.match(text, end)
    counted = CLASSIFIER.match(text, end) or RANGE_AFTER.match(text, end)
    if value is None or _is_part_of_word(text, found, bool(suffix or counted)):
        return
    name = (suffix and suffix.lastgroup) or ""
    end = suffix.end() if suffix else end
    if not suffix and re.match(r"[A-Za-z\d]|[.,]\d", text[end : end + 2]):
        return
    kind, unit, currency = _read_kind(name, found["currency"], locale)
    if kind is FigureKind.NUMBER and not (counted or scale > 1 or found["han"] or value >= 1000):
        kind = FigureKind.LABEL
    if name == "tenths":
        value = value * 10 + _read_half(suffix)
    approx = Approximation.MORE_THAN if found["odd"] else _find_approximation(text, start, end)
    if approx is Approximation.NEARLY and unit in UNITS_OF_TIME and text[start - 1] == "近":
        approx = None  # 近三年 is "the last three years"
    value = -value if found["minus"] else value
    yield Figure(text[start:end], start, end, kind, value, None, unit, currency, approx, scale)


def _read_half(suffix: re.Match[str] | None) -> int:
    """The five of 三成五, 35 percent."""
    half = suffix["half"] if suffix else None
    return 5 if half == "半" else _read_integer(half or "零")


def _read_scaled(found: re.Match[str], locale: Locale) -> tuple[Decimal | None, Decimal]:
    last = re.search(rf"[{SCALE[1:-1]}]+$", found["parts"] or found["han"] or "")
    scale = han_scale(last.group()) if last else Decimal(1)
    if found["han"]:
        value = parse_han_numeral(found["han"])
    elif found["parts"]:
        plain = parse_digits(found["digits"], locale)
        value = None if plain is None else parse_han_numeral(f"{plain:f}{found['parts']}")
    else:
        value = parse_digits(found["digits"], locale)
    odd = han_scale(found["after_odd"]) if found["after_odd"] else Decimal(1)
    return (None if value is None else value * odd), scale * odd


def _is_part_of_word(text: str, found: re.Match[str], measured: bool) -> bool:
    """Han numerals are numbers only before a unit or classifier, or with a scale of their own."""
    han = found["han"]
    if VAGUE_WORD_BEFORE.search(text[max(0, found.start() - 1) : found.start()]):
        return True
    if not han:
        return False
    alone = not measured and not re.search(rf"[{ONES}十].*[万亿萬億]", han)
    one = han in {"一", "零"} and not UNIT_SUFFIX.match(text, found.end())
    some = re.fullmatch(f"[{ONES}]{{2,3}}", han)  # 三五个 is "a few"
    return alone or one or bool(some) or bool(IDIOM.match(text, found.start()))


def _read_kind(
    name: str, sign: str | None, locale: Locale
) -> tuple[FigureKind, str | None, str | None]:
    if name in CURRENCIES:
        return FigureKind.MONEY, None, name
    if sign:
        named = {
            "US$": "USD",
            "USD": "USD",
            "HK$": "HKD",
            "NT$": "TWD",
            "人民币": "CNY",
            "RMB": "CNY",
        }
        return (
            FigureKind.MONEY,
            None,
            named.get(sign.strip()) or currency_for_sign(sign.strip(), locale),
        )
    if name in {"percent", "tenths"}:
        return FigureKind.PERCENT, None, None
    if name in {"points", "u_basis_point"}:
        unit = "percentage_point" if name == "points" else "basis_point"
        return FigureKind.PERCENTAGE_POINT, unit, None
    if name == "multiple":
        return FigureKind.MULTIPLE, None, None
    if not name:
        return FigureKind.NUMBER, None, None
    unit = name.removeprefix("u_")
    return (FigureKind.DURATION if unit in DURATIONS else FigureKind.QUANTITY), unit, None


def _find_approximation(text: str, start: int, end: int) -> Approximation | None:
    found = APPROXIMATOR_BEFORE.search(text[max(0, start - 8) : start]) or APPROXIMATOR_AFTER.match(
        text, end
    )
    return Approximation(found.lastgroup) if found and found.lastgroup else None
