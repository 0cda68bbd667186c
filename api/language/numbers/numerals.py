"""Parse numbers in digits, in English words and in Han characters.

A number is read as it stands or not at all: "1,5" in an English text is None, never 15.
"""

import re
import warnings
from collections.abc import Callable
from decimal import Decimal
from functools import cache, lru_cache

from babel import Locale, UnknownLocaleError
from babel.numbers import get_currency_symbol, get_decimal_symbol, get_group_symbol
from text_to_num import text2num

from api.language.numbers.quantities import CURRENCIES

#: Digits with their separators; a full stop or comma at the end is punctuation.
DIGITS = r"\d(?:[\d.,'’\u00a0\u202f\u2009٫٬]{0,38}\d)?"
#: Separate thousands in any language.
THOUSANDS_MARKS = "\u00a0\u202f\u2009'’"


@lru_cache(maxsize=64)
def parse_locale(language: str) -> Locale:
    """Return the locale of a BCP 47 tag, English when Babel does not know it."""
    for tag in (language.replace("-", "_"), re.split("[-_]", language)[0]):
        try:
            return Locale.parse(tag)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("en")


@lru_cache(maxsize=64)
def _digits_pattern(locale: Locale) -> re.Pattern[str]:
    # Arabic has its own separators when it is written in its own digits.
    decimal = re.escape(get_decimal_symbol(locale)) + "٫"
    group = re.escape("".join({get_group_symbol(locale), *THOUSANDS_MARKS})) + "٬"
    if get_group_symbol(locale) in THOUSANDS_MARKS:
        group += " "
    return re.compile(
        rf"(\d+|\d{{1,3}}(?:([{group}])\d{{3}})(?:\2\d{{3}})*|\d{{1,2}}(?:,\d\d)+,\d{{3}})"
        rf"(?:[{decimal}](\d+))?"
    )


def parse_digits(written: str, locale: Locale) -> Decimal | None:
    """Return the value of digits with the separators of the locale (Babel's), else None."""
    found = _digits_pattern(locale).fullmatch("0" + written if written.startswith(".") else written)
    if not found or ("," in found[1] and get_group_symbol(locale) != ","):
        return None
    return Decimal(re.sub(r"\D", "", found[1]) + (f".{found[3]}" if found[3] else ""))


UNKNOWN_TO_TEXT2NUM = {"dozen": 12, "trillion": 10**12}


def parse_number_words(words: str) -> Decimal | None:
    """Return the value of an English cardinal such as "two hundred and five", else None."""
    plain = re.sub(r"[\s-]+", " ", words.lower())
    rest, _, last = plain.rpartition(" ")
    if last in UNKNOWN_TO_TEXT2NUM:
        count = parse_number_words(rest) if rest else Decimal(1)
        return None if count is None else count * UNKNOWN_TO_TEXT2NUM[last]
    whole, point, fraction = plain.partition(" point ")
    try:
        digits = "".join(str(text2num(digit, "en")) for digit in fraction.split())
        return Decimal(f"{text2num(whole, 'en')}{'.' if point else ''}{digits}")
    except ValueError:
        return None


#: cn2an reads traditional characters too, except these.
HAN_VARIANTS = str.maketrans("〇○兩萬億貳參陸點負", "零零两万亿贰叁陆点负")


def parse_han_numeral(written: str) -> Decimal | None:
    """Return the value of Han numerals, also with digits (三百五十, 1.2亿, 3万5千), else None."""
    plain = written.translate(HAN_VARIANTS).replace(",", "").replace("，", "")
    mixed = re.fullmatch(r"(?:\d+(?:\.\d+)?[十百千万亿兆]+)+", plain)
    if mixed:
        parts = re.findall(r"(\d+(?:\.\d+)?)([十百千万亿兆]+)", plain)
        return sum((Decimal(number) * han_scale(scale) for number, scale in parts), Decimal(0))
    whole, point, fraction = plain.partition("点")
    scaled = re.fullmatch(r"([零一二三四五六七八九]+)([十百千万亿]*)", fraction)
    if point and not scaled:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            value = Decimal(str(_han_parser()(whole, "normal")))
    except (ValueError, KeyError, IndexError):
        return None
    if scaled:
        digits = "".join(str("零一二三四五六七八九".index(digit)) for digit in scaled[1])
        value = (value + Decimal(f"0.{digits}")) * han_scale(scaled[2])
    return value


@cache
def _han_parser() -> Callable[[str, str], float]:
    from cn2an import cn2an  # loading it takes a tenth of `flask --help`

    found: Callable[[str, str], float] = cn2an
    return found


HAN_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "亿": 10**8, "兆": 10**12}


def han_scale(scale: str) -> Decimal:
    """Return the factor of Han scale characters: 百万 is 1000000."""
    value = Decimal(1)
    for character in scale.translate(HAN_VARIANTS):
        value *= HAN_SCALES[character]
    return value


@lru_cache(maxsize=256)
def currency_for_sign(sign: str, locale: Locale) -> str:
    """Return the ISO 4217 code of a sign: "$" is AUD in en-AU, "¥" is CNY in zh and JPY in en."""
    known = ("USD", "CNY", "JPY") if sign in "$¥￥" else ()
    signs = {"$": "$", "¥": "¥￥", "￥": "¥￥"}
    for code in dict.fromkeys((*known, *CURRENCIES)):
        if get_currency_symbol(code, locale) in tuple(signs.get(sign, sign)):
            return str(code)
    return "USD" if sign == "$" else "JPY"
