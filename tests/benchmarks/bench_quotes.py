"""How long it takes to look for a quote: `python -m tests.benchmarks.bench_quotes`."""

import random
import re
import time
import unicodedata

from api.language.quotes import find_quote

SIZE = 1_000_000
QUOTE = 2_000
ROUNDS = 7
DICE = random.Random(2020)

LATIN = [
    "".join(DICE.choices("abcdefghijklmnoprstuvwyé", k=DICE.randint(2, 10))) for _ in range(5000)
]
HAN = [chr(DICE.randint(0x4E00, 0x9FA5)) for _ in range(3000)]
HANGUL = [chr(DICE.randint(0xAC00, 0xD7A3)) for _ in range(800)]


def paragraphs(words, separator, size):
    """A text of so many code points, in paragraphs, with figures and typographic quotes."""
    pieces, length = [], 0
    while length < size:
        word = DICE.choice(words)
        chance = DICE.random()
        if chance < 0.01:
            word = f"“{word}”"
        elif chance < 0.02:
            word = f"{DICE.randint(1, 99)}.{DICE.randint(0, 9)} %"
        elif chance < 0.03:
            word += "\n\n"
        pieces.append(word)
        length += len(word) + len(separator)
    return separator.join(pieces)[:size]


def edge(text, offset):
    """The first place from there on between two words, or between two Chinese characters."""
    between = re.compile(r"(?<=[^\W\d_] )(?=[^\W\d_])|(?<=[一-龥])(?=[一-龥])")
    return between.search(text, offset).start()


def passage(text):
    """`QUOTE` code points near the end of a text, or a few more."""
    start = edge(text, len(text) * 9 // 10)
    return text[start : edge(text, start + QUOTE)].strip()


def retyped(quote):
    return quote.replace("“", '"').replace("”", '"').replace("\n\n", " ").upper()


def with_errors(quote, share):
    return "".join("q" if DICE.random() < share else letter for letter in quote)


def in_parts(quote):
    """The quote without some 300 code points in its middle."""
    return quote[: edge(quote, 800)] + "…" + quote[edge(quote, 1100) :]


def shuffled(quote):
    return "".join(DICE.sample(quote, len(quote)))


def measure(name, quote, text):
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        search = find_quote(quote, text)
        times.append((time.perf_counter() - began) * 1000)
    outcome = search.hits[0].level if search.hits else search.suggestion and "suggested"
    times.sort()
    print(f"{name:44} {times[0]:8.1f} {times[ROUNDS // 2]:8.1f}  {outcome or 'not found'}")


def main():
    ascii_words = [
        unicodedata.normalize("NFD", word).encode("ascii", "ignore").decode() for word in LATIN
    ]
    texts = {
        "ASCII, 1,000,000": paragraphs(ascii_words, " ", SIZE).replace("“", '"').replace("”", '"'),
        "Latin, 1,000,000": paragraphs(LATIN, " ", SIZE),
        "Chinese, 1 MB (333,000)": paragraphs(HAN, "", SIZE // 3),
        "Chinese, 1,000,000": paragraphs(HAN, "", SIZE),
        "Korean, 1 MB (350,000)": paragraphs(
            ["".join(DICE.choices(HANGUL, k=3)) for _ in range(5000)], " ", 350_000
        ),
    }
    print(f"{'quote of 2,000 in':44} {'best':>8} {'median':>8}  ms")
    for name, text in texts.items():
        quote = passage(text)
        measure(f"{name}: exact", quote, text)
        measure(f"{name}: other typography", retyped(quote).replace("，", ","), text)
        measure(f"{name}: two parts", in_parts(quote), text)
        measure(f"{name}: 3 % errors", with_errors(quote, 0.03), text)
        measure(f"{name}: nowhere", shuffled(quote), text)
    measure("made to hurt: one letter", "a" * QUOTE, "a" * SIZE)
    measure("made to hurt: cut figures", "5", ",5" * (SIZE // 2))
    measure("made to hurt: combining marks", "e\u0301\u0323", "\u0301\u0323" * (SIZE // 2))
    measure("made to hurt: 20 parts", "…".join("a" * 19 + "b"), "a " * (SIZE // 2))
    measure("made to hurt: near everywhere", "ab" * (QUOTE // 2), "abc" * (SIZE // 3))


if __name__ == "__main__":
    main()
