"""A quote is found where it stands, and nowhere else."""

import re
import time
import unicodedata

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from api.evidence.figures import figures, missing_figures
from api.evidence.normalising import Normalised
from api.evidence.quotes import LONGEST_GAP, MOST_PLACES, Level, find

SHY, ZWSP, ZWJ, RLM, NBSP = "\u00ad", "\u200b", "\u200d", "\u200f", "\u00a0"
UNMARKED = str.maketrans("", "", "⟦⟧")


def passages(quote, text, **context):
    return [
        (hit.level.value, text[hit.start : hit.end]) for hit in find(quote, text, **context).hits
    ]


def marked(text):
    """The span between ⟦ and ⟧ in a text without them; all of it when there are none."""
    return (text.index("⟦"), text.index("⟧") - 1) if "⟦" in text else (0, len(text))


def spans(quote, text):
    return [(hit.start, hit.end) for hit in find(quote, text).hits]


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
    search = find(quote, text.translate(UNMARKED))
    assert [hit.level for hit in search.hits] == [Level.NORMALISED]
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
    search = find(quote, text)
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
    assert not find(quote, text).hits


# --- properties -----------------------------------------------------------------------------

UNSPACED = st.text(
    st.sampled_from(
        "小米公司的手机增长，。“”、《》 الحكومةقالتשלוםกขคงจはカ가각ﷺ👩💻🎉·«»()\n"
        + SHY
        + ZWJ
        + RLM
    ),
    min_size=1,
    max_size=60,
)
PHRASES = """
    interview Größe Straße straßenbahn naïve café d’accord ệ oﬃce ŉa İzmir ΣΊΣΥΦΟΣ быстро “quoted”
    ‘so’ – — (yes) growth, end. 15 % −3.5 1.000 1 000 10,000 ５０％ CO₂ m² 10⁵ ½ 5–10 2020年 小米 10
    公司 增长，而且 في العراق हिन्दी ไทย 한국어 👩‍💻 ❤️ not isn’t kein 不 не
"""
WORDS = PHRASES.split()
EVERYTHING = st.text(
    st.one_of(
        st.sampled_from("".join(WORDS) + " \n" + SHY + ZWSP + "0123456789.,%-+−"), st.characters()
    ),
    max_size=40,
)


@st.composite
def slices(draw, texts):
    text = draw(texts)
    start = draw(st.integers(0, len(text)))
    end = draw(st.integers(start, len(text)))
    assume(start < end)
    return text, start, end


@st.composite
def sentences(draw, separators=(" ", "\n", ", ", " – ")):
    """Tokens of many scripts, and what stands between them; and a run of tokens among them."""
    tokens = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=15))
    gaps = draw(st.lists(st.sampled_from(separators), min_size=len(tokens), max_size=len(tokens)))
    first = draw(st.integers(0, len(tokens) - 1))
    last = draw(st.integers(first, len(tokens) - 1))
    return tokens, gaps, first, last


def joined(tokens, gaps):
    """The text, and the span of each token in it."""
    text, places = "", []
    for token, gap in zip(tokens, gaps, strict=True):
        places.append((len(text), len(text) + len(token)))
        text += token + gap
    return text, places


@settings(max_examples=300, deadline=None)
@given(slices(UNSPACED))
def test_where_words_are_not_told_apart_any_substring_is_found_at_its_place(piece):
    text, start, end = piece
    search = find(text[start:end], text)
    assert (start, end) in [(hit.start, hit.end) for hit in search.hits]
    assert {hit.level for hit in search.hits} == {Level.EXACT}


@settings(max_examples=300, deadline=None)
@given(sentences())
def test_any_run_of_whole_words_and_figures_is_found_at_its_place(sentence):
    tokens, gaps, first, last = sentence
    gaps = [" und" + gap for gap in gaps]  # two figures side by side may be one: "15 000"
    text, places = joined(tokens, gaps)
    start, end = places[first][0], places[last][1]
    search = find(text[start:end], text)
    assert (Level.EXACT, start, end) in [(hit.level, hit.start, hit.end) for hit in search.hits]


@settings(max_examples=600, deadline=None)
@given(slices(EVERYTHING))
@example(("unsafe", 2, 6))
@example(("15 %", 1, 4))
@example(("e\u0301", 0, 1))
def test_any_substring_of_any_text_is_found_or_suggested_with_the_rest_of_its_word(piece):
    text, start, end = piece
    quote = text[start:end]
    normal = Normalised(quote).text.strip()
    assume(normal)
    # Cut off from their letter, combining marks may stand in another order.
    assume(not any(map(unicodedata.combining, quote[0] + text[end : end + 1])))
    search = find(quote, text)
    if search.hits:
        for hit in search.hits:
            assert Normalised(text[hit.start : hit.end]).text.strip() == normal
        return
    place = search.suggestion
    assume(place is not None or normal in Normalised(text).text)
    assert normal in Normalised(text[place.start : place.end]).text
    assert text[place.start : place.end] != quote


def distorted(token, how):
    """The same words in another typography."""
    token = token.translate(str.maketrans("“”‘’–—", "\"\"''--")) if how & 1 else token
    token = re.sub(r"([^\W\d_₂²⁵½])(?=[^\W\d_₂²⁵½])", r"\1" + SHY, token) if how & 2 else token
    token = unicodedata.normalize("NFC" if how & 4 else "NFD", token)
    return token.upper() if how & 8 else token


@settings(max_examples=300, deadline=None)
@given(sentences(separators=(" und ", " und\n", f"{NBSP}und ")), st.data())
def test_another_typography_is_found_and_the_stored_span_is_exactly_the_right_one(sentence, data):
    tokens, gaps, first, last = sentence
    ways = st.lists(st.integers(0, 15), min_size=len(tokens), max_size=len(tokens))
    stored = [distorted(token, how) for token, how in zip(tokens, data.draw(ways), strict=True)]
    quoted = [distorted(token, how) for token, how in zip(tokens, data.draw(ways), strict=True)]
    text, places = joined(stored, gaps)
    gaps = [re.sub(r"\s+", "  ", gap) for gap in gaps]
    quote, parts = joined(quoted[first : last + 1], gaps[first : last + 1])
    start, end = places[first][0], places[last][1]
    # Words that stand nowhere else, so that there is one right place.
    passage = f"Anfang {text[start:end]} Ende"
    text = text[:start] + passage + text[end:]
    search = find(f"ANFANG {quote[: parts[-1][1]]} ENDE", text)
    assert [(hit.start, hit.end) for hit in search.hits] == [(start, start + len(passage))]
    assert search.hits[0].level is Level.NORMALISED


NEGATIONS = ("not ", "never ", "no ", "kein ", "不", "не ", "n't ", "un")


def changes(figure):
    """Every figure that is one digit, sign, mark or space away."""
    for at in range(len(figure) + 1):
        for new in ["", "0", "7", ".", ",", "-", "+", "%", SHY, ZWSP, "²"]:
            yield figure[:at] + new + figure[at:]
            yield figure[:at] + new + figure[at + 1 :]


def reading(text):
    """What a figure says, written so that equal figures are equal: an oracle of its own."""
    text = text.translate(str.maketrans("２０–−" + NBSP, "20-- "))
    return text if not re.search(f"\\d[{SHY}{ZWSP}]+\\d", text) else None


def other_figures(figure):
    """The changes of a figure that make another figure of it."""
    for changed in changes(figure):
        if reading(changed.replace(SHY, "").replace(ZWSP, "")) != reading(figure):
            yield changed


@pytest.mark.parametrize("before,after", [("It rose by ", " in the year"), ("数字为", "而且")])
@pytest.mark.parametrize(
    "figure",
    ["15", "1.5", "−5", "-5", "+5", "5 %", "12,5%", "1 000", "10,000", "0.05", "２０", "3–4"],
)
def test_no_figure_that_is_one_change_away_is_found(figure, before, after):
    text = before + figure + after
    for quote in other_figures(figure):
        assert not find(before + quote + after, text).hits
        assert not find(before + quote, text).hits
        assert not find(quote + after, text).hits


@settings(max_examples=300, deadline=None)
@given(
    st.from_regex(r"[-+−]?[0-9]{1,4}([.,][0-9]{1,3})?( ?%)?", fullmatch=True),
    st.lists(st.sampled_from([word for word in WORDS if not re.search(r"\d", word)]), min_size=2),
    st.data(),
)
def test_no_changed_figure_is_ever_found(figure, words, data):
    place = data.draw(st.integers(1, len(words) - 1))
    before, after = f"Ab {' '.join(words[:place])} um ", f" so {' '.join(words[place:])} aus"
    changed = data.draw(st.sampled_from(list(other_figures(figure))))
    assert not find(before + changed + after, before + figure + after).hits
    assert not find(before + figure + after, before + changed + after).hits
    assert spans(before + figure + after, before + figure + after)


@settings(max_examples=300, deadline=None)
@given(sentences(separators=(" und ",)), st.sampled_from(NEGATIONS))
def test_no_inserted_or_removed_negation_is_ever_found(sentence, negation):
    tokens, gaps, first, _ = sentence
    place = sum(len(token + gap) for token, gap in zip(tokens[:first], gaps, strict=False))
    plain, _ = joined(tokens, gaps)
    negated = f"Sie sagt {plain[:place]}{negation}{plain[place:]}heute"
    plain = f"Sie sagt {plain}heute"
    assert not find(negated, plain).hits
    assert not find(plain, negated).hits


SMALL = st.text(st.sampled_from("015.,-−–—+% a½²，" + SHY + ZWSP + NBSP), max_size=9)
MARKED = re.compile(r"[-+−–]?(?:[0-9]+(?:[.,][0-9]+)*)(?:[ \xa0]?%)?")


def figure_signs(text):
    text = re.sub(r"[-−–](?=[0-9½])", "-", text.replace(SHY, "").replace(ZWSP, ""))
    return re.findall(r"[0-9½²]|-(?=[0-9½])|[+%]|(?<=[0-9])[.,](?=[0-9])", text)


@settings(max_examples=1200, deadline=None)
@given(SMALL, SMALL, SMALL, SMALL)
def test_what_is_found_has_the_same_figures_and_cuts_none(before, quote, other, after):
    text = before + other + after
    for start, end in spans(quote, text):
        assert figure_signs(quote) == figure_signs(text[start:end])
        for figure in MARKED.finditer(text):
            assert not figure.start() < start < figure.end()
            assert not figure.start() < end < figure.end()


@settings(max_examples=300, deadline=None)
@given(st.lists(EVERYTHING, max_size=4).map("".join))
def test_normalisation_never_loses_its_place(text):
    normal = Normalised(text)
    starts = [normal.span(at, len(normal.text)) for at in range(len(normal.text) + 1)]
    ends = [normal.span(0, at) for at in range(len(normal.text) + 1)]
    assert (starts[0] and ends[-1]) or not text
    begun = [span[0] for span in starts if span]
    ended = [span[1] for span in ends if span]
    assert begun == sorted(set(begun)) and ended == sorted(set(ended))
    for start, end in zip(starts, ends, strict=True):
        assert (start is None) == (end is None)
        if start and end:  # what lies between leaves no trace
            assert not Normalised(text[end[1] : start[0]]).text.strip()
    assert Normalised(normal.text).text.count("\n") == 0


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("aß ﬁİé小米가\u0301\u0323…»\n" + SHY + RLM), max_size=12), st.data())
@example("a" * 1023 + SHY * 3 + "ßb" * 700, None)
def test_every_normal_slice_maps_to_the_stored_words_that_give_it(text, data):
    normal = Normalised(text)
    start = data.draw(st.integers(0, len(normal.text))) if data else 1023
    end = data.draw(st.integers(start, len(normal.text))) if data else len(normal.text)
    assume(not (normal.text[end:] and unicodedata.combining(normal.text[end])))
    assume(not (normal.text[start:] and unicodedata.combining(normal.text[start])))
    span = normal.span(start, end)
    if span and start < end:
        assert Normalised(text[slice(*span)]).text == normal.text[start:end]


# --- ellipses, several hits, suggestions ----------------------------------------------------


@pytest.mark.parametrize(
    "ellipsis", ["…", "...", "[...]", "[…]", "(…)", " ... ", "[ … ]", "……", ". . ."]
)
def test_an_ellipsis_stands_for_what_is_left_out(ellipsis):
    text = "First, the plant began in 2019. Then, much later, it grew by 5 %."
    hit = find(f"the plant began{ellipsis}it grew by 5 %", text).hits[0]
    assert [text[slice(*part)] for part in hit.parts] == ["the plant began", "it grew by 5 %"]
    assert [text[slice(*gap)] for gap in hit.skipped] == [" in 2019. Then, much later, "]
    assert (hit.level, hit.start, hit.end) == (Level.EXACT, 7, len(text) - 1)


def test_all_parts_of_a_quote_are_of_the_level_of_the_hit():
    hit = find("THE plant … it grew", "the plant and then it grew").hits[0]
    assert (hit.level, hit.parts) == (Level.NORMALISED, ((0, 9), (19, 26)))


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("one … two", "two and one"),
        ("one … one", "only one here"),
        ("rose 1 … 5 percent", "rose 1.5 percent"),
        ("is … effective", "is ineffective"),
        ("one … two", "one" + "x " * (LONGEST_GAP // 2 + 1) + "two"),
        ("…", "one"),
        ("[...]", "one"),
        ("", "one"),
        ("one", ""),
        ("one…" * 30, "one " * 30),
    ],
)
def test_parts_out_of_order_or_far_apart_are_not_found(quote, text):
    assert not find(quote, text).hits


def test_the_longest_gap_is_still_found():
    text = "one" + " " * LONGEST_GAP + "two"
    assert spans("one … two", text) == [(0, len(text))]


def test_a_skipped_negation_is_shown():
    text = "The drug is not effective."
    hit = find("The drug is … effective", text).hits[0]
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
    assert len(find("said yes", text).hits) == 3
    assert [hit.start for hit in find("said yes", text, prefix="Second ").hits] == [31]
    assert [hit.start for hit in find("said yes", text, suffix="?").hits] == [51]
    assert [hit.start for hit in find("said yes", text, prefix="third", suffix=".").hits] == [
        10,
        31,
        51,
    ]
    assert [
        hit.start for hit in find("said yes", text, prefix="the first", suffix=". the").hits
    ] == [10]
    assert len(find("said yes", text, prefix="nobody").hits) == 3


def test_context_cannot_undo_the_only_hit():
    assert spans("said yes", "he said yes") == [(3, 11)]
    assert (
        find("said yes", "he said yes", prefix="she").hits == find("said yes", "he said yes").hits
    )


def test_an_exact_hit_goes_before_a_normalised_one():
    assert passages("yes", "Yes, yes") == [("exact", "yes")]


def test_overlapping_hits_are_all_reported():
    assert spans("哈哈", "哈哈哈") == [(0, 2), (1, 3)]


def test_no_more_places_are_seen_than_stated():
    assert len(find("哈", "哈" * (MOST_PLACES + 5)).hits) == MOST_PLACES


def suggested(quote, text):
    place = find(quote, text).suggestion
    return place and (text[place.start : place.end], round(place.score))


def test_the_nearest_passage_is_suggested_with_its_score():
    text = "In all, 92% of the production equipment came from Xiaomi itself, he said."
    assert suggested("29% of the production equipment come from Xiaomi", text) == (
        "92% of the production equipment came from Xiaomi",
        96,
    )
    assert suggested("5 %", "It rose by 15 % then") == ("15 %", 86)
    assert suggested("entirely other words", "小米公司的手机增长") is None
    assert find("92% of the production", text).suggestion is None


def test_a_long_quote_with_errors_is_suggested_at_its_place():
    words = [f"word{number:04}" for number in range(5000)]
    text, quote = " ".join(words), " ".join(words[3000:3200]).replace("3100", "310O")
    place = find(quote, text).suggestion
    assert text[place.start : place.end] == " ".join(words[3000:3200]) and place.score > 99


def test_of_a_quote_with_an_ellipsis_the_part_that_is_missing_is_suggested():
    text = "the plant began in 2019 and it grew by 5 % later"
    assert suggested("the plant began … it grow by 5 %", text) == ("it grew by 5 %", 93)


# --- figures --------------------------------------------------------------------------------


def test_figures_are_listed_as_written():
    text = "5 %, −3.5 and 5–10 (COVID-19, 2020-10-18): 10,000 or 1 000 000, 92 percent, 5 %"
    assert figures(text) == (
        ["5 %", "−3.5", "5", "10", "19", "2020", "18", "10,000", "1 000 000", "92 percent"]
    )
    assert figures("10⁵ and 1½ are ５０％") == ["10⁵", "1½", "５０％"]
    assert figures("no figure, none") == []


@pytest.mark.parametrize(
    ("claim", "passage", "missing"),
    [
        ("92% of 300", "92 percent, 300", []),
        ("92% of 300", "92 people, 3000", ["92%", "300"]),
        ("10,000 and 10.5", "10000 and 105", ["10.5"]),
        ("1 000", "1000", []),
        ("−5", "5", ["−5"]),
        ("−5", "-5", []),
        ("５０％", "50 %", []),
        ("3, 3 and 4", "", ["3", "4"]),
        ("增长了12%，达到300家", "300多家，12%", []),
    ],
)
def test_the_figures_that_a_passage_lacks(claim, passage, missing):
    assert missing_figures(claim, passage) == missing


# --- time -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("a" * 2000, "a" * 200_000),
        ("哈" * 2000, "哈" * 200_000),
        ("e\u0301\u0323 x", "\u0301\u0323" * 100_000),  # `normalize` takes seconds to sort them
        ("5", ",5" * 100_000),
        ("…".join("abcdefghijklmnopqrs"), "a b c d e f g h " * 12_500),
        ("15", "1" + SHY * 200_000 + "5"),
        ("ab" * 1000, "abc" * 70_000),
        ("[ " * 1000, " " * 200_000),
    ],
    ids=range(8),
)  # fmt: skip
def test_what_is_made_to_take_long_does_not(quote, text):
    began = time.perf_counter()
    find(quote, text)
    assert time.perf_counter() - began < 2
