"""What is stored of a page beside the evidence, to group it by origin. Pure."""

from typing import TypedDict


class DependentNames(TypedDict):
    """The names behind a passage that make it dependent on the claim."""

    event: list[str]
    claimant: list[str]


class OriginFeatures(TypedDict, total=False):
    """What decides a page's group, small enough to be stored beside the evidence (as JSON).

    `origins`: whom the passage rests on, nearest first; `sought`: the names that were looked for
    in it; `wires`: the news agencies that the page is signed with; `signature`: the MinHash
    signature of its main text.
    """

    origins: list[str]
    sought: DependentNames
    wires: list[str]
    signature: list[int]
