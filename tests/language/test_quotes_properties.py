"""What holds of every quote and text: its place, its figures, the way back from normal form."""

import re
import unicodedata
from functools import partial

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from api.language.normalisation import NormalisedText
from api.language.quotes import MatchLevel, find_quote
from tests.support.complexity import EIGHTFOLD, growth

SHY, ZWSP, ZWJ, RLM, NBSP = "\u00ad", "\u200b", "\u200d", "\u200f", "\u00a0"


def spans(quote, text):
    return [(hit.start, hit.end) for hit in find_quote(quote, text).hits]


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


@given(slices(UNSPACED))
def test_where_words_are_not_told_apart_any_substring_is_found_at_its_place(piece):
    text, start, end = piece
    search = find_quote(text[start:end], text)
    assert (start, end) in [(hit.start, hit.end) for hit in search.hits]
    assert {hit.level for hit in search.hits} == {MatchLevel.EXACT}


@given(sentences())
def test_any_run_of_whole_words_and_figures_is_found_at_its_place(sentence):
    tokens, gaps, first, last = sentence
    gaps = [" und" + gap for gap in gaps]  # two figures side by side may be one: "15 000"
    text, places = joined(tokens, gaps)
    start, end = places[first][0], places[last][1]
    search = find_quote(text[start:end], text)
    assert (MatchLevel.EXACT, start, end) in [
        (hit.level, hit.start, hit.end) for hit in search.hits
    ]


@given(slices(EVERYTHING))
@example(("unsafe", 2, 6))
@example(("15 %", 1, 4))
@example(("e\u0301", 0, 1))
def test_any_substring_of_any_text_is_found_or_suggested_with_the_rest_of_its_word(piece):
    text, start, end = piece
    quote = text[start:end]
    normal = NormalisedText(quote).text.strip()
    assume(normal)
    # Cut off from their letter, combining marks may stand in another order.
    edges = unicodedata.normalize("NFKD", quote[0] + text[end : end + 1])
    assume(not any(unicodedata.category(each).startswith("M") for each in edges))
    search = find_quote(quote, text)
    if search.hits:
        for hit in search.hits:
            assert NormalisedText(text[hit.start : hit.end]).text.strip() == normal
        return
    place = search.suggestion
    assume(place is not None or normal in NormalisedText(text).text)
    assert normal in NormalisedText(text[place.start : place.end]).text
    assert text[place.start : place.end] != quote


def distorted(token, how):
    """The same words in another typography."""
    token = token.translate(str.maketrans("“”‘’–—", "\"\"''--")) if how & 1 else token
    token = re.sub(r"([^\W\d_₂²⁵½])(?=[^\W\d_₂²⁵½])", r"\1" + SHY, token) if how & 2 else token
    token = unicodedata.normalize("NFC" if how & 4 else "NFD", token)
    return token.upper() if how & 8 else token


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
    search = find_quote(f"ANFANG {quote[: parts[-1][1]]} ENDE", text)
    assert [(hit.start, hit.end) for hit in search.hits] == [(start, start + len(passage))]
    assert search.hits[0].level is MatchLevel.NORMALISED


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
        assert not find_quote(before + quote + after, text).hits
        assert not find_quote(before + quote, text).hits
        assert not find_quote(quote + after, text).hits


@given(
    st.from_regex(r"[-+−]?[0-9]{1,4}([.,][0-9]{1,3})?( ?%)?", fullmatch=True),
    st.lists(st.sampled_from([word for word in WORDS if not re.search(r"\d", word)]), min_size=2),
    st.data(),
)
def test_no_changed_figure_is_ever_found(figure, words, data):
    place = data.draw(st.integers(1, len(words) - 1))
    before, after = f"Ab {' '.join(words[:place])} um ", f" so {' '.join(words[place:])} aus"
    changed = data.draw(st.sampled_from(list(other_figures(figure))))
    assert not find_quote(before + changed + after, before + figure + after).hits
    assert not find_quote(before + figure + after, before + changed + after).hits
    assert spans(before + figure + after, before + figure + after)


@given(sentences(separators=(" und ",)), st.sampled_from(NEGATIONS))
def test_no_inserted_or_removed_negation_is_ever_found(sentence, negation):
    tokens, gaps, first, _ = sentence
    place = sum(len(token + gap) for token, gap in zip(tokens[:first], gaps, strict=False))
    plain, _ = joined(tokens, gaps)
    negated = f"Sie sagt {plain[:place]}{negation}{plain[place:]}heute"
    plain = f"Sie sagt {plain}heute"
    assert not find_quote(negated, plain).hits
    assert not find_quote(plain, negated).hits


SMALL = st.text(st.sampled_from("015.,-−–—+% a½²，" + SHY + ZWSP + NBSP), max_size=9)
MARKED = re.compile(r"[-+−–]?(?:[0-9]+(?:[.,][0-9]+)*)(?:[ \xa0]?%)?")


def figure_signs(text):
    text = re.sub(r"[-−–](?=[0-9½])", "-", text.replace(SHY, "").replace(ZWSP, ""))
    return re.findall(r"[0-9½²]|-(?=[0-9½])|[+%]|(?<=[0-9])[.,](?=[0-9])", text)


@given(SMALL, SMALL, SMALL, SMALL)
def test_what_is_found_has_the_same_figures_and_cuts_none(before, quote, other, after):
    text = before + other + after
    for start, end in spans(quote, text):
        assert figure_signs(quote) == figure_signs(text[start:end])
        for figure in MARKED.finditer(text):
            assert not figure.start() < start < figure.end()
            assert not figure.start() < end < figure.end()


@given(st.lists(EVERYTHING, max_size=4).map("".join))
def test_normalisation_never_loses_its_place(text):
    normal = NormalisedText(text)
    starts = [normal.span(at, len(normal.text)) for at in range(len(normal.text) + 1)]
    ends = [normal.span(0, at) for at in range(len(normal.text) + 1)]
    assert (starts[0] and ends[-1]) or not text
    begun = [span[0] for span in starts if span]
    ended = [span[1] for span in ends if span]
    assert begun == sorted(set(begun)) and ended == sorted(set(ended))
    for start, end in zip(starts, ends, strict=True):
        assert (start is None) == (end is None)
        if start and end:  # what lies between leaves no trace
            assert not NormalisedText(text[end[1] : start[0]]).text.strip()
    assert NormalisedText(normal.text).text.count("\n") == 0


@given(st.text(st.sampled_from("aß ﬁİé小米가\u0301\u0323…»\n" + SHY + RLM), max_size=12), st.data())
@example("a" * 1023 + SHY * 3 + "ßb" * 700, None)
def test_every_normal_slice_maps_to_the_stored_words_that_give_it(text, data):
    normal = NormalisedText(text)
    start = data.draw(st.integers(0, len(normal.text))) if data else 1023
    end = data.draw(st.integers(start, len(normal.text))) if data else len(normal.text)
    assume(not (normal.text[end:] and unicodedata.combining(normal.text[end])))
    assume(not (normal.text[start:] and unicodedata.combining(normal.text[start])))
    span = normal.span(start, end)
    if span and start < end:
        assert NormalisedText(text[slice(*span)]).text == normal.text[start:end]


@pytest.mark.slow
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
    short, long = (partial(find_quote, quote, text[:n]) for n in (len(text) // 8, len(text)))
    assert growth(short, long) < EIGHTFOLD
