"""Where the threshold of "nearly the same text" lies, and what a signature keeps."""

import random
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.evidence.independence.minhash import (
    NEAR_DUPLICATE_SIMILARITY,
    SIGNATURE_SIZE,
    SIGNATURE_VERSION,
    compute_signature,
    estimate_similarity,
)
from tests.support.complexity import EIGHTFOLD, growth

WIRE = """HALDEN (Reuters) - The ferry line between Halden and the island of Sorvik will stop for
six weeks from Monday, the harbour board said, after divers found cracks in both landing ramps.

About 2,400 people use the crossing on a working day, most of them to reach the hospital and the
secondary school on the mainland. The board plans to carry them on two smaller boats that were
hired from a tour operator and that can take bicycles but no cars.

"We would rather close in May than be closed by an accident in August," board chair Marit Solberg
told reporters on the quay. She put the cost of the repair at 31 million crowns, of which the
state road fund would pay two thirds.

Freight firms on the island were less calm. The largest of them, a fish processor with 180
workers, said that it would have to send its lorries round by the southern bridge, a detour of 96
kilometres, and asked the board for compensation.

The ramps were built in 1987 and last inspected four years ago. A new inspection of the three
other harbours in the district is due to be finished before the end of the month."""

EDITED = """Sorvik ferry to close for six weeks

The ferry line between Halden and the island of Sorvik will stop for six weeks from Monday, the
harbour board said, after divers found cracks in both landing ramps.

About 2,400 people use the crossing on a weekday, most of them to reach the hospital and the
secondary school on the mainland. The board plans to carry them on two smaller boats hired
from a tour operator, which can take bicycles but no cars.

“We would rather close in May than be closed by an accident in August,” board chair Marit Solberg
told reporters. She put the cost of the repair at 31 million crowns, of which the state
road fund would pay two-thirds.

Freight firms on the island were less calm. The largest, a fish processor with 180 workers,
said it would have to send its lorries round by the southern bridge, a detour of 96 km,
and asked the board for compensation.

Subscribe to our newsletter for more from the coast."""

INDEPENDENT = """No ferry to Sorvik until midsummer

Islanders learned over breakfast that their ferry will not run. For six weeks from Monday the
ramps at Halden and Sorvik are to be rebuilt, because a routine dive in April had shown cracks
that nobody wanted to answer for.

I took the 7.10 boat on Thursday. Pupils on their way to the secondary school on the mainland were
working out which friends had a sofa to spare. A nurse counted how many of her shifts begin before
the first of the hired boats leaves. Those boats, two of them, belong to a tour operator and have
no deck for cars.

Marit Solberg, who chairs the harbour board, met the passengers on the quay. The bill comes to 31
million crowns, she told them, and the larger part is the state's. Nobody applauded. At the fish
factory, which employs 180 people, the manager had a map on his desk with the road over the
southern bridge drawn in red: 96 kilometres longer, twice a day, for every lorry.

The ramps are as old as the ferry itself. They were poured in 1987."""

ZH = """哈尔登港务局周一宣布，由于潜水员在两座登船坡道上发现裂缝，往返索维克岛的渡轮将停航六个
星期。平日每天约有两千四百人乘坐这条航线，其中多数人要去对岸的医院和中学。港务局打算租用两艘游
船代替渡轮，游船可以载自行车，但不能载汽车。维修费用估计为三千一百万克朗，其中三分之二由国家道
路基金承担。岛上最大的鱼类加工厂有一百八十名工人，厂方说货车只能绕行南桥，多走九十六公里，并要
求赔偿。"""
ZH_EDITED = (
    ZH.replace("周一宣布", "星期一宣布").replace("打算租用", "计划租用").replace("，并要求赔偿", "")
)
ZH_INDEPENDENT = """岛民吃早饭时才知道渡轮要停了。索维克岛和哈尔登两边的坡道都有裂缝，四月份例
行检查时就已经查出来，从下星期一起要修一个半月。学生们在船上商量能住在谁家，护士在算自己有几个
早班赶不上第一班船。港务局主席在码头对乘客说，一共要花三千一百万克朗，大部分由国家出钱。鱼厂经
理的桌上摊着一张地图，绕过南边那座桥的路线用红笔标了出来，每辆货车每天要多跑两趟。"""
WIRE_BEGINS = (1, 1703985164876, 1863212705840, 2093099722487)
ZH_BEGINS = (1, 379999695906, 4362900077199, 4605358683339)
TH = "เรือข้ามฟากระหว่างฮัลเดนกับเกาะซอร์วิกจะหยุดเดินหกสัปดาห์ตั้งแต่วันจันทร์ เพราะนักดำน้ำพบรอยร้าวที่ทางลาดทั้งสองฝั่ง"


def alike(one: str, other: str) -> float:
    return estimate_similarity(compute_signature(one), compute_signature(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (WIRE, EDITED),
        (WIRE, WIRE.replace("(Reuters) - ", "").upper()),
        (WIRE, " ".join(WIRE.split()[: len(WIRE.split()) * 2 // 3])),
        (WIRE, WIRE + "\n" + "\n".join(INDEPENDENT.splitlines()[6:10])),
        (ZH, ZH_EDITED),
        (TH, TH.replace("หกสัปดาห์", "แปดสัปดาห์")),
    ],
    ids=["touched up", "capitals", "a third cut", "a passage added", "Chinese", "Thai"],
)
def test_copies_are_nearly_the_same_text(one: str, other: str) -> None:
    assert NEAR_DUPLICATE_SIMILARITY <= alike(one, other) < 1


@pytest.mark.parametrize(
    ("one", "other"),
    [(WIRE, INDEPENDENT), (EDITED, INDEPENDENT), (ZH, ZH_INDEPENDENT), (WIRE, ZH)],
    ids=["English", "touched-up copy", "Chinese", "two languages"],
)
def test_independent_reports_on_one_event_are_not(one: str, other: str) -> None:
    assert alike(one, other) < 0.15


def test_layout_case_and_typography_make_no_difference() -> None:
    typeset = WIRE.replace('"', "”").replace("\n", "   ").replace("six", "ｓｉｘ").title()
    assert alike(WIRE, typeset) == 1


@pytest.mark.parametrize("text", ["", "Please enable JavaScript to read this page.", "。" * 500])
def test_a_text_too_short_to_compare_has_no_signature(text: str) -> None:
    assert compute_signature(text) == ()
    assert estimate_similarity(compute_signature(text), compute_signature(text)) == 0
    assert estimate_similarity(compute_signature(text), compute_signature(WIRE)) == 0


def test_stored_signatures_stay_valid() -> None:
    """Fails when tokens, shingles or hash change: then raise VERSION and these figures."""
    assert SIGNATURE_VERSION == 1
    assert compute_signature(WIRE)[:4] == WIRE_BEGINS
    assert compute_signature(ZH)[:4] == ZH_BEGINS


def test_signatures_of_two_versions_do_not_compare() -> None:
    ours = compute_signature(WIRE)
    assert estimate_similarity(ours, (SIGNATURE_VERSION + 1, *ours[1:])) == 0


VOCABULARY = [f"{a}{b}" for a in "bcdfghklmnprst" for b in ("a", "e", "i", "o", "ua", "ei")]
PROSE = st.lists(st.sampled_from(VOCABULARY), min_size=40, max_size=200).map(" ".join)


@given(PROSE, PROSE)
def test_likeness_is_symmetric_and_one_for_the_same_text(one: str, other: str) -> None:
    a, b = compute_signature(one), compute_signature(other)
    assert estimate_similarity(a, b) == estimate_similarity(b, a)
    assert 0 <= estimate_similarity(a, b) <= 1
    assert estimate_similarity(a, a) == (1 if a else 0)


@given(st.text())
def test_a_signature_can_be_stored_as_json_numbers(text: str) -> None:
    found = compute_signature(text)
    assert len(found) <= SIGNATURE_SIZE + 1
    assert list(found[1:]) == sorted(set(found[1:]))
    assert all(0 <= value < 2**48 for value in found)


def test_the_estimate_is_near_the_true_share() -> None:
    chance = random.Random(1)
    errors = []
    for _ in range(30):
        words = [chance.choice(VOCABULARY) + chance.choice(VOCABULARY) for _ in range(3_000)]
        cut = chance.randrange(300, 2_900)
        shingles = [
            {" ".join(w[i : i + 3]) for i in range(len(w) - 2)} for w in (words, words[:cut])
        ]
        true = len(shingles[0] & shingles[1]) / len(shingles[0] | shingles[1])
        errors.append(abs(alike(" ".join(words), " ".join(words[:cut])) - true))
    assert max(errors) < 0.15
    assert sum(errors) / len(errors) < 0.045


@pytest.mark.slow
def test_the_time_grows_with_the_text() -> None:
    chance = random.Random(2)
    words = [chance.choice(VOCABULARY) + chance.choice(VOCABULARY) for _ in range(40_000)]
    short, long = (partial(compute_signature, " ".join(words[:n])) for n in (5_000, 40_000))
    assert growth(short, long) < EIGHTFOLD


@pytest.mark.slow
def test_a_text_of_nothing_but_marks_is_sketched_in_bounded_time():
    # Normalised whole, it would take minutes.
    assert compute_signature("a" + "\u0315\u0300" * 250_000) == ()
