"""Which items are one line of evidence, and which are no outside source: the real article's cases,
each tie by itself, a reviewer's rulings, and what always holds."""

from collections.abc import Iterable
from functools import partial
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.evidence.enums import RulingDecision
from api.evidence.independence.groups import (
    ClaimOrigin,
    ItemOrigin,
    Ruling,
    SourceGroup,
    group_by_origin,
)
from api.evidence.independence.minhash import compute_signature
from api.evidence.independence.origins import find_passage_origins
from api.evidence.independence.wire_agencies import find_wire_agencies
from tests.support.complexity import EIGHTFOLD, growth

BROADCAST = ("News Network", "Xinwen Lianbo", "新闻联播")

# Pages in the manner of the real ones; the words are ours. Each holds more than one attribution.
PAGES = {
    "gizchina.com": """Xiaomi shipped 28.3 million phones in spring
Xiaomi reported revenue of 53.5 billion yuan for the second quarter. The company said that demand
abroad was coming back.
Where does that leave the brand? Data from Canalys put it in fourth place worldwide, with 10.1% of
all phones.""",
    "telecomlead.com": """Xiaomi revenue up 13.6% in first quarter
Xiaomi reported revenue of RMB 49.7 billion for the first quarter of 2020.
Overseas sales brought RMB 24.8 billion, 50% of all revenue, which had not happened before.
Shipments of phones rose 4.7% to 29.2 million units. Research firm Canalys says that Xiaomi was
fourth in the world with 11.1%.""",
    "scmp.com": """Phone maker looks beyond the pandemic
Xiaomi, the world's fourth-largest smartphone vendor, said on Wednesday that it would hire
engineers. Net profit rose, according to Xiaomi. The company said that it saw signs of recovery in
Europe.""",
    "technode.com": """Xiaomi to open second automated plant
Xiaomi said on Thursday that a new smart factory would start work in 2023. Lei Jun told guests that
it would build 10 million phones a year.
The first one, in the Yizhuang area of Beijing, began operating in 2019.""",
    "pandaily.com": """Xiaomi factory in Changping complete
Xiaomi announced that its plant in Changping was up and running, and Lei Jun said that it needs no
light. The project's first phase was completed at the end of 2019.""",
    "huaon.com": """新闻联播走进小米智能工厂
晚间的新闻联播用2分17秒播出了对雷军的采访。
这座工厂从组装到包装都没有人工参与，昼夜不停。工厂92%的设备来自小米和它投资的企业。
小米表示，生态链已带动100多个行业转型。""",
    "chinainternetwatch.com": """Xiaomi in the second quarter
Xiaomi's interim results name the Mi 10 Ultra as the first top model that its smart factory produced
in series.""",
    "cntechpost.com": """What the Yizhuang plant is for
Xiaomi had said that the plant is for trial production and not for mass production.""",
    "businesslive.co.za": """Xiaomi sales back to old level
By Reuters
Xiaomi sold 28.3 million phones in the quarter, down from 32.1 million a year before. Overseas
revenue was 44.9% of the total.""",
    "docslib.org": """Global smartphone market, third quarter of 2020
Xiaomi shipped 47.1 million units, 45% more than a year ago, and took third place.
Source: Canalys estimates, October 2020""",
    "techchacho.com": """Xiaomi grows in spite of the virus
Xiaomi announced its Q1 2020 results today. The quarter was a hard one. Shops stayed shut for weeks.
For the first time, the markets abroad contributed half of the revenue.""",
    "theclag.org": """Report: Xiaomi overtakes Huawei in Europe
The new Canalys figures for the second quarter of 2020 are out.
Xiaomi is third in Europe with 17%.""",
    "theindianwire.com": """Xiaomi third in Europe
As per Canalys, the brand held about 19% of the European market in the third quarter.""",
    "businesstoday.in": """Xiaomi beats Apple worldwide
Counterpoint Research said that Samsung leads. In Europe Xiaomi was third with 17%, behind Apple
with 18%, Counterpoint's report shows.""",
    "laitimes.com": """Did Xiaomi keep its word?
The annual report speaks plainly. Research and development cost RMB 9.3 billion in 2020.""",
    "xiaomidna.com": """Xiaomi spent 10 billion yuan on research
Xiaomi founder Lei Jun wrote on Weibo about the past year. In 2020, 10 billion yuan went into
research and development.""",
}


def read(number: int, domain: str, quote: str, context: ClaimOrigin) -> ItemOrigin:
    text = PAGES[domain]
    start = text.index(quote)
    behind = find_passage_origins(
        text, start, start + len(quote), event=context.event, claimant=context.claimant
    )
    names = tuple(origin.name for origin in behind)
    return ItemOrigin(
        UUID(int=number), domain, None, find_wire_agencies(text), names, compute_signature(text)
    )


def drawn(claimant: str, *quotes: tuple[str, str]) -> list[tuple[set[str], set[str], list[str]]]:
    """Each line's outside domains, inside domains and reasons."""
    context = ClaimOrigin(event=BROADCAST, claimant=(claimant,))
    items = [read(number, domain, quote, context) for number, (domain, quote) in enumerate(quotes)]
    domains = {item.id: item.domain for item in items}
    return [
        (
            {domains[m.id] for m in line.members if m.not_independent_reason is None},
            {domains[m.id] for m in line.members if m.not_independent_reason},
            list(line.reasons),
        )
        for line in group_by_origin(items, context)
    ]


NETWORK, LEI = "News Network", "Lei Jun"
NONE: set[str] = set()


@pytest.mark.parametrize(
    ("claimant", "quotes", "expected"),
    [
        (NETWORK, [("huaon.com", "2分17秒")], [(NONE, {"huaon.com"}, [])]),
        (
            NETWORK,
            [
                ("gizchina.com", "fourth place worldwide, with 10.1%"),
                ("telecomlead.com", "fourth in the world with 11.1%"),
                ("scmp.com", "world's fourth-largest smartphone vendor"),
            ],
            [
                ({"gizchina.com", "telecomlead.com"}, NONE, ["both cite Canalys"]),
                ({"scmp.com"}, NONE, []),
            ],
        ),
        (
            NETWORK,
            [
                ("technode.com", "began operating in 2019"),
                ("pandaily.com", "completed at the end of 2019"),
            ],
            [({"technode.com"}, NONE, []), ({"pandaily.com"}, NONE, [])],
        ),
        (NETWORK, [("huaon.com", "昼夜不停")], [(NONE, {"huaon.com"}, [])]),
        (NETWORK, [("huaon.com", "92%的设备")], [(NONE, {"huaon.com"}, [])]),
        (
            NETWORK,
            [
                ("chinainternetwatch.com", "first top model"),
                ("cntechpost.com", "trial production and not for mass production"),
            ],
            [({"chinainternetwatch.com", "cntechpost.com"}, NONE, ["both cite Xiaomi"])],
        ),
        (NETWORK, [("huaon.com", "100多个行业")], [(NONE, {"huaon.com"}, [])]),
        (
            NETWORK,
            [
                ("businesslive.co.za", "28.3 million phones"),
                ("telecomlead.com", "29.2 million units"),
                ("docslib.org", "47.1 million units, 45% more"),
            ],
            [
                ({"businesslive.co.za"}, NONE, []),
                ({"telecomlead.com"}, NONE, []),
                ({"docslib.org"}, NONE, []),
            ],
        ),
        (
            NETWORK,
            [
                ("telecomlead.com", "50% of all revenue"),
                ("businesslive.co.za", "44.9% of the total"),
                ("techchacho.com", "half of the revenue"),
            ],
            [
                ({"telecomlead.com", "techchacho.com"}, NONE, ["both cite Xiaomi"]),
                ({"businesslive.co.za"}, NONE, []),
            ],
        ),
        (
            NETWORK,
            [
                ("theclag.org", "third in Europe with 17%"),
                ("theindianwire.com", "about 19% of the European market"),
                ("businesstoday.in", "third with 17%"),
            ],
            [
                ({"theclag.org", "theindianwire.com"}, NONE, ["both cite Canalys"]),
                ({"businesstoday.in"}, NONE, []),
            ],
        ),
        (
            LEI,
            [
                ("laitimes.com", "RMB 9.3 billion in 2020"),
                ("xiaomidna.com", "10 billion yuan went into"),
            ],
            [({"laitimes.com"}, NONE, []), (NONE, {"xiaomidna.com"}, [])],
        ),
    ],
    ids=["1", "2", "3", "4", "5", "6", "9", "10", "11", "12", "13"],
)
def test_the_claims_of_the_real_article(
    claimant: str,
    quotes: list[tuple[str, str]],
    expected: list[tuple[set[str], set[str], list[str]]],
) -> None:
    assert drawn(claimant, *quotes) == expected


STORY = " ".join(f"the ferry carried {n} people to the island on day {n * 7}" for n in range(40))
COPY = STORY.replace("day 14", "the fourteenth day").replace("day 21", "the last day")
NOWHERE = ClaimOrigin()


def make(number: int, domain: str = "", **traits: object) -> ItemOrigin:
    return ItemOrigin(UUID(int=number), domain or f"site{number}.example", **traits)  # type: ignore[arg-type]


def ids(lines: Iterable[SourceGroup]) -> list[list[int]]:
    return [[member.id.int for member in line.members] for line in lines]


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (
            {"domain": "coast.example"},
            {"domain": "coast.example"},
            "both have the same publisher (coast.example)",
        ),
        (
            {"domain": "coast.example", "owner": "Berg Media"},
            {"domain": "coast.example", "owner": "Berg Media"},
            "both have the same publisher (coast.example)",
        ),
        ({"owner": "Berg Media"}, {"owner": "Berg Media"}, "both have the same owner (Berg Media)"),
        (
            {"wires": frozenset({"Reuters"})},
            {"wires": frozenset({"AFP", "Reuters"})},
            "both carry a report by Reuters",
        ),
        ({"origins": ("Canalys",)}, {"origins": ("CANALYS", "IDC")}, "both cite Canalys"),
        ({"origins": ("Canalys",)}, {"domain": "canalys.com"}, "both come from Canalys"),
        ({"origins": ("Berg Media",)}, {"owner": "Berg Media"}, "both come from Berg Media"),
        ({"origins": ("Reuters",)}, {"wires": frozenset({"Reuters"})}, "both come from Reuters"),
        ({"wires": frozenset({"Reuters"})}, {"domain": "reuters.com"}, "both come from Reuters"),
        (
            {"signature": compute_signature(STORY)},
            {"signature": compute_signature(COPY)},
            "both have nearly the same text (0.87 alike)",
        ),
    ],
)
def test_what_makes_two_items_one_line(
    one: dict[str, object], other: dict[str, object], reason: str
) -> None:
    (line,) = group_by_origin([make(1, **one), make(2, **other)], NOWHERE)
    assert line.reasons == (reason,)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({}, {}),
        ({"owner": None}, {"owner": None}),
        ({"origins": ("Canalys",)}, {"origins": ("Counterpoint",)}),
        ({"origins": ("Canalys", "IDC")}, {"origins": ("IDC",)}),
        ({"wires": frozenset({"AP"})}, {"wires": frozenset({"AFP"})}),
        ({"domain": "coast.example"}, {"domain": "coast.test"}),
        ({"domain": "berg.example", "owner": "Berg"}, {"domain": "berg.test"}),
        ({"signature": ()}, {"signature": ()}),
    ],
)
def test_what_does_not(one: dict[str, object], other: dict[str, object]) -> None:
    assert ids(group_by_origin([make(1, **one), make(2, **other)], NOWHERE)) == [[1], [2]]


def test_a_page_that_compares_two_counters_does_not_make_one_line_of_both() -> None:
    items = [
        make(1, origins=("Canalys",)),
        make(2, origins=("IDC",)),
        make(3, origins=("IDC", "Canalys")),
    ]
    assert ids(group_by_origin(items, NOWHERE)) == [[1], [2, 3]]


def test_reasons_say_how_many_they_hold_for() -> None:
    items = [
        make(1, origins=("Canalys",)),
        make(2, origins=("Canalys",)),
        make(3, origins=("Canalys",), owner="Berg"),
        make(4, owner="Berg"),
    ]
    (three,) = group_by_origin(items[:3], NOWHERE)
    assert three.reasons == ("all 3 cite Canalys",)
    (four,) = group_by_origin(items, NOWHERE)
    assert four.reasons == ("2 of 4 have the same owner (Berg)", "3 of 4 cite Canalys")


INSIDE = ClaimOrigin(
    domain="herald.example",
    owner="Berg Media",
    wires=frozenset({"AFP"}),
    signature=compute_signature(STORY),
    event=("Evening Hour", "晚间一小时"),
    claimant=("Ann Lee", "Zeta"),
    claimant_domains=frozenset({"zeta-yards.example"}),
)


@pytest.mark.parametrize(
    ("traits", "why"),
    [
        ({"domain": "herald.example"}, "the article's own publisher"),
        (
            {"domain": "copy.example", "submitted_domain": "herald.example"},
            "the article's own publisher",
        ),
        ({"owner": "Berg Media"}, "of the same owner as the article (Berg Media)"),
        ({"domain": "zeta-yards.example"}, "the claimant's own site"),
        ({"domain": "zeta.example"}, "the claimant's own site"),
        (
            {"signature": compute_signature(COPY)},
            "nearly the same text as the article (0.87 alike)",
        ),
        ({"wires": frozenset({"AFP"})}, "carries a report by AFP, as the article does"),
        ({"origins": ("晚间一小时",)}, "retells Evening Hour, which the article reports"),
        ({"origins": ("Canalys", "ann lee")}, "rests on the word of Ann Lee, the claimant"),
        ({"origins": ("Zeta",)}, "rests on the word of Ann Lee, the claimant"),
        ({"origins": ("Canalys",), "wires": frozenset({"AP"}), "owner": "Solberg"}, None),
        ({}, None),
    ],
)
def test_what_is_no_outside_source(traits: dict[str, object], why: str | None) -> None:
    (line,) = group_by_origin([make(1, **traits)], INSIDE)
    assert line.members[0].not_independent_reason == why
    assert line.independent == (why is None)


def test_outside_is_asked_of_each_item_not_of_its_line() -> None:
    retelling = make(1, "coast.example", origins=("Evening Hour",))
    counting = make(2, "coast.example", origins=("Canalys",))
    (line,) = group_by_origin([retelling, counting], INSIDE)
    assert line.independent
    assert [member.not_independent_reason is None for member in line.members] == [False, True]


def test_a_copy_that_a_reviewer_split_from_a_page_from_inside_is_outside() -> None:
    inside = make(1, "zeta.example", signature=compute_signature(STORY[::-1]))
    copy = make(2, "copy.example", signature=compute_signature(STORY[::-1]))
    (together,) = group_by_origin([inside, copy], INSIDE)
    assert not together.independent
    first, second = group_by_origin([inside, copy], INSIDE, [split(2, 1)])
    assert (first.independent, second.independent) == (False, True)


def test_retellings_under_different_names_are_one_line() -> None:
    items = [make(1, origins=("Evening Hour",)), make(2, origins=("Canalys", "晚间一小时"))]
    (line,) = group_by_origin(items, INSIDE)
    assert line.reasons == ("both retell Evening Hour",)
    assert not line.independent


# --- a reviewer's rulings

CITING = [make(n, origins=("Canalys",)) for n in range(1, 5)]


def join(item: int, other: int, reason: str = "one release") -> Ruling:
    return Ruling(RulingDecision.JOIN, UUID(int=item), UUID(int=other), reason)


def split(item: int, other: int, reason: str = "its own count") -> Ruling:
    return Ruling(RulingDecision.SPLIT, UUID(int=item), UUID(int=other), reason)


def test_a_reviewer_joins_lines() -> None:
    joined, other = group_by_origin([make(1), make(2), make(3)], NOWHERE, [join(1, 2)])
    assert ids([joined, other]) == [[1, 2], [3]]
    assert joined.reasons == ("joined by a reviewer: one release",)
    assert other.reasons == ()


def test_a_ruling_that_was_overruled_is_no_reason() -> None:
    (line,) = group_by_origin([make(1), make(2)], NOWHERE, [join(1, 2), split(1, 2)])
    assert line.reasons == ("joined by a reviewer: one release",)


def test_a_reviewer_takes_an_item_out_of_a_line() -> None:
    stays, leaves = group_by_origin(CITING, NOWHERE, [split(3, 1)])
    assert ids([stays, leaves]) == [[1, 2, 4], [3]]
    assert stays.reasons == ("all 3 cite Canalys",)
    assert leaves.reasons == ("parted from another line by a reviewer: its own count",)


def test_the_first_item_of_a_line_can_leave_it_alone_too() -> None:
    assert ids(group_by_origin(CITING, NOWHERE, [split(1, 3)])) == [[1], [2, 3, 4]]


def test_what_else_ties_an_item_that_left_still_holds() -> None:
    items = [*CITING, make(5, owner="Berg"), make(6, owner="Berg", origins=("Canalys",))]
    assert ids(group_by_origin(items, NOWHERE, [split(6, 1)])) == [[1, 2, 3, 4], [5, 6]]


@pytest.mark.parametrize(
    ("rulings", "expected"),
    [
        ([split(1, 2), join(1, 2)], [[1], [2], [3]]),
        ([join(1, 2), split(1, 2)], [[1, 2], [3]]),
        ([split(1, 3), join(1, 2), join(2, 3)], [[1, 2], [3]]),
        ([join(2, 3), join(1, 2), split(1, 3)], [[1, 2, 3]]),
        ([split(2, 1), split(3, 1), join(2, 3)], [[1], [2, 3]]),
        ([join(1, 9), split(9, 2)], [[1], [2], [3]]),
    ],
    ids=["split last", "join last", "oldest gives way", "split is oldest", "both", "unknown item"],
)
def test_the_latest_ruling_prevails(rulings: list[Ruling], expected: list[list[int]]) -> None:
    assert ids(group_by_origin([make(1), make(2), make(3)], NOWHERE, rulings)) == expected


# --- what always holds

SIGNATURES = [(), compute_signature(STORY), compute_signature(COPY), compute_signature(STORY[::-1])]
ITEMS = st.lists(
    st.builds(
        ItemOrigin,
        id=st.integers(1, 40).map(lambda n: UUID(int=n)),
        domain=st.sampled_from([f"{c}.example" for c in "abcdefghijkl"] + ["herald.example"]),
        owner=st.sampled_from([None, None, "Berg", "Solberg"]),
        wires=st.frozensets(st.sampled_from(["AP", "AFP", "Reuters"]), max_size=1),
        origins=st.lists(
            st.sampled_from(["Canalys", "IDC", "Zeta", "Evening Hour", "b"]), max_size=2
        ).map(tuple),
        signature=st.sampled_from(SIGNATURES),
    ),
    max_size=12,
    unique_by=lambda item: item.id,
)


def groups(lines: Iterable[SourceGroup]) -> set[frozenset[UUID]]:
    return {frozenset(member.id for member in line.members) for line in lines}


@st.composite
def items_and_rulings(draw: st.DrawFn) -> tuple[list[ItemOrigin], list[Ruling]]:
    items = draw(ITEMS)
    known = st.sampled_from([item.id for item in items] or [UUID(int=1)])
    ruling = st.builds(Ruling, st.sampled_from(RulingDecision), known, known, st.just("so"))
    return items, draw(st.lists(ruling, max_size=5))


@given(items_and_rulings(), st.randoms())
def test_lines_partition_the_items_in_whatever_order_they_come(
    case: tuple[list[ItemOrigin], list[Ruling]], chance: object
) -> None:
    items, rulings = case
    lines = group_by_origin(items, INSIDE, rulings)
    members = [member.id for line in lines for member in line.members]
    assert sorted(members) == sorted(item.id for item in items)
    assert [line.number for line in lines] == list(range(1, len(lines) + 1))
    assert all(line.reasons for line in lines if len(line.members) > 1)
    shuffled = list(items)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert group_by_origin(shuffled, INSIDE, rulings) == lines


@given(ITEMS)
def test_a_further_item_never_splits_a_line(items: list[ItemOrigin]) -> None:
    after = groups(group_by_origin(items, INSIDE))
    for before in groups(group_by_origin(items[1:], INSIDE)):
        assert any(before <= group for group in after)


@given(items_and_rulings())
def test_the_latest_ruling_always_holds(case: tuple[list[ItemOrigin], list[Ruling]]) -> None:
    items, rulings = case
    if not items or not rulings or rulings[0].item == rulings[0].other:
        return
    latest = rulings[0]
    together = any(
        {latest.item, latest.other} <= group
        for group in groups(group_by_origin(items, INSIDE, rulings))
    )
    assert together == (latest.decision is RulingDecision.JOIN)


@pytest.mark.slow
def test_the_time_grows_with_the_square_of_the_items_at_most() -> None:
    items = [
        make(n, f"site{n % 50}.example", origins=("Canalys",), signature=SIGNATURES[n % 4])
        for n in range(320)
    ]
    rulings = [split(n, n + 1) for n in range(10)]
    few, many = (partial(group_by_origin, items[:n], INSIDE, rulings) for n in (40, 320))
    assert growth(few, many) < 8 * EIGHTFOLD
