"""The hash chain: every way to tamper with it is found, and by its name."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.verdicts.hash_chain import (
    ChainLink,
    canonical_json,
    commit_to_person,
    find_faults,
    sha256_hex,
)


def chain_of(*statuses):
    links, previous = [], None
    for number, status in enumerate(statuses, 1):
        text = canonical_json({"number": number, "previous": previous, "status": status})
        links.append(ChainLink(number, text, previous, sha256_hex(text)))
        previous = links[-1].hash
    return links


def found(links, **options):
    return [(link.number, words) for link, words in find_faults(links, **options)]


def test_an_untouched_chain_has_no_faults():
    links = chain_of("unverified", "confirmed", "disputed")
    assert found(links) == []
    assert found([]) == []
    assert found(links[1:], after=links[0]) == []


def test_canonical_json_is_rfc_8785():
    assert canonical_json({"b": 1, "a": "€", "n": None}) == '{"a":"€","b":1,"n":null}'


def test_the_hash_is_what_anybody_computes_from_the_record():
    # printf '{"status":"confirmed"}' | sha256sum
    expected = "f6cd5b66e072b8d08d6a5e4f23440d6007ed40719c6cebec92620d408db3a4b6"
    assert sha256_hex(canonical_json({"status": "confirmed"})) == expected


def rehashed(link, record):
    text = canonical_json(record)
    return replace(link, record=text, hash=sha256_hex(text))


def changed_record(links):
    links[1] = replace(links[1], record=links[1].record.replace("confirmed", "disputed"))


def changed_and_rehashed(links):
    record = json.loads(links[1].record) | {"status": "disputed"}
    links[1] = rehashed(links[1], record)


def left_out(links):
    del links[1]


def swapped(links):
    links[0], links[1] = links[1], links[0]


def another_beginning(links):
    links[0] = rehashed(links[0], {"number": 1, "previous": None, "status": "disputed"})


def reformatted(links):
    text = json.dumps(json.loads(links[2].record), indent=1)
    links[2] = replace(links[2], record=text, hash=sha256_hex(text))


def not_json(links):
    links[2] = replace(links[2], record="?", hash=sha256_hex("?"))


@pytest.mark.parametrize(
    "tamper, words",
    [
        (changed_record, "the record is not what was hashed"),
        (changed_and_rehashed, "it does not follow the verdict before it"),
        (left_out, "verdict 2 is missing: the next is 3"),
        (swapped, "verdict 1 is missing: the next is 2"),
        (another_beginning, "it does not follow the verdict before it"),
        (reformatted, "the record is not canonical JSON"),
        (not_json, "the record cannot be read"),
    ],
)
def test_tampering_is_found(tamper, words):
    links = chain_of("unverified", "confirmed", "disputed", "unverified")
    tamper(links)
    assert words in [fault for _, fault in found(links)]


@given(st.lists(st.sampled_from(["confirmed", "disputed"]), min_size=2, max_size=6), st.data())
def test_no_record_before_the_last_can_be_replaced(statuses, data):
    links = chain_of(*statuses)
    place = data.draw(st.integers(0, len(links) - 2))
    record = json.loads(links[place].record) | {"status": "withdrawn"}
    links[place] = rehashed(links[place], record)
    assert found(links)


def test_a_commitment_needs_its_salt():
    assert commit_to_person(salt="a", person="Ann") != commit_to_person(salt="b", person="Ann")
    assert commit_to_person(salt="a", person="Ann") == commit_to_person(salt="a", person="Ann")
