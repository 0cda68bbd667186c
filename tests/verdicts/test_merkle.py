"""The Merkle tree: the public vectors of RFC 6962 and 9162, and properties of any tree.

What makes proofs (`api/verdicts/transparency_log/merkle.py`) and what checks them (`verifier/`) share no line.
"""

from hashlib import sha256

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.verdicts.transparency_log import merkle
from api.verdicts.transparency_log.merkle import Frontier
from verifier.claimledger_verify import Fault, check_consistency, check_inclusion

#: The eight entries, their trees' roots, and the paths that implementations of RFC 6962 test by
#: (certificate-transparency, transparency-dev/merkle).
ENTRIES = [
    bytes.fromhex(entry)
    for entry in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY = [
    (1, 1, []),
    (
        1,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
    (
        6,
        7,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
]


class Grown:
    """A tree, leaf by leaf, with all its complete subtrees: what the log stores."""

    def __init__(self, entries):
        self.leaves = [merkle.leaf_hash(entry) for entry in entries]
        self.nodes, self.roots, tree = {}, [Frontier().root], Frontier()
        for leaf in self.leaves:
            complete = tree.add(leaf)
            assert not self.nodes.keys() & complete.keys()
            self.nodes |= complete
            self.roots.append(tree.root)
        assert tree.nodes == len(self.nodes)

    def path(self, ranges):
        return [merkle.root(leaves, self.nodes) for leaves in ranges]

    def check_inclusion(self, index, size, *, leaf=None, path=None, root=None):
        path = self.path(merkle.inclusion(index, size)) if path is None else path
        leaf, root = leaf or self.leaves[index], root or self.roots[size]
        check_inclusion(index, size, leaf, path, root)

    def check_consistency(self, first, size, *, path=None, first_root=None, root=None):
        path = self.path(merkle.consistency(first, size)) if path is None else path
        check_consistency(
            first, size, first_root or self.roots[first], root or self.roots[size], path
        )


PUBLIC = Grown(ENTRIES)


def test_the_public_roots():
    assert [root.hex() for root in PUBLIC.roots] == ROOTS


@pytest.mark.parametrize("index, size, path", INCLUSION)
def test_the_public_inclusion_paths(index, size, path):
    assert [step.hex() for step in PUBLIC.path(merkle.inclusion(index, size))] == path
    PUBLIC.check_inclusion(index, size, path=[bytes.fromhex(step) for step in path])


@pytest.mark.parametrize("first, size, path", CONSISTENCY)
def test_the_public_consistency_paths(first, size, path):
    assert [step.hex() for step in PUBLIC.path(merkle.consistency(first, size))] == path
    PUBLIC.check_consistency(first, size, path=[bytes.fromhex(step) for step in path])


def by_definition(leaves):
    """The root as RFC 9162, 2.1.1, defines it."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return merkle.node_hash(by_definition(leaves[:split]), by_definition(leaves[split:]))


TREE = Grown([bytes([number]) for number in range(130)])
SIZES = st.integers(1, 130)


def test_every_root_is_as_defined():
    for size, root in enumerate(TREE.roots):
        assert root == by_definition(TREE.leaves[:size]) == merkle.root((0, size), TREE.nodes)


def test_every_inclusion_proof_verifies():
    for size in range(1, 70):
        for index in range(size):
            TREE.check_inclusion(index, size)


def test_every_consistency_proof_verifies():
    for size in range(70):
        for first in range(size + 1):
            TREE.check_consistency(first, size)


def changed(data, path):
    """Another path: a step altered, left out, doubled, added, or two swapped."""
    other = list(path)
    place = data.draw(st.integers(0, max(0, len(path) - 1)))
    how = data.draw(st.sampled_from(["alter", "drop", "double", "add", "swap"]))
    if how == "add" or not path:
        other.insert(
            data.draw(st.integers(0, len(path))), data.draw(st.binary(min_size=32, max_size=32))
        )
    elif how == "alter":
        other[place] = bytes([path[place][0] ^ 1]) + path[place][1:]
    elif how == "drop":
        del other[place]
    elif how == "double":
        other.insert(place, path[place])
    else:
        other[place], other[0] = other[0], other[place]
    assume(other != path)
    return other


@given(SIZES, st.data())
def test_nothing_else_is_included(size, data):
    index = data.draw(st.integers(0, size - 1))
    path = TREE.path(merkle.inclusion(index, size))
    wrong = [
        {"path": changed(data, path)},
        {"leaf": TREE.leaves[(index + 1) % 130]},
        {"leaf": merkle.node_hash(TREE.leaves[index], TREE.leaves[index])},
        {"root": TREE.roots[data.draw(SIZES.filter(lambda other: other != size))]},
    ]
    for change in wrong:
        with pytest.raises(Fault):
            TREE.check_inclusion(index, size, **{"path": path} | change)
    other = data.draw(st.integers(-1, 140).filter(lambda other: other != index))
    with pytest.raises(Fault):
        TREE.check_inclusion(other, size, leaf=TREE.leaves[index], path=path)


@given(SIZES, st.data())
def test_a_proof_for_one_tree_is_none_for_another(size, data):
    """By its shape alone it could be: that is why a checkpoint signs the size with the root."""
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(SIZES.filter(lambda other: other != size))
    path = TREE.path(merkle.inclusion(index, size))
    with pytest.raises(Fault):
        TREE.check_inclusion(index, other, leaf=TREE.leaves[index], path=path)


@given(SIZES, st.data())
def test_nothing_else_is_consistent(size, data):
    first = data.draw(st.integers(1, size))
    path = TREE.path(merkle.consistency(first, size))
    other = data.draw(SIZES.filter(lambda other: other not in (first, size)))
    wrong = [
        {"path": changed(data, path)},
        {"first_root": TREE.roots[other]},
        {"root": TREE.roots[other]},
    ]
    for change in wrong:
        with pytest.raises(Fault):
            TREE.check_consistency(first, size, **{"path": path} | change)


@given(SIZES, st.data())
def test_a_smaller_log_does_not_contain_a_larger_one(size, data):
    first = data.draw(st.integers(0, size - 1))
    with pytest.raises(Fault, match="cut"):
        TREE.check_consistency(size, first, path=[])


@given(st.integers(1, 2**40), st.data())
def test_proofs_stay_small(size, data):
    index = data.draw(st.integers(0, size - 1))
    first = data.draw(st.integers(1, size))
    most = size.bit_length()
    for ranges in (merkle.inclusion(index, size), merkle.consistency(first, size)):
        assert len(ranges) <= most + 1
        assert sum(len(merkle.subtrees(leaves)) for leaves in ranges) <= 2 * most


@given(st.integers(0, 60), st.integers(0, 2**60), st.integers(0, 60), st.integers(0, 2**60))
def test_positions_are_unique(level, index, other_level, other_index):
    same = (level, index) == (other_level, other_index)
    assert (merkle.position(level, index) == merkle.position(other_level, other_index)) == same
