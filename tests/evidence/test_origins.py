"""What a page names as the origin of a passage: the wordings, and how far each reaches."""

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.evidence.independence.origins import find_origins, find_passage_origins
from api.evidence.independence.patterns import OriginKind
from tests.support.complexity import EIGHTFOLD, growth

EVENT = ("Evening Hour", "晚间一小时")

FIGURES = [
    ("According to Canalys, Acme came fourth.", "Canalys"),
    ("According to research firm Canalys, Acme came fourth.", "Canalys"),
    ("Acme came fourth, data from market tracker Canalys show.", "Canalys"),
    ("Fourth, says the latest Q2 2020 report by Counterpoint Research.", "Counterpoint"),
    ("According to US market researcher IDC, sales fell.", "IDC"),
    ("According to Singapore-based analysts at Canalys, sales fell.", "Canalys"),
    ("According to Canalys Acme came fourth.", "Canalys"),
    ("Canalys’s latest figures put Acme in fourth place.", "Canalys"),
    ("Acme shipped 28 million, Canalys estimates.", "Canalys"),
    ("Shipments, as counted by Counterpoint, rose.", "Counterpoint"),
    ("Analyst firm Canalys said on Thursday that Acme came fourth.", "Canalys"),
    ("A Canalys report puts the share at 10%.", "Canalys"),
    ("Shipments by vendor\nSource: IDC, July 2020", "IDC"),
    (
        "According to China's National Bureau of Statistics, output rose.",
        "National Bureau of Statistics",
    ),
    ("Output rose, according to data published by the World Health Organization.", "WHO"),
    ("Bureau of Labor Statistics data show a rise of 3%.", "Bureau of Labor Statistics"),
    ("Fourth, according to figures from the Halden Institute.", "Halden Institute"),
    ("据Canalys数据，该品牌排名第四。", "Canalys"),
    ("根据市场调研机构 Canalys 发布的报告，该品牌排名第四。", "Canalys"),
    ("据国家统计局数据，增长3%。", "National Bureau of Statistics"),
    ("国家统计局公布的数据显示，增长3%。", "National Bureau of Statistics"),
    ("出货量一览\n数据来源：IDC", "IDC"),
    ("Laut Marktforscher Canalys lag Acme auf Platz vier.", "Canalys"),
    ("Nach Angaben von Canalys lag Acme auf Platz vier.", "Canalys"),
    ("Selon les données de l’institut Halden, Acme est troisième.", "Halden"),
    ("D’après le cabinet Canalys, Acme est quatrième.", "Canalys"),
    ("Según datos de la consultora Canalys, Acme es cuarta.", "Canalys"),
    ("De acordo com a consultoria IDC, a Acme é a quarta.", "IDC"),
    ("Secondo i dati di Canalys, Acme è quarta.", "Canalys"),
    ("По данным исследовательской компании IDC, рынок вырос.", "IDC"),
    ("調査会社IDCの調査によると、4位だった。", "IDC"),
]
RESULTS = [
    ("According to Acme's first-quarter results, revenue doubled.", "Acme"),
    ("Acme reported revenue of 5 billion for the quarter.", "Acme"),
    ("Acme's annual report for 2020 gives 9.3 billion.", "Acme"),
    ("Acme is pleased. In its interim results the company named it. Acme said so.", "Acme"),
    ("Acme disclosed in a regulatory filing that it holds 300 firms.", "Acme"),
    ("晨星公司发布2020年第一季度财报，收入增长。", "晨星"),
]
STATEMENTS = [
    ("Acme said on Monday that it would.", {"Acme"}),
    ("On Monday Acme said that it would.", {"Acme"}),
    ("According to Ann Lee, it will.", {"Ann Lee"}),
    ("“We will,” said Ann Lee, chief executive of Acme.", {"Acme", "Ann Lee"}),
    ("Acme founder and CEO Ann Lee said that it would.", {"Acme", "Ann Lee"}),
    ("Ann Lee, the company's founder, said so. Acme told us more.", {"Acme", "Ann Lee"}),
    ("A spokesman for Acme said no.", {"Acme"}),
    ("Acme, a rival of Zeta, said no.", {"Acme"}),
    (
        "Director Ann Lee said no. Director Bo Lee said yes. Lee said so.",
        {"Ann Lee", "Bo Lee", "Lee"},
    ),
    ("Chief executive Ann Lee said no. Lee told us why. She said it twice.", {"Ann Lee"}),
    ("The Norwegian boat maker said no. Acme announced a pause.", {"Acme"}),
    ("Ann Lee told Reuters that Acme would.", {"Ann Lee"}),
    ("对此，晨星表示，工厂已经投产。", {"晨星"}),
    ("晨星集团创始人李安表示，投入将超过100亿元。", {"晨星", "李安"}),
    ("李安在节目中透露，今年投入100亿元。", {"李安"}),
]
NOBODY = [
    "Acme ranked fourth in the world.",
    "According to the new rules, nobody may enter.",
    "According to Europe, nothing.",
    "The figures from Europe are better, experts said.",
    "Laut Gesetz ist das verboten.",
    "据统计，增长3%。据了解，业内人士表示满意。",
    "他表示，会继续投入。",
    "The company said that it would.",
    "“Nobody knows,” he said.",
]


@pytest.mark.parametrize(("text", "name"), FIGURES)
def test_who_counted(text: str, name: str) -> None:
    assert {(o.name, o.kind) for o in find_origins(text)} == {(name, OriginKind.FIGURES)}


@pytest.mark.parametrize(("text", "name"), RESULTS)
def test_whose_results(text: str, name: str) -> None:
    found = find_origins(text)
    assert {o.name for o in found} == {name}
    assert OriginKind.RESULTS in {o.kind for o in found}


@pytest.mark.parametrize(("text", "names"), STATEMENTS)
def test_who_said_it(text: str, names: set[str]) -> None:
    assert {o.name for o in find_origins(text)} == names


@pytest.mark.parametrize("text", NOBODY)
def test_nobody_is_named(text: str) -> None:
    assert find_origins(text) == ()


def test_names_are_given_in_their_usual_form() -> None:
    text = "雷军表示，小米的数据没有变。Xiaomi Auto said the same."
    found = find_origins(text, names={"小米": "Xiaomi", "雷军": "Lei Jun"})
    assert {o.name for o in found} == {"Lei Jun", "Xiaomi"}


def test_an_officer_s_word_is_first_the_organisation_s() -> None:
    text = "Zeta chief executive Ann Lee said that 50 boats were built."
    names = [o.name for o in find_passage_origins(text, text.index("50"), text.index(" boats"))]
    assert names == ["Zeta", "Ann Lee"]


def behind(text: str, passage: str, **known: tuple[str, ...]) -> list[str]:
    start = text.index(passage)
    return [o.name for o in find_passage_origins(text, start, start + len(passage), **known)]


PAGE = """Acme ends the year in the black

Acme reported revenue of 5 billion crowns for 2020 on Thursday. Half of it was earned abroad.

According to Canalys, the boat market grew. Acme came fourth with a share of 11%, after three
others from Asia.

The yard in Halden opened in 2019. It can build 400 hulls a year.

Acme said a second yard would open in 2023. It will stand in Sorvik and employ 900 people.

Counterpoint Research sees it otherwise: third, with 12.5%, Counterpoint Research data show."""


@pytest.mark.parametrize(
    ("passage", "names"),
    [
        ("revenue of 5 billion", ["Acme"]),
        ("the boat market grew", ["Canalys"]),
        (
            "fourth with a share of 11%",
            ["Canalys"],
        ),  # its sentence names nobody, the one before does
        ("opened in 2019", []),  # a year is no count
        ("400 hulls", []),  # too far from Canalys, and the page has two counters
        ("a second yard would open in 2023", ["Acme"]),
        ("employ 900 people", []),  # a mere word does not reach the next sentence
        ("third, with 12.5%", ["Counterpoint"]),
    ],
)
def test_each_passage_has_its_own_origin(passage: str, names: list[str]) -> None:
    assert behind(PAGE, passage) == names


def test_a_sum_from_the_accounts_goes_back_to_the_results_the_page_reports() -> None:
    text = (
        "Acme doubles its takings\n\nAcme has published its results for the spring.\n\n"
        "The harbour was busy. The weather was fine. Everyone was out.\n\n"
        "Revenue abroad came to 24.8 billion.\n\nAccording to Canalys, Acme stood fourth."
    )
    assert behind(text, "24.8 billion") == ["Acme"]
    assert behind(text, "stood fourth") == ["Canalys"]
    nearer = text.replace("Everyone was out.", "According to Canalys, everyone was out.")
    assert behind(nearer, "24.8 billion") == ["Acme"]


def test_of_a_count_and_results_in_one_sentence_the_passage_decides() -> None:
    text = "Acme's results give revenue abroad of 24.8 billion; its 400 hulls Canalys counted."
    assert behind(text, "revenue abroad of 24.8 billion") == ["Acme", "Canalys"]
    text = "Acme's results name 400 hulls, and Canalys counted them."
    assert behind(text, "400 hulls") == ["Canalys", "Acme"]


def test_the_only_counter_of_a_page_stands_behind_its_figures() -> None:
    text = (
        "Acme passes Zeta in Europe\n\nThe ranking has a new third. It is Acme.\n\n"
        "The share is 17%. Zeta has less.\n\nNobody had expected it.\n\nThe figures were "
        "counted by Canalys."
    )
    assert behind(text, "17%") == ["Canalys"]
    assert behind(text, "Nobody had expected it") == []
    assert behind(text + " IDC estimates say otherwise.", "17%") == []


def test_words_around_a_passage_do_not_speak_of_it() -> None:
    text = "Acme, the fourth-largest boat builder of the world, said that it was pleased."
    assert behind(text, "fourth-largest boat builder") == []
    assert behind(text, "it was pleased") == ["Acme"]


def test_a_page_that_retells_the_event_rests_on_it() -> None:
    text = (
        "《晚间一小时》走进船厂\n节目介绍了船厂。\n工厂里92%的设备是自制的。\n"
        "李安表示，工厂会扩建。\n据Canalys数据，该厂排名第四。"
    )
    assert behind(text, "92%", event=EVENT) == ["晚间一小时"]
    assert behind(text, "工厂会扩建", event=EVENT) == ["晚间一小时", "李安"]
    assert behind(text, "排名第四", event=EVENT) == ["Canalys"]


def test_a_passing_mention_far_down_is_no_retelling() -> None:
    text = "The yard opened in May. " + "It was a fine day. " * 30 + "Evening Hour was there too."
    assert behind(text, "opened in May", event=EVENT) == []
    assert behind(text, "there too", event=EVENT) == ["Evening Hour"]


def test_the_claimant_s_word_reaches_the_sentences_beside_it() -> None:
    text = "Ann Lee told the harbour board about it. The yard cost 10 billion crowns. It is paid."
    assert behind(text, "10 billion crowns") == []
    assert behind(text, "10 billion crowns", claimant=("Ann Lee",)) == ["Ann Lee"]


def test_a_name_without_a_count_reaches_no_further_than_its_sentence() -> None:
    text = "According to Acme, the sea was calm. The share was 17%."
    assert behind(text, "calm") == ["Acme"]
    assert behind(text, "17%") == []


def test_an_abbreviation_ends_no_sentence() -> None:
    text = "Ann Lee said that Zeta Corp. Yards would stay shut. Nobody minded."
    assert behind(text, "stay shut") == ["Ann Lee"]
    assert behind(text, "Nobody minded") == []


def test_lines_that_are_merely_wrapped_are_one_sentence() -> None:
    text = (
        "According to Canalys, which counts the boats that leave the yards each\n"
        "quarter, the share of Acme was 11%.\n\nOther yards follow."
    )
    assert behind(text, "11%") == ["Canalys"]


WORDS = """Acme Canalys said According to data by from Ann Lee CEO of the company its results . , ’s
    “ ” 据 数据 小米 表示 ， 。 （ ） 10.1% 2020 laut selon : Source"""
TEXTS = st.text() | st.lists(st.sampled_from([*WORDS.split(), "\n"]), max_size=30).map(" ".join)


@given(TEXTS, st.integers(0, 60), st.integers(0, 20))
def test_whatever_the_text_the_words_stand_where_they_are_said_to(
    text: str, start: int, length: int
) -> None:
    for origin in find_origins(text, event=("Acme Lee", "小米")):
        assert text[origin.start : origin.end] == origin.words
        assert origin.name.strip()
    start = min(start, len(text))
    found = find_passage_origins(text, start, min(start + length, len(text)))
    assert set(found) <= set(find_origins(text))
    assert len({o.name for o in found}) == len(found)


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "A ", "A.", "A-", "Acme Beta ", "Acme said ", "Ann Said ", "according to the data by the ",
        "Acme founder and CEO ", "Bank of the ", "its first-quarter ", "\n", " ", "据", "小米",
        "，小米在北京表示", "据小米公司数据", "a B ", "Q1 ", ". ", "“", "Acme, of the of the, ",
    ],
)  # fmt: skip
def test_no_page_makes_it_expensive(piece: str) -> None:
    def looking(length: int) -> Callable[[], object]:
        text = piece * (length // len(piece))
        return partial(find_passage_origins, text, len(text) // 2, len(text) // 2 + 5)

    assert growth(looking(2_500), looking(20_000)) < EIGHTFOLD
