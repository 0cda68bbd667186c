"""From a text to its candidates, on the real article and on small ones."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.claims.candidates.candidates import find_candidates
from api.claims.candidates.checkworthiness import FEATURES, WEIGHTS, load_model
from tests.measuring.eval_candidates import average_precision, f_measure, thresholds
from tests.measuring.eval_candidates import main as measure

ARTICLE = (Path(__file__).parents[2] / "fixtures" / "article.txt").read_text(encoding="utf-8")

FACTS = [
    "nearly 3 minutes interviewing Xiaomi CEO Lei Jun",
    "ranked globally",
    "The fourth mobile phone brand",
    "newly built smart factory at the end of last year",
    "realize the entire process of smartphone assembly to packaging without manual intervention",
    "operate 24 hours a day",
    "92% of the production equipment of the entire factory comes from Xiaomi",
    "first mass-produced flagship model of Xiaomi's smart factory",
    "realized the localization of some key components",
    "ecological scale has covered more than 300 companies",
    "driven the transformation of more than 100 companies",
    "shipments soared this year, reaching the top four in the world",
    "For the first time, its overseas revenue has reached 50%",
    "European market share has entered the top three for the first time",
    "continue to increase its investment, which will exceed RMB 10 billion this year",
]
INTENTION = "insist on being a technology-driven company"


def covering(words):
    start = ARTICLE.index(words)
    return [
        each
        for each in find_candidates(ARTICLE, "en")
        if each.start <= start < start + len(words) <= each.end
    ]


@pytest.mark.parametrize("words", FACTS)
def test_every_fact_of_the_article_is_proposed(words):
    (candidate,) = covering(words)
    assert candidate.score >= load_model().threshold


def test_an_intention_is_not_proposed():
    (candidate,) = covering(INTENTION)
    assert candidate.score < load_model().threshold


def test_places_are_those_in_the_text():
    end = 0
    for each in find_candidates(ARTICLE, "en"):
        assert ARTICLE[each.start : each.end] == each.quote
        assert each.start >= end
        end = each.end
        for figure in each.figures:
            assert ARTICLE[figure.start : figure.end] == figure.text


def test_who_said_it():
    *_, last = find_candidates(ARTICLE, "en")
    assert last.claimant == "Lei Jun"
    text = "Ann Lee said sales rose 5%. Costs fell by 3%. She added that 20 shops closed."
    assert [each.claimant for each in find_candidates(text, "en")] == ["Ann Lee", None, "Ann Lee"]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        (
            "Its overseas revenue has reached 50%, and its market share has entered the top three.",
            "en",
            [
                ("Its overseas revenue has reached 50%", None),
                ("its market share has entered the top three.", None),
            ],
        ),
        (
            "In Asia, the group has covered 300 companies and has driven 100 companies.",
            "en",
            [
                ("In Asia, the group has covered 300 companies", None),
                ("has driven 100 companies.", "the group has driven 100 companies."),
            ],
        ),
        ("Exports rose 5%; imports fell 3%.", "en", [("Exports rose 5%", None), ("imports fell 3%.", None)]),
        ("海外收入首次达到50%，欧洲份额进入前三。", "zh", [("海外收入首次达到50%", None), ("欧洲份额进入前三。", None)]),
        ("覆盖了300多家企业，并带动了100多个行业。", "zh", [("覆盖了300多家企业，并带动了100多个行业。", None)]),
        ("It sold 5 phones and 3 cars.", "en", [("It sold 5 phones and 3 cars.", None)]),
        ("It sold 5 phones and its boss was glad.", "en", [("It sold 5 phones and its boss was glad.", None)]),
        ("I know how it has 5 cars and has 3 boats.", "en", [("I know how it has 5 cars and has 3 boats.", None)]),
    ],
)  # fmt: skip
def test_a_compound_sentence_gives_the_parts_that_stand_alone(text, language, expected):
    assert [(each.quote, each.statement) for each in find_candidates(text, language)] == expected


CHECKABLE = [
    ("Germany's unemployment rate fell to 5.2% in September.", "en", "figure_percent"),
    ("The river has lost half of its fish in 30 years.", "en", "figure_ratio"),
    ("The company employs 12,000 people in nine countries.", "en", "figure_number"),
    ("Apple overtook Samsung as the largest smartphone maker.", "en", "superlative"),
    ("She was elected mayor of Lisbon in 2019.", "en", "figure_date"),
    ("今年出货量同比增长45%，位居全球第四。", "zh", "rank"),
    ("特斯拉第三季度交付了139300辆汽车。", "zh", "figure_number"),
]
NOT_CHECKABLE = [
    ("Should the government do more?", "en", "question"),
    ("I think it is the right thing to do.", "en", "opinion"),
    ("Let us look at the details.", "en", "exhortation"),
    ("We will keep working hard for our customers.", "en", "prediction"),
    ("坚持做一家技术驱动的公司。", "zh", "exhortation"),
    ("我认为这很重要。", "zh", "opinion"),
]


@pytest.mark.parametrize(("text", "language", "because"), CHECKABLE)
def test_what_can_be_checked_says_why(text, language, because):
    (candidate,) = find_candidates(text, language)
    assert candidate.score >= load_model().threshold
    assert [each.weight > 0 for each in candidate.reasons if each.feature == because] == [True]


@pytest.mark.parametrize(("text", "language", "because"), NOT_CHECKABLE)
def test_what_cannot_be_checked_says_why(text, language, because):
    (candidate,) = find_candidates(text, language)
    assert candidate.score < load_model().threshold
    assert [each.weight < 0 for each in candidate.reasons if each.feature == because] == [True]


def test_the_reasons_that_count_most_come_first():
    for each in find_candidates(ARTICLE, "en"):
        weights = [abs(reason.weight) for reason in each.reasons]
        assert weights == sorted(weights, reverse=True)
        assert all(reason.shown_by for reason in each.reasons)


def test_the_weights_file_says_what_it_was_fitted_on_and_has_every_feature():
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    assert len(stored["fitted_on"]) > 20
    assert set(stored["features"]) == set(FEATURES) >= set(stored["added_by_hand"])
    assert 0 < stored["threshold"] < 1


@given(st.text(max_size=200), st.sampled_from(["en", "zh", "de", None, "??"]))
def test_any_text_has_candidates_with_scores(text, language):
    for each in find_candidates(text, language):
        assert text[each.start : each.end] == each.quote != ""
        assert 0 <= each.score <= 1


def test_an_article_without_sentences_has_no_candidates():
    assert find_candidates("", "en") == find_candidates("\n\n—\n***", "zh") == []


def test_the_measures():
    scores, labels = [0.9, 0.8, 0.7, 0.7, 0.1], [True, False, True, False, True]
    assert average_precision(scores, labels) == pytest.approx((1 + 2 / 4 + 3 / 5) / 3)
    assert f_measure(scores, labels, 0.7) == pytest.approx(4 / 7)
    assert f_measure(scores, labels, 0.7, beta=2) == pytest.approx(5 * 2 / (4 + 4 * 3))
    best, inclusive = thresholds(scores, labels)
    assert best == 0.1
    assert inclusive <= best


def test_a_folder_is_measured(tmp_path, capsys):
    rows = [f"{n}\t{text}\tYes" for n, (text, *_) in enumerate(CHECKABLE)]
    rows += [f"{n}\t{text}\tNo" for n, (text, *_) in enumerate(NOT_CHECKABLE, 100)]
    (tmp_path / "dev.tsv").write_text("\n".join(["Sentence_id\tText\tclass_label", *rows]))
    measure(tmp_path)
    assert "dev                 13      7  1.0000  1.0000  1.0000" in capsys.readouterr().out
