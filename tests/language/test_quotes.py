"""A quote is found where it stands, and nowhere else."""

import unicodedata

import pytest

from api.language.quotes import MAX_ELLIPSIS_GAP, MAX_OCCURRENCES, MatchLevel, find_quote

SHY, ZWSP, NBSP = "\u00ad", "\u200b", "\u00a0"
UNMARKED = str.maketrans("", "", "⟦⟧")


def passages(quote, text, **context):
    return [
        (hit.level.value, text[hit.start : hit.end])
        for hit in find_quote(quote, text, **context).hits
    ]


def marked(text):
    """The span between ⟦ and ⟧ in a text without them; all of it when there are none."""
    return (text.index("⟦"), text.index("⟧") - 1) if "⟦" in text else (0, len(text))


def spans(quote, text):
    return [(hit.start, hit.end) for hit in find_quote(quote, text).hits]


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("rose by 1.5 %", "It ⟦rose by 1.5 %⟧ then."),
        ("Xiaomi", "⟦Xiaomi⟧’s phones"),
        ("he can", "What he can't and what ⟦he can⟧."),
        ("in 2020", "⟦in 2020⟧—the year before"),
        ("in 2020", "⟦in 2020⟧.[5]"),
        ("可能增长", "不⟦可能增长⟧"),
        ("الحكومة", "و⟦الحكومة⟧ قالت"),
        ("한국", "⟦한국⟧어"),
        ("จดหมาย", "เขียน⟦จดหมาย⟧ถึง"),
        ("5 million", "$⟦5 million⟧"),
        ("2020", "⟦2020⟧年"),
        ("عدد ٥", "في ⟦عدد ٥⟧ من"),
    ],
)
def test_found_exactly(quote, text):
    assert passages(quote, text.translate(UNMARKED)) == [("exact", quote)]
    assert spans(quote, text.translate(UNMARKED)) == [marked(text)]


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ('the "best" one', "the “best” one"),
        ("it's", "it’s"),
        ("one - two", "one – two"),
        ("one - two", "one — two"),
        ("Interview WITH him", "an ⟦interview\n\twith  him⟧ there"),
        ("interview", f"the ⟦inter{SHY}view⟧{SHY} ended"),
        ("1 000 people", f"1{NBSP}000 people"),
        ("office", "the ⟦oﬃce⟧ staff"),
        ("STRASSE", "die ⟦Straße⟧"),
        ("İSTANBUL", "in ⟦i̇stanbul⟧"),
        ("caf\u00e9", "the ⟦cafe\u0301⟧ there"),
        ("한국", unicodedata.normalize("NFD", "⟦한국⟧ 사람")),
        ("ＡＢＣ １５", "abc 15"),
        ("15", "１５"),
        ("-5 degrees", "at ⟦−5 degrees⟧"),
        ("-5 degrees", "at ⟦–5 degrees⟧"),
        ("5-10 people", "some ⟦5–10 people⟧"),
        ("result-five", "the ⟦result—five⟧"),
        ("CO2 fell", "CO₂ fell"),
        ("PM2.5", "⟦PM₂.₅⟧ fell"),
        ("小米10手机", "小米 10 手机"),
        ("小米公司表示", "小米\n公司表示"),
        ("增长，但", "增长,但"),
        ("「最好」的", "“最好”的"),
        ("می‌خواهم", "میخواهم"),
    ],
)
def test_found_in_another_typography(quote, text):
    search = find_quote(quote, text.translate(UNMARKED))
    assert [hit.level for hit in search.hits] == [MatchLevel.NORMALISED]
    assert [(hit.start, hit.end) for hit in search.hits] == [marked(text)]


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("5 %", "15 %"),
        ("5 %", "1.5 %"),
        ("5 % GROWTH", "15 % growth"),
        ("GROWTH of 5", "growth of 5.5"),
        ("5 %", "−5 %"),
        ("5 %", "–5 %"),
        ("rose 5", "rose 5 %"),
        ("rose 5", "rose 5%"),
        ("rose 5", "rose 5 ‰"),
        ("5 gewachsen", "%5 gewachsen"),
        ("10", "100"),
        ("10", "10.5"),
        ("10", "10,5"),
        ("10", "110"),
        ("10", "-10"),
        ("10", "-$10"),
        ("$10", "-$10"),
        ("5 percent", "grew .5 percent"),
        ("000 people", "1 000 people"),
        ("000 people", f"1{NBSP}000 people"),
        ("10", "5–10"),
        ("5", "5-10"),
        ("2020", "2020-10-18"),
        ("10", "10bn"),
        ("19", "covid-19"),
        ("1", "1½"),
        ("10", "10⁵"),
        ("100 m", "100 m²"),
        ("3", "3万"),
        ("十五", "二十五"),
        ("1", f"1{ZWSP}5"),
        ("cat", "concatenate"),
        ("safe for children", "unsafe for children"),
        ("SAFE FOR CHILDREN", "unsafe for children"),
        ("lethal weapons", "non-lethal weapons"),
        ("má vliv", "nemá vliv"),
        ("he can", "he cannot"),
        ("he can", "he can't"),
        ("he can", "he can’t"),
        ("he did", "he didn't"),
        ("est vrai", "n’est vrai"),
        ("cafe", "cafe\u0301"),
        ("क", "की"),
        ("가", unicodedata.normalize("NFD", "각")),
    ],
)
def test_a_quote_does_not_stand_inside_a_figure_or_a_word(quote, text):
    search = find_quote(quote, text)
    assert not search.hits
    assert text[search.suggestion.start : search.suggestion.end] != quote


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("15 people", f"1{SHY}5 people"),
        ("15 people", f"1{ZWSP}5 people"),
        ("1.5 people", f"1.{ZWSP}5 people"),
        ("15 people", "1.5 people"),
        ("1.5 people", "1,5 people"),
        ("1,5 people", "1，5 people"),
        ("1000 people", "1 000 people"),
        ("1,000 people", "1000 people"),
        ("105 people", "10⁵ people"),
        ("5 m2", "5 m²"),
        ("11/2 of it", "1½ of it"),
        ("1 1/2 of it", "1 ½ of it"),
        ("1 of it", "① of it"),
        ("10-5 of it", "10⁻⁵ of it"),
        ("was -5 people", "was —5 people"),
        ("was -$5", "was —$5"),
        ("a 51 b", "a \u202e51\u202c b"),  # displayed as 15
        ("五十个", "五 十个"),
        ("是3 5个", "是35个"),
        ("%5 of it", "5% of it"),
        ("5 of it", "٥ of it"),
    ],
)
def test_figures_that_differ_are_never_equal(quote, text):
    assert not find_quote(quote, text).hits


# --- ellipses, several hits, suggestions ----------------------------------------------------


@pytest.mark.parametrize(
    "ellipsis", ["…", "...", "[...]", "[…]", "(…)", " ... ", "[ … ]", "……", ". . ."]
)
def test_an_ellipsis_stands_for_what_is_left_out(ellipsis):
    text = "First, the plant began in 2019. Then, much later, it grew by 5 %."
    hit = find_quote(f"the plant began{ellipsis}it grew by 5 %", text).hits[0]
    assert [text[slice(*part)] for part in hit.parts] == ["the plant began", "it grew by 5 %"]
    assert [text[slice(*gap)] for gap in hit.skipped] == [" in 2019. Then, much later, "]
    assert (hit.level, hit.start, hit.end) == (MatchLevel.EXACT, 7, len(text) - 1)


def test_all_parts_of_a_quote_are_of_the_level_of_the_hit():
    hit = find_quote("THE plant … it grew", "the plant and then it grew").hits[0]
    assert (hit.level, hit.parts) == (MatchLevel.NORMALISED, ((0, 9), (19, 26)))


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("one … two", "two and one"),
        ("one … one", "only one here"),
        ("rose 1 … 5 percent", "rose 1.5 percent"),
        ("is … effective", "is ineffective"),
        ("one … two", "one" + "x " * (MAX_ELLIPSIS_GAP // 2 + 1) + "two"),
        ("…", "one"),
        ("[...]", "one"),
        ("", "one"),
        ("one", ""),
        ("one…" * 30, "one " * 30),
    ],
)
def test_parts_out_of_order_or_far_apart_are_not_found(quote, text):
    assert not find_quote(quote, text).hits


def test_the_longest_gap_is_still_found():
    text = "one" + " " * MAX_ELLIPSIS_GAP + "two"
    assert spans("one … two", text) == [(0, len(text))]


def test_a_skipped_negation_is_shown():
    text = "The drug is not effective."
    hit = find_quote("The drug is … effective", text).hits[0]
    assert [text[slice(*gap)].strip() for gap in hit.skipped] == ["not"]


def test_an_ellipsis_that_the_text_has_itself_is_taken_literally():
    text = "wait … and see; wait, and see"
    assert passages("wait … and see", text) == [("exact", "wait … and see")]
    assert passages("wait ... and see", text) == [("normalised", "wait … and see")]


def test_each_part_is_joined_to_the_nearest_before_it():
    assert spans("a … b … c", "a b a b b c c") == [(4, 11)]
    assert spans("a … b", "a a b b, a b") == [(2, 5), (9, 12)]
    near, far = " x" * 100, " x" * 300  # the first "b" is in reach of "a" alone, the second of both
    assert len(spans("a … b … c", f"a{near} b{near} b{far[:300]} c")) == 1


def test_several_hits_are_all_reported_unless_the_context_decides():
    text = "the first said yes. the second said yes. the third said yes?"
    assert len(find_quote("said yes", text).hits) == 3
    assert [hit.start for hit in find_quote("said yes", text, prefix="Second ").hits] == [31]
    assert [hit.start for hit in find_quote("said yes", text, suffix="?").hits] == [51]
    assert [hit.start for hit in find_quote("said yes", text, prefix="third", suffix=".").hits] == [
        10,
        31,
        51,
    ]
    assert [
        hit.start for hit in find_quote("said yes", text, prefix="the first", suffix=". the").hits
    ] == [10]
    assert len(find_quote("said yes", text, prefix="nobody").hits) == 3


def test_of_a_long_context_what_stands_next_to_the_quote_counts():
    far, near = "far away " * 30, "close by " * 30
    text = f"{near} said yes {far}. {far} said yes {near}"
    first, second = (hit.start for hit in find_quote("said yes", text).hits)
    beside = {"prefix": "elsewhere " + near, "suffix": far + " elsewhere"}
    assert [hit.start for hit in find_quote("said yes", text, **beside).hits] == [first]
    assert [hit.start for hit in find_quote("said yes", text, prefix="elsewhere " + far).hits] == [
        second
    ]
    assert [hit.start for hit in find_quote("said yes", text, suffix=near + " elsewhere").hits] == [
        second
    ]


def test_context_cannot_undo_the_only_hit():
    assert spans("said yes", "he said yes") == [(3, 11)]
    assert (
        find_quote("said yes", "he said yes", prefix="she").hits
        == find_quote("said yes", "he said yes").hits
    )


def test_an_exact_hit_goes_before_a_normalised_one():
    assert passages("yes", "Yes, yes") == [("exact", "yes")]


def test_overlapping_hits_are_all_reported():
    assert spans("哈哈", "哈哈哈") == [(0, 2), (1, 3)]


def test_no_more_places_are_seen_than_stated():
    assert len(find_quote("哈", "哈" * (MAX_OCCURRENCES + 5)).hits) == MAX_OCCURRENCES


def suggested(quote, text):
    place = find_quote(quote, text).suggestion
    return place and (text[place.start : place.end], round(place.score))


def test_the_nearest_passage_is_suggested_with_its_score():
    text = "In all, 92% of the production equipment came from Xiaomi itself, he said."
    assert suggested("29% of the production equipment come from Xiaomi", text) == (
        "92% of the production equipment came from Xiaomi",
        96,
    )
    assert suggested("5 %", "It rose by 15 % then") == ("15 %", 86)
    assert suggested("entirely other words", "小米公司的手机增长") is None
    assert find_quote("92% of the production", text).suggestion is None


def test_a_long_quote_with_errors_is_suggested_at_its_place():
    words = [f"word{number:04}" for number in range(5000)]
    text, quote = " ".join(words), " ".join(words[3000:3200]).replace("3100", "310O")
    place = find_quote(quote, text).suggestion
    assert text[place.start : place.end] == " ".join(words[3000:3200]) and place.score > 99


def test_of_a_quote_with_an_ellipsis_the_part_that_is_missing_is_suggested():
    text = "the plant began in 2019 and it grew by 5 % later"
    assert suggested("the plant began … it grow by 5 %", text) == ("it grew by 5 %", 93)
