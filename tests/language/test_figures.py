"""Figures and their values, in English, Chinese and a little beyond."""

from decimal import Decimal
from functools import partial

import pytest
from babel.numbers import format_decimal
from cn2an import an2cn
from hypothesis import given
from hypothesis import strategies as st

from api.language.numbers.parser import find_figures
from api.language.numbers.quantities import FigureKind
from tests.support.complexity import EIGHTFOLD, growth


def said(text, language="en"):
    """Every figure as: text, kind, and value, interval or date."""
    found = []
    for each in find_figures(text, language):
        assert text[each.start : each.end] == each.text
        value = each.date or (f"{each.value:f}" if each.value is not None else None)
        found.append(
            (each.text, str(each.kind), value if each.high is None else f"{value}..{each.high:f}")
        )
    return found


ENGLISH = {
    "more than 300 companies": [("300", "number", "300")],
    "1,950 of 12,345,678 people": [
        ("1,950", "number", "1950"),
        ("12,345,678", "number", "12345678"),
    ],
    "1.5 is not 15": [("1.5", "number", "1.5"), ("15", "number", "15")],
    "two hundred and five and three cars": [
        ("two hundred and five", "number", "205"),
        ("three", "number", "3"),
    ],
    "half a million, a dozen, two and a half years": [
        ("half a million", "number", "500000"),
        ("a dozen", "number", "12"),
        ("two and a half years", "duration", "2.5"),
    ],
    "no one is one of them": [],
    "92% or 92 percent, twenty-one point five per cent": [
        ("92%", "percent", "92"),
        ("92 percent", "percent", "92"),
        ("twenty-one point five per cent", "percent", "21.5"),
    ],
    "5 to 10 percent, 5-10%, 5%–10%": [
        ("5 to 10 percent", "percent", "5..10"),
        ("5-10%", "percent", "5..10"),
        ("5%–10%", "percent", "5..10"),
    ],
    "between 5 and 10 percent": [("5 and 10 percent", "percent", "5..10")],
    "rose from 5 to 10 percent": [("5", "percent", "5"), ("10 percent", "percent", "10")],
    "won 3-2": [("3", "number", "3"), ("2", "number", "2")],
    "a rise of 3 points": [("3 points", "percentage_point", "3")],
    "he scored 3 points": [("3 points", "quantity", "3")],
    "up 0.5 percentage points, 25 basis points": [
        ("0.5 percentage points", "percentage_point", "0.5"),
        ("25 basis points", "percentage_point", "25"),
    ],
    "-5% and minus 5 degrees Celsius": [
        ("-5%", "percent", "-5"),
        ("minus 5 degrees Celsius", "quantity", "-5"),
    ],
    "$5-10 billion": [("$5-10 billion", "money", "5000000000..10000000000")],
    "$5m, £5k, 50 cents": [
        ("$5m", "money", "5000000"),
        ("£5k", "money", "5000"),
        ("50 cents", "money", "0.5"),
    ],
    "a 24-hour, 10-billion-dollar plan": [
        ("24-hour", "duration", "24"),
        ("10-billion-dollar", "money", "10000000000"),
    ],
    "one-third, two thirds, a third term, one in five, 3 out of 10": [
        ("one-third", "ratio", "0.333333"),
        ("two thirds", "ratio", "0.666667"),
        ("third", "ordinal", "3"),
        ("one in five", "ratio", "0.2"),
        ("3 out of 10", "ratio", "0.3"),
    ],
    "doubled, tenfold, three times, 3x": [
        ("doubled", "multiple", "2"),
        ("tenfold", "multiple", "10"),
        ("three times", "multiple", "3"),
        ("3x", "multiple", "3"),
    ],
    "ranked fourth, the top four, No. 1, 21st": [
        ("fourth", "ordinal", "4"),
        ("top four", "ordinal", "1..4"),
        ("No. 1", "ordinal", "1"),
        ("21st", "ordinal", "21"),
    ],
    "the top 10 percent": [("10 percent", "percent", "10")],
    "the Mi 10 Ultra and Article 5 of 20 articles": [
        ("10", "label", "10"),
        ("5", "label", "5"),
        ("20", "number", "20"),
    ],
    "COVID-19, 5G, 3D, A320, 1.2.3, 192.168.1.1": [],
    "1,5 percent": [("1,5 percent", "percent", None)],
    "on October 18, 2020, 18 October 2020, 2020-10-18, 18/10/2020": [
        ("October 18, 2020", "date", "2020-10-18"),
        ("18 October 2020", "date", "2020-10-18"),
        ("2020-10-18", "date", "2020-10-18"),
        ("18/10/2020", "date", "2020-10-18"),
    ],
    "5/10/2020, Oct. 5, May 2019": [
        ("5/10/2020", "date", "2020-XX-XX"),
        ("Oct. 5", "date", "XXXX-10-05"),
        ("May 2019", "date", "2019-05"),
    ],
    "in 2020, the 1990s, the 19th century, nineteen ninety-two": [
        ("2020", "date", "2020"),
        ("1990s", "date", "199X"),
        ("19th century", "date", "18XX"),
        ("nineteen ninety-two", "date", "1992"),
    ],
    "in 2000 people's homes; 2016 cars": [("2000", "number", "2000"), ("2016", "number", "2016")],
    "Q2 2020, the third quarter, first half of 2020": [
        ("Q2 2020", "date", "2020-Q2"),
        ("third quarter", "date", "XXXX-Q3"),
        ("first half of 2020", "date", "2020-H1"),
    ],
    "2015-2019, from 2015 to 2019, 2019-20": [
        ("2015-2019", "date", "2015/2019"),
        ("2015 to 2019", "date", "2015/2019"),
        ("2019-20", "date", "2019/2020"),
    ],
    "at 5:30 p.m.": [("5:30 p.m.", "date", "T17:30")],
    "February 30, 2020": [("30", "label", "30"), ("2020", "date", "2020")],
}

CHINESE = {
    "投资将超过100亿元，人民币10亿": [
        ("100亿元", "money", "10000000000"),
        ("人民币10亿", "money", "1000000000"),
    ],
    "百分之九十二，九成五，5%至10%": [
        ("百分之九十二", "percent", "92"),
        ("九成五", "percent", "95"),
        ("5%至10%", "percent", "5..10"),
    ],
    "增长3.5个百分点": [("3.5个百分点", "percentage_point", "3.5")],
    "2020年10月18日，二〇二〇年十月，三季度，2020年上半年，20世纪90年代": [
        ("2020年10月18日", "date", "2020-10-18"),
        ("二〇二〇年十月", "date", "2020-10"),
        ("三季度", "date", "XXXX-Q3"),
        ("2020年上半年", "date", "2020-H1"),
        ("20世纪90年代", "date", "199X"),
    ],
    "全球第四，前三。": [("第四", "ordinal", "4"), ("前三", "ordinal", "1..3")],
    "100多家，三十余人，30多亿元，数十亿元，十几人，上百家，以上百家": [
        ("100多", "number", "100"),
        ("三十余", "number", "30"),
        ("30多亿元", "money", "3000000000"),
        ("数十亿元", "money", "2000000000..10000000000"),
        ("十几", "number", "11..19"),
        ("上百", "number", "100"),
    ],
    "三分之二，一半，两倍，翻了一番": [
        ("三分之二", "ratio", "0.666667"),
        ("一半", "ratio", "0.5"),
        ("两倍", "multiple", "2"),
        ("翻了一番", "multiple", "2"),
    ],
    "一万二千人，3万5千辆，五到十个": [
        ("一万二千", "number", "12000"),
        ("3万5千", "number", "35000"),
        ("五到十", "number", "5..10"),
    ],
    "负5%，零下5度": [("负5%", "percent", "-5"), ("零下5度", "quantity", "-5")],
    "一个，一些，十分，统一，三五个，四川，5G，万一，小米10": [("10", "label", "10")],
}


@pytest.mark.parametrize(("text", "expected"), ENGLISH.items())
def test_english(text, expected):
    assert said(text) == expected


@pytest.mark.parametrize(("text", "expected"), CHINESE.items())
def test_chinese(text, expected):
    assert said(text, "zh") == expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (
            "1.000,5 Mio. Euro am 3. Oktober 2020",
            "de",
            [("money", "1000500000.0"), ("date", "2020-10-03")],
        ),
        (
            "3,5 % de 10 000 personnes, 2 milliards",
            "fr",
            [("percent", "3.5"), ("number", "10000"), ("number", "2000000000")],
        ),
        ("3 mil millones de euros", "es", [("money", "3000000000")]),
        ("3,5 млн рублей", "ru", [("money", "3500000.0")]),
        ("१२,३४,५६७ और 12,34,567", "hi", [("number", "1234567"), ("number", "1234567")]),
        ("3.5％増、100円", "ja", [("percent", "3.5"), ("money", "100")]),
    ],
)
def test_other_languages(text, language, expected):
    assert [(kind, value) for _, kind, value in said(text, language)] == expected


@pytest.mark.parametrize(
    ("text", "approx"),
    [
        ("nearly 3 minutes", "nearly"),
        ("about $5 million", "about"),
        ("5 or so", "about"),
        ("more than half", "more_than"),
        ("will exceed RMB 10 billion", "more_than"),
        ("100+ people", "more_than"),
        ("less than 5%", "less_than"),
        ("no more than 5 percent", "at_most"),
        ("at least a million", "at_least"),
        ("100 or more", "at_least"),
        ("the 300 companies", None),
    ],
)
def test_approximators(text, approx):
    (figure,) = find_figures(text)
    assert figure.approx == approx


@pytest.mark.parametrize(
    ("text", "approx"),
    [
        ("近3分钟", "nearly"),
        ("约12万人", "about"),
        ("12万人左右", "about"),
        ("12万左右", "about"),
        ("超过一半", "more_than"),
        ("100多家", "more_than"),
        ("不到5%", "less_than"),
        ("至少5个", "at_least"),
        ("不超过5个", "at_most"),
        ("近三年", None),
    ],
)
def test_chinese_approximators(text, approx):
    (figure,) = find_figures(text, "zh")
    assert figure.approx == approx


@pytest.mark.parametrize(
    "same",
    [
        ["10 billion yuan", "RMB 10,000 million", "CNY10bn", "zh:100亿元", "zh:一百亿元人民币"],
        ["92%", "92 percent", "ninety-two per cent", "zh:百分之九十二", "zh:92％"],
        ["half of it", "50 percent", "one in two", "zh:一半", "zh:五成"],
        ["5 km", "5,000 metres", "zh:5公里", "zh:五千米"],
        ["one million", "1,000,000", "1 million", "a million", "zh:一百万", "zh:100万个"],
        ["two years", "24 months", "zh:两年", "zh:24个月"],
        ["October 18, 2020", "18th of October 2020", "zh:2020年10月18日", "de:18. Oktober 2020"],
        ["the second quarter of 2020", "2020 Q2", "zh:2020年二季度"],
        ["fourth", "No. 4", "4th", "zh:第四"],
        ["US$5", "5 dollars", "five US dollars", "zh:5美元"],
        ["50 basis points", "0.5 percentage points", "zh:0.5个百分点"],
        ["three times", "3x", "threefold", "zh:三倍"],
    ],
)
def test_other_words_same_measure(same):
    measures = set()
    for each in same:
        language, _, text = each.rpartition(":")
        (figure,) = find_figures(text, language or "en")
        measures.add(figure.measure)
    assert len(measures) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("5 percent", "5 percentage points"),
        ("5 percent", "5"),
        ("$5", "€5"),
        ("fourth", "four"),
        ("top four", "fourth"),
        ("5 km", "5 kg"),
        ("5 to 10 percent", "5 percent"),
        ("in 2020", "October 2020"),
        ("-5%", "5%"),
    ],
)
def test_other_measure(one, other):
    assert find_figures(one)[0].measure != find_figures(other)[0].measure


def test_a_sign_means_what_the_language_takes_it_for():
    assert [find_figures("$5", code)[0].currency for code in ("en", "en-AU", "zh")] == [
        "USD",
        "AUD",
        "USD",
    ]
    assert [find_figures("¥5", code)[0].currency for code in ("en", "zh-CN", "ja")] == [
        "JPY",
        "CNY",
        "JPY",
    ]


NUMBERS = st.integers(2, 10**12).filter(lambda n: not 1400 <= n < 2200)


@given(NUMBERS)
def test_a_number_has_its_value_however_it_is_written(n):
    ways = [
        (f"It has {n} parts.", "en"),
        (f"It has {n:,} parts.", "en"),
        (f"It has {Decimal(n) / 10**6:f} million parts.", "en"),
        (f"It has {Decimal(n) / 10**9:f}bn parts.", "en"),
        (f"Es hat {format_decimal(n, locale='de')} Teile.", "de"),
        (f"Il a {format_decimal(n, locale='fr')} parties.", "fr"),
        (f"它有{n}个零件。", "zh"),
        (f"它有{Decimal(n) / 10**4:f}万个零件。", "zh"),
        (f"它有{Decimal(n) / 10**8:f}亿个零件。", "zh"),
        (f"它有{an2cn(n)}个零件。", "zh"),
    ]
    for text, language in ways:
        assert [(each.kind, each.value) for each in find_figures(text, language)] == [
            (FigureKind.NUMBER, n)
        ], text


@given(NUMBERS, NUMBERS, st.sampled_from([" and ", ", ", "; ", " or ", ". "]))
def test_figures_are_never_merged(one, other, between):
    found = find_figures(f"It has {one}{between}{other} parts.")
    assert [each.value for each in found] == [one, other]


@given(st.decimals(0, 1000, places=2), st.decimals(0, 1000, places=2))
def test_two_ends_are_an_interval_only_in_order(low, high):
    found = find_figures(f"It is {low} to {high} percent.")
    if low < high:
        assert [(each.value, each.high) for each in found] == [(low, high)]
    else:
        assert [(each.value, each.high) for each in found] == [(low, None), (high, None)]


PIECES = [
    "5", "1.5", "1,000", "$", "RMB ", "%", " percent", " to ", "-", "–", " million", "bn", " and ", " in 2020", "May ",
    "Q2", "one", " hundred", "half ", "third", ":", "/", ".", ",", " ", "百分之", "五", "亿", "元", "年", "月", "10", "第", "多",
    "成", "٣", "½", "x", "\n", "🙂", " points", " per cent", "a ", "’", "前", "至", "世纪", "季度", "日", "分之", "零下",
]  # fmt: skip


@given(
    st.lists(st.sampled_from(PIECES), max_size=14).map("".join),
    st.sampled_from(["en", "zh", "de", "fr", "ja", "xx-1"]),
)
def test_every_span_is_its_text_and_none_overlap(text, language):
    end = 0
    for each in find_figures(text, language):
        assert text[each.start : each.end] == each.text != ""
        assert each.start >= end
        assert (each.kind is FigureKind.DATE) == (each.date is not None)
        end = each.end


@given(st.text(max_size=60), st.sampled_from(["en", "zh"]))
def test_any_text_is_read(text, language):
    find_figures(text, language)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit", ["1,", "1-", "one ", "一", "百分之", "$", "1 000 ", "a ", "五到", "2020年"]
)
def test_time_is_linear(unit):
    language = "en" if unit.isascii() else "zh"
    short, long = (
        partial(find_figures, unit * (n // len(unit)), language) for n in (2_500, 20_000)
    )
    assert growth(short, long) < EIGHTFOLD
