"""How similar two texts are, estimated from small signatures that are stored with pages. Pure.

A text is cut into shingles, runs of three words (three characters where a script writes no spaces),
and its signature is the 128 smallest of their hashes: the bottom-k form of MinHash (A. Broder, "On
the resemblance and containment of documents", 1997). Two signatures give an estimate of the Jaccard
index of the shingle sets with a standard error below 0.045. One hash per shingle, instead of one
per permutation and shingle, makes it fast without numpy.
"""

import heapq
import re
import unicodedata
from collections.abc import Iterator
from hashlib import blake2b

SIGNATURE_VERSION = 1
"""To be raised when tokens, shingles or hash change: older signatures then no longer compare."""
SIGNATURE_SIZE = 128
SHINGLE_TOKENS = 3
MIN_SHINGLES = 32
"""A text with fewer shingles has no signature: error pages and captions are alike everywhere."""
NEAR_DUPLICATE_SIMILARITY = 0.5
"""From here on two texts are one text. Wire copy that a desk touches up, or cuts by a third, keeps
0.6 to 0.9; independent reports on one event stay below 0.15: three words in a row seldom agree."""

# Scripts that write no spaces between words: Thai, Lao, Myanmar, Khmer, kana, Han.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
# Vowel signs and accents: no word characters to `re`, yet they do not end a word.
_MARKS = "\u0300-\u036f\u0610-\u065f\u0900-\u0dff"
_TOKEN = rf"[{_UNSPACED}]|(?:[^\W{_UNSPACED}]|[{_MARKS}])+"


def compute_signature(text: str) -> tuple[int, ...]:
    """The version, then up to 128 ascending 48-bit integers (safe in any JSON).

    Case, punctuation, white space and compatibility forms make no difference. A text too short to
    compare gives ().
    """
    tokens = re.findall(_TOKEN, "".join(_normalised_chunks(text)))
    shingles = {
        " ".join(tokens[i : i + SHINGLE_TOKENS]) for i in range(len(tokens) - SHINGLE_TOKENS + 1)
    }
    if len(shingles) < MIN_SHINGLES:
        return ()
    return (
        SIGNATURE_VERSION,
        *heapq.nsmallest(SIGNATURE_SIZE, {_hash_shingle(shingle) for shingle in shingles}),
    )


def _normalised_chunks(text: str) -> Iterator[str]:
    """The text without compatibility forms and case, in chunks: normalising sorts marks in
    quadratic time, and a hostile page can be nothing but marks.
    """
    for start in range(0, len(text), 1_000):
        yield unicodedata.normalize("NFKC", text[start : start + 1_000]).casefold()


def estimate_similarity(a: tuple[int, ...], b: tuple[int, ...]) -> float:
    """Estimate the similarity of the texts of two signatures: 0.0 (nothing shared) to 1.0.

    Signatures of different versions, and (), compare with nothing: 0.0.
    """
    if not a or not b or a[0] != b[0]:
        return 0.0
    first, second = set(a[1:]), set(b[1:])
    shared = first & second
    if not shared:
        return 0.0
    smallest = heapq.nsmallest(SIGNATURE_SIZE, first | second)
    return sum(value in shared for value in smallest) / len(smallest)


def _hash_shingle(shingle: str) -> int:
    digest = blake2b(shingle.encode("utf-8", "surrogatepass"), digest_size=6)
    return int.from_bytes(digest.digest(), "big")
