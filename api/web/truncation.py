"""How much of a page a text takes, and texts cut to what they may take. Pure."""

from collections.abc import Callable

from markupsafe import escape

#: How far back from a cut the end of a word is looked for, where words are apart.
MAX_WORD_LENGTH = 25


def count_html_bytes(text: str) -> int:
    """The bytes of a text in a page: with its markup escaped, in UTF-8."""
    return len(escape(text).encode())


def fit_length(text: str, most: int, *, weigh: Callable[[str], int] = count_html_bytes) -> int:
    """How many code points of a text, from its beginning, weigh `most` at most."""
    low, high = 0, min(len(text), most)  # each weighs a byte at least
    if weigh(text[:high]) <= most:
        return high
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if weigh(text[:middle]) <= most else (low, middle - 1)
    return low


def shorten_text(text: str, most: int) -> str:
    """A text of `most` bytes at most; where it goes on, it ends with an ellipsis after a word."""
    if count_html_bytes(text) <= most:
        return text
    length = fit_length(text, most - count_html_bytes("…"))
    space = text.rfind(" ", max(0, length - MAX_WORD_LENGTH), length + 1)
    return text[: space if space > 0 else length].rstrip() + "…"
