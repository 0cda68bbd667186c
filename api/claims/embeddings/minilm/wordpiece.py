"""Tokenize texts into the numbers of BERT's uncased word pieces (J. Devlin et al., 2018). Pure."""

import re
import unicodedata
from pathlib import Path

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002ebef"
_MAX_WORD_LENGTH = 100


class Tokenizer:
    def __init__(self, vocabulary: Path) -> None:
        words = vocabulary.read_text(encoding="utf-8").splitlines()
        self._numbers = {word: number for number, word in enumerate(words)}

    def ids(self, text: str, most: int) -> list[int]:
        """Return the numbers of a text's pieces, between [CLS] and [SEP], `most` in all."""
        pieces = ["[CLS]"]
        for word in _split_words(text):
            if len(pieces) >= most - 1:
                break
            pieces += self._pieces(word)
        return [self._numbers[piece] for piece in (*pieces[: most - 1], "[SEP]")]

    def _pieces(self, word: str) -> list[str]:
        """Return the longest known pieces of a word from the left; [UNK] if there is a rest."""
        if len(word) > _MAX_WORD_LENGTH:
            return ["[UNK]"]
        pieces, start = [], 0
        while start < len(word):
            mark = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if mark + word[start:end] in self._numbers), None)
            if end is None:
                return ["[UNK]"]
            pieces.append(mark + word[start:end])
            start = end
        return pieces


def _split_words(text: str) -> list[str]:
    """Split into lower-case words without accents; punctuation and Han characters stand alone."""
    visible = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or unicodedata.category(character) not in {"Cc", "Cf"}
    )
    plain = unicodedata.normalize("NFD", visible.lower())
    plain = "".join(each for each in plain if unicodedata.category(each) != "Mn")
    apart = re.sub(f"([{_HAN}])", r" \1 ", plain)
    return "".join(f" {each} " if _is_punctuation(each) else each for each in apart).split()


def _is_punctuation(character: str) -> bool:
    ascii_mark = character.isascii() and not character.isalnum() and not character.isspace()
    return ascii_mark or unicodedata.category(character).startswith("P")
