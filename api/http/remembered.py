"""Answers that were given before, and are given again while the database says what it said then.

Nothing has to be told of changes, and nothing is ever out of date: the questions are asked each
time, and only what was made of the answers to them is kept. That is right for what is made of its
address, of what `Prepared` questions found, and of nothing else.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import NamedTuple

from cachetools import LRUCache

from api.database.session import Asked, noted

#: Bytes that a process keeps at most of what the database said, and of answers.
MOST = 10_000_000
#: Bytes that Python takes beside these for each.
BESIDE = 1_500


class Address(NamedTuple):
    """What was asked for."""

    path: str
    query: str


class Answer(NamedTuple):
    """What a route answered with status 200."""

    rule: str
    headers: list[tuple[str, str]]
    body: bytes


class Known(NamedTuple):
    """An answer, and what was asked for it."""

    asked: tuple[Asked, ...]
    answer: Answer

    def holds(self) -> bool:
        return all(each.ask() == each.said for each in self.asked)

    @property
    def size(self) -> int:
        return BESIDE + len(self.answer.body) + sum(len(each.said) for each in self.asked)


Keep = Callable[[Answer], None]


class Remembered:
    """The answers that were asked for last, by their addresses."""

    def __init__(self, most: int = MOST) -> None:
        self.answers: LRUCache[Address, Known] = LRUCache(most, lambda known: known.size)
        self.looking = Lock()

    def find(self, address: Address) -> Known | None:
        with self.looking:
            return self.answers.get(address)

    @contextmanager
    def making(self, address: Address) -> Iterator[Keep]:
        """While an answer is made, note what is asked for it. Gives what keeps it, unless
        something was read otherwise or it is too large.
        """
        asked: list[Asked] = []
        before = noted.set(asked)

        def keep(answer: Answer) -> None:
            known = Known(tuple(asked), answer)
            if noted.get() is asked and known.size <= self.answers.maxsize:
                with self.looking:
                    self.answers[address] = known

        try:
            yield keep
        finally:
            noted.reset(before)
