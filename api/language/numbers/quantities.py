"""The type of a figure, and the tables of units and currencies."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property


class FigureKind(StrEnum):
    """What a figure counts or names. The values are public."""

    NUMBER = "number"
    PERCENT = "percent"
    PERCENTAGE_POINT = "percentage_point"
    RATIO = "ratio"
    MULTIPLE = "multiple"
    MONEY = "money"
    QUANTITY = "quantity"
    DURATION = "duration"
    ORDINAL = "ordinal"
    DATE = "date"
    LABEL = "label"


class Approximation(StrEnum):
    """How a text qualifies a figure. The values are public."""

    ABOUT = "about"
    NEARLY = "nearly"
    MORE_THAN = "more_than"
    LESS_THAN = "less_than"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


@dataclass(frozen=True)
class Figure:
    """A figure in a text: `text[start:end]` is its text, without the approximator.

    `value` has the scale word in it ("10 billion" is 10000000000, `scale` 1000000000) and is in
    the unit as written; `high` is the upper end of an interval ("the top four" are the ranks 1 to
    4). A figure that can't be read safely ("1,5" in English) has no value. `date` is ISO 8601 with
    no more precision than the text has (EDTF, ISO 8601-2: "2020-10", "2020-Q3", "XXXX-10-18",
    "199X", "2015/2019"). A label is a number in a name ("Mi 10").
    """

    text: str
    start: int
    end: int
    kind: FigureKind
    value: Decimal | None = None
    high: Decimal | None = None
    unit: str | None = None
    currency: str | None = None
    approx: Approximation | None = None
    scale: Decimal = Decimal(1)
    date: str | None = None

    @cached_property
    def measure(self) -> tuple[str, Decimal | str | None, Decimal | None]:
        """Return (dimension, value, high), equal for figures that say the same in other words.

        "10 billion yuan" and "100亿元", "92%" and "百分之九十二", "half" and "50 percent",
        "5 km" and "5,000 metres" are pairwise equal. The approximator is left out.
        """
        if self.kind is FigureKind.DATE:
            return ("date", self.date, None)
        dimension, factor = UNITS.get(self.unit or "", (self.unit or self.kind.value, Decimal(1)))
        if self.kind in {FigureKind.PERCENT, FigureKind.RATIO}:
            dimension = "share"
            factor = Decimal("0.01") if self.kind is FigureKind.PERCENT else factor
        if self.kind is FigureKind.MONEY:
            dimension = self.currency or "money"
        low, high = (None if end is None else end * factor for end in (self.value, self.high))
        return (dimension, low, high)


def _units(dimension: str, **factors: str) -> dict[str, tuple[str, Decimal]]:
    return {unit: (dimension, Decimal(factor)) for unit, factor in factors.items()}


#: unit: (dimension, factor to the dimension's base). A month has no fixed number of days.
UNITS: dict[str, tuple[str, Decimal]] = {
    **_units("seconds", second="1", minute="60", hour="3600", day="86400", week="604800"),
    **_units("months", month="1", quarter="3", year="12", decade="120", century="1200"),
    **_units("metres", mm="0.001", cm="0.01", m="1", km="1000", li="500"),
    **_units("metres", inch="0.0254", foot="0.3048", yard="0.9144", mile="1609.344"),
    **_units("grams", mg="0.001", g="1", kg="1000", jin="500", tonne="1000000"),
    **_units("grams", ounce="28.349523125", lb="453.59237"),
    **_units("square metres", m2="1", ha="10000", km2="1000000", acre="4046.8564224"),
    **_units("square metres", sqft="0.09290304", sqmile="2589988.110336"),
    **_units(
        "litres", ml="0.001", litre="1", m3="1000", gallon="3.785411784", barrel="158.987294928"
    ),
    **_units("watts", W="1", kW="1000", MW="1000000", GW="1000000000"),
    **_units(
        "watt hours", Wh="1", kWh="1000", MWh="1000000", GWh="1000000000", TWh="1000000000000"
    ),
    **_units("bytes", KB="1000", MB="1000000", GB="1000000000", TB="1000000000000"),
    **_units("hertz", Hz="1", kHz="1000", MHz="1000000", GHz="1000000000"),
    **_units("km/h", kmh="1", mph="1.609344"),
    **_units("percentage_point", percentage_point="1", basis_point="0.01"),
}
DURATIONS = frozenset(unit for unit, (of, _) in UNITS.items() if of in {"seconds", "months"})

#: How units are written after a number. mu (亩) has no exact square metres and stays as it is.
UNIT_WORDS = {
    "kmh": "km/h|kph|kmh", "mph": "mph|miles (?:per|an) hour",
    "sqft": "square feet|square foot|sq ft", "sqmile": "square miles?",
    "second": "seconds?|secs?", "minute": "minutes?|mins?", "hour": "hours?|hrs?|h",
    "day": "days?", "week": "weeks?|wks?", "month": "months?", "year": "years?|yrs?",
    "decade": "decades?", "century": "centuries|century",
    "mm": "mm|millimet(?:re|er)s?", "cm": "cm|centimet(?:re|er)s?",
    "km": "km|kilomet(?:re|er)s?|kms", "m": "m|met(?:re|er)s?", "inch": "inch(?:es)?",
    "foot": "feet|foot|ft", "yard": "yards?", "mile": "miles?",
    "mg": "mg|milligrams?", "kg": "kg|kgs|kilos?|kilogram(?:me)?s?", "g": "g|grams?",
    "tonne": "tonnes?|metric tons?", "ton": "tons?", "ounce": "ounces?|oz", "lb": "pounds?|lbs?",
    "m2": "m²|m2|square met(?:re|er)s?|sq m", "km2": "km²|km2|square kilomet(?:re|er)s?|sq km",
    "ha": "ha|hectares?",
    "acre": "acres?", "ml": "ml|millilit(?:re|er)s?", "litre": "lit(?:re|er)s?|l",
    "m3": "m³|m3|cubic met(?:re|er)s?", "gallon": "gallons?", "barrel": "barrels?",
    "Wh": "Wh", "kWh": "kWh|kilowatt[- ]hours?", "MWh": "MWh|megawatt[- ]hours?",
    "GWh": "GWh|gigawatt[- ]hours?", "TWh": "TWh|terawatt[- ]hours?", "W": "W|watts?",
    "kW": "kW|kilowatts?", "MW": "MW|megawatts?", "GW": "GW|gigawatts?", "KB": "[kK]B|kilobytes?",
    "MB": "MB|megabytes?", "GB": "GB|gigabytes?", "TB": "TB|terabytes?", "mAh": "mAh",
    "kHz": "kHz", "MHz": "MHz|megahertz", "GHz": "GHz|gigahertz", "Hz": "Hz|hertz",
    "celsius": "°\\s?C|degrees? Celsius",
    "fahrenheit": "°\\s?F|degrees? Fahrenheit", "degree": "degrees?|°",
    "basis_point": "basis points?|bps",
}  # fmt: skip

UNIT_WORDS_ZH = {
    "second": "秒钟?", "minute": "分钟|分鐘", "hour": "个?小时|個?小時|钟头", "day": "天|日",
    "week": "周|週|个?星期|個?星期", "month": "个月|個月|か月|ヶ月", "quarter": "个季度",
    "year": "周年|年间|年", "century": "个?世纪|個?世紀", "mm": "毫米|mm", "cm": "厘米|公分|cm",
    "km": "公里|千米|km", "m": "米|公尺|m", "li": "华里", "inch": "英寸|吋", "foot": "英尺",
    "mile": "英里", "mg": "毫克|mg", "kg": "公斤|千克|kg", "g": "克|g", "jin": "斤",
    "tonne": "公吨|吨|噸", "m2": "平方米|平米|㎡", "km2": "平方公里|平方千米", "ha": "公顷",
    "mu": "亩|畝", "ml": "毫升|ml", "litre": "升", "m3": "立方米", "barrel": "桶",
    "kWh": "千瓦时|度电", "kW": "千瓦", "MW": "兆瓦", "W": "瓦", "GB": "GB", "TB": "TB",
    "MB": "MB", "mAh": "毫安时?|mAh",
    "kmh": "公里每小时|km/h", "celsius": "摄氏度|℃|°C", "degree": "度", "age": "周岁|岁|歲",
    "basis_point": "个?基点", "point": "分(?!之|钟|鐘|别|为)",
}  # fmt: skip

#: code: (signs and words before the number, words after it, Chinese words after it). "$", "¥" and
#: "dollars" stand in no row: they mean what the language takes them for.
CURRENCIES = {
    "USD": (r"US\$|USD", r"(?:US|U\.S\.|American)\s+dollars?|USD", "美元|美金"),
    "HKD": (r"HK\$|HKD", r"Hong Kong dollars?|HKD", "港元|港币"),
    "TWD": (r"NT\$|TWD", r"(?:New )?Taiwan(?:ese)? dollars?", "新台币|台币"),
    "SGD": (r"S\$|SGD", r"Singapore(?:an)? dollars?|SGD", "新加坡元|新元"),
    "AUD": (r"A\$|AU\$|AUD", r"Australian dollars?|AUD", "澳元"),
    "CAD": (r"C\$|CA\$|CAD", r"Canadian dollars?|CAD", "加元"),
    "EUR": (r"€|EUR", r"€|euros?|EUR", "欧元|歐元"),
    "GBP": (r"£|GBP", r"£|pounds? sterling|British pounds?|GBP", "英镑|英鎊"),
    "CNY": (r"CN¥|RMB|CNY|人民币", r"(?:Chinese )?yuan|renminbi|RMB|CNY",
            "元人民币|人民币|块钱|元|圆|圓"),
    "JPY": (r"JP¥|JPY", r"(?:Japanese )?yen|JPY", "日元|日圆|円"),
    "KRW": (r"₩|KRW", r"(?<=illion )won|(?:South )?Korean won|KRW", "韩元|韩币"),
    "INR": (r"₹|INR|Rs\.?", r"(?:Indian )?rupees?|INR", "卢比"),
    "RUB": (r"₽|RUB", r"₽|(?:Russian )?r(?:o?u)bles?|рубл\w+|RUB", "卢布"),
    "CHF": (r"CHF", r"Swiss francs?|CHF", "瑞士法郎|瑞郎"),
    "SEK": (r"SEK", r"Swedish kron(?:or|a)|SEK", "瑞典克朗"),
    "BRL": (r"R\$|BRL", r"(?:Brazilian )?reais|BRL", "雷亚尔"),
    "MXN": (r"MXN", r"(?:Mexican )?pesos?|MXN", "墨西哥比索"),
    "TRY": (r"₺", r"(?:Turkish )?lira", "里拉"),
}  # fmt: skip
