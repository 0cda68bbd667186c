"""Which agency a page's text is signed with."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.evidence.independence.wire_agencies import WIRE_AGENCIES, find_wire_agencies

STORY = "\nThe ferry will stop for six weeks. The board said so, and Reuters reported it.\n" * 8


def page(*, head: str = "", foot: str = "") -> str:
    return f"Ferry to close\n{head}{STORY}{foot}\nNews from the coast\n"


@pytest.mark.parametrize(
    ("line", "wires"),
    [
        ("HALDEN (Reuters) - The ferry", {"Reuters"}),
        ("(Reuters) - The ferry", {"Reuters"}),
        ("BEIJING, Aug 26 (Xinhua) -- The ferry", {"Xinhua"}),
        ("NEW DELHI, Aug. 26 (AP) — The ferry", {"AP"}),
        ("Paris (AFP) – The ferry", {"AFP"}),
        ("Berlin/Hamburg (dpa/tmn) - Die Fähre", {"dpa"}),
        ("MADRID, 3 may (EFE).- El ferry", {"EFE"}),
        ("ROMA, 26 AGO - (ANSA) - Il traghetto", {"ANSA"}),
        ("MOSCOW, August 26. /TASS/. The ferry", {"TASS"}),
        ("МОСКВА, 26 августа. /ТАСС/. Паром", {"TASS"}),
        ("New Delhi [India], August 26 (ANI): The ferry", {"ANI"}),
        ("新华社北京8月26日电（记者 李安）渡轮停航", {"Xinhua"}),
        ("By Reuters", {"Reuters"}),
        ("By Ann Lee, Reuters", {"Reuters"}),
        ("By Ann Lee | Bloomberg News", {"Bloomberg"}),
        ("By THE ASSOCIATED PRESS", {"AP"}),
        ("Reuters Staff", {"Reuters"}),
        ("Source: PTI", {"PTI"}),
        ("来源：新华社", {"Xinhua"}),
        ("Reuters/AFP", {"AFP", "Reuters"}),
        ("© 2020 Agence France-Presse", {"AFP"}),
        ("By Ann Lee", set()),
        ("By Bloomberg's count, it is the fourth closure.", set()),
        ("REUTERS/Ann Lee", set()),
        ("Photo: AP", set()),
        ("The quay in Halden (AP)", set()),
        ("Ann Lee told Reuters that the ferry", set()),
        ("According to Kyodo News, the ferry", set()),
        ("AP courses begin in May", set()),
        ("An ansa is a handle", set()),
    ],
)
def test_bylines_and_datelines(line: str, wires: set[str]) -> None:
    assert find_wire_agencies(page(head=line)) == wires


@pytest.mark.parametrize(
    ("line", "wires"),
    [
        ("Reuters", {"Reuters"}),
        ("(PTI)", {"PTI"}),
        ("The board will meet again. (PTI)", {"PTI"}),
        ("x" * 3_000 + " again. – AFP", {"AFP"}),
        ("(With inputs from ANI)", {"ANI"}),
        ("(Reporting by Ann Lee in Halden; Editing by Bo Berg)", {"Reuters"}),
        ("She told Reuters.", set()),
        ("Photo credit: Reuters", set()),
        ("Reporting by Ann Lee", set()),
    ],
)
def test_sign_offs(line: str, wires: set[str]) -> None:
    assert find_wire_agencies(page(foot=line)) == wires


def test_a_dateline_in_the_middle_of_a_page_is_another_story_s() -> None:
    middle = "\n".join(f"Paragraph {n} of the story." for n in range(30))
    assert find_wire_agencies(f"{middle}\nHALDEN (Reuters) - The ferry\n{middle}") == frozenset()


@pytest.mark.parametrize("name", sorted(WIRE_AGENCIES))
def test_every_agency_signs_by_all_its_names(name: str) -> None:
    for way in (name, *WIRE_AGENCIES[name]):
        assert find_wire_agencies(page(head=f"HALDEN ({way}) - The ferry")) == {name}


@given(st.text(), st.sampled_from(["", "(Reuters) - ", "By AP", "\n– AFP\n"]), st.text())
def test_only_known_agencies_are_named(before: str, sign: str, after: str) -> None:
    assert find_wire_agencies(before + sign + after) <= WIRE_AGENCIES.keys()
