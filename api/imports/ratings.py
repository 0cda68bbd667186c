"""What a publisher's own words for its findings do to the claim. Pure.

Read by a table for each publisher, and by nothing else: never from the number, since scales run
either way (in real data, and in schema.org's own example), and never from another publisher's
word, since "misleading" is one's false and another's half-true. `importing_ratings.json` holds
words by which publishers call the claim itself true or mostly true (supports), false or mostly
false (disputes), or neither (context).
"""

import json
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

RatingTable = Mapping[str, Mapping[str, "RatingMeaning"]]


class RatingMeaning(StrEnum):
    SUPPORTS = "supports"
    DISPUTES = "disputes"
    CONTEXT = "context"
    UNMAPPED = "unmapped"  # the word is not in the table: nobody knows what it means here


def interpret_rating(label: str | None, *, publisher: str, table: RatingTable) -> RatingMeaning:
    """What a publisher's label says of the claim; `publisher` is its registrable domain."""
    if label is None:
        return RatingMeaning.UNMAPPED
    return table.get(publisher, {}).get(normalize_label(label), RatingMeaning.UNMAPPED)


def normalize_label(label: str) -> str:
    """A label without what varies in writing it: "Pants on Fire!" is "pants on fire"."""
    words = " ".join(unicodedata.normalize("NFKC", label).casefold().split())
    return words.strip(" .!?:;\"'“”„«»*")


def parse_table(data: Any) -> dict[str, dict[str, RatingMeaning]]:
    """A table as it is written: {domain: {reading: [labels]}}. Raises `ValueError`."""
    try:
        return {
            domain: {
                normalize_label(label): RatingMeaning(reading)
                for reading, labels in readings.items()
                for label in labels
            }
            for domain, readings in data.items()
        }
    except (AttributeError, TypeError) as error:
        raise ValueError("is no table such as {domain: {reading: [labels]}}") from error


@cache
def load_table(file: str = "") -> RatingTable:
    """The table that is shipped, and over it the one of a file. Raises `OSError`, `ValueError`."""
    shipped = parse_table(json.loads(Path(__file__).with_suffix(".json").read_text("utf-8")))
    added = parse_table(json.loads(Path(file).read_text("utf-8"))) if file else {}
    return shipped | {domain: shipped.get(domain, {}) | own for domain, own in added.items()}
