"""Sentences in nine languages: where they end, and where they stand."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.language.sentences import MAX_WINDOW_LENGTH, split_sentences
from tests.support.complexity import EIGHTFOLD, growth

LANGUAGES = ["en", "de", "fr", "zh", "ja", "ar", "hi", "es", "ru", "xx", None]

# Each line is one sentence; a line of the tables is joined by a space, or by nothing in zh and ja.
SPLIT = {
    "en": [
        ["Dr. J. R. Smith paid $1.5 billion.", "Then he left!"],
        ['He said: "It is done. We won."', "Nobody clapped."],
        ["U.S. exports rose 3.5 percent, e.g. in Q1.", "Mr. Lei spoke.", "The No. 1 brand won."],
        ["It cost approx. 5 dollars.", "iPhone sales rose."],
        ['"Really?" she asked.', "(He left.)", "She stayed, etc.", "The rest followed."],
        ["The price was $5.", "5 people left.", "In 2020 they came back."],
        ["Wait… what?", "He lives in the U.S.", "The plan failed."],
    ],
    "de": [
        ["Am 3. Oktober 2020 war Dr. Müller z. B. in Berlin.", "Er kam ca. 5 Mal."],
        ["Das 2. Quartal war gut.", "Im 19. Jahrhundert regierte Friedrich II. Preußen."],
        ["Es waren 20.", "Das war viel.", "Die Zahl stieg um 1.000,5 Mio. Euro."],
        ["Er sagte: „Das ist gut. Wir bleiben.“", "Dann ging er.", "»Ja.«", "Sie ging."],
        ["Der 1. FC Köln gewann.", "1,5 Mio. Menschen kamen."],
    ],
    "fr": [
        ["M. Dupont a dit : « C’est fini. On rentre. »", "Puis il partit."],
        ["Mme Le Pen et M. Macron parlent.", "J.-P. Sartre écrivit 3,5 pages."],
        ["Il est parti vers 15 h.", "5 personnes restent.", "« Oui ! »", "Elle sort."],
    ],
    "zh": [
        ["雷军说：“我们会坚持。投资将超过100亿元。”", "小米出货量增长3.5%。", "真的吗？"],
        ["“真的吗？”他问。", "（他走了。）", "她留下。", "2020年10月增长了。", "5家公司。"],
        ["《新闻联播》今天采访了雷军。", "他说：「好。」", "我走了"],
    ],
    "ja": [
        ["彼は言った。", "「これは終わりだ。帰ろう。」と彼は言った。", "売上は3.5％増えた。"],
        ["帰った。", "3.5％増。", "『本。』という。", "本当？"],
    ],
    "ar": [
        ["د. أحمد قال ذلك.", "هل هذا صحيح؟", "نعم، نما بنسبة 3.5٪."],
        ['"هل هذا صحيح؟" سأل.', "قال: «نعم. لا.»", "ثم ذهب."],
    ],
    "hi": [
        ["डॉ. शर्मा ने कहा कि यह सच है।", "यह दूसरा वाक्य है।", "क्या यह सच है?"],
        ["कीमत 3.5 रु. थी।", '"क्या यह सच है?" उसने पूछा।', "हाँ!"],
    ],
    "es": [
        ["El Sr. García dijo: «Está hecho. Nos vamos.»", "¿De verdad?", "¡Sí!"],
        ["EE. UU. creció 3,5 %.", "La Sra. López y D. Juan salieron.", "Aprox. 3.500 personas."],
    ],
    "ru": [
        ["Г-н И. И. Иванов сказал: «Готово. Мы уходим.»", "Рост составил 3,5 %."],
        ["В 2020 г. было так.", "«Да?» — спросил он.", "Рост 3,5 млн. рублей.", "См. рис. 5."],
        ["А. С. Пушкин родился в 1799 г. в Москве, и т. д.", "Это всё."],
    ],
}


@pytest.mark.parametrize(
    ("language", "expected"), [(code, each) for code, rows in SPLIT.items() for each in rows]
)
def test_a_text_is_split_where_its_sentences_end(language, expected):
    text = ("" if language in {"zh", "ja"} else " ").join(expected)
    assert [each.text for each in split_sentences(text, language)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A heading\nThe first sentence.", ["A heading", "The first sentence."]),
        ("A heading\n\nand a start in lower case.", ["A heading", "and a start in lower case."]),
        (
            "Ways:\n- one\n* two\n• three\n4) four\n5. five",
            ["Ways:", "one", "two", "three", "four", "five"],
        ),
        ("-5 degrees.\n— Yes.", ["-5 degrees.", "Yes."]),
        (
            "This line was wrapped by an editor that breaks at sixty\ncharacters. Next.",
            [
                "This line was wrapped by an editor that breaks at sixty\ncharacters.",
                "Next.",
            ],
        ),
        ("One.\r\nTwo.\u2028Three.", ["One.", "Two.", "Three."]),
        ("***\n—\n\n", []),
        ("", []),
        ("no end", ["no end"]),
    ],
)
def test_lines_do_not_glue(text, expected):
    assert [each.text for each in split_sentences(text, "en")] == expected


def test_a_numbered_line_is_an_ordinal_in_german():
    assert split_sentences("1. Mai ist Feiertag.", "de")[0].text == "1. Mai ist Feiertag."
    assert split_sentences("1. May is a holiday.", "en")[0].text == "May is a holiday."


@given(
    st.lists(
        st.sampled_from(
            [
                "He said ",
                '"No. ',
                'Yes."',
                " Dr. ",
                "3.5 ",
                "好。",
                "“真",
                "\n",
                "🙂. ",
                "a. A",
                "। ",
                "- ",
            ]
        ),
        max_size=40,
    ),
    st.sampled_from(LANGUAGES),
)
def test_places_are_code_points_in_order_and_lose_no_word(parts, language):
    text = "".join(parts)
    end = 0
    kept = ""
    for each in split_sentences(text, language):
        assert text[each.start : each.end] == each.text == each.text.strip() != ""
        assert each.start >= end
        end = each.end
        kept += each.text
    assert [c for c in kept if c.isalnum()] == [c for c in text if c.isalnum()]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("unit", "language"),
    [
        ('He said "yes it is. It works." Then Dr. Li paid $1.5 billion. ', "en"),
        ("雷军说：“我们会坚持。”投资将超过100亿元。🙂", "zh"),
        ("Am 3. Okt. war „er da. ", "de"),
        ("word ", "en"),
        ("a line of a list\n", "en"),
    ],
)
def test_time_is_linear(unit, language):
    def splitting(length):
        return partial(split_sentences, (unit * (length // len(unit) + 1))[:length], language)

    assert growth(splitting(60_000), splitting(480_000)) < EIGHTFOLD


def test_a_long_paragraph_is_split_as_a_short_one():
    short = ['He said "yes it is. It works."', "Then Dr. Li paid $1.5 billion.", "It fell."]
    many = short * (4 * MAX_WINDOW_LENGTH // len(" ".join(short)))
    assert [each.text for each in split_sentences(" ".join(many), "en")] == many
