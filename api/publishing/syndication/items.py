"""What a feed for readers holds, whatever its format: items, and what they say."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import UUID

from api.publishing import exception_label

#: When a feed was last changed that never had anything in it.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Item(NamedTuple):
    """Something to read. `url` shows the claim, `about` the article that it stands in, if that
    has an address. It never changes once it is told.
    """

    id: UUID
    at: datetime
    title: str
    text: str
    url: str
    about: str | None = None
    language: str | None = None
    tags: Sequence[str] = ()


class Feed(NamedTuple):
    """Items, newest first; `url` is where they are had, `home` whose they are."""

    title: str
    url: str
    home: str
    author: str
    items: Sequence[Item]

    @property
    def updated(self) -> datetime:
        return max((item.at for item in self.items), default=NEVER)


class StatusChange(NamedTuple):
    """That a claim came to another status, and what the verdict says."""

    before: str
    status: str
    finding: str | None
    reasons: str
    withdrawn: bool
    exception: str | None = None
    one_person: bool = False

    def title(self, statement: str) -> str:
        what = f"No longer {self.before}" if self.withdrawn else self.status.capitalize()
        how = exception_label.mark(self.exception, self.one_person)
        return f"{what}{f' ({how})' if how and not self.withdrawn else ''}: {_line(statement)}"

    def text(self, statement: str, claimant: str | None) -> str:
        finding = f"{self.status} ({self.finding})" if self.finding else self.status
        by_exception = exception_label.reason(self.exception, self.one_person)
        change = f"Was {self.before}, is {finding}."
        told = (_said(statement, claimant), change, by_exception, self.reasons)
        return "\n\n".join(filter(None, told))


class Corrected(NamedTuple):
    """That something that was said of a claim was put right."""

    wrong: str
    right: str
    reason: str

    def title(self, statement: str) -> str:
        return f"Correction: {_line(statement)}"

    def text(self, statement: str, claimant: str | None) -> str:
        put_right = f"Wrong: {self.wrong}\n\nRight: {self.right}"
        return "\n\n".join([_said(statement, claimant), put_right, self.reason])


def _said(statement: str, claimant: str | None) -> str:
    return f"{claimant}: {statement}" if claimant else statement


def _line(text: str) -> str:
    return " ".join(text.split())
